//! Bodies and handlers of the contacts of authorities.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    channels::webhook,
    domain::contact::{Channel, Contact},
    error::{AppError, Result},
    ids::ContactId,
    service::directory,
    time::rfc3339_in_vietnam,
};

/// A contact of an authority.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "authority_id": "CAX-02008", "position": 1, "channel": "email",
    "address": "truc.ban@cax02008.example.test", "name": "Trực ban Công an xã Cẩm Giàng", "phone": "02083855555",
    "verified_at": null, "valid_from": "2026-12-01", "valid_to": null, "created_at": "2026-11-22T08:00:00+07:00", "secret": null,
}))]
pub struct ContactBody {
    /// Id.
    id: String,
    /// The authority.
    authority_id: String,
    /// 0: told at once, beside the addresses of the directory; 1: the next contact, and so on.
    position: i32,
    /// How it is reached.
    channel: Channel,
    /// Where.
    address: String,
    /// Name of the office or duty room.
    name: String,
    /// Telephone, for the call list.
    phone: Option<String>,
    /// When somebody there answered.
    verified_at: Option<String>,
    /// First day.
    valid_from: NaiveDate,
    /// First day no longer; `null` is open.
    valid_to: Option<NaiveDate>,
    /// When it was added.
    created_at: String,
    /// By which calls of a webhook are signed. Shown once, to whoever adds it; `null` everywhere else.
    secret: Option<String>,
}

impl From<&Contact> for ContactBody {
    fn from(contact: &Contact) -> Self {
        Self {
            id: contact.id.to_string(),
            authority_id: contact.authority_id.clone(),
            position: contact.position,
            channel: contact.channel,
            address: contact.address.clone(),
            name: contact.name.clone(),
            phone: contact.phone.clone(),
            verified_at: contact.verified_at.map(rfc3339_in_vietnam),
            valid_from: contact.valid_from,
            valid_to: contact.valid_to,
            created_at: rfc3339_in_vietnam(contact.created_at),
            secret: None,
        }
    }
}

/// The contacts of an authority.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactList, example = json!({"items": [], "next": null}))]
pub struct ContactsBody {
    /// Of all times, by position.
    items: Vec<ContactBody>,
    /// Always `null`.
    next: Option<String>,
}

/// The contacts of an authority beside the addresses of its row, of all times.
#[utoipa::path(
    get, path = "/api/v1/authorities/{authority_id}/contacts", tag = "directory", operation_id = "list_contacts",
    params(("authority_id" = String, Path, description = "Id in the directory")),
    responses((status = 200, description = "Contacts", body = ContactsBody), ReadRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    authority: Path<String>,
) -> Result<HttpResponse> {
    let found = state
        .read_as(sender, move |tx, ctx| {
            directory::list_contacts(tx, ctx, &authority)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ContactsBody {
        items: found.iter().map(ContactBody::from).collect(),
        next: None,
    }))
}

/// Adds a contact, from today or from a later day on.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority_id}/contacts", tag = "directory", operation_id = "add_contact",
    params(("authority_id" = String, Path, description = "Id in the directory")),
    request_body(content = Object, description = "`position` (0 to 9), `channel`, `address`, `name`, `reason`, and where wanted `phone`, `valid_from`, `valid_to`", example = json!({"position": 1, "channel": "email", "address": "truc.ban@cax02008.example.test", "name": "Trực ban Công an xã Cẩm Giàng", "phone": "02083855555", "reason": "Bổ sung đầu mối trực"})),
    responses((status = 201, description = "The contact", body = ContactBody), Refusals),
)]
pub async fn add(
    state: Data<AppState>,
    sender: Credentials,
    authority: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let added = state
        .write_as(sender, move |tx, ctx| {
            directory::add_contact(tx, ctx, &authority, &body.value)
        })
        .await?;
    let secret = match added.channel {
        Channel::Webhook => Some(webhook::secret(&state.keys, &added.id)),
        Channel::Email | Channel::Sms => None,
    };
    let body = ContactBody {
        secret,
        ..ContactBody::from(&added)
    };
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body))
}

/// Ends a contact on a day.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority_id}/contacts/{contact_id}/end", tag = "directory", operation_id = "end_contact",
    params(("authority_id" = String, Path, description = "Id in the directory"), ("contact_id" = String, Path, description = "The contact")),
    request_body(content = Object, description = "`on` (the first day on which it no longer counts) and `reason`", example = json!({"on": "2026-12-01", "reason": "Đổi số"})),
    responses((status = 200, description = "The contact as it ends", body = ContactBody), Refusals),
)]
pub async fn end(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (authority, contact) = path.into_inner();
    let ended = state
        .write_as(sender, move |tx, ctx| {
            let contact = ContactId::parse(&contact).ok_or(AppError::NotFound("contact"))?;
            directory::end_contact(tx, ctx, &authority, &contact, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ContactBody::from(&ended)))
}
