//! Places for forms: by what somebody typed, without script as choices, with it while they type.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Query},
};
use serde::{Deserialize, Serialize};

use super::{chrome::Chrome, fields::Choice};
use crate::{
    api::extract::Stranger,
    app::AppState,
    domain::audit::Origin,
    error::Result,
    service::places::{self, Commune},
    wording::notice_page as words,
};

/// Most places that are offered: what fits on a telephone.
pub const MOST: usize = 8;
/// Longest text that is searched for, in bytes.
const LONGEST: usize = 300;

/// A commune that is offered.
pub struct Offer(Commune);

impl Offer {
    /// Its code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What is read of it: its name, and that of before the reform by which it was found.
    pub fn label(&self, c: &Chrome) -> String {
        match &self.0.before {
            None => self.0.name.clone(),
            Some(before) => {
                let said = c.t(words::BEFORE).replace("{name}", before);
                format!("{} ({said})", self.0.name)
            }
        }
    }

    /// The same to choose.
    pub fn choice(&self, c: &Chrome) -> Choice {
        Choice {
            value: self.0.code.clone(),
            label: self.label(c),
        }
    }
}

/// Communes for `q`, and whether there are more.
pub async fn find(state: &AppState, origin: &Origin, q: &str) -> Result<(Vec<Offer>, bool)> {
    if q.len() > LONGEST {
        return Ok((Vec::new(), false));
    }
    let (sender, q) = (stranger(origin), q.to_owned());
    let (found, more) = state
        .read_for_nobody(sender, move |ctx| places::communes(ctx, &q, MOST))
        .await?;
    Ok((found.into_iter().map(Offer).collect(), more))
}

/// The commune of a code.
pub async fn known(state: &AppState, origin: &Origin, code: &str) -> Result<Option<Offer>> {
    let (sender, code) = (stranger(origin), code.to_owned());
    state
        .read_for_nobody(sender, move |ctx| places::commune(ctx, &code))
        .await
        .map(|found| found.map(Offer))
}

fn stranger(origin: &Origin) -> Stranger {
    Stranger {
        origin: origin.clone(),
    }
}

/// What is typed.
#[derive(Deserialize)]
pub struct PlacesQuery {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct Shown {
    code: String,
    name: String,
    label: String,
}

/// `GET /places?q=…`: what a script offers while somebody types.
pub async fn suggest(
    state: Data<AppState>,
    request: actix_web::HttpRequest,
    sender: Stranger,
    query: Query<PlacesQuery>,
) -> Result<HttpResponse> {
    let c = Chrome::of(&request);
    let (found, _) = find(&state, &sender.origin, &query.q).await?;
    let shown = found.into_iter().map(|one| Shown {
        label: one.label(&c),
        code: one.0.code,
        name: one.0.name,
    });
    Ok(HttpResponse::Ok()
        // Nobody's data; the language is that of a cookie.
        .insert_header((header::CACHE_CONTROL, "private, max-age=600"))
        .insert_header((header::VARY, "Cookie"))
        .json(shown.collect::<Vec<_>>()))
}
