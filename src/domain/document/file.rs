//! The file of each victim: which items have a document, which are answered, which are missing.

use std::collections::BTreeMap;

use super::FileItem;
use crate::named;

named! {
    /// How an item of a victim's file stands.
    pub enum ItemState {
        /// There is a document here.
        Document = "document",
        /// Somebody checked the file and said that it holds it, on paper.
        OnPaper = "on_paper",
        /// A step of the case says that it was made; the document itself is not here.
        Recorded = "recorded",
        /// Somebody checked the file and said that there is none.
        AnsweredNone = "answered_none",
        /// Nobody has said anything.
        Missing = "missing",
    }
}

/// An item of a victim's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemLine {
    /// Which.
    pub item: FileItem,
    /// How it stands.
    pub state: ItemState,
    /// How many documents there are for it: the victim's own and those of the whole case.
    pub documents: u32,
}

/// The file of one victim (D39 Art. 16.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VictimFile {
    /// Number of the victim.
    pub victim: u32,
    /// Items a to k.
    pub items: Vec<ItemLine>,
}

impl VictimFile {
    /// Whether every item is there or answered.
    pub fn is_complete(&self) -> bool {
        let mut items = self.items.iter();
        items.all(|line| line.state != ItemState::Missing)
    }
}

/// What the file of `victim` holds.
///
/// - `counts`: documents that are kept, by item and victim (`None`: of the whole case);
/// - `answers`: the last answers of the step `check_file`, by field; `None` before it;
/// - `minutes`, `meeting`: whether the steps of the minutes and of their announcement were taken.
pub fn file_of(
    victim: u32,
    counts: &BTreeMap<(FileItem, Option<u32>), u32>,
    answers: Option<&BTreeMap<String, String>>,
    minutes: bool,
    meeting: bool,
) -> VictimFile {
    let line = |item: FileItem| {
        let count = |of: Option<u32>| counts.get(&(item, of)).copied().unwrap_or(0);
        let documents = count(Some(victim)) + count(None);
        let answer = item.field().and_then(|field| answers?.get(field));
        let recorded = match item {
            FileItem::InvestigationMinutes => minutes,
            FileItem::MeetingMinutes => meeting,
            _ => false,
        };
        let state = match (documents, answer.map(String::as_str)) {
            (1.., _) => ItemState::Document,
            (0, Some("in_file")) => ItemState::OnPaper,
            (0, Some(_)) => ItemState::AnsweredNone,
            (0, None) if recorded => ItemState::Recorded,
            (0, None) => ItemState::Missing,
        };
        ItemLine {
            item,
            state,
            documents,
        }
    };
    let items = FileItem::ALL
        .iter()
        .filter(|item| **item != FileItem::Other);
    VictimFile {
        victim,
        items: items.map(|item| line(*item)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_an_answer_and_silence_are_told_apart() {
        let counts = BTreeMap::from([
            ((FileItem::Sketch, None), 2),
            ((FileItem::InjuryCertificate, Some(1)), 1),
            ((FileItem::DischargePaper, Some(2)), 1),
        ]);
        let answers = BTreeMap::from(
            [
                ("scene_minutes", "none"),
                ("photographs", "in_file"),
                ("examination_minutes", "declared_dead_by_court"),
                ("discharge_paper", "none"),
            ]
            .map(|(field, answer)| (field.to_owned(), answer.to_owned())),
        );
        let file = file_of(1, &counts, Some(&answers), true, false);
        let states: Vec<&str> = file.items.iter().map(|line| line.state.as_str()).collect();
        assert_eq!(
            states,
            [
                "answered_none",
                "document",
                "on_paper",
                "answered_none",
                "missing",
                "missing",
                "recorded",
                "missing",
                "document",
                "answered_none",
            ]
        );
        assert!(!file.is_complete());
    }

    #[test]
    fn before_anybody_checked_everything_without_a_document_is_missing() {
        let file = file_of(1, &BTreeMap::new(), None, false, false);
        assert_eq!(file.items.len(), 10);
        assert!(
            file.items
                .iter()
                .all(|line| line.state == ItemState::Missing)
        );
    }
}
