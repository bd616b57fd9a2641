//! A message as an e-mail: subject, plain text, simple HTML.
//!
//! Vietnamese first, the same facts in English after it. Plain lines of a label and a value, no
//! tables, so that a screen reader and an old telephone read them well.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    domain::{
        account::news::AccountNews,
        classify::CaseClass,
        declaration::{Casualties, Kind},
        message::{
            AccountLink, Alarm, AlertFacts, AlertUpdate, Ask, Caller, CanaryFacts, DigestFacts,
            DueLimit, Message, TraceRoot, Withdrawn,
        },
        routing::Duty,
    },
    text::{is_invisible, nfc},
    time::{day_in_vietnam, vietnam},
    wording::{Text, labels, mails::mail},
};

/// An e-mail without its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// One line.
    pub subject: String,
    /// The whole content as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// The links of an e-mail.
#[derive(Debug, Clone, Copy, Default)]
pub struct Links<'a> {
    /// To what it is about, where the reader may see it.
    pub link: Option<&'a str>,
    /// To where its reader stops others of the kind.
    pub opt_out: Option<&'a str>,
}

/// Words `message`. `link` leads to the case, where the reader may see it.
pub fn render(message: &Message, link: Option<&str>) -> Result<Email, askama::Error> {
    let opt_out = None;
    render_with(message, Links { link, opt_out })
}

/// The same with all its links.
pub fn render_with(message: &Message, links: Links<'_>) -> Result<Email, askama::Error> {
    let vi = block(message, Language::Vi);
    let en = block(message, Language::En);
    let subject = vi.subject.clone();
    let Links { link, opt_out } = links;
    let view = View {
        vi,
        en,
        link,
        opt_out,
    };
    let text = TextMail(&view).render()?;
    let html = HtmlMail(&view).render()?;
    Ok(Email {
        subject,
        text: wrap(&text, 72),
        html,
    })
}

/// `message` as one short text, in Vietnamese. Any telephone shows it.
pub fn short(message: &Message, link: Option<&str>) -> String {
    let language = Language::Vi;
    let mut parts = vec![block(message, language).subject];
    let facts = match message {
        Message::Alert(facts) => Some(facts.as_ref()),
        Message::AlertUpdate(update) => Some(&update.now),
        _ => None,
    };
    parts.extend(facts.map(|facts| counts(&facts.counts, language)));
    parts.extend(link.map(str::to_owned));
    nfc(&parts.join(". "))
}

#[derive(Clone, Copy)]
enum Language {
    Vi,
    En,
}

impl Language {
    /// The catalogue's text. A test renders every kind of message, so a missing key does not get out.
    fn say(self, key: &str) -> &'static str {
        let Text { vi, en } = mail(key).unwrap_or(Text { vi: "?", en: "?" });
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The catalogue's text with one `{name}` filled in.
    fn fill(self, key: &str, name: &str, value: &str) -> String {
        self.say(key).replace(&format!("{{{name}}}"), value)
    }

    fn day(self, day: NaiveDate) -> String {
        match self {
            Self::Vi => day.format("%d/%m/%Y").to_string(),
            Self::En => day.format("%-d %B %Y").to_string(),
        }
    }

    fn moment(self, moment: DateTime<Utc>) -> String {
        let local = moment.with_timezone(&vietnam());
        match self {
            Self::Vi => local.format("%H:%M ngày %d/%m/%Y").to_string(),
            Self::En => local.format("%H:%M on %d %B %Y").to_string(),
        }
    }
}

/// What one language says.
struct Block {
    subject: String,
    heading: String,
    greeting: Option<String>,
    body: Option<&'static str>,
    facts: Vec<(&'static str, String)>,
    asks_label: &'static str,
    asks: Vec<String>,
    link_label: &'static str,
    footers: Vec<&'static str>,
}

struct View<'a> {
    vi: Block,
    en: Block,
    link: Option<&'a str>,
    opt_out: Option<&'a str>,
}

impl View<'_> {
    /// Templates hand over references.
    fn opt_out_label(&self, is_first: &bool) -> &'static str {
        let language = match *is_first {
            true => Language::Vi,
            false => Language::En,
        };
        language.say("digest_opt_out")
    }

    fn blocks(&self) -> [&Block; 2] {
        [&self.vi, &self.en]
    }
}

#[derive(Template)]
#[template(
    ext = "txt",
    source = r"{% for block in self.0.blocks() -%}
{%- if !loop.first %}
English

{% endif -%}
{{ block.heading }}
{% if let Some(greeting) = block.greeting %}
{{ greeting }}
{% endif %}{% if let Some(body) = block.body %}
{{ body }}
{% endif %}
{% for (label, value) in block.facts -%}
{{ label }}: {{ value }}
{% endfor -%}
{% if !block.asks.is_empty() %}
{{ block.asks_label }}:
{% for ask in block.asks -%}
{{ loop.index }}. {{ ask }}
{% endfor -%}
{% endif -%}
{% if let Some(link) = self.0.link %}
{{ block.link_label }}:
{{ link }}
{% endif %}{% if let Some(address) = self.0.opt_out %}
{{ self.0.opt_out_label(loop.first) }}:
{{ address }}
{% endif %}
{% for footer in block.footers -%}
{{ footer }}
{% endfor -%}
{% endfor %}"
)]
struct TextMail<'a>(&'a View<'a>);

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><title>{{ self.0.vi.subject }}</title></head>
<body>
{% for block in self.0.blocks() -%}
{% if loop.first %}<div lang="vi">{% else %}<hr>
<div lang="en">{% endif %}
<h1>{{ block.heading }}</h1>
{% if let Some(greeting) = block.greeting %}<p>{{ greeting }}</p>
{% endif %}{% if let Some(body) = block.body %}<p>{{ body }}</p>
{% endif -%}
{% for (label, value) in block.facts -%}
<p><strong>{{ label }}:</strong> {{ value }}</p>
{% endfor -%}
{% if !block.asks.is_empty() -%}
<h2>{{ block.asks_label }}</h2>
<ol>
{% for ask in block.asks -%}
<li>{{ ask }}</li>
{% endfor -%}
</ol>
{% endif -%}
{% if let Some(link) = self.0.link -%}
<p><a href="{{ link }}">{{ block.link_label }}</a></p>
{% endif -%}
{% if let Some(address) = self.0.opt_out -%}
<p><a href="{{ address }}">{{ self.0.opt_out_label(loop.first) }}</a></p>
{% endif -%}
{% for footer in block.footers -%}
<p>{{ footer }}</p>
{% endfor -%}
</div>
{% endfor %}</body>
</html>
"#
)]
struct HtmlMail<'a>(&'a View<'a>);

fn block(message: &Message, language: Language) -> Block {
    match message {
        Message::Alert(facts) => alert(facts, None, language),
        Message::AlertUpdate(update) => alert(&update.now, Some(update), language),
        Message::Withdrawn(withdrawn) => withdrawal(withdrawn, language),
        Message::OperatorAlarm(alarm) => operator_alarm(alarm, language),
        Message::TraceRoot(root) => trace_root(root, language),
        Message::AccountLink(link) => account_link(link, language),
        Message::AccountNews(news) => account_news(news, language),
        Message::Digest(facts) => digest(facts, language),
        Message::Canary(facts) => canary(facts, language),
    }
}

fn alert(facts: &AlertFacts, earlier: Option<&AlertUpdate>, language: Language) -> Block {
    let what = what(facts.case_kind, facts.case_class, language);
    let mut marks = Vec::new();
    if facts.is_urgent() && facts.duty == Duty::MustReceive {
        marks.push(language.say("urgent"));
    }
    if facts.duty != Duty::MustReceive {
        marks.push(language.say("copy"));
    }
    if earlier.is_some() {
        marks.push(language.say("update"));
    }
    let place = one_line(&facts.place);

    let mut lines = vec![
        (language.say("receipt"), one_line(&facts.receipt_no)),
        (
            language.say("class"),
            class(facts.case_class, language).to_owned(),
        ),
    ];
    if let Some(earlier) = earlier {
        lines.push((
            language.say("earlier_class"),
            class(earlier.earlier_class, language).to_owned(),
        ));
    }
    lines.push((language.say("occurred"), language.moment(facts.occurred_at)));
    lines.push((language.say("place"), place.clone()));
    for today in &facts.place_today {
        lines.push((language.say("place_today"), one_line(today)));
    }
    lines.push((language.say("counts"), counts(&facts.counts, language)));
    let counted_before = earlier.and_then(|earlier| earlier.earlier_counts);
    if let Some(before) = counted_before.filter(|before| *before != facts.counts) {
        lines.push((language.say("earlier_counts"), counts(&before, language)));
    }
    if let Some(establishment) = &facts.establishment {
        lines.push((language.say("establishment"), one_line(establishment)));
    }
    if let Some(factor) = &facts.injury_factor {
        let name = match language {
            Language::Vi => &factor.name_vi,
            Language::En => &factor.name_en,
        };
        lines.push((
            language.say("factor"),
            one_line(&format!("{} {name}", factor.code)),
        ));
    }
    lines.push((
        language.say("declarant"),
        caller(&facts.declarant, language),
    ));
    lines.push((language.say("received"), language.moment(facts.received_at)));
    if let Some(name) = &facts.passed_on_by {
        lines.push((language.say("passed_on_by"), one_line(name)));
    }
    if let Some(form) = &facts.form {
        lines.push((language.say("form"), one_line(form)));
    }
    if !facts.articles.is_empty() {
        lines.push((language.say("basis"), one_line(&facts.articles.join("; "))));
    }

    Block {
        subject: subject(&marks, &what, &place, &facts.receipt_no, language),
        heading: marked(&marks, &what),
        greeting: Some(language.fill("to", "authority", &one_line(&facts.authority))),
        body: None,
        facts: lines,
        asks_label: language.say("asks"),
        asks: facts
            .asks()
            .into_iter()
            .map(|ask| asked(ask, facts, language))
            .collect(),
        link_label: language.say("link"),
        footers: vec![language.say("emergency"), language.say("automatic")],
    }
}

fn withdrawal(withdrawn: &Withdrawn, language: Language) -> Block {
    let marks = [language.say("withdrawn")];
    let what = class(withdrawn.case_class, language);
    let place = one_line(&withdrawn.place);
    let because = format!("because.{}", withdrawn.because);
    let mut lines = vec![
        (language.say("receipt"), one_line(&withdrawn.receipt_no)),
        (language.say("place"), place.clone()),
        (language.say("reason"), language.say(&because).to_owned()),
    ];
    for name in &withdrawn.passed_to {
        lines.push((language.say("passed_to"), one_line(name)));
    }
    lines.push((
        language.say("withdrawn_at"),
        language.moment(withdrawn.withdrawn_at),
    ));
    Block {
        subject: subject(&marks, what, &place, &withdrawn.receipt_no, language),
        heading: marked(&marks, what),
        greeting: Some(language.fill("to", "authority", &one_line(&withdrawn.authority))),
        body: Some(language.say("withdrawn_body")),
        facts: lines,
        asks_label: language.say("asks"),
        asks: vec![],
        link_label: language.say("link"),
        footers: vec![language.say("automatic")],
    }
}

fn operator_alarm(alarm: &Alarm, language: Language) -> Block {
    let marks = [language.say("operator")];
    let what = language.say(&format!("alarm.{}", alarm.alarm));
    let mut lines = vec![(language.say("raised_at"), language.moment(alarm.raised_at))];
    let details = [
        ("receipt", alarm.receipt_no.as_deref()),
        ("case", alarm.case_id.as_deref()),
        ("role", alarm.role.map(|role| role.as_str())),
        ("authority", alarm.authority_id.as_deref()),
        ("message", alarm.message_id.as_deref()),
        ("record", alarm.record.as_deref()),
        ("reply", alarm.reply.as_deref()),
    ];
    for (label, value) in details {
        if let Some(value) = value {
            lines.push((language.say(label), one_line(value)));
        }
    }
    Block {
        subject: marked(&marks, what),
        heading: marked(&marks, what),
        greeting: None,
        body: Some(language.say("alarm_body")),
        facts: lines,
        asks_label: language.say("asks"),
        asks: vec![],
        link_label: language.say("link"),
        footers: vec![language.say("automatic")],
    }
}

fn trace_root(root: &TraceRoot, language: Language) -> Block {
    let heading = language.fill(
        "trace_root",
        "day",
        &root.day.format("%d/%m/%Y").to_string(),
    );
    Block {
        subject: heading.clone(),
        heading,
        greeting: None,
        body: Some(language.say("trace_root_body")),
        facts: vec![
            (language.say("trace_no"), root.no.to_string()),
            (language.say("trace_root_label"), one_line(&root.root)),
            (language.say("trace_signature"), one_line(&root.signature)),
            (language.say("trace_key"), one_line(&root.public_key)),
        ],
        asks_label: language.say("asks"),
        asks: vec![],
        link_label: language.say("link"),
        footers: vec![language.say("automatic")],
    }
}

fn account_link(link: &AccountLink, language: Language) -> Block {
    let key = |part: &str| format!("account.{}.{part}", link.purpose);
    let heading = language.say(&key("subject")).to_owned();
    Block {
        subject: heading.clone(),
        heading,
        greeting: Some(language.fill("dear", "name", &one_line(&link.full_name))),
        body: Some(language.say(&key("body"))),
        facts: vec![],
        asks_label: language.say("asks"),
        asks: vec![],
        link_label: language.say(&key("link")),
        footers: vec![language.say("account.not_you"), language.say("automatic")],
    }
}

fn account_news(told: &AccountNews, language: Language) -> Block {
    let key = |part: &str| format!("news.{}.{part}", told.news);
    let heading = language.say(&key("subject")).to_owned();
    let mut facts = Vec::new();
    for (label, value) in [
        ("news_employer", &told.employer),
        ("news_tax_code", &told.tax_code),
        ("reason", &told.reason),
    ] {
        if let Some(value) = value {
            facts.push((language.say(label), one_line(value)));
        }
    }
    if let Some(kind) = told.post {
        let Text { vi, en } = labels::post(kind);
        let name = match language {
            Language::Vi => vi,
            Language::En => en,
        };
        facts.push((language.say("news_post"), name.to_owned()));
    }
    if let Some(authority) = &told.authority {
        facts.push((language.say("news_authority"), one_line(authority)));
    }
    let link_label = match told.news.link() {
        Some(_) => language.say(&key("link")),
        None => language.say("link"),
    };
    let mut footers = vec![language.say("automatic")];
    if told.news.link().is_some() {
        footers.insert(0, language.say("account.not_you"));
    }
    Block {
        subject: heading.clone(),
        heading,
        greeting: Some(language.fill("dear", "name", &one_line(&told.full_name))),
        body: Some(language.say(&key("body"))),
        facts,
        asks_label: language.say("asks"),
        asks: vec![],
        link_label,
        footers,
    }
}

fn digest(facts: &DigestFacts, language: Language) -> Block {
    let mut heading = language
        .say("digest")
        .replace("{n}", &facts.cases.to_string())
        .replace("{day}", &language.day(facts.day));
    if facts.overdue > 0 {
        heading.push_str(&language.fill("digest_overdue", "n", &facts.overdue.to_string()));
    }
    let authority = match facts.authority.as_str() {
        "" => language.say("digest_operator").to_owned(),
        name => one_line(name),
    };
    let reader = match &facts.post {
        Some(post) => format!("{}, {authority}", one_line(post)),
        None => authority,
    };
    let mut lines = vec![(language.say("digest_at"), language.moment(facts.at))];
    let named = facts.named();
    if named < facts.cases {
        let rest = facts.cases - named;
        let said = language.fill("digest_rest", "named", &named.to_string());
        lines.push((
            language.say("digest_cases"),
            said.replace("{rest}", &rest.to_string()),
        ));
    }
    let body = match (&facts.post, facts.authority.as_str()) {
        (Some(_), _) => "digest_of_post",
        (None, "") => "digest_of_nobody",
        (None, _) => "digest_of_authority",
    };
    Block {
        subject: heading.clone(),
        heading,
        greeting: Some(language.fill("to", "authority", &reader)),
        body: Some(language.say(body)),
        facts: lines,
        asks_label: language.say("digest_list"),
        asks: facts
            .limits
            .iter()
            .map(|limit| due_limit(limit, facts, language))
            .collect(),
        link_label: language.say("digest_link"),
        footers: vec![language.say("digest_ends"), language.say("automatic")],
    }
}

/// A test says that it is one before anything else.
fn canary(facts: &CanaryFacts, language: Language) -> Block {
    let authority = one_line(&facts.authority);
    let month = facts.month.format("%m/%Y").to_string();
    let subject = language.fill("canary_subject", "month", &month);
    Block {
        subject: subject.replace("{authority}", &authority),
        heading: language.say("canary").to_owned(),
        greeting: Some(language.fill("to", "authority", &authority)),
        body: Some(language.say("canary_body")),
        facts: vec![(
            language.say("canary_answer_by"),
            language.moment(facts.answer_by),
        )],
        asks_label: language.say("asks"),
        asks: vec![],
        link_label: language.say("canary_link"),
        footers: vec![language.say("canary_missed"), language.say("automatic")],
    }
}

/// One case with what is due in it, as a sentence that can be read aloud.
fn due_limit(limit: &DueLimit, facts: &DigestFacts, language: Language) -> String {
    let due_day = day_in_vietnam(limit.due_at);
    let left = (due_day - facts.day).num_days();
    let state = match left {
        0 if limit.due_at <= facts.at => language.say("digest_passed_today").to_owned(),
        0 => language.say("digest_today").to_owned(),
        1 => language.say("digest_tomorrow").to_owned(),
        2.. => language.fill("digest_left", "n", &left.to_string()),
        -1 => language.say("digest_passed_yesterday").to_owned(),
        _ => language.fill("digest_passed", "n", &left.abs().to_string()),
    };
    let moved = limit.moved_to.map(|day| {
        let said = language.day(day);
        language.fill("digest_moved", "day", &said)
    });
    language
        .say("digest_line")
        .replace("{state}", &state)
        .replace(
            "{what}",
            language.say(&format!("digest_clock.{}", limit.clock)),
        )
        .replace("{due}", &language.moment(limit.due_at))
        .replace("{moved}", moved.as_deref().unwrap_or_default())
        .replace("{class}", class(limit.case_class, language))
        .replace("{article}", &one_line(&limit.article))
        .replace("{receipt}", &one_line(&limit.receipt_no))
        // The place comes last: whatever it holds is not filled in again.
        .replace("{place}", &one_line(&limit.place))
}

/// What happened, in a few words.
fn what(kind: Kind, case_class: CaseClass, language: Language) -> String {
    match (kind, case_class) {
        (Kind::TechnicalIncident, CaseClass::Light) => {
            language.say("technical_incident").to_owned()
        }
        (Kind::TechnicalIncident, grave) => {
            format!(
                "{}: {}",
                language.say("technical_incident"),
                class(grave, language)
            )
        }
        (Kind::Accident, grave) => class(grave, language).to_owned(),
    }
}

fn class(case_class: CaseClass, language: Language) -> &'static str {
    language.say(&format!("class.{case_class}"))
}

fn marked(marks: &[&str], what: &str) -> String {
    let mut line: String = marks.iter().map(|mark| format!("[{mark}] ")).collect();
    line.push_str(what);
    line
}

fn subject(
    marks: &[&str],
    what: &str,
    place: &str,
    receipt_no: &str,
    language: Language,
) -> String {
    language
        .say("subject")
        .replace("{what}", &marked(marks, what))
        .replace("{receipt}", &one_line(receipt_no))
        .replace("{place}", place)
}

fn counts(counts: &Casualties, language: Language) -> String {
    let parts = [
        ("dead", counts.dead),
        ("serious", counts.serious),
        ("light", counts.light),
        ("missing", counts.missing),
        ("unknown", counts.unknown),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(key, n)| language.fill(key, "n", &n.to_string()))
        .collect();
    if said.is_empty() {
        return language.say("nobody").to_owned();
    }
    said.join(", ")
}

fn caller(caller: &Caller, language: Language) -> String {
    let role = language.say(&format!("declarant.{}", caller.role));
    if caller.role.is_protected() {
        return language.say("caller_protected").replace("{role}", role);
    }
    // The name comes last: whatever it holds is not filled in again.
    language
        .say("caller")
        .replace("{role}", role)
        .replace("{phone}", &one_line(&caller.phone))
        .replace("{name}", &one_line(&caller.full_name))
}

fn asked(ask: Ask, facts: &AlertFacts, language: Language) -> String {
    let due = match ask {
        Ask::SendPeople => facts.scene_due_at,
        Ask::Announce => facts.announce_due_at,
        _ => None,
    };
    let by = due.map(|due| language.fill("by", "moment", &language.moment(due)));
    let days = facts.limit_days.map(|days| days.to_string());
    let climbed = facts.climbed.as_ref();
    let since = climbed.map(|climbed| language.moment(climbed.since));
    let below = climbed
        .and_then(|climbed| climbed.authority.as_deref())
        .map(one_line);
    let said = language
        .say(&format!("ask.{ask}"))
        .replace("{since}", since.as_deref().unwrap_or_default())
        .replace(
            "{below}",
            below.as_deref().unwrap_or(language.say("ask.somebody")),
        )
        .replace("{by}", by.as_deref().unwrap_or_default())
        .replace("{days}", days.as_deref().unwrap_or_default());
    match ask.article() {
        "" => said,
        article => format!("{said} ({article})"),
    }
}

/// What somebody typed, as one line of at most 200 letters: no line breaks, no control characters,
/// nothing that turns the direction of writing around.
pub(crate) fn one_line(text: &str) -> String {
    let visible: String = nfc(text)
        .chars()
        .map(|c| {
            if c.is_control() || is_invisible(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Breaks long lines between words. A word that is longer, such as a link, keeps its line.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + 64);
    for line in text.trim_end().lines() {
        let mut used = 0;
        for (index, word) in line.split(' ').enumerate() {
            let length = word.chars().count();
            if index > 0 && used + 1 + length > width {
                wrapped.push_str("\n  ");
                used = 2;
            } else if index > 0 {
                wrapped.push(' ');
                used += 1;
            }
            wrapped.push_str(word);
            used += length;
        }
        wrapped.push('\n');
    }
    wrapped
}

#[cfg(test)]
mod tests;
