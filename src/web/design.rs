//! `/design`: every part of the design system on one page, for whoever builds or judges pages.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{
    chrome::Chrome,
    fields::{Choice, Control, Field, Summary, Typed},
};
use crate::wording::{Text, design as words};

/// What a colour means.
struct Meaning {
    class: &'static str,
    text: Text,
}

#[derive(Template)]
#[template(path = "design.html", config = "src/web/askama.toml")]
struct DesignPage {
    c: Chrome,
    summary: Summary,
    fields: Vec<Field>,
    meanings: Vec<Meaning>,
}

/// `GET /design`.
pub async fn show(request: HttpRequest) -> HttpResponse {
    let c = Chrome::of(&request);
    let mut typed = Typed::default();
    typed.wrong("name", c.t(words::ENTRY_WRONG));
    let choice = |value: &str, text: Text| Choice {
        value: value.to_owned(),
        label: c.t(text).to_owned(),
    };
    let choices = || vec![choice("one", words::ONE), choice("two", words::TWO)];
    let fields = vec![
        typed
            .line(&c, "name", &words::ENTRY)
            .hint(c.t(words::ENTRY_HINT))
            .fills("name"),
        typed.field(&c, "text", c.t(words::LINES), Control::Lines),
        typed
            .field(&c, "kind", c.t(words::SELECT), Control::Select(choices()))
            .optional(),
        typed.field(&c, "where", c.t(words::RADIO), Control::Radio(choices())),
        typed.field(&c, "called", c.t(words::CHECK), Control::Check),
    ];
    let page = DesignPage {
        summary: typed.summary(&c, &fields),
        fields,
        meanings: [
            ("", words::NEUTRAL),
            ("alarm", words::ALARM),
            ("warn", words::WARN),
            ("good", words::GOOD),
            ("quiet", words::QUIET),
        ]
        .map(|(class, text)| Meaning { class, text })
        .into(),
        c,
    };
    page.c.ok(&page)
}
