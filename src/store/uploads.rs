//! Files on their way here. Whoever writes says how much was there: of two at once one wins.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{cases::unknown, conn::DbConn, schema::uploads};
use crate::{
    domain::document::{FileFault, FileItem, MediaType},
    ids::{BlobId, CallerId, CaseId, DocumentId, UploadId},
    sealing::Sealed,
};

/// A file on its way here.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Id.
    pub id: UploadId,
    /// The case.
    pub case_id: CaseId,
    /// Who began it.
    pub caller_id: CallerId,
    /// Their name.
    pub added_by: String,
    /// Their role.
    pub added_role: String,
    /// Where it belongs.
    pub item: FileItem,
    /// Which victim it is about.
    pub victim: Option<u32>,
    /// What was said of it, JSON.
    pub about: Sealed,
    /// Its type, as declared.
    pub media_type: MediaType,
    /// Where its bytes are.
    pub blob: BlobId,
    /// How long it will be.
    pub length: u64,
    /// How much is there.
    pub received: u64,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it is forgotten unless it is whole.
    pub expires_at: DateTime<Utc>,
    /// Until when somebody is checking it.
    pub busy_until: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub refused: Option<FileFault>,
    /// What became of it.
    pub document: Option<DocumentId>,
}

impl Upload {
    /// Whether everything has come.
    pub fn is_whole(&self) -> bool {
        self.received == self.length
    }

    /// Whether nothing more of it is taken, because nothing came for too long.
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        let is_open = self.document.is_none() && self.refused.is_none() && !self.is_whole();
        is_open && self.expires_at <= now
    }
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = uploads)]
#[diesel(treat_none_as_default_value = false)]
struct UploadRow {
    id: String,
    case_id: String,
    caller_id: String,
    added_by: String,
    added_role: String,
    item: String,
    victim_no: Option<i32>,
    about: String,
    media_type: String,
    blob_id: String,
    length: i64,
    received: i64,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    busy_until: Option<NaiveDateTime>,
    refused: Option<String>,
    document_id: Option<String>,
}

pub(super) fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn to_u64(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn to_no(victim: Option<u32>) -> Option<i32> {
    victim.map(|number| i32::try_from(number).unwrap_or(i32::MAX))
}

impl TryFrom<UploadRow> for Upload {
    type Error = diesel::result::Error;

    fn try_from(row: UploadRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id.into(),
            case_id: row.case_id.into(),
            caller_id: row.caller_id.into(),
            added_by: row.added_by,
            added_role: row.added_role,
            item: FileItem::try_from(row.item).map_err(unknown)?,
            victim: row.victim_no.and_then(|number| u32::try_from(number).ok()),
            about: row.about.into(),
            media_type: MediaType::try_from(row.media_type).map_err(unknown)?,
            blob: row.blob_id.into(),
            length: to_u64(row.length),
            received: to_u64(row.received),
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            busy_until: row.busy_until.map(|at| at.and_utc()),
            refused: row
                .refused
                .map(FileFault::try_from)
                .transpose()
                .map_err(unknown)?,
            document: row.document_id.map(DocumentId::from),
        })
    }
}

/// Notes a file that is to come.
pub fn insert(conn: &mut DbConn, upload: &Upload) -> QueryResult<()> {
    diesel::insert_into(uploads::table)
        .values((
            uploads::id.eq(upload.id.as_str()),
            uploads::case_id.eq(upload.case_id.as_str()),
            uploads::caller_id.eq(upload.caller_id.as_str()),
            uploads::added_by.eq(upload.added_by.as_str()),
            uploads::added_role.eq(upload.added_role.as_str()),
            uploads::item.eq(upload.item.as_str()),
            uploads::victim_no.eq(to_no(upload.victim)),
            uploads::about.eq(upload.about.as_stored()),
            uploads::media_type.eq(upload.media_type.as_str()),
            uploads::blob_id.eq(upload.blob.as_str()),
            uploads::length.eq(to_i64(upload.length)),
            uploads::received.eq(to_i64(upload.received)),
            uploads::created_at.eq(upload.created_at.naive_utc()),
            uploads::expires_at.eq(upload.expires_at.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The upload `id`.
pub fn find(conn: &mut DbConn, id: &UploadId) -> QueryResult<Option<Upload>> {
    uploads::table
        .find(id.as_str())
        .select(UploadRow::as_select())
        .first(conn)
        .optional()?
        .map(Upload::try_from)
        .transpose()
}

/// How many uploads of a caller are open.
pub fn count_open(conn: &mut DbConn, caller: &CallerId, now: DateTime<Utc>) -> QueryResult<i64> {
    uploads::table
        .filter(uploads::caller_id.eq(caller.as_str()))
        .filter(uploads::document_id.is_null())
        .filter(uploads::refused.is_null())
        .filter(uploads::expires_at.gt(now.naive_utc()))
        .count()
        .get_result(conn)
}

/// So much is there now, and the upload lives on until then, if it stands as it was `seen`; `false` if
/// somebody else was faster, or it has ended.
pub fn advance(
    conn: &mut DbConn,
    id: &UploadId,
    seen: u64,
    received: u64,
    expires_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let unchanged = uploads::table
        .find(id.as_str())
        .filter(uploads::received.eq(to_i64(seen)))
        .filter(uploads::document_id.is_null())
        .filter(uploads::refused.is_null());
    let changed = diesel::update(unchanged)
        .set((
            uploads::received.eq(to_i64(received)),
            uploads::expires_at.eq(expires_at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Takes a whole upload to check it, until `until`; `false` where somebody else does, or it has ended.
pub fn claim(
    conn: &mut DbConn,
    id: &UploadId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<bool> {
    let free = uploads::table
        .find(id.as_str())
        .filter(uploads::received.eq(uploads::length))
        .filter(uploads::document_id.is_null())
        .filter(uploads::refused.is_null())
        .filter(
            uploads::busy_until
                .is_null()
                .or(uploads::busy_until.le(now.naive_utc())),
        );
    let changed = diesel::update(free)
        .set(uploads::busy_until.eq(Some(until.naive_utc())))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Gives an upload that was claimed back, to be checked again from `again_at` on.
pub fn release(conn: &mut DbConn, id: &UploadId, again_at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(uploads::table.find(id.as_str()))
        .set(uploads::busy_until.eq(Some(again_at.naive_utc())))
        .execute(conn)
        .map(|_| ())
}

/// Ends an upload with the document that it became; `false` where it had ended.
pub fn finish(conn: &mut DbConn, id: &UploadId, document: &DocumentId) -> QueryResult<bool> {
    let open = uploads::table
        .find(id.as_str())
        .filter(uploads::document_id.is_null())
        .filter(uploads::refused.is_null());
    let changed = diesel::update(open)
        .set(uploads::document_id.eq(Some(document.as_str())))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends an upload that is not taken; `false` where it had ended.
pub fn refuse(conn: &mut DbConn, id: &UploadId, why: FileFault) -> QueryResult<bool> {
    let open = uploads::table
        .find(id.as_str())
        .filter(uploads::document_id.is_null())
        .filter(uploads::refused.is_null());
    let changed = diesel::update(open)
        .set(uploads::refused.eq(Some(why.as_str())))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Forgets an upload; `false` where it was not there.
pub fn delete(conn: &mut DbConn, id: &UploadId) -> QueryResult<bool> {
    let gone = diesel::delete(uploads::table.find(id.as_str())).execute(conn)?;
    Ok(gone == 1)
}

/// Whole uploads that nobody checks at `now`.
pub fn unchecked(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<UploadId>> {
    let ids: Vec<String> = uploads::table
        .filter(uploads::document_id.is_null())
        .filter(uploads::refused.is_null())
        .filter(uploads::received.eq(uploads::length))
        .filter(
            uploads::busy_until
                .is_null()
                .or(uploads::busy_until.le(now.naive_utc())),
        )
        .order(uploads::id)
        .limit(limit)
        .select(uploads::id)
        .load(conn)?;
    Ok(ids.into_iter().map(UploadId::from).collect())
}

/// Uploads whose time is over before `now`, with their blobs and whether they became a document. What came
/// whole and waits to be checked stays, however long that takes.
pub fn expired(
    conn: &mut DbConn,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<(UploadId, BlobId, bool)>> {
    let rows: Vec<(String, String, Option<String>)> = uploads::table
        .filter(uploads::expires_at.le(now.naive_utc()))
        .filter(
            uploads::received
                .lt(uploads::length)
                .or(uploads::document_id.is_not_null())
                .or(uploads::refused.is_not_null()),
        )
        .order((uploads::expires_at, uploads::id))
        .limit(limit)
        .select((uploads::id, uploads::blob_id, uploads::document_id))
        .load(conn)?;
    let one = |(id, blob, document): (String, String, Option<String>)| {
        (UploadId::from(id), BlobId::from(blob), document.is_some())
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Forgets every upload of a case.
pub fn delete_of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<()> {
    diesel::delete(uploads::table.filter(uploads::case_id.eq(case.as_str())))
        .execute(conn)
        .map(|_| ())
}
