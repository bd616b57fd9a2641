//! Signing in and out, and choosing in which capacity to act.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{
    chrome::Chrome,
    fields::{Control, Field, Summary, Typed},
};
use crate::{
    api::{
        cookies,
        extract::Credentials,
        session::{enter, visit},
    },
    app::AppState,
    config::Secret,
    domain::{access::Actor, account::session::Standing},
    error::{AppError, Result},
    ids::PostId,
    service::accounts::{second_factor::Factor, sessions},
    wording::{chrome as words, labels, problems::problem},
};

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/web/askama.toml")]
struct SignInPage {
    c: Chrome,
    /// They were on their way somewhere.
    is_interrupted: bool,
    to: String,
    summary: Summary,
    fields: Vec<Field>,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub struct ToQuery {
    #[serde(default)]
    to: String,
}

/// A path of this service, and nothing that a browser takes for another host. `/desk` where it is not.
fn inside(to: &str) -> &str {
    let is_path = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    if is_path && to != "/" { to } else { "/desk" }
}

fn page(c: Chrome, to: String, typed: &Typed) -> SignInPage {
    let email = typed.field(&c, "email", c.t(words::EMAIL), Control::Line("email"));
    let password = typed.field(
        &c,
        "password",
        c.t(words::PASSWORD),
        Control::Line("password"),
    );
    let code = typed
        .line(&c, "code", &words::CODE)
        .optional()
        .keys("numeric");
    let hint = c.t(words::CODE_HINT);
    let fields = vec![
        email.fills("username"),
        password.fills("current-password"),
        code.fills("one-time-code").hint(hint),
    ];
    SignInPage {
        summary: typed.summary(&c, &fields),
        is_interrupted: !to.is_empty() && to != "/desk" && !typed.is_wrong(),
        fields,
        to,
        c,
    }
}

/// `GET /sign-in`.
pub async fn show(request: HttpRequest, query: Query<ToQuery>) -> HttpResponse {
    let page = page(
        Chrome::of(&request),
        query.into_inner().to,
        &Typed::default(),
    );
    page.c.ok(&page)
}

/// What the form sends.
#[derive(Deserialize)]
pub struct SignInForm {
    email: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    to: String,
}

/// `POST /sign-in`. Whatever is wrong, the answer is the same.
pub async fn sign_in(
    state: Data<AppState>,
    request: HttpRequest,
    form: Form<SignInForm>,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let form = form.into_inner();
    let digits: String = form
        .code
        .chars()
        .filter(|one| !one.is_whitespace())
        .collect();
    let is_totp = digits.len() == 6 && digits.chars().all(|one| one.is_ascii_digit());
    let typed_code = (!digits.is_empty()).then(|| Secret::new(digits));
    let factor = match is_totp {
        true => Factor {
            totp: typed_code,
            recovery_code: None,
        },
        false => Factor {
            totp: None,
            recovery_code: typed_code,
        },
    };
    let password = Secret::new(form.password);
    let visit = visit(&request, None);
    match enter(&state, form.email.clone(), password, factor, visit).await {
        Ok(signed) => {
            let mut response = HttpResponse::SeeOther();
            cookies::give_session(&mut response, &state, &signed.opened.secret);
            if let Some(device) = &signed.opened.device {
                cookies::give_device(&mut response, &state, device);
            }
            Ok(response
                .insert_header(("Location", inside(&form.to)))
                .insert_header(("Cache-Control", "no-store"))
                .finish())
        }
        Err(AppError::SignInRefused) => {
            let c = Chrome::of(&request);
            let mut typed = Typed::new([("email".to_owned(), form.email)]);
            let said = problem("sign_in_refused").unwrap_or(words::FAILED_TEXT);
            typed.wrong("", c.t(said));
            let page = page(c, form.to, &typed);
            Ok(page.c.page(StatusCode::UNAUTHORIZED, &page))
        }
        Err(other) => Err(other),
    }
}

/// `POST /sign-out`: the session ends, and the first page is shown.
pub async fn sign_out(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let ended = state
        .write_signed(sender, |tx, signed| {
            sessions::end(tx, signed, &signed.session.id)
        })
        .await;
    match ended {
        Ok(()) | Err(AppError::Unauthenticated) => {}
        Err(other) => return Err(other),
    }
    let mut response = HttpResponse::SeeOther();
    cookies::take_session(&mut response, &state);
    Ok(response.insert_header(("Location", "/")).finish())
}

/// A capacity to choose.
struct Capacity {
    value: String,
    name: String,
    role: &'static str,
}

#[derive(Template)]
#[template(path = "standing.html", config = "src/web/askama.toml")]
struct StandingPage {
    c: Chrome,
    capacities: Vec<Capacity>,
}

fn capacity(c: &Chrome, standing: &Standing, actor: &Actor) -> Capacity {
    Capacity {
        value: match standing {
            Standing::Post(post) => format!("post:{post}"),
            Standing::Employer(tax_code) => format!("employer:{tax_code}"),
        },
        name: actor.name.clone(),
        role: c.t(labels::actor(actor.role)),
    }
}

/// `GET /standing`.
pub async fn show_standings(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
) -> Result<HttpResponse> {
    let shown = state.read_signed(sender, sessions::show).await?;
    let c = Chrome::of(&request).signed_in();
    let standings = shown.standings.iter();
    let capacities = standings.map(|(standing, actor)| capacity(&c, standing, actor));
    let page = StandingPage {
        capacities: capacities.collect(),
        c,
    };
    Ok(page.c.ok(&page))
}

/// What was chosen.
#[derive(Deserialize)]
pub struct StandingForm {
    standing: String,
}

/// `POST /standing`: from now on the person acts in it.
pub async fn choose_standing(
    state: Data<AppState>,
    sender: Credentials,
    form: Form<StandingForm>,
) -> Result<HttpResponse> {
    let unknown = || AppError::NotFound("standing");
    let standing = match form.standing.split_once(':') {
        Some(("post", id)) => Standing::Post(PostId::parse(id).ok_or_else(unknown)?),
        Some(("employer", tax_code)) => Standing::Employer(tax_code.to_owned()),
        _ => return Err(unknown()),
    };
    let opened = state
        .write_signed(sender, move |tx, signed| {
            sessions::change_standing(tx, signed, standing)
        })
        .await?;
    let mut response = HttpResponse::SeeOther();
    cookies::give_session(&mut response, &state, &opened.secret);
    Ok(response.insert_header(("Location", "/desk")).finish())
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn nobody_is_sent_to_another_host_after_signing_in() {
        assert_eq!(inside("/cases/1?tab=file"), "/cases/1?tab=file");
        for elsewhere in [
            "",
            "/",
            "//evil.test",
            "https://evil.test",
            "/\\evil.test",
            "/a\nb",
        ] {
            assert_eq!(inside(elsewhere), "/desk");
        }
    }
}
