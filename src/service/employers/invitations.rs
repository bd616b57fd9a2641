//! Owners invite by e-mail. Whoever has no account gets a link and chooses a password; whoever has
//! one signs in and accepts. The owner is answered the same.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{found, note, tell_owners, to_change};
use crate::{
    domain::{
        access::Right,
        account::{AccountStatus, ActionPurpose, Language, email::normal_form, news::News},
        audit::{Action, Entry, Object, ObjectKind, Origin},
        declaration::FaultCode,
        employer::{
            Employer,
            people::{Invitation, InvitationOutcome, MOST_INVITATIONS, Person, PersonRole},
            plain_name,
        },
        limits::{INVITATIONS_OF_EMPLOYER, REGISTRATION_MAIL_TO_ADDRESS},
    },
    error::{AppError, Result},
    ids::{AccountId, EmployerId, InvitationId},
    service::{
        Ctx,
        accounts::{
            Occasion, Signed,
            making::{Proven, make_proven},
            news::{Reader, Told, tell},
            who,
        },
        form::Form,
        limits,
    },
    store::{
        account_links,
        accounts::{self, Account},
        action_links,
        conn::DbConn,
        employer_invitations, employer_people, employers,
        links::{hash, new_secret},
        sessions,
    },
};

/// The invitations of an employer that are open.
pub fn list(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId) -> Result<Vec<Invitation>> {
    found(tx, ctx, Right::ManageEmployerPeople, id)?;
    Ok(employer_invitations::open_of(tx, id, ctx.now)?)
}

/// Invites somebody: `email`, `full_name`, and where they are to be more than a member `role`.
pub fn invite(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId, body: &Value) -> Result<Invitation> {
    let employer = to_change(tx, ctx, Right::ManageEmployerPeople, id)?;
    let mut form = Form::new(body);
    let email = form.value("email", FaultCode::Email, normal_form);
    let name = form.value("full_name", FaultCode::BadCharacters, plain_name);
    let role = form.optional("role", FaultCode::NotAllowed, PersonRole::parse);
    form.finish()?;
    let (Some(email), Some(name)) = (email, name) else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    if employer_invitations::open_of(tx, id, ctx.now)?.len() >= MOST_INVITATIONS {
        return Err(AppError::Conflict("too_many_invitations"));
    }
    limits::take(
        tx,
        &ctx.keys,
        &INVITATIONS_OF_EMPLOYER,
        id.as_str(),
        ctx.now,
    )?;
    // Whoever it is gets no more mails from strangers than by registrations.
    let limit = &REGISTRATION_MAIL_TO_ADDRESS;
    limits::take(tx, &ctx.keys, limit, &email, ctx.now)?;
    let invitation = Invitation {
        id: InvitationId::generate(),
        employer: id.clone(),
        email,
        full_name: name,
        role: role.unwrap_or(PersonRole::Member),
        invited_by: AccountId::from(ctx.actor.caller.id().to_string()),
        made_at: ctx.now,
        expires_at: ctx.now + ActionPurpose::JoinEmployer.lifetime() + TimeDelta::hours(1),
        settled_as: None,
    };
    employer_invitations::insert(tx, &invitation)?;
    let known = accounts::find_by_email(tx, &invitation.email)?;
    let (news, name) = match &known {
        Some(known) if known.status != AccountStatus::Unproven => {
            (News::InvitationKnown, &known.full_name)
        }
        _ => (News::Invitation, &invitation.full_name),
    };
    let reader = Reader {
        email: &invitation.email,
        full_name: name,
    };
    let told = Told {
        subject: Some(invitation.id.as_str()),
        ..Told::of(news, &employer, None)
    };
    tell(tx, reader, told, ctx.now)?;
    let details = json!({ "invitation": invitation.id, "role": invitation.role });
    note(ctx, Action::InvitePerson, &employer, details);
    Ok(invitation)
}

/// Takes an invitation back; its link is good no more.
pub fn withdraw(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    invitation: &InvitationId,
) -> Result<()> {
    let employer = to_change(tx, ctx, Right::ManageEmployerPeople, id)?;
    employer_invitations::find(tx, invitation)?
        .filter(|one| one.employer == *id && one.is_open(ctx.now))
        .ok_or(AppError::NotFound("invitation"))?;
    settle(tx, invitation, InvitationOutcome::Withdrawn, ctx.now)?;
    let details = json!({ "invitation": invitation });
    note(ctx, Action::WithdrawInvitation, &employer, details);
    Ok(())
}

fn settle(
    tx: &mut DbConn,
    id: &InvitationId,
    outcome: InvitationOutcome,
    now: DateTime<Utc>,
) -> Result<()> {
    if !employer_invitations::settle(tx, id, outcome, now)? {
        return Err(AppError::NotFound("invitation"));
    }
    Ok(action_links::end_of(tx, id.as_str(), now)?)
}

/// An invitation with its employer, as whoever is invited sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The invitation.
    pub invitation: Invitation,
    /// Name of the employer.
    pub company_name: String,
    /// Its tax code.
    pub tax_code: String,
}

/// The invitations of the account that is signed in, by its proven address.
pub fn received(tx: &mut DbConn, signed: &Signed) -> Result<Vec<Received>> {
    let mut found = Vec::new();
    for invitation in employer_invitations::open_for(tx, &signed.account.email, signed.now)? {
        let employer = employers::find(tx, &invitation.employer)?;
        if let Some(employer) = employer.filter(Employer::is_acted_for) {
            found.push(Received {
                invitation,
                company_name: employer.stated.name,
                tax_code: employer.stated.tax_code,
            });
        }
    }
    Ok(found)
}

/// The account that is signed in accepts an invitation, or declines it.
pub fn answer(
    tx: &mut DbConn,
    signed: &Signed,
    id: &InvitationId,
    outcome: InvitationOutcome,
) -> Result<()> {
    let not_found = || AppError::NotFound("invitation");
    let invitation = employer_invitations::find(tx, id)?
        .filter(|one| one.email == signed.account.email && one.is_open(signed.now))
        .ok_or_else(not_found)?;
    let action = match outcome {
        InvitationOutcome::Accepted => {
            join(tx, &invitation, &signed.account, signed.now)?;
            Action::JoinEmployer
        }
        InvitationOutcome::Declined | InvitationOutcome::Withdrawn => {
            settle(tx, id, InvitationOutcome::Declined, signed.now)?;
            Action::DeclineInvitation
        }
    };
    let object = Object::new(ObjectKind::Employer, &invitation.employer);
    signed
        .notes
        .add(action, object, json!({ "invitation": id }));
    Ok(())
}

/// The invitation behind a link, while it can be accepted by whoever has no account.
pub fn by_link(tx: &mut DbConn, id: &InvitationId, now: DateTime<Utc>) -> Result<Invitation> {
    let expired = || AppError::Conflict("link_expired");
    let invitation = employer_invitations::find(tx, id)?
        .filter(|one| one.is_open(now))
        .ok_or_else(expired)?;
    let known = accounts::find_by_email(tx, &invitation.email)?;
    match known.map(|known| known.status) {
        None | Some(AccountStatus::Unproven) => Ok(invitation),
        // Got meanwhile: its holder signs in and accepts.
        Some(AccountStatus::Active | AccountStatus::Locked) => Err(expired()),
    }
}

/// Whoever has no account accepts by the link and a first password; what makes their device a known one.
pub fn join_by_link(
    tx: &mut DbConn,
    id: &InvitationId,
    password_hash: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(String, Vec<Entry>)> {
    let expired = || AppError::Conflict("link_expired");
    let invitation = by_link(tx, id, now)?;
    let account = match accounts::find_by_email(tx, &invitation.email)? {
        // Somebody made it and nobody has used it: who reads the mail is its holder.
        Some(account) => {
            accounts::set_password(tx, &account.id, password_hash)?;
            accounts::prove(tx, &account.id, now)?;
            account_links::end_all(tx, &account.id, now)?;
            account
        }
        None => {
            let proven = Proven {
                email: invitation.email.clone(),
                full_name: invitation.full_name.clone(),
                phone: None,
                language: Language::Vi,
                password_hash: password_hash.to_owned(),
            };
            make_proven(tx, proven, now)?.ok_or_else(expired)?
        }
    };
    join(tx, &invitation, &account, now)?;
    let device = new_secret()?;
    sessions::know_device(tx, &account.id, &hash(&device), now)?;
    let occasion = Occasion {
        who: who(&account),
        origin: origin.clone(),
        now,
    };
    let object = Object::new(ObjectKind::Employer, &invitation.employer);
    let mut joined = occasion
        .clone()
        .entry_about(Action::JoinEmployer, object, "done");
    joined.details = json!({ "invitation": invitation.id });
    let proven = occasion.entry(Action::ProveEmail, &account.id, "done");
    Ok((device, vec![proven, joined]))
}

/// From now on the account acts for the employer, unless that is closed meanwhile. Its owners are told.
fn join(
    tx: &mut DbConn,
    invitation: &Invitation,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<()> {
    employers::lock(tx, &invitation.employer)?;
    let employer = employers::find(tx, &invitation.employer)?
        .filter(Employer::is_acted_for)
        .ok_or(AppError::NotFound("invitation"))?;
    settle(tx, &invitation.id, InvitationOutcome::Accepted, now)?;
    let people = employer_people::of(tx, &employer.id)?;
    if people.iter().any(|person| person.account == account.id) {
        return Err(AppError::Conflict("already_one_of_them"));
    }
    tell_owners(tx, &employer, News::Joined, Some(&account.full_name), now)?;
    let person = Person {
        account: account.id.clone(),
        role: invitation.role,
    };
    Ok(employer_people::join(tx, &employer.id, &person, now)?)
}
