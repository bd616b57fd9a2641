//! The page of the desk, and its list alone.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;
use chrono::{DateTime, Utc};

use super::{
    chrome::Chrome,
    desk::{DeskQuery, Looked},
    desk_assign::{AssignForm, Outcomes},
    desk_lines::{Group, groups},
    fields::Choice,
};
use crate::{
    domain::{
        case::{CaseStatus, views::QueueView},
        classify::CaseClass,
    },
    service::cases::{Counted, QueuePage},
    wording::{desk_page as words, labels},
};

/// A view with how many cases it holds.
struct Figure {
    href: String,
    label: &'static str,
    shown: String,
    tone: &'static str,
    is_here: bool,
}

/// The list alone, as the script fetches it while somebody types.
#[derive(Template)]
#[template(path = "desk_list.html", config = "src/web/askama.toml")]
pub struct ListView {
    /// The frame.
    pub c: Chrome,
    heading: String,
    found: String,
    is_search: bool,
    groups: Vec<Group>,
    can_pick: bool,
    next: Option<String>,
    first: Option<String>,
}

#[derive(Template)]
#[template(path = "desk.html", config = "src/web/askama.toml")]
struct DeskPage {
    c: Chrome,
    query: DeskQuery,
    figures: Vec<Figure>,
    classes: Vec<Choice>,
    states: Vec<Choice>,
    is_filtered: bool,
    /// Name of the commune whose cases alone are shown.
    place: Option<String>,
    list: ListView,
    posts: Vec<Choice>,
    may_take: bool,
    form: AssignForm,
    outcomes: Outcomes,
    done: Option<String>,
}

fn heading(c: &Chrome, query: &DeskQuery) -> String {
    if query.is_search() {
        return c.t(words::RESULTS).to_owned();
    }
    match QueueView::parse(&query.view) {
        Some(view) => c.t(labels::view(view)).to_owned(),
        None => c.t(words::ALL_OPEN).to_owned(),
    }
}

/// The list of a page of cases; `picks`: whether cases can be selected, and be taken by the caller.
pub fn list(
    c: Chrome,
    now: DateTime<Utc>,
    query: &DeskQuery,
    page: &QueuePage,
    picks: (bool, bool),
    picked: &[String],
) -> ListView {
    let text = match page.next {
        Some(_) => words::FOUND_MORE,
        None => words::FOUND,
    };
    let (can_pick, may_take) = picks;
    ListView {
        heading: heading(&c, query),
        found: c.t(text).replace("{count}", &page.items.len().to_string()),
        is_search: query.is_search(),
        groups: groups(&c, &page.items, now, query.is_search(), may_take, picked),
        can_pick,
        next: page.next.as_deref().map(|next| query.href(Some(next))),
        first: (!query.cursor.is_empty()).then(|| query.href(None)),
        c,
    }
}

/// Draws the desk.
pub fn drawn(
    request: &HttpRequest,
    status: StatusCode,
    now: DateTime<Utc>,
    query: DeskQuery,
    looked: &Looked,
    said: (AssignForm, Outcomes),
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let figure = |counted: &Counted| {
        let tone = match counted.view {
            QueueView::Overdue if counted.count > 0 => "alarm",
            _ => "",
        };
        Figure {
            href: format!("/desk?view={}", counted.view),
            label: c.t(labels::view(counted.view)),
            shown: format!("{}{}", counted.count, if counted.more { "+" } else { "" }),
            tone,
            is_here: query.view == counted.view.as_str() && !query.is_search(),
        }
    };
    // What is late, then what is due, then whose it is.
    let urgent = |counted: &&Counted| match counted.view {
        QueueView::Overdue => 0,
        QueueView::DueThisWeek => 1,
        _ => 2,
    };
    let mut counted: Vec<&Counted> = looked.counted.iter().collect();
    counted.sort_by_key(urgent);
    let figures = counted.into_iter().map(figure).collect();
    let any = |label: &str| Choice {
        value: String::new(),
        label: label.to_owned(),
    };
    let classes = CaseClass::ALL.iter().map(|class| Choice {
        value: class.to_string(),
        label: c.t(labels::class(*class)).to_owned(),
    });
    let states = CaseStatus::ALL
        .iter()
        .filter(|one| !matches!(one, CaseStatus::Draft));
    let states = states.map(|status| Choice {
        value: status.to_string(),
        label: c.t(labels::status(*status)).to_owned(),
    });
    let open = looked
        .posts
        .iter()
        .filter(|one| one.post.ended_at.is_none());
    let posts = open.map(|one| Choice {
        value: one.post.id.to_string(),
        label: format!(
            "{} · {}",
            one.post.name,
            c.t(words::OPEN_CASES)
                .replace("{count}", &one.open_cases.to_string())
        ),
    });
    let posts: Vec<Choice> = posts.collect();
    let (form, outcomes) = said;
    let can_pick = !posts.is_empty() || looked.may_take;
    let inner = Chrome::of(request).with(&looked.actor);
    let picks = (can_pick, looked.may_take);
    let page = DeskPage {
        list: list(inner, now, &query, &looked.page, picks, &form.picked),
        figures,
        classes: std::iter::once(any(c.t(words::ANY)))
            .chain(classes)
            .collect(),
        states: std::iter::once(any(c.t(words::ANY)))
            .chain(states)
            .collect(),
        place: looked.place.clone(),
        is_filtered: !query.class.is_empty() || !query.status.is_empty(),
        posts,
        may_take: looked.may_take,
        form,
        outcomes,
        done: query
            .done
            .parse::<u32>()
            .ok()
            .map(|done| c.t(words::DONE).replace("{count}", &done.to_string())),
        query,
        c,
    };
    page.c.page(status, &page)
}
