//! Setting up codes of an authenticator app, which officials and administrators must have before they see anything.
//!
//! Three pages: the password again; the secret as a code to scan and as letters, with the first code to type; the recovery
//! codes, this once.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::{
    chrome::Chrome,
    fields::{Control, Field, Summary, Typed},
};
use crate::{
    api::{cookies, extract::Credentials},
    app::{AppState, people::ShownAgain},
    config::Secret,
    domain::account::session::Proof,
    error::{AppError, Result},
    service::accounts::{second_factor, sessions},
    wording::{second_factor as words, shown::FaultShown},
};

/// Modules of white around a code.
const QUIET: usize = 4;

#[derive(Template)]
#[template(path = "second_factor.html", config = "src/web/askama.toml")]
struct PasswordPage {
    c: Chrome,
    summary: Summary,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "second_factor_code.html", config = "src/web/askama.toml")]
struct CodePage {
    c: Chrome,
    summary: Summary,
    fields: Vec<Field>,
    /// The secret, as it is offered; not shown again.
    offer: Option<Offered>,
}

/// A secret for an app.
struct Offered {
    /// Its letters in groups of four.
    letters: String,
    /// Side of the code in modules.
    side: usize,
    /// Its dark modules as a path.
    path: String,
}

#[derive(Template)]
#[template(path = "second_factor_done.html", config = "src/web/askama.toml")]
struct DonePage {
    c: Chrome,
    codes: Vec<Secret>,
}

fn password_page(c: Chrome, typed: &Typed) -> PasswordPage {
    let password = typed.field(
        &c,
        "password",
        c.t(words::PASSWORD),
        Control::Line("password"),
    );
    let fields = vec![password.fills("current-password")];
    PasswordPage {
        summary: typed.summary(&c, &fields),
        fields,
        c,
    }
}

fn code_page(c: Chrome, typed: &Typed, offer: Option<Offered>) -> CodePage {
    let code = typed.line(&c, "code", &words::CODE).keys("numeric").max(6);
    let fields = vec![code.fills("one-time-code")];
    CodePage {
        summary: typed.summary(&c, &fields),
        fields,
        offer,
        c,
    }
}

/// The faults of a use case, beside the entry of the same name.
fn said(c: &Chrome, faults: &[crate::domain::declaration::Fault]) -> Typed {
    let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
    let mut typed = Typed::default();
    typed.faults(c, &faults, |pointer| {
        Some(pointer.trim_start_matches('/').to_owned())
    });
    typed
}

fn drawn(letters: &str, uri: &str) -> Result<Offered> {
    let code = QrCode::with_error_correction_level(uri, EcLevel::M).map_err(AppError::internal)?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate();
    let dark = dark.filter(|(_, color)| *color == Color::Dark);
    let path =
        dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
    let letters: Vec<char> = letters.chars().collect();
    let groups = letters.chunks(4).map(String::from_iter);
    Ok(Offered {
        letters: groups.collect::<Vec<_>>().join(" "),
        side: width + 2 * QUIET,
        path: path.collect(),
    })
}

/// `GET /second-factor`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
) -> Result<HttpResponse> {
    // Whoever is not signed in is sent to do that first.
    state.read_signed(sender, |_, _| Ok(())).await?;
    let page = password_page(Chrome::of(&request).signed_in(), &Typed::default());
    Ok(page.c.ok(&page))
}

/// The password again.
#[derive(Deserialize)]
pub struct PasswordForm {
    password: String,
}

/// `POST /second-factor`: offers a secret.
pub async fn offer(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    form: Form<PasswordForm>,
) -> Result<HttpResponse> {
    let c = Chrome::of(&request).signed_in();
    let shown = ShownAgain {
        password: (Secret::new(form.into_inner().password), "/password"),
        factor: None,
    };
    let offered = state
        .write_confirmed(
            sender,
            shown,
            second_factor::check_may_change,
            second_factor::offer,
        )
        .await;
    match offered {
        Ok(offer) => {
            let offered = drawn(offer.secret.expose(), offer.uri.expose())?;
            let page = code_page(c, &Typed::default(), Some(offered));
            Ok(page.c.ok(&page))
        }
        Err(AppError::Invalid(faults)) => {
            let typed = said(&c, &faults);
            let page = password_page(c, &typed);
            Ok(page.c.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(other) => Err(other),
    }
}

/// A code of the app.
#[derive(Deserialize)]
pub struct CodeForm {
    code: String,
}

/// `POST /second-factor/confirm`: codes are asked for from now on, and the session has shown one.
pub async fn confirm(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    form: Form<CodeForm>,
) -> Result<HttpResponse> {
    let c = Chrome::of(&request).signed_in();
    let digits = form.code.chars().filter(|one| !one.is_whitespace());
    let code = Secret::new(digits.collect::<String>());
    let confirmed = state
        .write_signed(sender, move |tx, signed| {
            let made = second_factor::confirm(tx, signed, code.expose())?;
            Ok((made, sessions::strengthen(tx, signed, Proof::Totp)?))
        })
        .await;
    match confirmed {
        Ok((codes, session)) => {
            let page = DonePage { c, codes };
            let mut response = page.c.ok(&page);
            cookies::give_session_to(&mut response, &state, &session.secret);
            Ok(response)
        }
        Err(AppError::Invalid(faults)) => {
            let typed = said(&c, &faults);
            let page = code_page(c, &typed, None);
            Ok(page.c.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_holds_the_address_that_an_app_reads() {
        let uri = "otpauth://totp/tnld:a%40b.test?secret=GEZDGNBVGY3TQOJQ&issuer=tnld";
        let drawn = drawn("GEZDGNBVGY3TQOJQ", uri).unwrap();
        assert_eq!(drawn.letters, "GEZD GNBV GY3T QOJQ");
        // A finder stands in three corners: its first row has seven dark modules.
        assert!(drawn.path.starts_with("M4 4h1v1h-1zM5 4h1v1h-1z"));
        assert!(drawn.side > 2 * QUIET + 21);
    }
}
