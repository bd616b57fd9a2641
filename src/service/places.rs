//! Search for places, page by page.

use chrono::NaiveDate;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use super::{Ctx, queue_params};
use crate::{
    domain::{
        access::Right,
        declaration::{Fault, FaultCode},
        place::{
            Found, UnitLevel,
            search::{Position, Rank},
        },
    },
    error::{AppError, Result},
    text::search_key,
    time::day_in_vietnam,
};

/// What to search for, as asked.
#[derive(Debug, Clone, Default)]
pub struct PlacesParams {
    /// Words of the name and of its parents.
    pub q: String,
    /// The day on which the unit is meant; today where absent.
    pub date: Option<NaiveDate>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// One page of a search.
#[derive(Debug)]
pub struct Page<'a> {
    /// The day on which the units are meant.
    pub day: NaiveDate,
    /// The best first.
    pub found: Vec<Found<'a>>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The places of one page. A cursor is good for its own words and day only: it keeps the day of the
/// first page, also where nobody named one and midnight passes in between.
pub fn search<'a>(ctx: &'a Ctx, params: &PlacesParams) -> Result<Page<'a>> {
    ctx.require(Right::SearchPlaces)?;
    let mut faults = Vec::new();
    let mut note = |name: &str, code| {
        faults.push(Fault {
            pointer: format!("/{name}"),
            code,
        });
    };
    let limit = queue_params::limit(params.limit.as_deref()).unwrap_or_else(|code| {
        note("limit", code);
        0
    });
    let words = fingerprint(&params.q);
    let after = params.cursor.as_deref().and_then(|cursor| {
        let read = Cursor::read(cursor)
            .filter(|read| read.words == words && params.date.is_none_or(|day| day == read.day));
        if read.is_none() {
            note("cursor", FaultCode::NotAllowed);
        }
        read
    });
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }

    let day = match (&after, params.date) {
        (Some(cursor), _) => cursor.day,
        (None, Some(day)) => day,
        (None, None) => day_in_vietnam(ctx.now),
    };
    let after = after.map(|cursor| cursor.position);
    let (found, next) = ctx
        .world
        .places
        .search(&params.q, day, after.as_ref(), limit as usize);
    let next = next.map(|position| {
        Cursor {
            day,
            words,
            position,
        }
        .written()
    });
    Ok(Page { day, found, next })
}

/// Where a page ends.
struct Cursor {
    day: NaiveDate,
    /// Of the words that were searched for.
    words: String,
    position: Position,
}

impl Cursor {
    fn written(&self) -> String {
        let Position { rank, level, code } = &self.position;
        let text = format!("{}|{}|{rank}|{level}|{code}", self.day, self.words);
        BASE64URL_NOPAD.encode(text.as_bytes())
    }

    fn read(cursor: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?).ok()?;
        let mut parts = text.splitn(5, '|');
        Some(Self {
            day: parts.next()?.parse().ok()?,
            words: parts.next()?.to_owned(),
            position: Position {
                rank: Rank::parse(parts.next()?)?,
                level: UnitLevel::parse(parts.next()?)?,
                code: parts.next()?.to_owned(),
            },
        })
    }
}

/// Stands for the words of a search in its cursor.
fn fingerprint(query: &str) -> String {
    let hash = Sha256::digest(search_key(query).as_bytes());
    HEXLOWER.encode(&hash[..6])
}
