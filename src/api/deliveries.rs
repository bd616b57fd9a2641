//! The ledger of all alerts, searched.

use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{extract::Credentials, openapi::QueryRefusals};
use crate::{
    app::AppState,
    domain::{authority::Role, contact::Channel, routing::AuthorityName},
    error::Result,
    service::alerts::{self, DeliveryQuery, Found},
    store::alerts::AlertStatus,
    time::rfc3339_in_vietnam,
};

/// A message of an alert.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryBody {
    /// Id of the message.
    message_id: String,
    /// Id of the alert.
    alert_id: String,
    /// Receipt number of the case.
    receipt_no: String,
    /// The whole ledger of the case, with every try; `null` where the caller sees no cases.
    #[schema(example = "/api/v1/cases/01a200d8-4179-76ff-9fa4-a94213b875e5/alerts")]
    ledger: Option<String>,
    /// In which role somebody is told.
    role: Role,
    /// Who; `null` where nobody holds the role.
    recipient: Option<AuthorityName>,
    /// How.
    channel: Channel,
    /// Where; `null` where it is that of a person and the caller sees no cases.
    address: Option<String>,
    /// Where the alert stands at this address.
    status: AlertStatus,
    /// When it was noted.
    #[schema(example = "2026-11-22T08:21:42.263457+07:00")]
    noted_at: String,
    /// When it left, or was given up; `null` while it waits.
    settled_at: Option<String>,
    /// When its link was first opened.
    opened_at: Option<String>,
    /// How often it was tried.
    #[schema(example = 1)]
    attempts: i32,
}

impl From<&Found> for DeliveryBody {
    fn from(found: &Found) -> Self {
        let one = &found.delivery;
        Self {
            message_id: one.id.to_string(),
            alert_id: one.alert.to_string(),
            receipt_no: one.receipt_no.clone(),
            ledger: found
                .sees_case
                .then(|| format!("/api/v1/cases/{}/alerts", one.case_id)),
            role: one.role,
            recipient: one.authority.clone(),
            channel: one.channel,
            address: found.address.clone(),
            status: one.status,
            noted_at: rfc3339_in_vietnam(one.noted_at),
            settled_at: one.settled_at.map(rfc3339_in_vietnam),
            opened_at: one.opened_at.map(rfc3339_in_vietnam),
            attempts: one.attempts,
        }
    }
}

/// A page of the ledger.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryList, example = json!({
    "items": [{
        "message_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "alert_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e45",
        "receipt_no": "268G-FNH8-A7KF", "ledger": "/api/v1/cases/01a200d8-4179-76ff-9fa4-a94213b875e5/alerts",
        "role": "LOCAL_POLICE", "recipient": {"id": "CAX-02008", "name": "Công an xã Cẩm Giàng"}, "channel": "email",
        "address": "cax02008@example.test", "status": "acknowledged", "noted_at": "2026-11-22T08:21:42.263457+07:00",
        "settled_at": "2026-11-22T08:21:42.4+07:00", "opened_at": "2026-11-22T08:25:01+07:00", "attempts": 1,
    }],
    "next": null,
}))]
pub struct DeliveriesBody {
    /// The newest first.
    items: Vec<DeliveryBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// What was sent of which case to whom and where it stands, the newest first: of the cases that the caller sees; for the
/// operator of all, without the cases.
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "cases", operation_id = "search_alerts",
    params(
        ("receipt_no" = Option<String>, Query, description = "Receipt number of the case"),
        ("address" = Option<String>, Query, description = "Where it went: a whole address"),
        ("status" = Option<AlertStatus>, Query, description = "Where the alert stands at that address"),
        ("authority" = Option<String>, Query, description = "Id of the authority"),
        ("from" = Option<String>, Query, format = Date, description = "First day on which it was noted, in Việt Nam"),
        ("to" = Option<String>, Query, format = Date, description = "Last day"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = DeliveriesBody), QueryRefusals),
)]
pub async fn search(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse> {
    let page = state
        .read_as(sender, move |tx, ctx| alerts::search(tx, ctx, &query))
        .await?;
    Ok(HttpResponse::Ok().json(DeliveriesBody {
        items: page.items.iter().map(DeliveryBody::from).collect(),
        next: page.next,
    }))
}
