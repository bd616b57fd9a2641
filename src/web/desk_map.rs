//! `/desk/map`: open cases by place, as tiles of text. The reference data hold no positions of communes, so that
//! provinces stand about where they lie, by hand, and the communes of one in the order of their codes, in which
//! neighbours mostly follow each other.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::chrome::Chrome;
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        decide::World,
        place::{Unit, UnitLevel},
    },
    error::Result,
    service::cases,
    time::day_in_vietnam,
    wording::desk_page as words,
};

/// The map of the country, from north to south and west to east, five tiles beside each other as in `page.css`: codes
/// of the provinces in force since 2025. One that is not among them stands below the map.
const COUNTRY: &str = "\
-- 12 15 08 04
11 14 25 19 20
-- -- 01 24 22
-- -- 37 33 31
-- -- 38 -- --
-- -- 40 -- --
-- -- -- 42 --
-- -- -- 44 46
-- -- -- -- 48
-- -- -- 51 52
-- -- -- 66 56
-- 80 75 68 --
91 82 79 -- --
92 86 -- -- --
96 -- -- -- --";
/// Colours, beside that of nothing.
const LEVELS: i64 = 4;
/// Places in the table.
const MOST: usize = 15;

/// A place, or a gap between places.
struct Tile {
    /// Nothing where no case is open.
    href: Option<String>,
    name: String,
    count: i64,
    /// 0 to 4.
    level: i64,
    is_gap: bool,
}

#[derive(Template)]
#[template(path = "desk_map.html", config = "src/web/askama.toml")]
struct MapPage {
    c: Chrome,
    /// The province; nothing for the country.
    of: Option<String>,
    is_one_of_many: bool,
    tiles: Vec<Tile>,
    /// Those with the most cases.
    most: Vec<(String, String, i64)>,
    total: i64,
    elsewhere: i64,
}

fn tile(name: &str, count: i64, most: i64, href: String) -> Tile {
    Tile {
        href: (count > 0).then_some(href),
        name: name.to_owned(),
        count,
        level: (count * LEVELS + most - 1) / most.max(1),
        is_gap: false,
    }
}

fn gap() -> Tile {
    Tile {
        href: None,
        name: String::new(),
        count: 0,
        level: 0,
        is_gap: true,
    }
}

/// The provinces where they lie, then those that nobody has placed.
fn country(provinces: &BTreeMap<&str, &Unit>, counts: &BTreeMap<&str, i64>) -> Vec<Tile> {
    let most = counts.values().copied().max().unwrap_or_default();
    let shown = |unit: &Unit| {
        let count = counts.get(unit.code.as_str()).copied().unwrap_or_default();
        let href = format!("/desk/map?province={}", unit.code);
        tile(&unit.name, count, most, href)
    };
    let placed: Vec<&str> = COUNTRY.split_whitespace().collect();
    let on_map = placed.iter().map(|code| match provinces.get(code) {
        Some(unit) => shown(unit),
        None => gap(),
    });
    let unplaced = provinces.iter().filter(|(code, _)| !placed.contains(code));
    on_map
        .chain(unplaced.map(|(_, unit)| shown(unit)))
        .collect()
}

/// The communes of a province, by code.
fn communes<'a>(units: impl Iterator<Item = &'a Unit>, counts: &BTreeMap<&str, i64>) -> Vec<Tile> {
    let mut units: Vec<&Unit> = units.collect();
    units.sort_by(|one, other| one.code.cmp(&other.code));
    let count_of = |unit: &Unit| counts.get(unit.code.as_str()).copied().unwrap_or_default();
    let most = units.iter().map(|unit| count_of(unit)).max();
    let shown = |unit: &&Unit| {
        let href = format!("/desk?commune={}", unit.code);
        tile(
            &unit.full_name,
            count_of(unit),
            most.unwrap_or_default(),
            href,
        )
    };
    units.iter().map(shown).collect()
}

fn drawn(
    c: Chrome,
    (world, today): (&World, NaiveDate),
    (own, asked): (Option<&str>, Option<&str>),
    counted: &[(String, String, i64)],
) -> MapPage {
    let provinces = world.places.in_force(UnitLevel::Province, today);
    let provinces: BTreeMap<&str, &Unit> =
        provinces.map(|unit| (unit.code.as_str(), unit)).collect();
    let mut by_province: BTreeMap<&str, i64> = BTreeMap::new();
    for (province, _, count) in counted {
        *by_province.entry(province).or_default() += count;
    }
    // Whoever works in one province is shown it at once.
    let of = asked.or(own).and_then(|code| provinces.get(code).copied());
    let (tiles, total) = match of {
        None => (
            country(&provinces, &by_province),
            by_province.values().sum(),
        ),
        Some(province) => {
            let own = counted.iter().filter(|(of, _, _)| *of == province.code);
            let counts: BTreeMap<&str, i64> = own
                .map(|(_, commune, count)| (commune.as_str(), *count))
                .collect();
            let units = world.places.in_force(UnitLevel::Commune, today);
            let units = units.filter(|unit| unit.province_code == province.code);
            (communes(units, &counts), counts.values().sum())
        }
    };
    let mut most: Vec<(String, String, i64)> = tiles
        .iter()
        .filter_map(|tile| Some((tile.href.clone()?, tile.name.clone(), tile.count)))
        .collect();
    most.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    most.truncate(MOST);
    let on_map: i64 = tiles.iter().map(|tile| tile.count).sum();
    MapPage {
        of: of.map(|unit| unit.full_name.clone()),
        is_one_of_many: of.is_some() && own.is_none(),
        most,
        total,
        elsewhere: total - on_map,
        tiles,
        c,
    }
}

/// Of which province.
#[derive(Deserialize)]
pub struct MapQuery {
    province: Option<String>,
}

/// `GET /desk/map`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<MapQuery>,
) -> Result<HttpResponse> {
    let today = day_in_vietnam(state.clock.now());
    let (actor, world, counted) = state
        .read_as(sender, |tx, ctx| {
            let counted = cases::open_by_commune(tx, ctx)?;
            Ok((ctx.actor.clone(), ctx.world.clone(), counted))
        })
        .await?;
    let c = Chrome::of(&request).with(&actor);
    let own = actor.commune_code.as_deref().and_then(|code| {
        let unit = world.places.unit_on(UnitLevel::Commune, code, today).ok()?;
        Some(unit.province_code.as_str())
    });
    let own = own.or(actor.province_code.as_deref());
    let page = drawn(
        c,
        (&world, today),
        (own, query.province.as_deref()),
        &counted,
    );
    Ok(page.c.ok(&page))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_map_of_the_country_holds_each_province_once() {
        let rows: Vec<Vec<&str>> = COUNTRY
            .lines()
            .map(|line| line.split(' ').collect())
            .collect();
        assert!(rows.iter().all(|row| row.len() == 5));
        let placed = COUNTRY.split_whitespace().filter(|code| *code != "--");
        let codes: BTreeSet<&str> = placed.clone().collect();
        assert_eq!((codes.len(), placed.count()), (34, 34));
    }

    #[test]
    fn the_most_is_the_darkest_and_one_case_is_seen() {
        let level = |count| tile("", count, 40, String::new()).level;
        assert_eq!([0, 1, 10, 11, 39, 40].map(level), [0, 1, 1, 2, 4, 4]);
        assert!(tile("", 0, 0, String::new()).href.is_none());
    }
}
