//! The page of a case.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;
use chrono::{DateTime, Utc};

use super::{
    Looked,
    clocks::{self, ClockView},
    differ::{self, Differ},
    facts::{self, VictimView},
    papers::{self, DocumentView, FileView, IssuedView},
    said::Said,
    timeline::{self, Happened},
    told::{self, Told},
};
use crate::{
    domain::{
        case::{CaseStatus, Progress, Step, closing::ClosingItem, next},
        classify::CaseClass,
        clocks::{NO_DUE, nearest},
        notice::NoticeState,
    },
    service::cases::AllowedStep,
    web::{
        chrome::Chrome,
        desk_lines::{Due, tone_of_class},
        fields::Choice,
    },
    wording::{case_page as words, labels},
};

/// A step that may be taken.
struct Action {
    href: String,
    label: &'static str,
    article: &'static str,
}

/// Something that is missing before the end.
struct MissingView {
    what: String,
    article: &'static str,
    /// Where something is done about it.
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "case.html", config = "src/web/askama.toml")]
struct CasePage {
    c: Chrome,
    good: Option<String>,
    bad: Option<String>,
    id: String,
    receipt: String,
    class: &'static str,
    class_tone: &'static str,
    state: &'static str,
    due: Option<Due>,
    /// Which limit that is.
    due_name: &'static str,
    /// Where, at whose, and when.
    scene: String,
    ended: Option<String>,
    flags: Vec<&'static str>,
    is_unverified: bool,
    assigned: Option<String>,
    next: Option<Action>,
    /// What is missing first, where the case waits for its end and no step brings it on.
    awaited: Option<MissingView>,
    others: Vec<Action>,
    facts: Vec<(&'static str, String)>,
    summary: Option<String>,
    is_masked: bool,
    is_kept: bool,
    victims: Vec<VictimView>,
    basis: Vec<(String, String)>,
    told: Option<Vec<Told>>,
    open_clocks: Vec<ClockView>,
    done_clocks: Vec<ClockView>,
    missing: Vec<MissingView>,
    is_over: bool,
    files: Vec<FileView>,
    documents: Option<Vec<DocumentView>>,
    more_documents: bool,
    may_add: bool,
    may_supplement: bool,
    may_trace: bool,
    items: Vec<Choice>,
    about: Vec<Choice>,
    largest: u64,
    issued: Option<Vec<IssuedView>>,
    offered: Vec<Choice>,
    contradictions: Vec<(String, Vec<String>)>,
    differ: Option<Differ>,
    duplicates: Vec<(String, String, String)>,
    timeline: Vec<Happened>,
}

fn next_of(looked: &Looked) -> Option<Step> {
    let detail = &looked.detail;
    let progress = Progress::of(&detail.events);
    let asks_police = detail.case.class == CaseClass::Fatal
        && !progress.police_have_spoken
        && progress.opinion_sent_on.is_none();
    let steps: Vec<Step> = detail.allowed.iter().map(|allowed| allowed.step).collect();
    let missing: Vec<_> = detail
        .missing_to_close
        .iter()
        .map(|(item, _)| *item)
        .collect();
    next::next(detail.case.status, &steps, &missing, asks_police)
}

fn missing(c: &Chrome, looked: &Looked) -> Vec<MissingView> {
    let case = &looked.detail.case.id;
    let all = looked.detail.missing_to_close.iter();
    let view = all.map(|(item, victims)| {
        let mut what = c.t(labels::closing(*item)).to_owned();
        if !victims.is_empty() {
            let numbers: Vec<String> = victims.iter().map(ToString::to_string).collect();
            let of = c
                .t(words::MISSING_OF)
                .replace("{numbers}", &numbers.join(", "));
            what = format!("{what}: {of}");
        }
        let step = next::remedy(*item);
        let step = step.filter(|step| looked.detail.allowed.iter().any(|one| one.step == *step));
        MissingView {
            what,
            article: item.article(),
            href: match item {
                // Who was hurt is named where the declaration is completed.
                ClosingItem::VictimsNotNamed if looked.may_supplement => {
                    let receipt = &looked.detail.case.receipt_no;
                    Some(format!("/declarations/{receipt}"))
                }
                _ => step.map(|step| format!("/cases/{case}/steps/{step}")),
            },
        }
    });
    view.collect()
}

/// Whether the caller leads the case to its end.
fn may_close(looked: &Looked) -> bool {
    let steps = &looked.detail.allowed;
    looked.may_supplement || steps.iter().any(|one| one.step == Step::CheckFile)
}

/// Draws the page.
pub fn drawn(
    request: &HttpRequest,
    status: StatusCode,
    now: DateTime<Utc>,
    looked: &Looked,
    largest: u64,
    said: Said,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let (detail, case) = (&looked.detail, &looked.detail.case);
    let next = next_of(looked);
    let action = |allowed: &AllowedStep| Action {
        href: format!("/cases/{}/steps/{}", case.id, allowed.step),
        label: c.t(labels::step(allowed.step)),
        article: allowed.article,
    };
    let (first, others): (Vec<_>, Vec<_>) = detail
        .allowed
        .iter()
        .partition(|one| Some(one.step) == next);
    let decision = detail.decision.as_ref();
    let basis = decision.map_or(&[][..], |decision| decision.class_basis.as_slice());
    let basis = basis.iter().map(|one| {
        let day = one.version.format("%d/%m/%Y").to_string();
        (
            one.article.clone(),
            c.t(words::VERSION_OF).replace("{day}", &day),
        )
    });
    let declared = detail.declaration.as_ref();
    let summary = declared.and_then(|one| one.pointer("/accident/summary")?.as_str());
    let (open_clocks, done_clocks) = clocks::views(&c, &detail.clocks, now);
    let why_ended = case.ended_because.as_ref();
    let why_ended = why_ended.and_then(|why| labels::label(&format!("ended.{why}")));
    let duplicates = detail.possible_duplicates.iter().map(|other| {
        let score = c
            .t(words::LIKENESS)
            .replace("{score}", &other.score.to_string());
        (
            format!("/cases/{}", other.case_id),
            other.receipt_no.clone(),
            score,
        )
    });
    let page = CasePage {
        good: said.good(&c),
        bad: said.bad(&c),
        id: case.id.to_string(),
        receipt: case.receipt_no.clone(),
        class: c.t(labels::class(case.class)),
        class_tone: tone_of_class(case.class),
        state: c.t(labels::status(case.status)),
        due: Some(case.due_at)
            .filter(|due| *due < NO_DUE && !case.is_ended())
            .map(|due| Due::of(&c, due, now)),
        due_name: nearest(&detail.clocks).map_or("", |clock| c.t(labels::clock(clock.id))),
        scene: [
            case.establishment_name.clone(),
            Some(case.place_name.clone()),
            Some(c.exact(case.occurred_at)),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · "),
        ended: case.closed_at.map(|at| match why_ended {
            Some(why) => format!("{} · {}", c.exact(at), c.t(why)),
            None => c.exact(at),
        }),
        flags: detail
            .flags
            .iter()
            .map(|flag| c.t(labels::flag(*flag)))
            .collect(),
        is_unverified: detail.notice == Some(NoticeState::Unverified),
        assigned: case.assigned_to.clone(),
        next: first.first().map(|one| action(one)),
        awaited: (case.status == CaseStatus::FollowUp && may_close(looked))
            .then(|| missing(&c, looked))
            .and_then(|all| {
                let mended = all.iter().position(|one| one.href.is_some());
                all.into_iter().nth(mended.unwrap_or_default())
            }),
        others: others.into_iter().map(action).collect(),
        facts: facts::facts(&c, looked, now),
        summary: summary.map(str::to_owned),
        is_masked: !detail.masked.is_empty(),
        is_kept: detail.declaration.is_some(),
        victims: (0..detail.victims.len())
            .filter_map(|at| facts::victim(&c, looked, at))
            .collect(),
        basis: basis.collect(),
        told: looked
            .alerts
            .as_ref()
            .map(|alerts| told::views(&c, alerts, now)),
        open_clocks,
        done_clocks,
        missing: missing(&c, looked),
        is_over: case.is_ended(),
        files: papers::files(&c, looked),
        documents: looked
            .documents
            .as_ref()
            .map(|_| papers::documents(&c, looked, now)),
        more_documents: looked
            .documents
            .as_ref()
            .is_some_and(|listing| listing.next.is_some()),
        may_add: looked.may_add,
        may_supplement: looked.may_supplement,
        may_trace: looked.may_trace,
        items: papers::items(&c),
        about: papers::victims(&c, looked),
        largest,
        issued: looked
            .issued
            .as_ref()
            .map(|_| papers::issued(&c, looked, now)),
        offered: papers::offered(&c, looked),
        contradictions: differ::contradictions(&c, looked),
        differ: looked
            .reports
            .as_ref()
            .map(|found| differ::table(&c, found)),
        duplicates: duplicates.collect(),
        timeline: timeline::views(&c, &detail.events, now),
        c,
    };
    page.c.page(status, &page)
}
