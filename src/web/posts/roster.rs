//! `GET /authorities/{authority_id}/roster`: who of an authority is on duty, one week at a time, and now.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;

use super::{
    act_form::Act,
    person,
    week::{self, Span, WIDE},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Right},
        post::Holding,
    },
    error::Result,
    service::{
        Ctx,
        posts::{self, OnDuty, RosterQuery},
    },
    store::conn::DbConn,
    time::{day_in_vietnam, rfc3339_in_vietnam, start_of_day_in_vietnam, vietnam},
    web::{chrome::Chrome, when},
    wording::posts_page as words,
};

struct Line {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    said: String,
    post: (String, String),
    who: String,
    phone: String,
    /// Where it is called off; nothing for whoever may not, or where it is over.
    cancel: Option<String>,
}

struct Day {
    name: String,
    is_today: bool,
    /// Beginning and width of each part.
    bars: Vec<(i64, i64)>,
    said: String,
    is_open: bool,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "roster.html", config = "src/web/askama.toml")]
struct RosterPage {
    c: Chrome,
    id: String,
    name: String,
    now: Vec<Line>,
    days: Vec<Day>,
    before: String,
    after: String,
    wide: i64,
    shows_posts: bool,
}

/// A day of the week that is shown; today where none is named.
#[derive(Deserialize)]
pub struct WeekQuery {
    #[serde(default)]
    week: String,
}

struct Shown {
    one: OnDuty,
    who: Option<String>,
    may_cancel: bool,
}

struct Looked {
    actor: Actor,
    now: DateTime<Utc>,
    name: String,
    first: NaiveDate,
    week: Vec<Shown>,
    on_duty: Vec<Shown>,
    shows_posts: bool,
}

fn shown(tx: &mut DbConn, ctx: &Ctx, id: &str, found: Vec<OnDuty>) -> Result<Vec<Shown>> {
    let keeps = posts::may_in(ctx, Right::ManageRoster, id);
    let mut all = Vec::new();
    for one in found {
        let holder = one.shift.account.clone().map(|account| Holding {
            post: one.post.id.clone(),
            account,
            from: one.shift.starts_at,
            until: None,
            reason: None,
            appointed_at: one.shift.starts_at,
        });
        let holders: Vec<Holding> = holder.into_iter().collect();
        let names = posts::names(tx, ctx, id, &holders)?;
        all.push(Shown {
            who: names.into_iter().flatten().next(),
            may_cancel: keeps && one.shift.ends_at > ctx.now,
            one,
        });
    }
    Ok(all)
}

fn look(tx: &mut DbConn, ctx: &Ctx, id: &str, query: &WeekQuery) -> Result<Looked> {
    let today = day_in_vietnam(ctx.now);
    let asked = query.week.parse::<NaiveDate>().ok();
    let within = |day: &NaiveDate| (2000..=2200).contains(&chrono::Datelike::year(day));
    let first = week::monday(asked.filter(within).unwrap_or(today));
    let from = start_of_day_in_vietnam(first);
    let to = from + chrono::TimeDelta::days(7);
    let asked = RosterQuery {
        from: Some(rfc3339_in_vietnam(from)),
        to: Some(rfc3339_in_vietnam(to)),
    };
    let found = posts::roster(tx, ctx, id, &asked)?;
    let on_duty = posts::on_duty(tx, ctx, id)?;
    let row = ctx.world.directory.by_id(id, today);
    Ok(Looked {
        actor: ctx.actor.clone(),
        now: ctx.now,
        name: row.map_or_else(|| id.to_owned(), |row| row.name.clone()),
        first,
        week: shown(tx, ctx, id, found)?,
        on_duty: shown(tx, ctx, id, on_duty)?,
        shows_posts: posts::may_in(ctx, Right::ReadPosts, id),
    })
}

fn line(c: &Chrome, shown: &Shown) -> Line {
    let OnDuty { shift, post } = &shown.one;
    let time = |moment: DateTime<Utc>| {
        let local = moment.with_timezone(&vietnam());
        local.format("%H:%M %d/%m").to_string()
    };
    Line {
        from: shift.starts_at,
        to: shift.ends_at,
        said: format!("{} – {}", time(shift.starts_at), time(shift.ends_at)),
        post: (format!("/posts/{}", post.id), post.name.clone()),
        who: match &shift.account {
            Some(_) => person(c, shown.who.as_ref()),
            None => c.t(words::EVERYBODY).to_owned(),
        },
        phone: shift.phone.clone(),
        cancel: shown.may_cancel.then(|| {
            let slug = Act::CancelShift.slug();
            format!("/posts/{}/{slug}?shift={}", post.id, shift.id)
        }),
    }
}

fn day(c: &Chrome, looked: &Looked, day: NaiveDate) -> Day {
    let span = |shown: &Shown| -> Span { (shown.one.shift.starts_at, shown.one.shift.ends_at) };
    let spans: Vec<Span> = looked.week.iter().map(span).collect();
    let parts = week::covered(&spans, day);
    let without = week::hours_without(&parts);
    let of_day = looked.week.iter();
    let of_day = of_day.filter(|shown| week::touches(span(shown), day));
    Day {
        name: when::day(day, c.lang()),
        is_today: day == day_in_vietnam(looked.now),
        bars: parts.into_iter().map(week::drawn).collect(),
        said: match without {
            0 => c.t(words::ALL_DAY).to_owned(),
            24 => c.t(words::NOBODY_ON_DUTY).to_owned(),
            hours => c.t(words::HOURS_WITHOUT).replace("{n}", &hours.to_string()),
        },
        is_open: without > 0,
        lines: of_day.map(|shown| line(c, shown)).collect(),
    }
}

/// `GET /authorities/{authority_id}/roster`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
    query: Query<WeekQuery>,
) -> Result<HttpResponse> {
    let (of, query) = (id.clone(), query.into_inner());
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &of, &query))
        .await?;
    let c = Chrome::of(&request).with(&looked.actor);
    let days = looked.first.iter_days().take(7);
    let other = |day: Option<NaiveDate>| {
        let day = day.unwrap_or(looked.first);
        format!("/authorities/{id}/roster?week={day}")
    };
    let page = RosterPage {
        id: id.clone(),
        name: looked.name.clone(),
        now: looked.on_duty.iter().map(|shown| line(&c, shown)).collect(),
        days: days.map(|one| day(&c, &looked, one)).collect(),
        before: other(looked.first.checked_sub_days(Days::new(7))),
        after: other(looked.first.checked_add_days(Days::new(7))),
        wide: WIDE,
        shows_posts: looked.shows_posts,
        c,
    };
    Ok(page.c.ok(&page))
}
