//! A form filled from its case: blocks, and what is left to be written by hand.

use std::collections::BTreeMap;

use super::{
    known::{Known, in_words},
    rows::Row,
    typed::Typed,
};
use crate::{
    domain::{
        declaration::{Fault, FaultCode},
        forms::{Field, FormDefinition, HeadOf, Part, PartKind, Rows, Source},
    },
    paper::{
        Mark, Paper,
        block::{Block, Column, Entry, Head, Look, Paragraph, Run, Signature, Signatures, Table},
    },
};

/// What stands where words are missing in a sentence.
const DOTS: &str = "………………";
/// The day of a form that nobody has written on yet.
const UNDATED: &str = "ngày …… tháng …… năm ………";

/// Something that nobody said: dots on the form.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Blank {
    /// The field; `part:source` for a place in a sentence.
    pub field: String,
    /// Its label.
    pub label: String,
    /// The victim whom it is about.
    #[serde(default)]
    pub victim: Option<u32>,
}

/// A form as it is filled.
pub(super) struct Filled {
    /// Everything that is printed.
    pub paper: Paper,
    /// What is left blank.
    pub blanks: Vec<Blank>,
}

/// What a form bears besides what the case says.
pub(super) struct Bearing<'a> {
    /// Its day, which the file bears.
    pub dated: chrono::NaiveDate,
    /// Behind `Số:`.
    pub number: Option<String>,
    /// At the foot of its pages.
    pub footer: String,
    /// The code on its pages.
    pub mark: Option<&'a Mark>,
}

struct Filling<'a> {
    /// Nothing for a form that is printed to be written on.
    known: Option<&'a Known<'a>>,
    typed: &'a Typed,
    blocks: Vec<Block>,
    blanks: Vec<Blank>,
    faults: Vec<Fault>,
}

/// Fills `form`. What was typed although the case says it, and may not be typed over, is a fault.
pub(super) fn fill(
    form: &FormDefinition,
    known: Option<&Known<'_>>,
    typed: &Typed,
    bearing: &Bearing<'_>,
) -> Result<Filled, Vec<Fault>> {
    let mut filling = Filling {
        known,
        typed,
        blocks: Vec::new(),
        blanks: Vec::new(),
        faults: Vec::new(),
    };
    filling.head(form, bearing);
    for part in &form.parts {
        filling.part(part);
    }
    if !filling.faults.is_empty() {
        return Err(filling.faults);
    }
    Ok(Filled {
        paper: Paper {
            title: form.title.clone(),
            dated: bearing.dated,
            mark: bearing.mark.cloned(),
            footer: bearing.footer.clone(),
            blocks: filling.blocks,
        },
        blanks: filling.blanks,
    })
}

/// A form without anything filled in, for whoever writes on paper. Nobody issued it: it has no number of ours and no code.
pub(super) fn empty(form: &FormDefinition) -> Result<Paper, Vec<Fault>> {
    let bearing = Bearing {
        // The same file on every day.
        dated: form.valid_from,
        number: (!form.sign.is_empty()).then(|| format!("………/{}", form.sign)),
        footer: form.name.clone(),
        mark: None,
    };
    fill(form, None, &Typed::default(), &bearing).map(|filled| filled.paper)
}

impl Filling<'_> {
    /// What the case says.
    fn said(&self, source: Source, victim: Option<u32>) -> Option<String> {
        self.known?.value(source, victim)
    }

    fn head(&mut self, form: &FormDefinition, bearing: &Bearing<'_>) {
        let issuer = self.known.map(|known| known.issuer);
        let place = issuer.and_then(|issuer| issuer.place.as_deref());
        let day = match self.known {
            Some(_) => in_words(bearing.dated),
            None => UNDATED.to_owned(),
        };
        let head_line = Some(form.head_line.clone()).filter(|line| !line.is_empty());
        // An employer stands in no directory: the team of the establishment issues in its name.
        let authority = issuer.filter(|issuer| !issuer.body.is_empty());
        let authority = authority.filter(|_| form.head == HeadOf::Issuer);
        let (superior, body) = match authority {
            None => {
                use crate::domain::forms::source::OfEstablishment::Name;
                let name = self.said(Source::Establishment(Name), None);
                let body: Vec<String> = name.map(|name| name.to_uppercase()).into_iter().collect();
                if body.is_empty() {
                    self.blank("head", "Tên cơ sở", None);
                }
                match head_line.filter(|_| self.known.is_none()) {
                    // Whose team it is, is written by hand.
                    Some(line) => (vec![DOTS.repeat(2)], vec![line]),
                    None => (Vec::new(), body),
                }
            }
            Some(issuer) => match head_line {
                // The team stands below the body that formed it.
                Some(line) => (issuer.body.clone(), vec![line]),
                None => (issuer.superior.clone(), issuer.body.clone()),
            },
        };
        self.blocks.push(Block::Head(Head {
            superior,
            body,
            number: bearing.number.clone(),
            place_and_day: format!("{}, {day}", place.unwrap_or(DOTS)),
        }));
        self.words(Look::Title, &form.title);
        if !form.subtitle.is_empty() {
            let subtitle = self.sentence("subtitle", &form.subtitle);
            self.words(Look::Subtitle, &subtitle);
        }
    }

    fn words(&mut self, look: Look, text: &str) {
        self.blocks.push(Block::Text(Paragraph::new(look, text)));
    }

    fn blank(&mut self, field: &str, label: &str, victim: Option<u32>) {
        self.blanks.push(Blank {
            field: field.to_owned(),
            label: label.to_owned(),
            victim,
        });
    }

    fn part(&mut self, part: &Part) {
        if !part.title.is_empty() {
            self.words(Look::Section, &part.title);
        }
        match part.kind {
            PartKind::Addressees => {
                let lines = part.recipients.iter().map(|to| format!("\n– {to}"));
                let end = part.recipients.len().saturating_sub(1);
                let signed = lines
                    .enumerate()
                    .map(|(nth, line)| format!("{line}{}", if nth == end { "." } else { ";" }));
                let runs = vec![
                    Run::bold("Kính gửi:"),
                    Run::plain(signed.collect::<String>()),
                ];
                let look = Look::Addressee;
                self.blocks.push(Block::Text(Paragraph { look, runs }));
            }
            PartKind::Text => {
                let look = if part.centred {
                    Look::Centred
                } else {
                    Look::Body
                };
                for line in part.text.split('\n') {
                    let line = self.sentence(&part.key, line);
                    self.words(look, &line);
                }
            }
            PartKind::Fields => {
                for field in &part.fields {
                    self.field(field, None);
                }
            }
            PartKind::EachVictim => self.each_victim(part),
            PartKind::Table => self.table(part),
            PartKind::Signatures => {
                let people = part.signers.iter().map(|signer| Signature {
                    title: signer.title.clone(),
                    hint: signer.hint.clone(),
                    name: signer.source.and_then(|source| self.said(source, None)),
                });
                let signatures = Signatures {
                    recipients: part.recipients.clone(),
                    people: people.collect(),
                };
                self.blocks.push(Block::Signatures(signatures));
            }
        }
    }

    /// A sentence with its values; what is missing in it is dotted.
    fn sentence(&mut self, part: &str, text: &str) -> String {
        let mut said = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            said.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                break;
            };
            let value = Source::parse(name).and_then(|source| self.said(source, None));
            match value {
                Some(value) => said.push_str(&value),
                None => {
                    said.push_str(DOTS);
                    self.blank(&format!("{part}:{name}"), text, None);
                }
            }
            rest = after;
        }
        said.push_str(rest);
        said
    }

    /// What stands in a field: typed where it may be, else what the case says.
    fn value(&mut self, field: &Field, victim: Option<u32>) -> Option<String> {
        let known = self.said(field.source, victim);
        let typed = self.typed.value(&field.key, victim).map(str::to_owned);
        match (typed, known) {
            (Some(_), Some(known)) if !field.typed => {
                let key = &field.key;
                self.faults.push(Fault {
                    pointer: match victim {
                        Some(no) => format!("/victims/{no}/{key}"),
                        None => format!("/entries/{key}"),
                    },
                    code: FaultCode::NotAllowed,
                });
                Some(known)
            }
            (Some(typed), _) => Some(typed),
            (None, known) => known,
        }
    }

    fn field(&mut self, field: &Field, victim: Option<u32>) {
        let value = self.value(field, victim);
        let ticked = |choice: &str| value.as_deref() == Some(choice);
        let choices: Vec<(String, bool)> = field
            .choices
            .iter()
            .map(|(choice, words)| (words.clone(), ticked(choice)))
            .collect();
        let is_blank = match choices.is_empty() {
            true => value.is_none(),
            false => !choices.iter().any(|(_, is)| *is),
        };
        if is_blank {
            self.blank(&field.key, &field.label, victim);
        }
        self.blocks.push(Block::Entry(Entry {
            label: field.label.clone(),
            value: value.filter(|_| choices.is_empty()),
            lines: field.lines,
            choices,
        }));
    }

    fn each_victim(&mut self, part: &Part) {
        let numbers = self.known.map(Known::numbers).unwrap_or_default();
        let several = numbers.len() > 1;
        for no in &numbers {
            if several {
                self.words(Look::Subsection, &format!("Nạn nhân thứ {no}"));
            }
            for field in &part.fields {
                self.field(field, Some(*no));
            }
        }
        // Nobody is named yet: one form to write on.
        if numbers.is_empty() {
            for field in &part.fields {
                self.field(field, None);
            }
        }
    }

    fn table(&mut self, part: &Part) {
        let columns = part.fields.iter().map(|field| Column {
            title: field.label.clone(),
            share: field.share,
            centred: field.centred,
        });
        let columns: Vec<Column> = columns.collect();
        let known = self.known.zip(part.rows);
        let known = known
            .map(|(known, rows)| known.rows(rows))
            .unwrap_or_default();
        let mut rows: Vec<Vec<String>> = known.iter().map(|row| self.row(part, row)).collect();
        if let Some(typed) = self.typed.rows(&part.key) {
            if !known.is_empty() && has_said(part, &known) {
                self.faults.push(Fault {
                    pointer: format!("/rows/{}", part.key),
                    code: FaultCode::NotAllowed,
                });
            }
            rows = typed
                .iter()
                .zip(1..)
                .map(|(row, no)| cells(part, row, no))
                .collect();
        }
        if rows.is_empty() {
            let label = if part.title.is_empty() {
                &part.fields[0].label
            } else {
                &part.title
            };
            self.blank(&part.key, label, None);
            rows = vec![vec![String::new(); columns.len()]; usize::from(part.blank_rows)];
        }
        self.blocks.push(Block::Table(Table { columns, rows }));
    }

    fn row(&mut self, part: &Part, row: &Row) -> Vec<String> {
        let cell = |field: &Field| {
            let value = match field.source {
                Source::Row(of) => row.cell(of).map(str::to_owned),
                _ => self.value(field, row.victim),
            };
            // Remarks are written where there are any.
            let is_asked = row.victim.is_some() && field.source != Source::Typed;
            if value.is_none() && is_asked {
                self.blank(&field.key, &field.label, row.victim);
            }
            value.unwrap_or_default()
        };
        part.fields.iter().map(cell).collect()
    }
}

/// Whether the case says something in these rows: lists of the law stand there before anybody did.
fn has_said(part: &Part, rows: &[Row]) -> bool {
    use crate::domain::forms::source::OfRow;
    match part.rows {
        Some(Rows::Attendance | Rows::Handover | Rows::File) => {
            rows.iter().any(|row| row.cell(OfRow::State).is_some())
        }
        _ => true,
    }
}

/// A row that was typed; its number stands in the column of numbers.
fn cells(part: &Part, row: &BTreeMap<String, String>, no: u32) -> Vec<String> {
    use crate::domain::forms::source::OfRow;
    let cell = |field: &Field| match (row.get(&field.key), field.source) {
        (Some(text), _) => text.clone(),
        (None, Source::Row(OfRow::Number)) => no.to_string(),
        (None, _) => String::new(),
    };
    part.fields.iter().map(cell).collect()
}
