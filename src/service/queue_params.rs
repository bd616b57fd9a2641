//! What a query of the queue says: read with all its faults at once. A cursor is opaque, and good
//! only for the order that it was made for.

use chrono::{DateTime, Datelike, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        case::{CaseStatus, views::QueueView},
        classify::CaseClass,
        declaration::{Fault, FaultCode},
    },
    ids::CaseId,
    store::queue::{Position, QueueFilter, Sort, StatusFilter},
    text::{nfc, search_key},
};

const DEFAULT_LIMIT: u32 = 50;
const MOST: u32 = 100;
const LONGEST_TEXT: usize = 200;

/// The query of `GET /api/v1/cases`, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QueueParams {
    /// A view: `mine`, `unit`, `unassigned`, `waiting`, `due_this_week`, `overdue`; open work only.
    pub view: Option<String>,
    /// A state (`RECEIVED`, …), or `open` for all that have not ended; every case where absent.
    pub status: Option<String>,
    /// A class.
    pub class: Option<String>,
    /// Cases with a limit that ends before this moment (RFC 3339; write `+` as `%2B`).
    pub due_before: Option<String>,
    /// `true`: a limit has passed; `false`: none has.
    pub overdue: Option<String>,
    /// Exactly this name.
    pub assigned_to: Option<String>,
    /// Words of place, establishment, tax code or receipt number, without diacritics.
    pub q: Option<String>,
    /// Today's code of a commune.
    pub commune: Option<String>,
    /// Today's code of a province.
    pub province: Option<String>,
    /// `due` (the default): the nearest limit first; `-received`: the newest first.
    pub sort: Option<String>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl QueueParams {
    /// The filter that the texts say, or every fault in them; pointers are `/` and the name.
    pub fn read(&self) -> Result<QueueFilter, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut note = |name: &str, code| {
            faults.push(Fault {
                pointer: format!("/{name}"),
                code,
            });
        };
        let mut filter = QueueFilter::default();
        if let Some(text) = &self.view {
            filter.view = QueueView::parse(text);
            if filter.view.is_none() {
                note("view", FaultCode::NotAllowed);
            }
        }
        match self.status.as_deref() {
            None => {}
            Some("open") => filter.status = StatusFilter::Open,
            Some(text) => match CaseStatus::parse(text) {
                Some(status) => filter.status = StatusFilter::Exactly(status),
                None => note("status", FaultCode::NotAllowed),
            },
        }
        if let Some(text) = &self.class {
            filter.class = CaseClass::parse(text);
            if filter.class.is_none() {
                note("class", FaultCode::NotAllowed);
            }
        }
        if let Some(text) = &self.due_before {
            match DateTime::parse_from_rfc3339(text) {
                Ok(moment) => filter.due_before = Some(moment.to_utc()),
                Err(_) => note("due_before", FaultCode::NotAMoment),
            }
        }
        match self.overdue.as_deref() {
            None => {}
            Some("true") => filter.overdue = Some(true),
            Some("false") => filter.overdue = Some(false),
            Some(_) => note("overdue", FaultCode::NotAllowed),
        }
        for (name, text) in [("assigned_to", &self.assigned_to), ("q", &self.q)] {
            if let Some(code) = text_fault(text.as_deref().unwrap_or_default()) {
                note(name, code);
            }
        }
        filter.assigned_to = self.assigned_to.as_deref().map(|name| nfc(name.trim()));
        for (name, code, digits) in [
            ("commune", &self.commune, 5),
            ("province", &self.province, 2),
        ] {
            let has_form =
                |code: &String| code.len() == digits && code.bytes().all(|b| b.is_ascii_digit());
            if !code.as_ref().is_none_or(has_form) {
                note(name, FaultCode::NotAllowed);
            }
        }
        filter.commune.clone_from(&self.commune);
        filter.province.clone_from(&self.province);
        let asked = self.q.as_deref().unwrap_or_default();
        filter.words = words(asked);
        filter.finds_nothing = filter.words.is_empty() && !asked.trim().is_empty();
        match self.sort.as_deref() {
            None | Some("due") => {}
            Some("-received") => filter.sort = Sort::Newest,
            Some(_) => note("sort", FaultCode::NotAllowed),
        }
        match limit(self.limit.as_deref()) {
            Ok(limit) => filter.limit = limit,
            Err(code) => note("limit", code),
        }
        if let Some(text) = &self.cursor {
            filter.after = position(filter.sort, text);
            if filter.after.is_none() {
                note("cursor", FaultCode::NotAllowed);
            }
        }
        if faults.is_empty() {
            Ok(filter)
        } else {
            Err(faults)
        }
    }
}

/// What is wrong with a text of a query.
pub(super) fn text_fault(text: &str) -> Option<FaultCode> {
    if text.chars().count() > LONGEST_TEXT {
        return Some(FaultCode::TooLong);
    }
    let is_bad = text.chars().any(char::is_control);
    is_bad.then_some(FaultCode::BadCharacters)
}

/// How many entries a page of a list has at most.
pub(super) fn limit(text: Option<&str>) -> Result<u32, FaultCode> {
    match text.map(str::parse::<u32>) {
        None => Ok(DEFAULT_LIMIT),
        Some(Ok(0)) => Err(FaultCode::TooSmall),
        Some(Ok(limit)) if limit <= MOST => Ok(limit),
        Some(Ok(_)) => Err(FaultCode::TooLarge),
        Some(Err(_)) => Err(FaultCode::WrongType),
    }
}

/// The words of a search, each as it stands in a search key; at most ten.
fn words(text: &str) -> Vec<String> {
    let key = search_key(text);
    key.split_whitespace().take(10).map(str::to_owned).collect()
}

/// The cursor of the page after `position`.
pub fn cursor_of(sort: Sort, position: &Position) -> String {
    let text = format!(
        "{}|{}|{}",
        mark(sort),
        position.at.timestamp_micros(),
        position.id
    );
    BASE64URL_NOPAD.encode(text.as_bytes())
}

/// The position that a cursor of this order means.
pub(super) fn position(sort: Sort, cursor: &str) -> Option<Position> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?).ok()?;
    let mut parts = text.splitn(3, '|');
    if parts.next()? != mark(sort) {
        return None;
    }
    let micros: i64 = parts.next()?.parse().ok()?;
    let at: DateTime<Utc> = DateTime::from_timestamp_micros(micros)?;
    // Far more than any case can have; a database refuses some of the others.
    let is_possible = (1970..=9999).contains(&at.year());
    let id = CaseId::parse(parts.next()?)?;
    is_possible.then_some(Position { at, id })
}

fn mark(sort: Sort) -> &'static str {
    match sort {
        Sort::Due => "d",
        Sort::Newest => "r",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(params: QueueParams) -> Vec<(String, FaultCode)> {
        let faults = params.read().unwrap_err().into_iter();
        faults.map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn without_parameters_it_is_every_case_fifty_a_page() {
        let filter = QueueParams::default().read().unwrap();
        assert_eq!(filter.status, StatusFilter::Any);
        assert_eq!((filter.limit, filter.sort), (50, Sort::Due));
    }

    #[test]
    fn every_wrong_parameter_is_named_at_once() {
        let some = |text: &str| Some(text.to_owned());
        let found = faults(QueueParams {
            status: some("DONE"),
            class: some("fatal"),
            due_before: some("tomorrow"),
            overdue: some("yes"),
            q: some(&"a".repeat(201)),
            sort: some("received"),
            limit: some("101"),
            cursor: some("***"),
            ..QueueParams::default()
        });
        let expected = [
            ("/status", FaultCode::NotAllowed),
            ("/class", FaultCode::NotAllowed),
            ("/due_before", FaultCode::NotAMoment),
            ("/overdue", FaultCode::NotAllowed),
            ("/q", FaultCode::TooLong),
            ("/sort", FaultCode::NotAllowed),
            ("/limit", FaultCode::TooLarge),
            ("/cursor", FaultCode::NotAllowed),
        ];
        assert_eq!(
            found,
            expected.map(|(pointer, code)| (pointer.to_owned(), code))
        );
    }

    #[test]
    fn a_cursor_is_good_for_its_own_order_only() {
        let position = Position {
            at: DateTime::from_timestamp_micros(1_773_000_000_123_456).unwrap(),
            id: CaseId::generate(),
        };
        let cursor = Some(cursor_of(Sort::Due, &position));
        let by_due = QueueParams {
            cursor: cursor.clone(),
            ..QueueParams::default()
        };
        assert_eq!(by_due.read().unwrap().after, Some(position));
        let by_receipt = QueueParams {
            cursor,
            sort: Some("-received".to_owned()),
            ..QueueParams::default()
        };
        assert_eq!(
            faults(by_receipt),
            [("/cursor".to_owned(), FaultCode::NotAllowed)]
        );
    }

    #[test]
    fn a_search_is_split_into_words_without_diacritics() {
        assert_eq!(
            words("  Cẩm  Giàng, TN-26 % "),
            ["cam", "giang", "tn", "26"]
        );
    }
}
