//! Who looks at a page that needs no account: perhaps somebody who is signed in all the same.

use actix_web::HttpRequest;

use super::chrome::Chrome;
use crate::{
    api::extract::{Credentials, Proof},
    app::AppState,
    domain::access::{Actor, Facts, Right},
    error::{AppError, Result},
    service::employers,
};

/// Somebody who is signed in and acts in something.
pub struct Visitor {
    /// What they show.
    pub sender: Credentials,
    /// In what they act.
    pub actor: Actor,
    /// Whether they declare accidents; anybody else gives notice.
    pub declares: bool,
    /// Name of the employer for which they act, where its record has one.
    pub firm: Option<String>,
    /// Name of the person; nothing for a token.
    pub name: String,
    /// Telephone of the person.
    pub phone: String,
}

/// Whoever shows `sender`. A session that has ended, or that stands nowhere, is nobody's: these pages are for everybody.
pub async fn visitor(state: &AppState, sender: Option<Credentials>) -> Result<Option<Visitor>> {
    let Some(sender) = sender else {
        return Ok(None);
    };
    let read = state
        .read_as(sender.clone(), |tx, ctx| {
            let acts = ctx.actor.employer.as_ref();
            let firm = acts.map(|acts| employers::show(tx, ctx, &acts.id));
            // Only its name is lacking where it cannot be read.
            let firm = firm.and_then(|shown| Some(shown.ok()?.employer.stated.name));
            let declares = ctx.may(Right::Declare, Facts::Any);
            Ok((ctx.actor.clone(), declares, firm))
        })
        .await;
    let (actor, declares, firm) = match read {
        Ok(read) => read,
        Err(why @ (AppError::Busy | AppError::Internal(_))) => return Err(why),
        Err(_) => return Ok(None),
    };
    let (name, phone) = match &sender.proof {
        Proof::Token { .. } => Default::default(),
        Proof::Session { .. } => {
            state
                .read_signed(sender.clone(), |_, signed| {
                    let account = &signed.account;
                    Ok((
                        account.full_name.clone(),
                        account.phone.clone().unwrap_or_default(),
                    ))
                })
                .await?
        }
    };
    Ok(Some(Visitor {
        sender,
        actor,
        declares,
        firm,
        name,
        phone,
    }))
}

/// The frame of the page, with whoever is signed in.
pub fn frame(request: &HttpRequest, visitor: Option<&Visitor>) -> Chrome {
    let c = Chrome::of(request);
    match visitor {
        Some(visitor) => c.with(&visitor.actor),
        None => c,
    }
}
