//! What is in the file store: blobs and their pieces. The bytes themselves are not in the database.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{blob_pieces, blobs},
};
use crate::{
    ids::{BlobId, CaseId},
    insert_rows, on_each_backend,
    sealing::{BlobShape, Sealed},
};

/// A blob as its row keeps it.
#[derive(Debug, Clone)]
pub struct StoredBlob {
    /// Id and length.
    pub shape: BlobShape,
    /// The case under whose key its own is sealed.
    pub case_id: CaseId,
    /// Its key.
    pub file_key: Sealed,
}

/// A piece that is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its place.
    pub number: i32,
    /// Its name in the store.
    pub object: String,
    /// Its bytes before sealing.
    pub length: i32,
}

/// Notes a blob before any of its objects is written. From `dead_since` on it is swept, unless it is
/// [kept](keep) before.
pub fn insert(
    conn: &mut DbConn,
    blob: &StoredBlob,
    dead_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(blobs::table)
        .values((
            blobs::id.eq(blob.shape.id.as_str()),
            blobs::case_id.eq(blob.case_id.as_str()),
            blobs::length.eq(i64::try_from(blob.shape.length).unwrap_or(i64::MAX)),
            blobs::file_key.eq(blob.file_key.as_stored()),
            blobs::created_at.eq(now.naive_utc()),
            blobs::dead_since.eq(dead_since.map(|at| at.naive_utc())),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The blob `id`.
pub fn find(conn: &mut DbConn, id: &BlobId) -> QueryResult<Option<StoredBlob>> {
    let row: Option<(String, String, i64, String)> = blobs::table
        .find(id.as_str())
        .select((blobs::id, blobs::case_id, blobs::length, blobs::file_key))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, case_id, length, file_key)| StoredBlob {
        shape: BlobShape {
            id: id.into(),
            length: u64::try_from(length).unwrap_or(0),
        },
        case_id: case_id.into(),
        file_key: file_key.into(),
    }))
}

/// The pieces of a blob that are there, in their order.
pub fn pieces(conn: &mut DbConn, id: &BlobId) -> QueryResult<Vec<Piece>> {
    let rows: Vec<(i32, String, i32)> = blob_pieces::table
        .filter(blob_pieces::blob_id.eq(id.as_str()))
        .order(blob_pieces::piece_no)
        .select((
            blob_pieces::piece_no,
            blob_pieces::object,
            blob_pieces::length,
        ))
        .load(conn)?;
    let piece = |(number, object, length)| Piece {
        number,
        object,
        length,
    };
    Ok(rows.into_iter().map(piece).collect())
}

/// Notes pieces; a last piece that has grown takes the place of what it was.
pub fn put_pieces(conn: &mut DbConn, id: &BlobId, pieces: &[Piece]) -> QueryResult<()> {
    for piece in pieces {
        let row = (
            blob_pieces::blob_id.eq(id.as_str()),
            blob_pieces::piece_no.eq(piece.number),
            blob_pieces::object.eq(piece.object.as_str()),
            blob_pieces::length.eq(piece.length),
        );
        let changes = (
            blob_pieces::object.eq(piece.object.as_str()),
            blob_pieces::length.eq(piece.length),
        );
        on_each_backend!(conn, |inner| diesel::insert_into(blob_pieces::table)
            .values(row)
            .on_conflict((blob_pieces::blob_id, blob_pieces::piece_no))
            .do_update()
            .set(changes)
            .execute(inner))?;
    }
    Ok(())
}

/// The same for a new blob, many pieces at once.
pub fn insert_pieces(conn: &mut DbConn, id: &BlobId, pieces: &[Piece]) -> QueryResult<()> {
    #[derive(Insertable)]
    #[diesel(table_name = blob_pieces)]
    struct Row {
        blob_id: String,
        piece_no: i32,
        object: String,
        length: i32,
    }
    for some in pieces.chunks(500) {
        let rows: Vec<Row> = some
            .iter()
            .map(|piece| Row {
                blob_id: id.to_string(),
                piece_no: piece.number,
                object: piece.object.clone(),
                length: piece.length,
            })
            .collect();
        insert_rows!(conn, rows, |values| diesel::insert_into(blob_pieces::table)
            .values(values))?;
    }
    Ok(())
}

/// From now on something leads to the blob.
pub fn keep(conn: &mut DbConn, id: &BlobId) -> QueryResult<()> {
    diesel::update(blobs::table.find(id.as_str()))
        .set(blobs::dead_since.eq(None::<NaiveDateTime>))
        .execute(conn)
        .map(|_| ())
}

/// From `now` on nothing leads to these blobs.
pub fn let_go(conn: &mut DbConn, ids: &[BlobId], now: DateTime<Utc>) -> QueryResult<()> {
    let ids: Vec<&str> = ids.iter().map(BlobId::as_str).collect();
    diesel::update(blobs::table.filter(blobs::id.eq_any(ids)))
        .set(blobs::dead_since.eq(Some(now.naive_utc())))
        .execute(conn)
        .map(|_| ())
}

/// From `now` on nothing leads to any blob of this case.
pub fn let_go_of_case(conn: &mut DbConn, case: &CaseId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(blobs::table.filter(blobs::case_id.eq(case.as_str())))
        .set(blobs::dead_since.eq(Some(now.naive_utc())))
        .execute(conn)
        .map(|_| ())
}

/// Blobs to which nothing leads at `now`.
pub fn dead(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<BlobId>> {
    let ids: Vec<String> = blobs::table
        .filter(blobs::dead_since.le(now.naive_utc()))
        .order((blobs::dead_since, blobs::id))
        .limit(limit)
        .select(blobs::id)
        .load(conn)?;
    Ok(ids.into_iter().map(BlobId::from).collect())
}

/// Deletes a blob whose objects are gone.
pub fn delete(conn: &mut DbConn, id: &BlobId) -> QueryResult<()> {
    diesel::delete(blob_pieces::table.filter(blob_pieces::blob_id.eq(id.as_str())))
        .execute(conn)?;
    diesel::delete(blobs::table.find(id.as_str()))
        .execute(conn)
        .map(|_| ())
}
