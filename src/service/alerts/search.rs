//! The ledger of all alerts, searched within the caller's rights.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    domain::{
        access::{Right, Sight, audiences},
        declaration::FaultCode,
        receipt::ReceiptNo,
    },
    error::{AppError, Result},
    ids::MessageId,
    service::{
        Ctx,
        directory::{read_day, read_query},
        paging,
    },
    store::{
        alerts::AlertStatus,
        conn::DbConn,
        deliveries::{self, Delivery, DeliveryFilter},
    },
    time::end_of_day_in_vietnam,
};

/// Longest address that is looked for, in characters.
const LONGEST: usize = 500;

/// What a query says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryQuery {
    /// Receipt number of the case.
    pub receipt_no: Option<String>,
    /// Where a message went: the whole address.
    pub address: Option<String>,
    /// Where the alert stands there.
    pub status: Option<String>,
    /// Id of the authority.
    pub authority: Option<String>,
    /// First day in Việt Nam.
    pub from: Option<String>,
    /// Last day in Việt Nam.
    pub to: Option<String>,
    /// 1 to 100, 50 where absent.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A message that was found; `address` is `None` where the caller need not know it.
pub struct Found {
    /// The message.
    pub delivery: Delivery,
    /// Where it went.
    pub address: Option<String>,
    /// Whether the caller may open the case.
    pub sees_case: bool,
}

/// A page of the ledger.
pub struct Page {
    /// The newest first.
    pub items: Vec<Found>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The messages that a query asks for: of whoever reads alerts those of the cases that they see; of whoever runs the
/// service all, but no address of a person.
pub fn search(tx: &mut DbConn, ctx: &Ctx, query: &DeliveryQuery) -> Result<Page> {
    let reads_cases = ctx.require(Right::ReadAlerts).is_ok();
    let sight = match reads_cases {
        true => audiences(&ctx.actor),
        false => {
            ctx.require(Right::ReadAlarms)?;
            Sight::All
        }
    };
    let (filter, after, limit) = read(query)?;
    let mut rows =
        deliveries::search(tx, &sight, &filter, after.as_ref(), paging::one_more(limit))?;
    let next = paging::cut(&mut rows, limit).map(|last| last.id.to_string());
    let found = |delivery: Delivery| Found {
        address: Some(delivery.address.clone())
            .filter(|address| reads_cases || is_of_office(ctx, &delivery, address)),
        sees_case: reads_cases,
        delivery,
    };
    Ok(Page {
        items: rows.into_iter().map(found).collect(),
        next,
    })
}

/// Whether the directory has an address of the authority, on whatever day: a duty roster leads to accounts of persons.
fn is_of_office(ctx: &Ctx, delivery: &Delivery, address: &str) -> bool {
    let Some(authority) = &delivery.authority else {
        return false;
    };
    let directory = &ctx.world.directory;
    let mut rows = directory.rows().iter();
    let mut contacts = directory.contacts().iter();
    rows.any(|row| row.authority_id == authority.id && row.emails.iter().any(|one| one == address))
        || contacts.any(|one| one.authority_id == authority.id && one.address == address)
}

/// A day that either database can hold.
fn day(text: &str) -> Option<NaiveDate> {
    read_day(text).filter(|day| (1970..=9999).contains(&day.year()))
}

fn read(query: &DeliveryQuery) -> Result<(DeliveryFilter, Option<MessageId>, usize)> {
    let mut faults = Vec::new();
    let not_allowed = FaultCode::NotAllowed;
    let receipt_no = read_query(
        query.receipt_no.as_deref(),
        "receipt_no",
        not_allowed,
        &mut faults,
        |text| Some(ReceiptNo::parse(text).ok()?.as_str().to_owned()),
    );
    let text = |text: &str| {
        let text = text.trim();
        let is_good =
            (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        is_good.then(|| text.to_owned())
    };
    let address = read_query(
        query.address.as_deref(),
        "address",
        not_allowed,
        &mut faults,
        text,
    );
    let authority = read_query(
        query.authority.as_deref(),
        "authority",
        not_allowed,
        &mut faults,
        text,
    );
    let status = read_query(
        query.status.as_deref(),
        "status",
        not_allowed,
        &mut faults,
        AlertStatus::parse,
    );
    let from = read_query(
        query.from.as_deref(),
        "from",
        FaultCode::NotADate,
        &mut faults,
        day,
    );
    let to = read_query(
        query.to.as_deref(),
        "to",
        FaultCode::NotADate,
        &mut faults,
        day,
    );
    let limit = paging::limit(query.limit.as_deref(), &mut faults);
    let after = paging::after(query.cursor.as_deref(), &mut faults, MessageId::parse);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let after_the = |day| -> DateTime<Utc> { end_of_day_in_vietnam(day) + TimeDelta::seconds(1) };
    let filter = DeliveryFilter {
        receipt_no,
        address,
        status,
        authority,
        from: from.map(|day| after_the(day) - TimeDelta::days(1)),
        to: to.map(after_the),
    };
    Ok((filter, after, limit))
}
