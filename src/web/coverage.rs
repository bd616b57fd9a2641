//! `/coverage`: for every commune and urgent class, whether everybody who must be told could be reached; of one province
//! what is missing. It stores and sends nothing.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::chrome::Chrome;
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        coverage::{Gap, Share},
        decide::World,
        place::UnitLevel,
    },
    error::Result,
    service::coverage::{self, CoverageQuery, Shown},
    wording::{coverage_page as words, labels},
};

/// Width of a whole bar.
const WIDE: u32 = 400;
/// Names of communes that are read out; of more it is said how many there are.
const NAMED: usize = 12;

/// A province and its share.
struct Row {
    href: String,
    name: String,
    percent: f64,
    said: String,
    /// Of the bar, how much is covered.
    width: u32,
}

struct Missing {
    who: String,
    /// Its page; nothing where nobody holds the role.
    href: Option<String>,
    role: &'static str,
    is_nobody: bool,
    lacks: Vec<&'static str>,
    classes: String,
    communes: String,
    names: String,
}

#[derive(Template)]
#[template(path = "coverage.html", config = "src/web/askama.toml")]
struct CoveragePage {
    c: Chrome,
    looked_at: DateTime<Utc>,
    country: String,
    rows: Vec<Row>,
    /// The province whose gaps are shown.
    of: Option<String>,
    /// Whether there are other provinces to go back to.
    is_one_of_many: bool,
    now_href: String,
    gaps: Vec<Missing>,
}

fn said(c: &Chrome, share: Share) -> String {
    c.t(words::COVERED)
        .replace("{covered}", &share.covered.to_string())
        .replace("{total}", &share.total.to_string())
        .replace("{percent}", &format!("{:.1}", share.percent()))
}

fn row(c: &Chrome, world: &World, shown: &Shown, code: &str, share: Share) -> Row {
    let whole = share.total.max(1);
    Row {
        href: format!("/coverage?province={code}"),
        name: coverage::province_name(world, code, shown.report.day),
        percent: share.percent(),
        said: said(c, share),
        width: share.covered * WIDE / whole,
    }
}

fn missing(c: &Chrome, world: &World, shown: &Shown, gap: &Gap) -> Missing {
    let day = shown.report.day;
    let holder = gap.authority.as_deref();
    let row = holder.and_then(|id| world.directory.by_id(id, day));
    let name = |code: &String| {
        let unit = world.places.unit_on(UnitLevel::Commune, code, day);
        unit.map_or_else(|_| code.clone(), |unit| unit.full_name.clone())
    };
    let many = gap.communes.len();
    let names: Vec<String> = gap.communes.iter().take(NAMED).map(name).collect();
    let classes = gap.classes.iter().map(|class| c.t(labels::class(*class)));
    Missing {
        role: c.t(labels::role(gap.role)),
        href: holder.map(|id| format!("/authorities/{id}")),
        is_nobody: holder.is_none(),
        who: match (row, holder) {
            (Some(row), _) => row.name.clone(),
            (None, Some(id)) => id.to_owned(),
            (None, None) => c.t(words::NOBODY).to_owned(),
        },
        lacks: gap
            .missing
            .iter()
            .filter_map(|one| words::missing(one.as_str()))
            .map(|text| c.t(text))
            .collect(),
        classes: classes.collect::<Vec<_>>().join("; "),
        communes: match many {
            1 => c.t(words::ONE_COMMUNE).to_owned(),
            _ => c.t(words::COMMUNES).replace("{n}", &many.to_string()),
        },
        names: match many > NAMED {
            true => format!("{}…", names.join(", ")),
            false => names.join(", "),
        },
    }
}

/// What is asked for, beside the language.
#[derive(Deserialize)]
pub struct Asked {
    province: Option<String>,
    now: Option<String>,
}

/// `GET /coverage`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<Asked>,
) -> Result<HttpResponse> {
    let Asked { province, now } = query.into_inner();
    let query = CoverageQuery { province, now };
    let asked = query.clone();
    let (actor, world, shown) = state
        .read_as(sender, move |tx, ctx| {
            let shown = coverage::show(tx, ctx, &asked)?;
            Ok((ctx.actor.clone(), ctx.world.clone(), shown))
        })
        .await?;
    let c = Chrome::of(&request).with(&actor);
    let provinces = &shown.report.coverage.provinces;
    let of = match provinces.len() {
        1 => provinces.keys().next().cloned(),
        _ => None,
    };
    let rows = provinces
        .iter()
        .map(|(code, share)| row(&c, &world, &shown, code, *share));
    let gaps = shown.report.coverage.gaps.iter();
    let page = CoveragePage {
        looked_at: shown.report.looked_at,
        country: said(&c, shown.country),
        rows: rows.collect(),
        gaps: gaps.map(|gap| missing(&c, &world, &shown, gap)).collect(),
        is_one_of_many: query.province.is_some(),
        now_href: match &query.province {
            Some(code) => format!("/coverage?province={code}&now=true"),
            None => "/coverage?now=true".to_owned(),
        },
        of: of.map(|code| coverage::province_name(&world, &code, shown.report.day)),
        c,
    };
    Ok(page.c.ok(&page))
}
