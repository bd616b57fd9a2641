//! An employer registers itself.
//!
//! Whoever has no account is answered before anything is looked up: neither the answer nor its time
//! tells whether the address or the tax code is known. Nothing but a row that waits is stored until
//! the address is proven.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    domain::{
        account::{Language, email::normal_form, news::News},
        audit::{Action, Entry, Object, ObjectKind, Origin},
        decide::World,
        declaration::FaultCode,
        employer::{
            Employer, Stated, company_name, foremost,
            people::{Person, PersonRole},
            plain_name,
        },
        limits::{REGISTRATION_FROM_ADDRESS, REGISTRATION_MAIL_TO_ADDRESS, network},
        place::UnitLevel,
        validators,
    },
    error::{AppError, Result},
    ids::{AccountId, RegistrationId},
    sealing::Keys,
    service::{
        accounts::{
            Occasion, Signed,
            making::{Proven, make_proven},
            news::{Reader, Told, tell},
            who,
        },
        employers::tell_owners,
        form::Form,
        limits,
    },
    store::{
        accounts,
        conn::DbConn,
        employer_people,
        employer_registrations::{self, Registration},
        employers,
        links::{hash, new_secret},
        sessions,
    },
    time::day_in_vietnam,
};

/// Longest address of a seat, in characters.
const LONGEST_ADDRESS: usize = 300;

/// What somebody without account typed.
pub struct Asked {
    stated: Stated,
    email: String,
    language: Language,
}

/// Reads the entries of a body that say which employer it is.
fn stated(form: &mut Form<'_>, world: &World, now: DateTime<Utc>) -> Option<Stated> {
    let today = day_in_vietnam(now);
    let tax_code = form.value("tax_code", FaultCode::TaxCode, validators::tax_code);
    let name = form.value("company_name", FaultCode::BadCharacters, company_name);
    let address = form.text("address", LONGEST_ADDRESS);
    let commune_code = form.text("commune_code", 10);
    let known = commune_code.as_deref().map(|code| {
        let places = &world.places;
        match places.unit_on(UnitLevel::Commune, code, today) {
            Ok(_) => None,
            Err(_) if places.exists_ever(UnitLevel::Commune, code) => {
                Some(FaultCode::PlaceNotInForce)
            }
            Err(_) => Some(FaultCode::PlaceUnknown),
        }
    });
    if let Some(Some(fault)) = known {
        form.fault("commune_code", fault);
    }
    let representative = form.value("representative", FaultCode::BadCharacters, plain_name);
    let phone = form.value("phone", FaultCode::Phone, validators::phone);
    Some(Stated {
        tax_code: tax_code?,
        name: name?,
        address: address?,
        commune_code: commune_code?,
        representative: representative?,
        phone: phone?,
    })
}

/// Reads a registration of somebody without account.
pub fn read(body: &Value, world: &World, now: DateTime<Utc>) -> Result<Asked> {
    let mut form = Form::new(body);
    let stated = stated(&mut form, world, now);
    let email = form.value("email", FaultCode::Email, normal_form);
    let language = form.optional("language", FaultCode::NotAllowed, Language::parse);
    form.finish()?;
    match (stated, email) {
        (Some(stated), Some(email)) => Ok(Asked {
            stated,
            email,
            language: language.unwrap_or(Language::Vi),
        }),
        _ => Err(AppError::internal("a form without faults lacks an entry")),
    }
}

/// The network that a registration is counted under.
pub fn subject(origin: &Origin) -> String {
    let address = origin.address.as_deref().unwrap_or_default();
    address.parse().map_or_else(
        |_| address.to_owned(),
        |address| network(address).to_string(),
    )
}

/// The limit of registrations from one network.
pub const LIMIT: &crate::domain::limits::Limit = &REGISTRATION_FROM_ADDRESS;

/// Stores a registration until its link is used, and mails the link. An address that has an account is
/// told so instead; whoever asks hears of neither.
pub fn ask(tx: &mut DbConn, keys: &Keys, asked: Asked, now: DateTime<Utc>) -> Result<()> {
    let Asked {
        stated,
        email,
        language,
    } = asked;
    limits::take(tx, keys, &REGISTRATION_MAIL_TO_ADDRESS, &email, now)?;
    let known = accounts::find_by_email(tx, &email)?;
    let id = RegistrationId::generate();
    let (news, full_name) = match &known {
        Some(known) => (News::RegistrationKnown, known.full_name.as_str()),
        None => (News::Registration, stated.representative.as_str()),
    };
    let reader = Reader {
        email: &email,
        full_name,
    };
    let told = Told {
        news,
        employer: Some((&stated.name, &stated.tax_code)),
        post: None,
        reason: None,
        subject: Some(id.as_str()),
    };
    tell(tx, reader, told, now)?;
    if known.is_none() {
        let registration = Registration {
            id,
            email,
            language,
            stated,
            asked_at: now,
        };
        employer_registrations::insert(tx, &registration)?;
    }
    Ok(())
}

/// The link of a registration was used and a password chosen: its account and its employer begin. The
/// secret that is returned makes the device a known one.
///
/// # Errors
/// `link_expired`, also where the address has got an account meanwhile.
pub fn finish(
    tx: &mut DbConn,
    id: &RegistrationId,
    password_hash: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(String, Vec<Entry>)> {
    let expired = || AppError::Conflict("link_expired");
    let Registration {
        email,
        language,
        stated,
        ..
    } = employer_registrations::find(tx, id)?.ok_or_else(expired)?;
    employer_registrations::delete_of(tx, &email)?;
    let proven = Proven {
        email,
        full_name: stated.representative.clone(),
        phone: Some(stated.phone.clone()),
        language,
        password_hash: password_hash.to_owned(),
    };
    let account = make_proven(tx, proven, now)?.ok_or_else(expired)?;
    let employer = begin(tx, stated, &account.id, now)?;
    let device = new_secret()?;
    sessions::know_device(tx, &account.id, &hash(&device), now)?;
    let occasion = Occasion {
        who: who(&account),
        origin: origin.clone(),
        now,
    };
    let object = Object::new(ObjectKind::Employer, &employer.id);
    let mut registered = occasion
        .clone()
        .entry_about(Action::RegisterEmployer, object, "done");
    registered.details = json!({ "tax_code": employer.stated.tax_code });
    let made = occasion
        .clone()
        .entry(Action::MakeAccount, &account.id, "done");
    let proven = occasion.entry(Action::ProveEmail, &account.id, "done");
    Ok((device, vec![made, proven, registered]))
}

/// Somebody who is signed in registers an employer; their address is proven already.
///
/// # Errors
/// `already_registered` where they act for one of this tax code.
pub fn register_signed(tx: &mut DbConn, signed: &Signed, body: &Value) -> Result<Employer> {
    let mut form = Form::new(body);
    let stated = stated(&mut form, &signed.world, signed.now);
    form.finish()?;
    let stated = stated.ok_or_else(|| AppError::internal("a form lacks an entry"))?;
    let account = &signed.account.id;
    let mine = employers::of_account(tx, account)?;
    let is_same = |employer: &Employer| employer.stated.tax_code == stated.tax_code;
    if mine.iter().any(|(employer, _)| is_same(employer)) {
        return Err(AppError::Conflict("already_registered"));
    }
    limits::take(
        tx,
        &signed.keys,
        &REGISTRATION_FROM_ADDRESS,
        account.as_str(),
        signed.now,
    )?;
    let employer = begin(tx, stated, account, signed.now)?;
    let object = Object::new(ObjectKind::Employer, &employer.id);
    let details = json!({ "tax_code": employer.stated.tax_code });
    signed.notes.add(Action::RegisterEmployer, object, details);
    Ok(employer)
}

/// A record with its first owner. Where another stands under the tax code, it is a claim on that; its
/// people are told nothing of it, and of the other the owners are, once it is verified.
fn begin(
    tx: &mut DbConn,
    stated: Stated,
    owner: &AccountId,
    now: DateTime<Utc>,
) -> Result<Employer> {
    let known = holder_of(tx, &stated.tax_code)?;
    let employer = Employer::new(stated, known.as_ref().map(|one| one.id.clone()), now);
    employers::insert(tx, &employer)?;
    let person = Person {
        account: owner.clone(),
        role: PersonRole::Owner,
    };
    employer_people::join(tx, &employer.id, &person, now)?;
    if let Some(known) = known.filter(|known| known.verified_at.is_some()) {
        tell_owners(tx, &known, News::Claimed, None, now)?;
    }
    Ok(employer)
}

/// The record that comes first under a tax code, or the one that it was merged into.
fn holder_of(tx: &mut DbConn, tax_code: &str) -> Result<Option<Employer>> {
    let mut all = employers::of_tax_code(tx, tax_code)?;
    all.retain(|record| record.settled_as.is_none());
    let Some(mut holder) = foremost(&all).cloned() else {
        return Ok(None);
    };
    while let Some(into) = &holder.merged_into {
        match employers::find(tx, into)? {
            Some(survivor) => holder = survivor,
            None => break,
        }
    }
    Ok(Some(holder))
}
