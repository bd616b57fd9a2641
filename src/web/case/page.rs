//! The page of a case.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;
use chrono::{DateTime, Utc};

use super::{
    Looked, SaidQuery,
    clocks::{self, ClockView},
    differ::{self, Differ},
    papers::{self, DocumentView, FileView, IssuedView},
    timeline::{self, Happened},
    told::{self, Told},
};
use crate::{
    domain::{
        case::{Progress, Step, next},
        classify::CaseClass,
        clocks::NO_DUE,
        declaration::Casualties,
        notice::NoticeState,
        victim::Employment,
    },
    service::cases::AllowedStep,
    web::{
        chrome::Chrome,
        desk_lines::{Due, tone_of_class},
        fields::Choice,
    },
    wording::{Text, case_page as words, labels},
};

/// A text in both languages, of which one is shown.
pub struct Both(String, String);

impl From<Text> for Both {
    fn from(text: Text) -> Self {
        Self(text.vi.to_owned(), text.en.to_owned())
    }
}

impl From<(String, String)> for Both {
    fn from((vi, en): (String, String)) -> Self {
        Self(vi, en)
    }
}

/// What is said above the page.
#[derive(Default)]
pub struct Said {
    step: Option<Step>,
    form: Option<(String, String)>,
    twice: bool,
    not_issued: Option<Both>,
}

impl Said {
    /// What the address says. Nothing of it is shown as it stands there.
    pub fn of(query: &SaidQuery) -> Self {
        let known = |code: &str| {
            code.len() < 20 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let blanks = query.blanks.parse::<u32>().ok();
        Self {
            step: Step::parse(&query.said),
            form: blanks
                .filter(|_| !query.form.is_empty() && known(&query.form))
                .map(|blanks| (query.form.clone(), blanks.to_string())),
            twice: !query.twice.is_empty(),
            not_issued: None,
        }
    }

    /// A form was not issued.
    pub fn not_issued(why: Both) -> Self {
        Self {
            not_issued: Some(why),
            ..Self::default()
        }
    }

    fn good(&self, c: &Chrome) -> Option<String> {
        if let Some(step) = self.step {
            let step = c.t(labels::step(step));
            return Some(c.t(words::RECORDED).replace("{step}", step));
        }
        let (form, blanks) = self.form.as_ref()?;
        let said = c.t(words::ISSUED).replace("{form}", form);
        Some(said.replace("{count}", blanks))
    }

    fn bad(&self, c: &Chrome) -> Option<String> {
        if self.twice {
            return Some(c.t(words::ISSUED_TWICE).to_owned());
        }
        let Both(vi, en) = self.not_issued.as_ref()?;
        Some(c.t(words::NOT_ISSUED).replace("{why}", c.either(vi, en)))
    }
}

/// A step that may be taken.
struct Action {
    href: String,
    label: &'static str,
    article: &'static str,
}

/// A person hurt.
struct VictimView {
    no: u32,
    name: String,
    class: &'static str,
    tone: &'static str,
    more: Vec<String>,
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
    ended: Option<String>,
    flags: Vec<&'static str>,
    is_unverified: bool,
    assigned: Option<String>,
    next: Option<Action>,
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

fn counts(c: &Chrome, counts: &Casualties) -> String {
    let parts = [
        (counts.dead, words::DEAD),
        (counts.serious, words::SERIOUS),
        (counts.light, words::LIGHT),
        (counts.missing, words::LOST),
        (counts.unknown, words::UNKNOWN),
    ];
    let named = parts.into_iter().filter(|(count, _)| *count > 0);
    let named = named.map(|(count, text)| c.t(text).replace("{count}", &count.to_string()));
    named.collect::<Vec<_>>().join(", ")
}

fn facts(c: &Chrome, looked: &Looked, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let (detail, case) = (&looked.detail, &looked.detail.case);
    let said = |moment| format!("{} ({})", c.exact(moment), c.said(moment, now));
    let mut place = case.place_name.clone();
    let decision = detail.decision.as_ref();
    let today = decision.map_or(&[][..], |decision| decision.place.today.as_slice());
    let today: Vec<&str> = today.iter().map(|unit| unit.full_name.as_str()).collect();
    if !today.is_empty() && today != [case.place_name.as_str()] {
        let today = c.t(words::PLACE_TODAY).replace("{name}", &today.join("; "));
        place = format!("{place} ({today})");
    }
    let detail_of = |pointer: &str| {
        let declared = detail.declaration.as_ref()?;
        declared.pointer(pointer)?.as_str().map(str::to_owned)
    };
    let mut level = c.t(labels::level(case.level)).to_owned();
    let days = decision.and_then(|decision| decision.investigation.limit_days);
    if let Some(days) = days {
        let days = c.t(words::LIMIT_DAYS).replace("{days}", &days.to_string());
        level = format!("{level}, {days}");
    }
    let mut facts = vec![
        (c.t(words::OCCURRED), said(case.occurred_at)),
        (c.t(words::RECEIVED), said(case.received_at)),
        (c.t(words::PLACE), place),
    ];
    if let Some(detail) = detail_of("/accident/place/detail") {
        facts.push((c.t(words::PLACE_DETAIL), detail));
    }
    if let Some(name) = &case.establishment_name {
        facts.push((c.t(words::ESTABLISHMENT), name.clone()));
    }
    facts.push((c.t(words::COUNTS), counts(c, &case.counts)));
    facts.push((c.t(words::LEVEL), level));
    facts
}

fn victim(c: &Chrome, looked: &Looked, at: usize) -> Option<VictimView> {
    let counted = looked.detail.victims.get(at)?;
    let declared = looked.detail.declaration.as_ref();
    let of_them = |name: &str| {
        let all = declared?["victims"].as_array()?;
        let own = all.iter().find(|one| one["no"] == counted.no)?;
        own.get(name)
    };
    let text = |name: &str| of_them(name)?.as_str().map(str::to_owned);
    let born = of_them("birth_year").and_then(|year| year.as_i64());
    let born = born.map(|year| year.to_string());
    let born = born.or_else(|| text("date_of_birth")?.get(..4).map(str::to_owned));
    let mut more = Vec::new();
    if let Some(year) = born {
        more.push(c.t(words::BORN).replace("{year}", &year));
    }
    more.extend(counted.employment.map(|employment| {
        let text = match employment {
            Employment::Contract => words::CONTRACT,
            Employment::NoContract => words::NO_CONTRACT,
        };
        c.t(text).to_owned()
    }));
    let injuries = of_them("injuries").and_then(|codes| codes.as_array());
    let injuries = injuries
        .into_iter()
        .flatten()
        .filter_map(|code| code.as_str());
    let injuries = injuries.map(|code| match looked.injuries.get(code) {
        // The list has its names as `Tiếng Việt / English`.
        Some(name) => match name.split_once(" / ") {
            Some((vi, en)) => format!("{code} {}", c.either(vi, en)),
            None => format!("{code} {name}"),
        },
        None => code.to_owned(),
    });
    let injuries = injuries.collect::<Vec<_>>().join("; ");
    if !injuries.is_empty() {
        more.push(c.t(words::INJURIES).replace("{codes}", &injuries));
    }
    let class = c.t(labels::victim_class(counted.class));
    let no = c.t(words::VICTIM).replace("{no}", &counted.no.to_string());
    Some(VictimView {
        no: counted.no,
        name: text("full_name").unwrap_or(no),
        class,
        tone: match counted.class.as_str() {
            "FATAL" | "FATAL_PROVISIONAL" | "MISSING" => "alarm",
            "SERIOUS" | "UNKNOWN" => "warn",
            _ => "quiet",
        },
        more,
    })
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
            href: step.map(|step| format!("/cases/{case}/steps/{step}")),
        }
    });
    view.collect()
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
        others: others.into_iter().map(action).collect(),
        facts: facts(&c, looked, now),
        summary: summary.map(str::to_owned),
        is_masked: !detail.masked.is_empty(),
        is_kept: detail.declaration.is_some(),
        victims: (0..detail.victims.len())
            .filter_map(|at| victim(&c, looked, at))
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
