//! `/figures`: accidents, deaths and seriously injured by half-year and province, as a drawing and as a table. Which
//! numbers are shown is decided in [`crate::domain::suppress`]; a year is the sum of what its halves show.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::bars::{Bar, CLASSES, bar};
use crate::{
    api::extract::{Credentials, Stranger},
    app::AppState,
    domain::suppress::{Row, SMALLEST},
    error::{AppError, Result},
    service::published::{Half, HalfFigures},
    time::day_in_vietnam,
    web::{
        chrome::Chrome,
        visitor::{frame, visitor},
    },
    wording::{Text, open_pages as words},
};

/// How many years can be chosen.
const YEARS: i32 = 6;
/// Accidents, fatal, with seriously injured, other, dead, seriously injured.
const COLUMNS: [Text; 6] = [
    words::ACCIDENTS,
    words::FATAL,
    words::SERIOUS,
    words::OTHER,
    words::DEAD,
    words::INJURED,
];

/// Numbers of a row, in the order of the columns; none for one that is not shown.
type Numbers = [Option<i64>; 6];

/// What is asked for: without a part the whole year, as far as both of its halves have ended.
#[derive(Deserialize)]
pub struct Asked {
    year: Option<i32>,
    part: Option<u8>,
}

/// A year or a half of it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Period {
    year: i32,
    part: Option<bool>,
}

impl Period {
    /// What is asked for, where it has ended and can be chosen.
    fn of(asked: &Asked, last: Half) -> Option<Self> {
        let year = asked.year.unwrap_or(last.year);
        let is_whole = year < last.year || last.is_second;
        let part = match asked.part {
            None => (!is_whole).then_some(false),
            Some(1) => Some(false),
            Some(2) if is_whole => Some(true),
            Some(_) => return None,
        };
        (last.year - YEARS < year && year <= last.year).then_some(Self { year, part })
    }

    fn halves(self) -> Vec<Half> {
        let half = |is_second| Half {
            year: self.year,
            is_second,
        };
        match self.part {
            Some(is_second) => vec![half(is_second)],
            None => vec![half(false), half(true)],
        }
    }

    fn href(self) -> String {
        match self.part {
            None => format!("/figures?year={}", self.year),
            Some(is_second) => {
                format!(
                    "/figures?year={}&part={}",
                    self.year,
                    1 + u8::from(is_second)
                )
            }
        }
    }

    fn said(self, c: &Chrome) -> String {
        let text = match self.part {
            None => words::YEAR,
            Some(false) => words::FIRST,
            Some(true) => words::SECOND,
        };
        c.t(text).replace("{year}", &self.year.to_string())
    }
}

fn numbers(row: &Row) -> Numbers {
    let column = |nth| row.column(nth);
    [
        row.sum(),
        column(0),
        column(1),
        column(2),
        column(3),
        column(4),
    ]
}

/// Both, where both are shown.
fn sum(one: Numbers, other: Numbers) -> Numbers {
    let mut both = one;
    for (number, other) in both.iter_mut().zip(other) {
        *number = number.zip(other).map(|(one, other)| one + other);
    }
    both
}

/// What of a period is shown: the country, and its provinces by name.
fn shown(halves: &[Arc<HalfFigures>]) -> (Numbers, Vec<(Option<String>, Numbers)>) {
    let mut all: Option<Numbers> = None;
    let mut rows: Vec<(Option<String>, Numbers)> = Vec::new();
    for half in halves {
        let of_half = numbers(&half.shown.all);
        all = Some(all.map_or(of_half, |before| sum(before, of_half)));
        for (name, row) in half.provinces.iter().zip(&half.shown.rows) {
            let of_half = numbers(row);
            match rows.iter_mut().find(|(known, _)| known == name) {
                Some((_, before)) => *before = sum(*before, of_half),
                None => rows.push((name.clone(), of_half)),
            }
        }
    }
    (all.unwrap_or_default(), rows)
}

/// What the country has beyond the rows that are shown; nothing where they are all of it. Where one of them does not show
/// a number, what is left of the country's is not that of the others alone.
fn rest(all: Numbers, rows: &[(String, Numbers)]) -> Option<Numbers> {
    let mut rest = all;
    for (nth, number) in rest.iter_mut().enumerate() {
        let shown: Option<i64> = rows.iter().map(|(_, row)| row[nth]).sum();
        *number = number.zip(shown).map(|(all, shown)| all - shown);
    }
    rest.iter()
        .flatten()
        .any(|number| *number > 0)
        .then_some(rest)
}

/// A line of the table.
struct Line {
    name: String,
    cells: Vec<Option<i64>>,
}

/// A choice of another period.
struct Choice {
    href: String,
    text: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "figures.html", config = "src/web/askama.toml")]
struct FiguresPage {
    c: Chrome,
    period: String,
    years: Vec<Choice>,
    parts: Vec<Choice>,
    columns: Vec<&'static str>,
    legend: Vec<(&'static str, &'static str)>,
    bars: Vec<Bar>,
    lines: Vec<Line>,
    foot: Option<Line>,
    counted: DateTime<Utc>,
    why: String,
}

fn choices(c: &Chrome, period: Period, last: Half) -> (Vec<Choice>, Vec<Choice>) {
    let choice = |to: Period, text: String, is_here: bool| Choice {
        href: to.href(),
        text,
        is_here,
    };
    let years = (last.year - YEARS + 1..=last.year).rev();
    let years = years.map(|year| {
        let to = Period { year, part: None };
        choice(to, year.to_string(), year == period.year)
    });
    let parts = [None, Some(false), Some(true)].into_iter();
    let parts = parts.map(|part| Period { part, ..period });
    // A half that still goes on is no choice, and neither is its year.
    let ended = parts.filter(|to| to.halves().iter().all(|half| *half <= last));
    let parts = ended.map(|to| choice(to, to.said(c), to == period));
    (years.collect(), parts.collect())
}

/// `GET /figures`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
    query: Query<Asked>,
) -> Result<HttpResponse> {
    let last = Half::last_ended(day_in_vietnam(state.clock.now()));
    let period = Period::of(&query, last).ok_or(AppError::NotFound("page"))?;
    let visitor = visitor(&state, sender).await?;
    let c = frame(&request, visitor.as_ref());
    let mut counted = state.clock.now();
    let mut halves = Vec::new();
    for half in period.halves() {
        let (at, figures) = state.figures(stranger.clone(), half).await?;
        counted = counted.min(at);
        halves.push(figures);
    }
    let (all, rows) = shown(&halves);
    let named = rows.into_iter().map(|(name, row)| {
        let name = name.unwrap_or_else(|| c.t(words::ELSEWHERE).to_owned());
        (name, row)
    });
    // A row that shows nothing, or that nothing happened, is one of the others.
    let mut rows: Vec<(String, Numbers)> = named.filter(|(_, row)| row[0] > Some(0)).collect();
    rows.sort_by(|(one, a), (other, b)| b[0].cmp(&a[0]).then_with(|| one.cmp(other)));
    let most = rows.first().and_then(|(_, row)| row[0]).unwrap_or(1);
    let bars = rows.iter().map(|(name, row)| {
        let classes = row[1].zip(row[2]).zip(row[3]);
        let classes = classes.map(|((fatal, serious), other)| [fatal, serious, other]);
        bar(&c, name, row[0].unwrap_or_default(), classes, most)
    });
    let line = |name: &str, numbers: Numbers| Line {
        name: name.to_owned(),
        cells: numbers.to_vec(),
    };
    let mut lines: Vec<Line> = rows.iter().map(|(name, row)| line(name, *row)).collect();
    let others = rest(all, &rows).filter(|_| !rows.is_empty());
    lines.extend(others.map(|rest| line(c.t(words::OTHERS), rest)));
    let (years, parts) = choices(&c, period, last);
    let legend = CLASSES.iter().map(|(name, tone)| (c.t(*name), *tone));
    let legend = legend.chain([(c.t(words::UNDIVIDED), "quiet")]);
    let page = FiguresPage {
        period: period.said(&c),
        years,
        parts,
        columns: COLUMNS.iter().map(|name| c.t(*name)).collect(),
        legend: legend.collect(),
        bars: bars.collect(),
        lines,
        foot: all[0].map(|_| line(c.t(words::COUNTRY), all)),
        counted,
        why: c
            .t(words::WHY_SMALL)
            .replace("{largest}", &(SMALLEST - 1).to_string()),
        c,
    };
    Ok(page.c.ok(&page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_ended_can_be_chosen() {
        let last = Half {
            year: 2026,
            is_second: false,
        };
        let of = |year, part| Period::of(&Asked { year, part }, last).map(Period::href);
        assert_eq!(of(None, None).unwrap(), "/figures?year=2026&part=1");
        assert_eq!(of(Some(2025), None).unwrap(), "/figures?year=2025");
        assert_eq!(
            of(Some(2025), Some(2)).unwrap(),
            "/figures?year=2025&part=2"
        );
        for (year, part) in [(2026, Some(2)), (2027, None), (2020, None), (2025, Some(3))] {
            assert_eq!(of(Some(year), part), None, "{year} {part:?}");
        }
    }

    #[test]
    fn a_year_shows_what_both_of_its_halves_show() {
        let one = [Some(9), None, Some(5), None, Some(0), Some(6)];
        let other = [Some(7), Some(5), Some(6), None, None, Some(5)];
        assert_eq!(
            sum(one, other),
            [Some(16), None, Some(11), None, None, Some(11)]
        );
    }

    #[test]
    fn the_others_are_what_the_country_has_beyond() {
        let all = [Some(30), None, None, None, Some(9), Some(0)];
        let rows = [(
            "Tỉnh A".to_owned(),
            [Some(20), None, None, None, Some(9), Some(0)],
        )];
        let others = rest(all, &rows).unwrap();
        assert_eq!(others, [Some(10), None, None, None, Some(0), Some(0)]);
        assert!(rest(rows[0].1, &rows).is_none());
    }
}
