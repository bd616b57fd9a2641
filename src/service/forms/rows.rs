//! The rows of tables.

use serde_json::Value;

use super::known::{Known, on_paper, said, text};
use crate::{
    domain::forms::{Rows, source::OfRow},
    time::day_in_vietnam,
    wording::{documents::item, labels::clock},
};

/// A row: what it says of each column, and the victim whom it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The victim.
    pub victim: Option<u32>,
    cells: Vec<(OfRow, String)>,
}

impl Row {
    /// What the row says.
    pub fn cell(&self, of: OfRow) -> Option<&str> {
        let found = self.cells.iter().find(|(column, _)| *column == of);
        found.map(|(_, text)| text.as_str())
    }

    fn with(mut self, of: OfRow, text: Option<String>) -> Self {
        self.cells.extend(text.map(|text| (of, text)));
        self
    }
}

/// Items of D39 Art. 20.5, in its order.
const HANDED: [&str; 8] = [
    "decision_paper",
    "scene_minutes",
    "sketch",
    "photographs",
    "examination_minutes",
    "statements",
    "expertise_results",
    "objects",
];

/// Items of D39 Art. 16.1, in its order.
const FILE: [&str; 10] = [
    "scene_minutes",
    "sketch",
    "photographs",
    "examination_minutes",
    "expertise_results",
    "statements",
    "minutes",
    "meeting_minutes",
    "injury_certificate",
    "discharge_paper",
];

/// The legal list of attendees, in its order.
const ATTENDEES: [&str; 8] = [
    "members",
    "employer",
    "commune",
    "union",
    "victims_or_relatives",
    "persons_concerned",
    "police",
    "procuracy",
];

impl Known<'_> {
    /// The rows that the case knows, numbered.
    pub(super) fn rows(&self, rows: Rows) -> Vec<Row> {
        let found = match rows {
            Rows::Victims => {
                let row = |no| Row {
                    victim: Some(no),
                    cells: Vec::new(),
                };
                self.numbers().into_iter().map(row).collect()
            }
            Rows::Members => self.members(),
            Rows::Attendance => self.attendance(),
            Rows::Dissent => self.of_list(&["announce"], "dissent", |row, item| {
                row.with(OfRow::Name, text(item, "full_name"))
                    .with(OfRow::Text, text(item, "opinion"))
            }),
            Rows::Recommendations => self.of_events("recommend", |row, details| {
                let until = text(details, "due_on").and_then(|day| day.parse().ok());
                row.with(OfRow::Text, text(details, "recommendation"))
                    .with(OfRow::Addressee, text(details, "addressee"))
                    .with(OfRow::Day, until.map(on_paper))
            }),
            Rows::Violations => self.of_events("record_violation", |row, details| {
                let measure = text(details, "measure").map(|code| said("measure", &code));
                row.with(OfRow::Name, text(details, "who"))
                    .with(OfRow::Text, text(details, "violation"))
                    .with(OfRow::State, measure)
            }),
            Rows::Inventory => {
                self.of_list(&["recommend_prosecution"], "inventory", |row, item| {
                    row.with(OfRow::Text, text(item, "item"))
                        .with(OfRow::Remark, text(item, "remark"))
                })
            }
            Rows::Handover => self.items("handed", &HANDED, self.last(&["return_file"])),
            Rows::File => self.file(),
            Rows::Moved => self.moved(),
            Rows::Typed => Vec::new(),
        };
        let numbered = found.into_iter().zip(1_u32..);
        numbered
            .map(|(row, number)| row.with(OfRow::Number, Some(number.to_string())))
            .collect()
    }

    fn of_events(&self, action: &str, fill: impl Fn(Row, &Value) -> Row) -> Vec<Row> {
        let all = self.events.iter().filter(|event| event.action == action);
        all.map(|event| fill(Row::default(), &event.details))
            .collect()
    }

    fn of_list(&self, actions: &[&str], name: &str, fill: impl Fn(Row, &Value) -> Row) -> Vec<Row> {
        let Some(event) = self.last(actions) else {
            return Vec::new();
        };
        let items = event.details[name].as_array().into_iter().flatten();
        items.map(|item| fill(Row::default(), item)).collect()
    }

    /// The team since it was formed last, its head first; later changes join it.
    fn members(&self) -> Vec<Row> {
        let formed = |action: &str| matches!(action, "form_team" | "reinvestigate");
        let Some(start) = self.events.iter().rposition(|event| formed(&event.action)) else {
            return Vec::new();
        };
        let mut rows: Vec<Row> = Vec::new();
        let put = |rows: &mut Vec<Row>, row: Row, first: bool| {
            let is_same = |old: &Row| old.cell(OfRow::Name) == row.cell(OfRow::Name);
            rows.retain(|old| !is_same(old));
            if first {
                rows.insert(0, row);
            } else {
                rows.push(row);
            }
        };
        for event in &self.events[start..] {
            if event.action != "change_team" && !formed(&event.action) {
                continue;
            }
            for gone in event.details["leaving"].as_array().into_iter().flatten() {
                rows.retain(|row| row.cell(OfRow::Name) != text(gone, "member").as_deref());
            }
            for member in event.details["members"].as_array().into_iter().flatten() {
                let capacity = text(member, "capacity").map(|code| said("capacity", &code));
                let row = Row::default()
                    .with(OfRow::Name, text(member, "full_name"))
                    .with(OfRow::Unit, text(member, "unit"))
                    .with(OfRow::Position, text(member, "position"))
                    .with(OfRow::Capacity, capacity);
                put(&mut rows, row, false);
            }
            if let Some(head) = text(&event.details, "head") {
                let row = Row::default()
                    .with(OfRow::Name, Some(head))
                    .with(OfRow::Capacity, Some(said("capacity", "head")));
                put(&mut rows, row, true);
            }
        }
        rows
    }

    /// Whom the law wants at the meeting: police and procuracy after a death (D39 Art. 13.7, 14.4).
    fn attendance(&self) -> Vec<Row> {
        let held = self.last(&["announce"]);
        let groups = ATTENDEES.iter().filter(|group| match **group {
            "police" | "procuracy" => self.is_fatal(),
            _ => true,
        });
        let row = |group: &&str| {
            let state = held.and_then(|event| text(&event.details, group));
            Row::default()
                .with(OfRow::Capacity, Some(said("attends", group)))
                .with(OfRow::State, state.map(|code| said("attended", &code)))
        };
        groups.map(row).collect()
    }

    fn items(
        &self,
        kind: &str,
        names: &[&str],
        event: Option<&crate::domain::case::Event>,
    ) -> Vec<Row> {
        let row = |name: &&str| {
            let state = event.and_then(|event| text(&event.details, name));
            Row::default()
                .with(OfRow::Text, Some(said(kind, name)))
                .with(OfRow::State, state.map(|code| said("state", &code)))
        };
        names.iter().map(row).collect()
    }

    /// What went along when the case went to others last, as far as the caller may read it.
    fn moved(&self) -> Vec<Row> {
        let Some(moved) = self.moved else {
            return Vec::new();
        };
        let what = |kind: &str, name: &str| format!("{} {name}", said("moved", kind));
        let row = |text: String, state: Option<String>, remark: Option<String>| {
            Row::default()
                .with(OfRow::Text, Some(text))
                .with(OfRow::State, state)
                .with(OfRow::Remark, remark)
        };
        let stock = &moved.inventory;
        // The name that somebody gave to such a document may say what a victim suffers from.
        let is_health = stock
            .documents
            .iter()
            .any(|one| one.file_name.is_some() && one.item.is_health_data(one.victim.is_some()));
        if is_health {
            self.health.set(true);
        }
        let day = |at| on_paper(day_in_vietnam(at));
        let declared = stock.declarations.iter().map(|one| {
            row(
                what("declaration", &one.receipt_no),
                Some(day(one.received_at)),
                None,
            )
        });
        let documents = stock.documents.iter().map(|one| {
            let name = one.file_name.as_deref().unwrap_or_default();
            let text = format!("{}: {name}", item(one.item).vi);
            let victim = one.victim.map(|no| what("victim", &no.to_string()));
            row(
                text,
                victim,
                one.sha256.as_deref().map(|hash| what("hash", hash)),
            )
        });
        let forms = stock.forms.iter().map(|one| {
            let number = one.number_text.clone();
            let number = number.unwrap_or_else(|| format!("{}/{}", one.number, one.year));
            let pages = what("pages", &one.pages.to_string());
            let text = what("form", &format!("{} {number}", one.form));
            row(text, Some(pages), Some(what("hash", &one.sha256)))
        });
        let clocks = stock.open_clocks.iter().map(|one| {
            let until = what("until", &day(one.due_raw));
            row(what("clock", clock(one.clock).vi), Some(until), None)
        });
        declared
            .chain(documents)
            .chain(forms)
            .chain(clocks)
            .collect()
    }

    /// What was checked of the file, of the victim whom the form is about or of the last one.
    fn file(&self) -> Vec<Row> {
        let is_about = |event: &&crate::domain::case::Event| {
            let victim = text(&event.details, "victim").and_then(|no| no.parse::<u32>().ok());
            event.action == "check_file" && self.about.is_none_or(|about| victim == Some(about))
        };
        let checked = self.events.iter().rfind(is_about);
        let mut rows = self.items("file", &FILE, checked);
        for (name, action) in [
            ("minutes", "draft_minutes"),
            ("meeting_minutes", "announce"),
        ] {
            let there = self.last(&[action]).map(|_| said("state", "in_file"));
            let at = FILE.iter().position(|item| *item == name);
            if let Some(row) = at.and_then(|at| rows.get_mut(at)) {
                *row = std::mem::take(row).with(OfRow::State, there);
            }
        }
        rows
    }
}
