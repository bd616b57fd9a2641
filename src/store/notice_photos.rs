//! Photographs that follow a notice: which upload each is, and which document it became.

use chrono::{DateTime, Utc};
use diesel::{dsl::count_star, prelude::*};

use super::{
    conn::DbConn,
    schema::{notice_photos, uploads},
};
use crate::{
    ids::{CaseId, DocumentId, PhotoId, UploadId},
    on_each_backend,
};

/// A photograph as it is noted.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Its case.
    pub case_id: CaseId,
    /// The upload of the latest try; it may be gone.
    pub upload: UploadId,
    /// What became of it.
    pub document: Option<DocumentId>,
}

/// The photograph that was named so at a receipt.
pub fn find(conn: &mut DbConn, receipt_no: &str, id: &PhotoId) -> QueryResult<Option<Photo>> {
    let row: Option<(String, String, Option<String>)> = notice_photos::table
        .find((receipt_no, id.as_str()))
        .select((
            notice_photos::case_id,
            notice_photos::upload_id,
            notice_photos::document_id,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(case, upload, document)| Photo {
        case_id: case.into(),
        upload: upload.into(),
        document: document.map(DocumentId::from),
    }))
}

/// Notes a photograph, or another try of it.
pub fn put(
    conn: &mut DbConn,
    receipt_no: &str,
    id: &PhotoId,
    case: &CaseId,
    upload: &UploadId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let content = (
        notice_photos::case_id.eq(case.as_str()),
        notice_photos::upload_id.eq(upload.as_str()),
        notice_photos::added_at.eq(now.naive_utc()),
    );
    let name = (
        notice_photos::receipt_no.eq(receipt_no),
        notice_photos::photo_key.eq(id.as_str()),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(notice_photos::table)
        .values((name, content))
        .on_conflict((notice_photos::receipt_no, notice_photos::photo_key))
        .do_update()
        .set(content)
        .execute(inner))
    .map(|_| ())
}

/// The photograph of an upload, if it is one, became a document.
pub fn set_document(
    conn: &mut DbConn,
    upload: &UploadId,
    document: &DocumentId,
) -> QueryResult<()> {
    diesel::update(notice_photos::table.filter(notice_photos::upload_id.eq(upload.as_str())))
        .set(notice_photos::document_id.eq(Some(document.as_str())))
        .execute(conn)
        .map(|_| ())
}

/// How many photographs of a receipt are documents.
pub fn count_received(conn: &mut DbConn, receipt_no: &str) -> QueryResult<i64> {
    notice_photos::table
        .filter(notice_photos::receipt_no.eq(receipt_no))
        .filter(notice_photos::document_id.is_not_null())
        .select(count_star())
        .first(conn)
}

/// How many photographs of a receipt there are besides `id`: documents, and those on their way.
pub fn count_others(
    conn: &mut DbConn,
    receipt_no: &str,
    id: &PhotoId,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    let on_their_way = uploads::table
        .filter(uploads::refused.is_null())
        .filter(
            uploads::expires_at
                .gt(now.naive_utc())
                .or(uploads::received.eq(uploads::length)),
        )
        .select(uploads::id);
    notice_photos::table
        .filter(notice_photos::receipt_no.eq(receipt_no))
        .filter(notice_photos::photo_key.ne(id.as_str()))
        .filter(
            notice_photos::document_id
                .is_not_null()
                .or(notice_photos::upload_id.eq_any(on_their_way)),
        )
        .select(count_star())
        .first(conn)
}

/// Forgets a photograph that is no document.
pub fn delete(conn: &mut DbConn, receipt_no: &str, id: &PhotoId) -> QueryResult<()> {
    diesel::delete(
        notice_photos::table
            .find((receipt_no, id.as_str()))
            .filter(notice_photos::document_id.is_null()),
    )
    .execute(conn)
    .map(|_| ())
}

/// Forgets every photograph of a case.
pub fn delete_of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<()> {
    diesel::delete(notice_photos::table.filter(notice_photos::case_id.eq(case.as_str())))
        .execute(conn)
        .map(|_| ())
}
