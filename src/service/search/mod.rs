//! Cases found by words, without diacritics: of names, establishments, places and receipt numbers.
//!
//! Names stand sealed, so that no word of theirs is in any index: every word is written as a mark, a short hash
//! under a key of its own ([`crate::sealing::SearchKey`]), and is looked for by the same. Words of names have
//! marks of a kind of their own, which are asked for only where the caller may see names.

mod fill;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use crate::{
    domain::{
        access::{Facts, Right, audiences},
        audit::{Action, Object, ObjectKind},
        case::{
            Case,
            searched::{Searched, asked, starts},
        },
        declaration::{Declaration, Fault, FaultCode},
    },
    error::{AppError, Result},
    sealing::{CaseKey, Keys, Marked, SearchKeys},
    service::{Ctx, cases::QueuePage, likeness, opening, queue_params, sealed},
    store::{
        conn::DbConn,
        likeness as stored_likeness,
        queue::{Position, Sort},
        search::{self, Marks},
    },
};

pub use fill::{fill_all, fill_some};

/// The query of `GET /api/v1/cases/search`, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchQuery {
    /// Words, the last of which may be the beginning of one.
    pub q: Option<String>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The question that a query asks, or every fault in it.
struct Question {
    words: Vec<String>,
    limit: u32,
    after: Option<Position>,
}

impl SearchQuery {
    fn read(&self) -> Result<Question, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut note = |pointer: &str, code| {
            faults.push(Fault {
                pointer: pointer.to_owned(),
                code,
            });
        };
        let text = self.q.as_deref().unwrap_or_default();
        match queue_params::text_fault(text) {
            Some(code) => note("/q", code),
            None if text.trim().is_empty() => note("/q", FaultCode::Required),
            None => {}
        }
        let limit = queue_params::limit(self.limit.as_deref()).unwrap_or_else(|code| {
            note("/limit", code);
            1
        });
        let after = self.cursor.as_deref().and_then(|cursor| {
            let after = queue_params::position(Sort::Newest, cursor);
            if after.is_none() {
                note("/cursor", FaultCode::NotAllowed);
            }
            after
        });
        match faults.is_empty() {
            true => Ok(Question {
                words: asked(text),
                limit,
                after,
            }),
            false => Err(faults),
        }
    }
}

/// The cases of the caller in which every word stands, the newest first. Names are looked through where the
/// caller may read cases, and with them the names in them.
pub fn search(tx: &mut DbConn, ctx: &Ctx, query: &SearchQuery) -> Result<QueuePage> {
    ctx.require(Right::ListCases)?;
    let question = query.read().map_err(AppError::Invalid)?;
    if question.words.is_empty() {
        return Ok(QueuePage {
            items: Vec::new(),
            next: None,
        });
    }
    let sees_names = ctx.may(Right::ReadCase, Facts::Found);
    let held = ctx.keys.held();
    let ask = search::Ask {
        sight: &audiences(&ctx.actor),
        words: &marks_asked(&held.search, &question.words, sees_names),
        after: question.after.as_ref(),
        limit: question.limit,
        now: ctx.now,
    };
    let (items, next) = search::page(tx, &ask)?;
    let found = (items.len(), next.is_some());
    let asked = "GET /api/v1/cases/search";
    note_asked(ctx, asked, &question.words, sees_names, found);
    Ok(QueuePage {
        items,
        next: next.map(|position| queue_params::cursor_of(Sort::Newest, &position)),
    })
}

/// Notes that cases were looked for by `words` at the address `at`, in `names` of persons as well or not, and how
/// many of them were shown, and whether there are more. The words may be a person's name: only keyed hashes of them
/// are written, by which whoever knows a word finds out who asked for it.
pub fn note_asked(
    ctx: &Ctx,
    at: &str,
    words: &[String],
    names: bool,
    (found, more): (usize, bool),
) {
    let words: Vec<String> = words
        .iter()
        .map(|word| ctx.keys.passing_hash("traced search", word))
        .collect();
    let details = json!({ "words": words, "names": names, "found": found, "more": more });
    ctx.note_of(
        Action::SearchCases,
        Object::new(ObjectKind::Address, at),
        details,
    );
}

/// Writes anew by what `case` is found, with those who see it: its place, its establishment or the persons hurt are
/// others than before.
pub fn renew(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    seen_by: &BTreeSet<String>,
    key: &CaseKey,
) -> Result<()> {
    let facts = sealed::facts(key, case)?;
    search::set(tx, case, seen_by, &marks(&ctx.keys, case, facts.as_ref()))?;
    if let Some(shown) = facts.map(|facts| opening::shown(&facts, case.counts).into_owned()) {
        let keys = likeness::keys_of(&ctx.keys, &shown);
        stored_likeness::set(tx, &case.id, case.occurred_at, &keys)?;
    }
    Ok(())
}

/// For each word the marks of which a case must have one: those of every generation of the key, while cases are
/// marked anew.
fn marks_asked(keys: &SearchKeys, words: &[String], sees_names: bool) -> Vec<Vec<String>> {
    let marks = |(at, word): (usize, &String)| {
        let mut kinds = vec![Marked::Word];
        if sees_names {
            kinds.push(Marked::Name);
        }
        if at + 1 == words.len() {
            kinds.push(Marked::Start);
            if sees_names {
                kinds.push(Marked::NameStart);
            }
        }
        let under = |of: Marked| keys.all().map(move |key| key.mark(of, word));
        kinds.into_iter().flat_map(under).collect()
    };
    words.iter().enumerate().map(marks).collect()
}

/// The marks by which a case is found, of whose facts `declaration` is kept. Of a case of the army or the police
/// only those of what is shown of it.
pub fn marks(keys: &Keys, case: &Case, declaration: Option<&Declaration>) -> Marks {
    let shown = declaration.map(|facts| opening::shown(facts, case.counts));
    let searched = Searched::of(case, shown.as_deref());
    let held = keys.held();
    let (made_with, key) = held.search.newest();
    let mut marks = BTreeSet::new();
    for (words, whole, start) in [
        (&searched.words, Marked::Word, Marked::Start),
        (&searched.names, Marked::Name, Marked::NameStart),
    ] {
        for word in words {
            marks.insert(key.mark(whole, word));
            marks.extend(starts(word).map(|begun| key.mark(start, begun)));
        }
    }
    let marks: Vec<String> = marks.into_iter().collect();
    Marks {
        made_with,
        text: marks.join(" "),
    }
}
