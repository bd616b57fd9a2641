//! What every page has around it: language, who is signed in, where else to go; and how a page is sent.
//!
//! The language is Vietnamese unless somebody chose English: a link with `?lang=en` answers in it and
//! leaves a cookie that holds nothing else. Each page is sent packed where the browser takes that, is kept by no
//! cache, and may load what this service has and nothing of anybody else's.

use std::borrow::Borrow;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use askama::Template;
use chrono::{DateTime, Utc};
use url::form_urlencoded;

use super::{assets, mailbox};
use crate::{
    api::cookies,
    app::AppState,
    domain::{
        access::{Actor, ActorRole},
        account::Language,
    },
    time::rfc3339_in_vietnam,
    wording::{Text, chrome as words, labels, open_pages as open_words},
};

const COOKIE: &str = "tnld-lang";

/// Somebody who is signed in, as the bar names them.
pub struct Who {
    /// Name of the post or employer in which they act.
    pub name: String,
    /// Role.
    pub role: ActorRole,
}

/// A place to go to.
pub struct Link {
    /// Address.
    pub href: &'static str,
    /// Text.
    pub text: &'static str,
    /// Whether it is the page that is shown.
    pub is_here: bool,
}

/// The frame of a page.
pub struct Chrome {
    /// Language of the page.
    pub lang: Language,
    /// Who is signed in; nobody on public pages.
    pub who: Option<Who>,
    /// Whether somebody is signed in, be it in nothing yet.
    pub is_signed_in: bool,
    /// Path and query of the page without `lang`.
    here: String,
    /// The language was chosen just now.
    is_chosen: bool,
    /// Everything is invented, and whoever looks may be somebody else.
    pub is_demo: bool,
    is_secure: bool,
    takes_gzip: bool,
}

impl Chrome {
    /// The frame for whoever asks.
    pub fn of(request: &HttpRequest) -> Self {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let (chosen, others): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| name == "lang");
        let chosen = chosen.last().and_then(|(_, code)| language(code));
        let kept = cookies::plain(request, COOKIE).and_then(|code| language(&code));
        let here = if others.is_empty() {
            request.path().to_owned()
        } else {
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(others)
                .finish();
            format!("{}?{query}", request.path())
        };
        let state = request.app_data::<Data<AppState>>();
        Self {
            lang: chosen.or(kept).unwrap_or(Language::Vi),
            who: None,
            is_signed_in: false,
            here,
            is_chosen: chosen.is_some(),
            is_demo: request.app_data::<Data<mailbox::Folder>>().is_some(),
            is_secure: state.is_some_and(|state| state.public_url.starts_with("https://")),
            takes_gzip: assets::takes_gzip(request.headers()),
        }
    }

    /// The same for somebody who is signed in.
    pub fn with(mut self, actor: &Actor) -> Self {
        self.who = Some(Who {
            name: actor.name.clone(),
            role: actor.role,
        });
        self.signed_in()
    }

    /// The same for somebody who is signed in, and has not chosen in what they act.
    pub fn signed_in(mut self) -> Self {
        self.is_signed_in = true;
        self
    }

    /// The language of the page.
    pub fn lang(&self) -> Language {
        self.lang
    }

    /// The text in the language of the page.
    pub fn t(&self, text: impl Borrow<Text>) -> &'static str {
        let text = text.borrow();
        match self.lang {
            Language::Vi => text.vi,
            Language::En => text.en,
        }
    }

    /// One of two texts that are not in the catalogue: names that come from the law or the database.
    pub fn either<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Language::Vi => vi,
            Language::En => en,
        }
    }

    /// Code of the language, for `lang`.
    pub fn code(&self) -> &'static str {
        self.lang.as_str()
    }

    /// This page in the other language.
    pub fn other_language(&self) -> String {
        let other = match self.lang {
            Language::Vi => Language::En,
            Language::En => Language::Vi,
        };
        let mark = if self.here.contains('?') { '&' } else { '?' };
        format!("{}{mark}lang={}", self.here, other.as_str())
    }

    /// The address of a file of the pages.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The same below `/assets/`, for what a script asks for only when somebody uses it: it is no part of a first visit.
    pub fn later_asset(&self, name: &str) -> String {
        assets::url(name).replacen("/assets/", "", 1)
    }

    /// What the bar names the role of whoever is signed in.
    pub fn role(&self) -> Option<&'static str> {
        let who = self.who.as_ref()?;
        Some(self.t(labels::actor(who.role)))
    }

    fn link(&self, href: &'static str, text: &Text) -> Link {
        Link {
            href,
            text: self.t(text),
            is_here: self.here.split('?').next() == Some(href),
        }
    }

    /// What everybody may read besides the help.
    pub fn open_pages(&self) -> [Link; 3] {
        [
            self.link("/forms", &open_words::FORMS),
            self.link("/figures", &open_words::FIGURES),
            self.link("/conclusions", &open_words::CONCLUSIONS),
        ]
    }

    /// Where whoever is signed in may go.
    pub fn links(&self) -> Vec<Link> {
        let Some(who) = &self.who else {
            return Vec::new();
        };
        let link = |href, text: &Text| self.link(href, text);
        let desk = link("/desk", &words::DESK);
        let law = link("/law", &words::LAW);
        let coverage = link("/coverage", &words::COVERAGE);
        let directory = link("/authorities", &words::DIRECTORY);
        let posts = link("/posts", &words::POSTS);
        match who.role {
            ActorRole::Operator => vec![
                link("/operations", &words::OPERATIONS),
                coverage,
                directory,
                posts,
                law,
            ],
            // Who keeps the service of a province sees no cases.
            ActorRole::Administrator => vec![coverage, directory, posts, law],
            ActorRole::Ministry => vec![desk, coverage, directory, posts, law],
            ActorRole::Inspector | ActorRole::Procuracy => vec![desk, directory, posts, law],
            ActorRole::Police => vec![desk, posts],
            ActorRole::Employer => vec![desk, link("/notice", &words::NOTICE)],
            ActorRole::Commune => vec![
                desk,
                link("/commune", &words::COMMUNE),
                link("/notice", &words::NOTICE),
            ],
            _ => vec![desk],
        }
    }

    /// The moment, as the page says it.
    pub fn exact(&self, moment: DateTime<Utc>) -> String {
        super::when::exact(moment, self.lang)
    }

    /// How long before or after `now` the moment is, as people say it.
    pub fn said(&self, moment: DateTime<Utc>, now: DateTime<Utc>) -> String {
        super::when::said(moment, now, self.lang)
    }

    /// The moment for `datetime` attributes.
    pub fn machine(&self, moment: DateTime<Utc>) -> String {
        rfc3339_in_vietnam(moment)
    }

    /// Sends a page.
    pub fn page(&self, status: StatusCode, template: &impl Template) -> HttpResponse {
        let mut response = HttpResponse::build(status);
        let html = match template.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!("A page could not be written: {error}");
                return HttpResponse::InternalServerError().finish();
            }
        };
        response
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_LANGUAGE, self.code()))
            .insert_header((header::VARY, "Accept-Encoding, Cookie"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
        if self.is_chosen {
            let secure = if self.is_secure { "; Secure" } else { "" };
            let cookie = format!(
                "{COOKIE}={}; Path=/; SameSite=Lax; Max-Age=31536000{secure}",
                self.code()
            );
            response.append_header((header::SET_COOKIE, cookie));
        }
        match self
            .takes_gzip
            .then(|| assets::gzip(html.as_bytes()))
            .flatten()
        {
            Some(packed) => response
                .insert_header((header::CONTENT_ENCODING, "gzip"))
                .body(packed),
            None => response.body(html),
        }
    }

    /// Sends a page that was found.
    pub fn ok(&self, template: &impl Template) -> HttpResponse {
        self.page(StatusCode::OK, template)
    }
}

/// Everything from here, nothing written into the page itself, nobody else's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; \
     manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

fn language(code: &str) -> Option<Language> {
    [Language::Vi, Language::En]
        .into_iter()
        .find(|one| one.as_str() == code)
}

/// On to another page after a form was taken, so that reloading repeats nothing (303).
pub fn see(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}
