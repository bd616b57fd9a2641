//! What comes with a step: read with all its faults at once, then typed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use serde_json::{Map, Value};

use crate::{
    domain::{
        case::{
            CaseFacts, Step, order,
            step::{Earliest, Field, FieldType, Need, StepRule, Values},
        },
        declaration::{Fault, FaultCode},
    },
    text::{is_invisible, nfc},
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

/// Name of the entry that says which version of the case the sender has seen.
pub const SEEN_VERSION: &str = "seen_version";

/// One entry, sound.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Text(String),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
    Number(u64),
    List(Vec<StepInput>),
}

/// The entries of a step, sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepInput {
    entries: BTreeMap<&'static str, Entry>,
}

impl StepInput {
    /// A text or choice.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.entries.get(name) {
            Some(Entry::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A moment.
    pub fn moment(&self, name: &str) -> Option<DateTime<Utc>> {
        match self.entries.get(name) {
            Some(Entry::Moment(moment)) => Some(*moment),
            _ => None,
        }
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<u32> {
        match self.entries.get(name) {
            Some(Entry::Number(number)) => u32::try_from(*number).ok(),
            _ => None,
        }
    }

    /// A day.
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        match self.entries.get(name) {
            Some(Entry::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// The objects of a list.
    pub fn list(&self, name: &str) -> &[Self] {
        match self.entries.get(name) {
            Some(Entry::List(items)) => items,
            _ => &[],
        }
    }

    /// The number of the victim that the step is about.
    pub fn victim(&self) -> Option<u32> {
        self.text("victim")?.parse().ok()
    }

    /// As the timeline keeps it: days as days, moments with the offset of Việt Nam.
    pub fn to_json(&self) -> Value {
        let entries = self.entries.iter().map(|(name, entry)| {
            let value = match entry {
                Entry::Text(text) => Value::from(text.as_str()),
                Entry::Day(day) => Value::from(day.to_string()),
                Entry::Moment(moment) => Value::from(rfc3339_in_vietnam(*moment)),
                Entry::Number(number) => Value::from(*number),
                Entry::List(items) => items.iter().map(Self::to_json).collect(),
            };
            ((*name).to_owned(), value)
        });
        Value::Object(entries.collect::<Map<_, _>>())
    }
}

/// The version in `body`, where it can be read.
pub fn seen_version(body: &Value) -> Option<i32> {
    whole(body.get(SEEN_VERSION)?)?.try_into().ok()
}

/// A whole number; `4.0` is one. One beyond every limit stays beyond it.
fn whole(value: &Value) -> Option<i64> {
    let exact = value.as_i64();
    exact.or_else(|| {
        let float = value.as_f64().filter(|float| float.fract() == 0.0)?;
        // Saturates, and no field takes the numbers at either end.
        Some(float as i64)
    })
}

/// The values that `field` may take for this case; empty where any.
pub fn values_of(field: &Field, facts: &CaseFacts) -> Vec<String> {
    let progress = &facts.progress;
    match field.values {
        Values::Fixed(values) => values.iter().map(|value| (*value).to_owned()).collect(),
        Values::Candidates => facts.candidates.clone(),
        Values::Victims => {
            let numbers = facts.victims.iter().map(|victim| victim.number.to_string());
            numbers.collect()
        }
        Values::MinutesRecipients => {
            let left = progress.still_to_send(facts.level, facts);
            left.into_iter().map(|to| to.as_str().to_owned()).collect()
        }
        Values::OpenRecommendations => progress.open_recommendations.clone(),
        Values::OpenComplaints => {
            let open = progress.open_complaints.iter();
            open.map(|complaint| complaint.event.clone()).collect()
        }
        Values::TeamMembers => progress.team.clone(),
    }
}

/// Reads `body` as the entries of `rule`, or every fault in it.
pub fn read(
    rule: &StepRule,
    body: &Value,
    facts: &CaseFacts,
    now: DateTime<Utc>,
) -> Result<StepInput, Vec<Fault>> {
    let Some(body) = body.as_object() else {
        return Err(vec![fault("", FaultCode::WrongType)]);
    };
    let mut faults = Vec::new();
    match body.get(SEEN_VERSION) {
        None | Some(Value::Null) => faults.push(fault(SEEN_VERSION, FaultCode::Required)),
        Some(version) => match whole(version) {
            None => faults.push(fault(SEEN_VERSION, FaultCode::WrongType)),
            Some(number) if number < 1 => faults.push(fault(SEEN_VERSION, FaultCode::TooSmall)),
            Some(number) if i32::try_from(number).is_err() => {
                faults.push(fault(SEEN_VERSION, FaultCode::TooLarge));
            }
            Some(_) => {}
        },
    }
    let mut input = entries(rule.step, rule.fields, body, "", facts, now, &mut faults);
    for fault in order::faults(rule.step, &input, facts) {
        if !faults.iter().any(|known| known.pointer == fault.pointer) {
            faults.push(fault);
        }
    }
    if faults.is_empty() {
        input
            .entries
            .retain(|_, entry| *entry != Entry::List(Vec::new()));
        Ok(input)
    } else {
        Err(faults)
    }
}

/// The entries of the object at `at`, and what is wrong with them in `faults`.
fn entries(
    step: Step,
    fields: &'static [Field],
    body: &Map<String, Value>,
    at: &str,
    facts: &CaseFacts,
    now: DateTime<Utc>,
    faults: &mut Vec<Fault>,
) -> StepInput {
    let known = |name: &str| {
        (at.is_empty() && name == SEEN_VERSION) || fields.iter().any(|field| field.name == name)
    };
    for name in body.keys().filter(|name| !known(name)) {
        faults.push(fault_at(at, name, FaultCode::UnknownField));
    }
    let mut input = StepInput::default();
    let is_there = |name: &'static str| body.get(name).is_some_and(|value| !value.is_null());
    for field in fields {
        let required = field.is_required(facts);
        let spared = matches!(field.need, Need::Unless(other) if is_there(other));
        match body.get(field.name) {
            None | Some(Value::Null) if !required || spared => {}
            None | Some(Value::Null) => {
                faults.push(fault_at(at, field.name, FaultCode::Required));
            }
            Some(value) if field.kind == FieldType::List => {
                let pointer = format!("{at}/{}", field.name);
                if let Some(items) = list(step, field, value, &pointer, facts, now, faults) {
                    if items.is_empty() && required {
                        faults.push(fault_at(at, field.name, FaultCode::Required));
                    }
                    input.entries.insert(field.name, Entry::List(items));
                }
            }
            Some(value) => match entry(step, field, value, facts, now) {
                Ok(entry) => {
                    input.entries.insert(field.name, entry);
                }
                // An optional text left empty is one left out.
                Err(FaultCode::Required) if !required => {}
                Err(code) => faults.push(fault_at(at, field.name, code)),
            },
        }
    }
    input
}

/// The objects of a list; a hundred are more than any team or inventory has.
fn list(
    step: Step,
    field: &'static Field,
    value: &Value,
    pointer: &str,
    facts: &CaseFacts,
    now: DateTime<Utc>,
    faults: &mut Vec<Fault>,
) -> Option<Vec<StepInput>> {
    const MOST: usize = 100;
    let fault = |code| Fault {
        pointer: pointer.to_owned(),
        code,
    };
    let Some(items) = value.as_array() else {
        faults.push(fault(FaultCode::WrongType));
        return None;
    };
    if items.len() > MOST {
        faults.push(fault(FaultCode::TooLong));
        return None;
    }
    let mut read = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let at = format!("{pointer}/{number}");
        match item.as_object() {
            Some(item) => read.push(entries(step, field.items, item, &at, facts, now, faults)),
            None => faults.push(Fault {
                pointer: at,
                code: FaultCode::WrongType,
            }),
        }
    }
    Some(read)
}

fn entry(
    step: Step,
    field: &Field,
    value: &Value,
    facts: &CaseFacts,
    now: DateTime<Utc>,
) -> Result<Entry, FaultCode> {
    if field.kind == FieldType::Number {
        // A council may find that nothing was lost; what is paid after a death is thirty months' wages and more.
        let (least, most) = match (step, facts.extension) {
            (Step::Extend, Ok(most)) => (1, u64::from(most)),
            (Step::RecordAssessment, _) => (0, 100),
            (Step::DecideBenefits, _) => (1, 1_000_000_000_000),
            _ => (1, u64::from(u32::MAX)),
        };
        return match whole(value) {
            None => Err(FaultCode::WrongType),
            Some(number) if number < least => Err(FaultCode::TooSmall),
            Some(number) => u64::try_from(number)
                .ok()
                .filter(|number| *number <= most)
                .map(Entry::Number)
                .ok_or(FaultCode::TooLarge),
        };
    }
    let text = visible(value.as_str().ok_or(FaultCode::WrongType)?);
    if text.is_empty() {
        return Err(FaultCode::Required);
    }
    match field.kind {
        FieldType::Date => {
            let day = text
                .parse::<NaiveDate>()
                .ok()
                .filter(|day| day.to_string() == text)
                .ok_or(FaultCode::NotADate)?;
            in_time(field.earliest, None, day, facts, now)?;
            let heard = facts.complaints_until.map(day_in_vietnam);
            if step == Step::ReceiveComplaint && heard.is_some_and(|last| day > last) {
                return Err(FaultCode::NotAllowed);
            }
            Ok(Entry::Day(day))
        }
        FieldType::Moment => {
            let moment = DateTime::parse_from_rfc3339(&text)
                .map_err(|_| FaultCode::NotAMoment)?
                .to_utc()
                .trunc_subsecs(6);
            in_time(
                field.earliest,
                Some(moment),
                day_in_vietnam(moment),
                facts,
                now,
            )?;
            Ok(Entry::Moment(moment))
        }
        FieldType::Choice => values_of(field, facts)
            .contains(&text)
            .then_some(Entry::Text(text))
            .ok_or(FaultCode::NotAllowed),
        FieldType::Text
        | FieldType::Case
        | FieldType::Post
        | FieldType::Number
        | FieldType::List => {
            if text.chars().count() > field.longest {
                Err(FaultCode::TooLong)
            } else if text.chars().any(|c| c.is_control() && c != '\n') {
                Err(FaultCode::BadCharacters)
            } else {
                Ok(Entry::Text(text))
            }
        }
    }
}

/// The text in normal form, without the signs that copied text carries and nobody sees, as in declarations.
fn visible(typed: &str) -> String {
    let one = |c: char| match c {
        '\u{2028}' | '\u{2029}' => Some('\n'),
        c => (!is_invisible(c)).then_some(c),
    };
    let text: String = typed.chars().filter_map(one).collect();
    nfc(text.trim())
}

/// Not in the future, not before the accident, not before the step that must come first. Where
/// only the day of one of the two is known, days are compared.
fn in_time(
    earliest: Earliest,
    moment: Option<DateTime<Utc>>,
    day: NaiveDate,
    facts: &CaseFacts,
    now: DateTime<Utc>,
) -> Result<(), FaultCode> {
    if earliest == Earliest::Today {
        return if day < day_in_vietnam(now) {
            Err(FaultCode::TooEarly)
        } else {
            Ok(())
        };
    }
    if moment.map_or(day > day_in_vietnam(now), |moment| moment > now) {
        return Err(FaultCode::InTheFuture);
    }
    let is_before =
        |bound: DateTime<Utc>| moment.map_or(day < day_in_vietnam(bound), |moment| moment < bound);
    if is_before(facts.occurred_at) {
        return Err(FaultCode::BeforeAccident);
    }
    let progress = &facts.progress;
    let since = |first: Option<NaiveDate>| match first {
        Some(first) => day < first,
        None => is_before(facts.received_at),
    };
    let too_early = match earliest {
        Earliest::Opinion => since(progress.opinion_sent_on),
        Earliest::PoliceAnswer => since(progress.police_answered_on),
        Earliest::Suspension => since(progress.suspended_on),
        Earliest::FileSent => since(progress.file_sent_on),
        Earliest::PoliceDecision => since(progress.police_decided_on),
        Earliest::Any | Earliest::Accident | Earliest::Today => false,
        Earliest::Receipt => is_before(facts.received_at),
        Earliest::Decision => since(progress.works_since()),
        // Nobody meets while the file lies with the police.
        Earliest::Minutes => since(progress.drafted_on.max(progress.went_on_on)),
        Earliest::Publication => match (progress.announced_at, progress.recorded_on) {
            (Some(announced), _) => is_before(announced),
            (None, Some(recorded)) => day < recorded,
            (None, None) => is_before(facts.received_at),
        },
    };
    if too_early {
        return Err(FaultCode::TooEarly);
    }
    Ok(())
}

fn fault(name: &str, code: FaultCode) -> Fault {
    if name.is_empty() {
        return Fault {
            pointer: String::new(),
            code,
        };
    }
    fault_at("", name, code)
}

fn fault_at(at: &str, name: &str, code: FaultCode) -> Fault {
    Fault {
        pointer: format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
        code,
    }
}
