//! The address and the telephone of one's own account.

use serde_json::json;

use super::{
    Signed,
    news::{Reader, Told, tell, tell_holder},
    wrong,
};
use crate::{
    domain::{
        account::{email::normal_form, news::News},
        audit::Action,
        declaration::FaultCode,
        limits::EMAIL_CHANGES_OF_ACCOUNT,
        validators,
    },
    error::Result,
    ids::EmailChangeId,
    service::limits,
    store::{
        accounts,
        conn::DbConn,
        email_changes::{self, EmailChange},
    },
};

/// Reads the address that somebody wants.
pub fn read_email(typed: &str, now: &str) -> Result<String> {
    let email = normal_form(typed).ok_or_else(|| wrong("/email", FaultCode::Email))?;
    if email == now {
        return Err(wrong("/email", FaultCode::NotAllowed));
    }
    Ok(email)
}

/// Somebody wants another address for their account. It counts once the link that is mailed to it is
/// used; the one until now is told at once, so that whoever took over a session is noticed. Of an
/// address that has an account already its holder is told, and whoever asks is not.
pub fn ask_email(tx: &mut DbConn, signed: &Signed, typed: &str) -> Result<()> {
    let (account, now) = (&signed.account, signed.now);
    let email = read_email(typed, &account.email)?;
    let id = account.id.as_str();
    limits::take(tx, &signed.keys, &EMAIL_CHANGES_OF_ACCOUNT, id, now)?;
    let change = EmailChange {
        id: EmailChangeId::generate(),
        account: account.id.clone(),
        email,
    };
    email_changes::insert(tx, &change, now)?;
    let known = accounts::find_by_email(tx, &change.email)?;
    let (news, full_name) = match &known {
        Some(known) => (News::AddressTaken, &known.full_name),
        None => (News::NewAddress, &account.full_name),
    };
    let reader = Reader {
        email: &change.email,
        full_name,
    };
    let told = Told {
        subject: Some(change.id.as_str()),
        ..Told::of_account(news)
    };
    tell(tx, reader, told, now)?;
    tell_holder(tx, account, News::AddressAsked, now)?;
    signed.note(Action::AskEmail, json!({}));
    Ok(())
}

/// Another telephone stands in the account from now on, or none.
pub fn change_phone(tx: &mut DbConn, signed: &Signed, phone: Option<&str>) -> Result<()> {
    let phone = phone.map(read_phone).transpose()?;
    email_changes::set_phone(tx, &signed.account.id, phone.as_deref())?;
    tell_holder(tx, &signed.account, News::PhoneChanged, signed.now)?;
    signed.note(Action::ChangePhone, json!({}));
    Ok(())
}

/// Reads the telephone that somebody wants.
pub fn read_phone(typed: &str) -> Result<String> {
    validators::phone(typed).ok_or_else(|| wrong("/phone", FaultCode::Phone))
}
