//! Time limits, each with how it is counted.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    domain::clocks::{Clock, ClockState},
    time::day_in_vietnam,
    web::{chrome::Chrome, desk_lines::tone_of, when},
    wording::{case_page as words, labels},
};

/// A step of a computation.
pub struct Derived {
    /// What was done.
    pub text: String,
    /// What came of it.
    pub value: String,
    /// Article.
    pub article: String,
}

/// A limit.
pub struct ClockView {
    /// Which.
    pub name: String,
    /// How far off its end is, as people say it.
    pub said: String,
    /// Colour; the words say the same.
    pub tone: &'static str,
    /// Start.
    pub from: String,
    /// End.
    pub to: String,
    /// End, for `datetime`.
    pub machine: String,
    /// What else is so: a day off, extended, paused, nobody's duty.
    pub more: Vec<String>,
    /// How it stopped.
    pub stopped: Option<String>,
    /// Width of what has passed, of 200.
    pub width: i64,
    /// The same in words.
    pub passed: String,
    /// Article.
    pub article: String,
    /// How it is counted.
    pub steps: Vec<Derived>,
}

fn percent(clock: &Clock, at: DateTime<Utc>) -> i64 {
    let whole = (clock.due_raw - clock.starts_at).num_seconds().max(1);
    let passed = (at - clock.starts_at).num_seconds();
    (passed * 100 / whole).clamp(0, 100)
}

/// A value of a derivation as people read it: moments and days in their own order.
fn value(c: &Chrome, text: &str) -> String {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return c.exact(moment.to_utc());
    }
    match text.parse::<NaiveDate>() {
        Ok(day) => day.format("%d/%m/%Y").to_string(),
        Err(_) => text.to_owned(),
    }
}

fn stopped(c: &Chrome, clock: &Clock) -> Option<String> {
    let at = c.exact(clock.stopped_at?);
    let why = clock.stopped_because.as_ref();
    let why = why.and_then(|why| labels::label(&format!("stopped.{why}")));
    Some(match why {
        Some(why) => c
            .t(words::CLOCK_STOPPED)
            .replace("{at}", &at)
            .replace("{why}", c.t(why)),
        None => c.t(words::CLOCK_STOPPED_PLAIN).replace("{at}", &at),
    })
}

fn view(c: &Chrome, clock: &Clock, now: DateTime<Utc>) -> ClockView {
    let mut name = c.t(labels::clock(clock.id)).to_owned();
    if let Some(no) = clock.about {
        let victim = c.t(words::VICTIM).replace("{no}", &no.to_string());
        name = format!("{name} · {victim}");
    }
    let mut more = Vec::new();
    if day_in_vietnam(clock.due_rolled) != day_in_vietnam(clock.due_raw) {
        let day = when::day(day_in_vietnam(clock.due_rolled), c.lang);
        more.push(c.t(words::CLOCK_ROLLED).replace("{day}", &day));
    }
    if clock.extended_days > 0 {
        let days = clock.extended_days.to_string();
        more.push(c.t(words::CLOCK_EXTENDED).replace("{days}", &days));
    }
    if let Some(at) = clock.paused_at.filter(|_| clock.stopped_at.is_none()) {
        more.push(c.t(words::CLOCK_PAUSED).replace("{at}", &c.exact(at)));
    }
    if !clock.id.is_duty() {
        more.push(c.t(words::WINDOW).to_owned());
    }
    let runs = clock.is_running() && clock.id.is_duty();
    let state = clock.state(now);
    let percent = percent(clock, clock.paused_at.unwrap_or(now));
    ClockView {
        name,
        said: match state {
            _ if clock.has_elapsed(now) => c.t(words::CLOCK_OVER).to_owned(),
            ClockState::Paused | ClockState::Stopped => c.t(labels::clock_state(state)).to_owned(),
            _ if !clock.id.is_duty() => when::said(clock.due_raw, now, c.lang),
            _ => when::due(clock.due_raw, now, c.lang),
        },
        tone: if runs {
            tone_of(clock.due_raw, now)
        } else {
            ""
        },
        from: c.exact(clock.starts_at),
        to: c.exact(clock.due_raw),
        machine: c.machine(clock.due_raw),
        more,
        stopped: stopped(c, clock),
        width: percent * 2,
        passed: match percent {
            100 => c.t(words::CLOCK_OVER).to_owned(),
            some => c
                .t(words::CLOCK_BAR)
                .replace("{percent}", &some.to_string()),
        },
        article: clock.basis.article.clone(),
        steps: clock
            .derivation
            .iter()
            .map(|step| Derived {
                text: c.either(&step.text_vi, &step.text_en).to_owned(),
                value: value(c, &step.value),
                article: step.article.clone(),
            })
            .collect(),
    }
}

/// Those that run or stand still, the nearest end first, duties before windows; and those that have stopped.
pub fn views(c: &Chrome, clocks: &[Clock], now: DateTime<Utc>) -> (Vec<ClockView>, Vec<ClockView>) {
    let (mut open, stopped): (Vec<&Clock>, Vec<&Clock>) =
        clocks.iter().partition(|clock| clock.stopped_at.is_none());
    open.sort_by_key(|clock| (!clock.id.is_duty(), clock.due_raw));
    let views = |of: Vec<&Clock>| of.into_iter().map(|clock| view(c, clock, now)).collect();
    (views(open), views(stopped))
}
