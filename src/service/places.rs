//! Search for places, page by page.

use std::{collections::BTreeMap, iter};

use chrono::NaiveDate;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use super::{Ctx, queue_params};
use crate::{
    domain::{
        access::Right,
        declaration::{Fault, FaultCode},
        law::{Subject, ValueKey},
        place::{
            Found, Unit, UnitLevel,
            search::{Position, Rank},
        },
    },
    error::{AppError, Result},
    text::search_key,
    time::day_in_vietnam,
};

/// More provinces and districts than one name fits.
const MOST_ABOVE: usize = 100;

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

/// A commune of today, by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    /// Code.
    pub code: String,
    /// Name with its type and that of its province: `Xã Cẩm Giàng, Tỉnh Thái Nguyên`.
    pub name: String,
    /// The unit before the reform by whose name it was found, with its parents of then.
    pub before: Option<String>,
}

impl Commune {
    fn of(ctx: &Ctx, unit: &Unit) -> Self {
        Self {
            code: unit.code.clone(),
            name: named(ctx, unit, day_in_vietnam(ctx.now)),
            before: None,
        }
    }
}

/// A unit with its parents of that day.
fn named(ctx: &Ctx, unit: &Unit, day: NaiveDate) -> String {
    let parents = ctx.world.places.parents_of(unit, day);
    let names = parents.map(|parent| parent.full_name.as_str());
    let names: Vec<&str> = iter::once(unit.full_name.as_str()).chain(names).collect();
    names.join(", ")
}

/// At most `most` communes of today for what somebody typed, the best first; and whether there are more. People go
/// on using names from before the reform: where too few of today's fit, those lead to what became of them.
pub fn communes(ctx: &Ctx, q: &str, most: usize) -> Result<(Vec<Commune>, bool)> {
    ctx.require(Right::SearchPlaces)?;
    let today = day_in_vietnam(ctx.now);
    let places = &ctx.world.places;
    let on = |day| {
        // Provinces and districts stand before communes where they fit as well.
        let (found, more) = places.search(q, day, None, most + MOST_ABOVE);
        let units = found.into_iter().map(|found| found.unit);
        let units = units.filter(|unit| unit.level == UnitLevel::Commune);
        (units.collect::<Vec<_>>(), more.is_some())
    };
    let (units, mut are_more) = on(today);
    let mut communes: Vec<Commune> = units.iter().map(|unit| Commune::of(ctx, unit)).collect();
    let reforms = ctx.world.law.rules(Subject::Value).iter();
    let reforms = reforms.filter(|rule| rule.key == ValueKey::UnitsReform.as_str());
    let days = reforms
        .map(|rule| rule.valid_from)
        .filter(|day| *day <= today);
    let eve = days.max().and_then(|day| day.pred_opt());
    if let Some(eve) = eve.filter(|_| communes.len() < most) {
        let (units, more) = on(eve);
        are_more |= more;
        for unit in units {
            for now in places.on_day(unit, today) {
                if communes.iter().all(|known| known.code != now.code) {
                    communes.push(Commune {
                        before: Some(named(ctx, unit, eve)),
                        ..Commune::of(ctx, now)
                    });
                }
            }
        }
    }
    are_more |= communes.len() > most;
    communes.truncate(most);
    Ok((communes, are_more))
}

/// A province and its communes.
pub struct Province<'a> {
    /// Name with its type.
    pub name: &'a str,
    /// Code and name, with its type, of each commune.
    pub communes: Vec<(&'a str, &'a str)>,
}

/// Every commune of today, by its province.
pub fn all_communes(ctx: &Ctx) -> Result<Vec<Province<'_>>> {
    ctx.require(Right::SearchPlaces)?;
    let today = day_in_vietnam(ctx.now);
    let places = &ctx.world.places;
    let mut by_province = BTreeMap::<&str, Vec<(&str, &str)>>::new();
    for unit in places.in_force(UnitLevel::Commune, today) {
        let communes = by_province.entry(&unit.province_code).or_default();
        communes.push((&unit.code, &unit.full_name));
    }
    let provinces = by_province.into_iter().filter_map(|(code, communes)| {
        let province = places.unit_on(UnitLevel::Province, code, today).ok()?;
        Some(Province {
            name: &province.full_name,
            communes,
        })
    });
    Ok(provinces.collect())
}

/// Today's commune of a code.
pub fn commune(ctx: &Ctx, code: &str) -> Result<Option<Commune>> {
    ctx.require(Right::SearchPlaces)?;
    let today = day_in_vietnam(ctx.now);
    let places = &ctx.world.places;
    let unit = places.unit_on(UnitLevel::Commune, code, today).ok();
    Ok(unit.map(|unit| Commune::of(ctx, unit)))
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
