//! The page of a receipt: its number, who is told, whom to call, and whether somebody has taken it. It holds nothing of
//! anybody, so that it may be left open, shown around and asked for again.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use chrono::{DateTime, Utc};

use crate::{
    api::extract::{Credentials, Stranger},
    app::AppState,
    error::Result,
    ids::PhotoId,
    service::{
        declarations::answer::RoutingAnswer,
        intake::{
            photos::{self, Taking},
            receipts::{self, Followed, Stage},
        },
    },
    web::{
        chrome::Chrome,
        visitor::{frame, visitor},
    },
    wording::{Text, labels, notice_page as words},
};

/// An authority that is told.
struct Told {
    name: String,
    phone: Option<String>,
    /// Where its alert stands, in words.
    said: String,
    /// `good` where it was taken, `warn` where it did not arrive.
    tone: &'static str,
    chip: &'static str,
}

#[derive(Template)]
#[template(path = "told.html", config = "src/web/askama.toml")]
struct ToldPart {
    c: Chrome,
    stage: Stage,
    state: Text,
    told: Vec<Told>,
}

#[derive(Template)]
#[template(path = "receipt.html", config = "src/web/askama.toml")]
struct ReceiptPage {
    c: Chrome,
    heading: Text,
    receipt_no: String,
    received_at: DateTime<Utc>,
    now: DateTime<Utc>,
    stage: Stage,
    /// The part that follows live, and where it is read again.
    told: String,
    told_at: String,
    declares: bool,
    photos: Taking,
    /// Where photographs are sent.
    photos_at: String,
    /// Made when the form was shown: one that is sent twice is one photograph.
    photo_id: PhotoId,
    /// Why the photograph was not taken that was sent.
    photo_wrong: Option<Text>,
}

fn told_of(c: &Chrome, one: RoutingAnswer) -> Told {
    let role = labels::role(one.role);
    let (tone, text) = match one.status.as_str() {
        "acknowledged" => ("good", words::TAKEN),
        "bounced" | "failed" | "undeliverable" | "delayed" => ("warn", words::NOT_REACHED),
        "refused" => ("quiet", words::PASSED_ON),
        _ => ("quiet", words::NOT_TAKEN_YET),
    };
    Told {
        name: one
            .authority
            .map_or_else(|| c.t(role).to_owned(), |authority| authority.name),
        phone: one.phone,
        said: c
            .either(
                one.said_vi.as_deref().unwrap_or_default(),
                one.said_en.as_deref().unwrap_or_default(),
            )
            .to_owned(),
        tone,
        chip: c.t(text),
    }
}

fn part(c: Chrome, followed: Followed) -> ToldPart {
    let told = followed.told.into_iter();
    ToldPart {
        told: told.map(|one| told_of(&c, one)).collect(),
        stage: followed.stage,
        state: match followed.stage {
            Stage::Held => words::HELD,
            Stage::Rejected => words::REJECTED,
            Stage::Sent => words::SENT_TO_ALL,
            Stage::Open => words::OPEN,
            Stage::Ended => words::ENDED,
        },
        c,
    }
}

/// `GET /notice/{receipt}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
    address: Path<String>,
) -> Result<HttpResponse> {
    let page = Shown {
        address: address.into_inner(),
        status: StatusCode::OK,
        photo_wrong: None,
    };
    page.answer(&state, &request, sender, stranger).await
}

/// The page as it is answered.
pub struct Shown {
    /// The last part of its address.
    pub address: String,
    /// Status.
    pub status: StatusCode,
    /// Why the photograph was not taken that was sent.
    pub photo_wrong: Option<Text>,
}

impl Shown {
    /// The page for whoever asks.
    pub async fn answer(
        self,
        state: &AppState,
        request: &HttpRequest,
        sender: Option<Credentials>,
        stranger: Stranger,
    ) -> Result<HttpResponse> {
        let visitor = visitor(state, sender).await?;
        let address = self.address.clone();
        let (followed, photos) = state
            .read_by_link(stranger, move |tx, ctx| {
                let followed = receipts::follow(tx, ctx, &address)?;
                Ok((followed, photos::taking(tx, ctx, &address)?))
            })
            .await?;
        let c = frame(request, visitor.as_ref());
        let (receipt_no, received_at) = (followed.receipt_no.clone(), followed.received_at);
        let stage = followed.stage;
        let told = part(Chrome::of(request), followed);
        let page = ReceiptPage {
            heading: match stage {
                Stage::Held | Stage::Rejected => told.state,
                Stage::Sent | Stage::Open | Stage::Ended => words::RECEIVED,
            },
            told: told.render().map_err(crate::error::AppError::internal)?,
            told_at: format!("/notice/{}/told", self.address),
            photos_at: format!("/notice/{}/photos", self.address),
            photo_id: PhotoId::generate(),
            photo_wrong: self.photo_wrong,
            photos,
            now: state.clock.now(),
            declares: visitor.is_some_and(|visitor| visitor.declares),
            receipt_no,
            received_at,
            stage,
            c,
        };
        Ok(page.c.page(self.status, &page))
    }
}

/// `GET /notice/{receipt}/told`: the part that changes, for a script that asks again.
pub async fn told(
    state: Data<AppState>,
    request: HttpRequest,
    stranger: Stranger,
    address: Path<String>,
) -> Result<HttpResponse> {
    let followed = state
        .read_by_link(stranger, move |tx, ctx| receipts::follow(tx, ctx, &address))
        .await?;
    let part = part(Chrome::of(&request), followed);
    Ok(part.c.ok(&part))
}
