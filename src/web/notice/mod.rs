//! The urgent notice: ten entries, one column, no account, no script (L84 Art. 34.1). Whoever is signed in for an employer
//! or a commune declares by the same form.
//!
//! The form is sent to where it stands: `find` asks which commune is meant and stores nothing, anything else sends.

mod entries;
mod photo_form;
pub mod photos;
mod receipt;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form},
};
use askama::Template;
use serde_json::{Value, json};

use super::{
    chrome::{Chrome, see},
    fields::{Control, Field, Summary, Typed},
    offline, places,
    visitor::{Visitor, frame, visitor},
};
use crate::{
    api::{
        cookies,
        extract::{Credentials, Stranger},
    },
    app::AppState,
    domain::{access::Right, audit::Origin, challenge::Challenge},
    error::{AppError, Result},
    service::{
        declarations,
        intake::{self, Taken, receipts},
    },
    wording::{challenge::asked, notice_page as words, shown::FaultShown},
};
use entries::{Entries, body, entries, name_of};
pub use receipt::{show as show_receipt, told};

/// Largest form that is read, in bytes: every sign of the sentence takes nine on its way.
pub const LARGEST: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "notice.html", config = "src/web/askama.toml")]
struct NoticePage {
    c: Chrome,
    /// In what they declare.
    declares_as: Option<String>,
    summary: Summary,
    e: Entries,
    /// Which communes fit what was typed.
    choices: Option<Field>,
    /// For which words they were found.
    found_for: String,
    more_places: bool,
    /// Made when the form was shown: a form that is sent twice is one notice.
    key: String,
    /// On which day the place is chosen.
    chosen_on: String,
    challenge: Option<(Challenge, Field)>,
    /// Every place in one piece, for when there is no line.
    places_url: String,
}

/// What is known when the form is shown.
struct Shown {
    visitor: Option<Visitor>,
    typed: Typed,
    choices: Vec<places::Offer>,
    more_places: bool,
}

async fn page(
    state: &AppState,
    request: &HttpRequest,
    origin: &Origin,
    shown: Shown,
) -> Result<NoticePage> {
    let Shown {
        visitor,
        mut typed,
        choices,
        more_places,
    } = shown;
    let c = frame(request, visitor.as_ref());
    let declarer = visitor.filter(|visitor| visitor.declares);
    entries::suggest(&mut typed, declarer.as_ref(), state.clock.now());
    let sender = Stranger {
        origin: origin.clone(),
    };
    let challenge = match &declarer {
        Some(_) => None,
        None => {
            let challenge = state
                .read_for_nobody(sender, intake::give_challenge)
                .await?;
            let (vi, en) = asked(challenge.question);
            let question = typed.field(&c, "answer", c.either(&vi, &en), Control::Line("text"));
            let question = question.hint(c.t(words::QUESTION_HINT)).optional();
            Some((challenge, question))
        }
    };
    let e = entries(&c, &typed, declarer.as_ref());
    let choices = (!choices.is_empty()).then(|| {
        let label = match choices.len() {
            1 => words::CHOSEN,
            _ => words::CHOOSE,
        };
        let choices = choices.iter().map(|one| one.choice(&c)).collect();
        typed.field(&c, "commune", c.t(label), Control::Radio(choices))
    });
    Ok(NoticePage {
        summary: typed.summary(&c, e.in_order(choices.as_ref())),
        declares_as: declarer.map(|declarer| declarer.actor.name),
        found_for: typed.get("place").to_owned(),
        key: typed.get("key").to_owned(),
        chosen_on: typed.get("chosen_on").to_owned(),
        e,
        choices,
        more_places,
        challenge,
        places_url: offline::places_url(state),
        c,
    })
}

/// `GET /notice`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
) -> Result<HttpResponse> {
    let shown = Shown {
        visitor: visitor(&state, sender).await?,
        typed: Typed::default(),
        choices: Vec::new(),
        more_places: false,
    };
    let page = page(&state, &request, &stranger.origin, shown).await?;
    Ok(page.c.ok(&page))
}

/// `POST /notice`.
pub async fn send(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let visitor = visitor(&state, sender).await?;
    let c = frame(&request, visitor.as_ref());
    let mut typed = Typed::new(form.into_inner());
    let origin = stranger.origin;
    let (choices, more_places) = which_place(&state, &c, &origin, &mut typed).await?;
    let declares = visitor.as_ref().is_some_and(|visitor| visitor.declares);
    let mut status = StatusCode::OK;
    if typed.get("do") != "find" {
        status = StatusCode::UNPROCESSABLE_ENTITY;
        if !declares && typed.get("as") == "declarer" {
            typed.wrong("", c.t(words::NOT_SIGNED_ANY_MORE));
        } else {
            let sent = match visitor.as_ref().filter(|visitor| visitor.declares) {
                Some(visitor) => declare(&state, visitor, &typed).await,
                None => give_notice(&state, &origin, &typed).await,
            };
            match sent {
                Ok(receipt_no) => {
                    state.metrics.declared();
                    let address = receipts::address(&state.keys, &receipt_no);
                    let address = format!("/notice/{address}");
                    return Ok(match wants_json(&request) {
                        true => HttpResponse::Ok()
                            .json(json!({ "receipt_no": receipt_no, "address": address })),
                        false => see(&address),
                    });
                }
                Err(AppError::Invalid(faults)) => {
                    let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
                    typed.faults(&c, &faults, name_of);
                }
                Err(AppError::KeyReused) => {
                    status = StatusCode::CONFLICT;
                    typed.forget("key");
                    typed.wrong("", c.t(words::SENT_BEFORE));
                }
                Err(other) => return Err(other),
            }
        }
    } else if typed.is_wrong() {
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    // It belonged to the question before.
    typed.forget("answer");
    let of_the_form = typed
        .said_of("")
        .map(|message| json!({ "message": message }));
    let shown = Shown {
        visitor,
        typed,
        choices,
        more_places,
    };
    let page = page(&state, &request, &origin, shown).await?;
    if !wants_json(&request) {
        return Ok(page.c.page(status, &page));
    }
    let fields = page.e.in_order(page.choices.as_ref());
    let beside = fields.filter_map(|field| {
        let message = field.wrong.as_deref()?;
        Some(json!({ "name": field.name, "label": field.label, "message": message }))
    });
    let faults: Vec<Value> = of_the_form.into_iter().chain(beside).collect();
    Ok(HttpResponse::build(status).json(json!({ "faults": faults })))
}

/// Whether a script sends a notice that it has kept, and reads the answer itself.
pub fn wants_json(request: &HttpRequest) -> bool {
    let takes = request.headers().get(header::ACCEPT);
    takes.is_some_and(|takes| takes.as_bytes() == b"application/json")
}

/// The communes to choose from: the one that was chosen, else those that fit what was typed. One that fits alone is
/// chosen; where it is not clear which is meant, that is said beside the entry.
async fn which_place(
    state: &AppState,
    c: &Chrome,
    origin: &Origin,
    typed: &mut Typed,
) -> Result<(Vec<places::Offer>, bool)> {
    let q = typed.get("place").to_owned();
    let is_of_these_words = typed.get("found_for") == q;
    let code = typed.get("commune").to_owned();
    if is_of_these_words
        && !code.is_empty()
        && let Some(commune) = places::known(state, origin, &code).await?
    {
        return Ok((vec![commune], false));
    }
    typed.forget("commune");
    if q.is_empty() {
        return Ok((Vec::new(), false));
    }
    let (found, more) = places::find(state, origin, &q).await?;
    match found.as_slice() {
        [] => typed.wrong("place", c.t(words::NO_SUCH_PLACE)),
        [one] if !more => typed.suggest("commune", one.code()),
        _ if typed.get("do") == "find" => {}
        _ => typed.wrong("commune", c.t(words::CHOOSE_ONE)),
    }
    Ok((found, more))
}

/// Gives notice without an account; the number of the receipt.
async fn give_notice(state: &AppState, origin: &Origin, typed: &Typed) -> Result<String> {
    let cmd = intake::Submit {
        body: body(typed, None),
        key: entries::key(typed),
    };
    let sender = Stranger {
        origin: origin.clone(),
    };
    let taken = state
        .plan_and_write_for_nobody(sender, move |ctx| intake::plan(ctx, cmd), intake::store)
        .await?;
    match taken {
        Taken::Told { answer, .. } => entries::receipt_no(&answer),
        Taken::Held { receipt_no, .. } => Ok(receipt_no),
    }
}

/// Declares for an employer or a commune; the number of the receipt.
async fn declare(state: &AppState, declarer: &Visitor, typed: &Typed) -> Result<String> {
    let body = body(typed, Some(declarer));
    let cmd = declarations::Submit {
        right: Right::Declare,
        raw: body.to_string(),
        body,
        key: entries::key(typed),
    };
    let answered = state
        .plan_and_write_as(
            declarer.sender.clone(),
            move |_, ctx| declarations::plan(ctx, cmd),
            declarations::store,
        )
        .await?;
    Ok(answered.receipt_no)
}
