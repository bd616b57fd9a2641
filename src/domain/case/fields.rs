//! What comes with a step: read with all its faults at once, then typed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use serde_json::{Map, Value};

use crate::{
    domain::{
        case::{
            CaseFacts, Step,
            step::{Earliest, Field, FieldType, StepRule},
        },
        declaration::{Fault, FaultCode},
    },
    text::nfc,
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
    Number(u32),
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
            Some(Entry::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// As the timeline keeps it: days as days, moments with the offset of Việt Nam.
    pub fn to_json(&self) -> Value {
        let entries = self.entries.iter().map(|(name, entry)| {
            let value = match entry {
                Entry::Text(text) => Value::from(text.as_str()),
                Entry::Day(day) => Value::from(day.to_string()),
                Entry::Moment(moment) => Value::from(rfc3339_in_vietnam(*moment)),
                Entry::Number(number) => Value::from(*number),
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

/// The values that a field of `rule` may take for this case; empty where any.
pub fn values_of(rule: &StepRule, field: &Field, facts: &CaseFacts) -> Vec<String> {
    if rule.step == Step::ChoosePlace && field.name == "commune_code" {
        facts.candidates.clone()
    } else {
        field
            .values
            .iter()
            .map(|value| (*value).to_owned())
            .collect()
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
    let known =
        |name: &str| name == SEEN_VERSION || rule.fields.iter().any(|field| field.name == name);
    for name in body.keys().filter(|name| !known(name)) {
        faults.push(fault(name, FaultCode::UnknownField));
    }
    let mut input = StepInput::default();
    let is_there = |name: &'static str| body.get(name).is_some_and(|value| !value.is_null());
    for field in rule.fields {
        match body.get(field.name) {
            None | Some(Value::Null) if !field.required || field.unless.is_some_and(is_there) => {}
            None | Some(Value::Null) => faults.push(fault(field.name, FaultCode::Required)),
            Some(value) => match entry(rule, field, value, facts, now) {
                Ok(entry) => {
                    input.entries.insert(field.name, entry);
                }
                // An optional text left empty is one left out.
                Err(FaultCode::Required) if !field.required => {}
                Err(code) => faults.push(fault(field.name, code)),
            },
        }
    }
    if faults.is_empty() {
        Ok(input)
    } else {
        Err(faults)
    }
}

fn entry(
    rule: &StepRule,
    field: &Field,
    value: &Value,
    facts: &CaseFacts,
    now: DateTime<Utc>,
) -> Result<Entry, FaultCode> {
    if field.kind == FieldType::Number {
        let most = match (rule.step, facts.extension) {
            (Step::Extend, Ok(most)) => most,
            _ => u32::MAX,
        };
        return match whole(value) {
            None => Err(FaultCode::WrongType),
            Some(number) if number < 1 => Err(FaultCode::TooSmall),
            Some(number) => u32::try_from(number)
                .ok()
                .filter(|number| *number <= most)
                .map(Entry::Number)
                .ok_or(FaultCode::TooLarge),
        };
    }
    let text = nfc(value.as_str().ok_or(FaultCode::WrongType)?.trim());
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
        FieldType::Choice => values_of(rule, field, facts)
            .contains(&text)
            .then_some(Entry::Text(text))
            .ok_or(FaultCode::NotAllowed),
        FieldType::Text | FieldType::Case | FieldType::Post | FieldType::Number => {
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

/// Not in the future, not before the accident, not before the step that must come first. Where
/// only the day of one of the two is known, days are compared.
fn in_time(
    earliest: Earliest,
    moment: Option<DateTime<Utc>>,
    day: NaiveDate,
    facts: &CaseFacts,
    now: DateTime<Utc>,
) -> Result<(), FaultCode> {
    if moment.map_or(day > day_in_vietnam(now), |moment| moment > now) {
        return Err(FaultCode::InTheFuture);
    }
    let is_before =
        |bound: DateTime<Utc>| moment.map_or(day < day_in_vietnam(bound), |moment| moment < bound);
    if is_before(facts.occurred_at) {
        return Err(FaultCode::BeforeAccident);
    }
    let progress = &facts.progress;
    let too_early = match earliest {
        Earliest::Any | Earliest::Accident => false,
        Earliest::Receipt => is_before(facts.received_at),
        Earliest::Decision => match progress.decided_on {
            Some(decided) => day < decided,
            None => is_before(facts.received_at),
        },
        Earliest::Minutes => match progress.drafted_on {
            Some(drafted) => day < drafted,
            None => is_before(facts.received_at),
        },
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
    let pointer = if name.is_empty() {
        String::new()
    } else {
        format!("/{}", name.replace('~', "~0").replace('/', "~1"))
    };
    Fault { pointer, code }
}
