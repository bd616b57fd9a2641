//! The documents of cases.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{dsl::count_star, prelude::*};

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{documents, legal_holds},
    uploads::{to_i64, to_no, to_u64},
};
use crate::{
    domain::{
        access::ActorRole,
        document::{DocumentState, FileItem, MediaType},
    },
    ids::{BlobId, CallerId, CaseId, DocumentId, IssuedFormId},
    sealing::Sealed,
};

/// A document of a case.
#[derive(Debug, Clone)]
pub struct Document {
    /// Id; sorts by time.
    pub id: DocumentId,
    /// The case.
    pub case_id: CaseId,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// By whom.
    pub caller_id: CallerId,
    /// Their name.
    pub added_by: String,
    /// Their role.
    pub added_role: String,
    /// Where it belongs.
    pub item: FileItem,
    /// Which victim it is about.
    pub victim: Option<u32>,
    /// The issued form that it is a scan of.
    pub form: Option<OfForm>,
    /// What was said of it, JSON.
    pub about: Sealed,
    /// What it is.
    pub media_type: MediaType,
    /// Bytes.
    pub length: u64,
    /// Whether it can be read.
    pub state: DocumentState,
    /// Its bytes; `None` once they are erased.
    pub content: Option<BlobId>,
    /// As it came, where that is not the content; until it was scanned.
    pub received: Option<BlobId>,
    /// Its preview.
    pub preview: Option<BlobId>,
    /// When the scanner found nothing, or something.
    pub scanned_at: Option<DateTime<Utc>>,
    /// What it found.
    pub finding: Option<String>,
    /// When it is scanned.
    pub scan_at: Option<DateTime<Utc>>,
    /// When it was removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub removed_by: Option<String>,
    /// Why.
    pub removal: Option<Sealed>,
    /// Since when there are no bytes.
    pub erased_at: Option<DateTime<Utc>>,
}

/// A page of an issued form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfForm {
    /// The form.
    pub id: IssuedFormId,
    /// Its page that bears the code which was read.
    pub page: Option<u32>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = documents)]
#[diesel(treat_none_as_default_value = false)]
struct DocumentRow {
    id: String,
    case_id: String,
    added_at: NaiveDateTime,
    caller_id: String,
    added_by: String,
    added_role: String,
    item: String,
    victim_no: Option<i32>,
    about: String,
    media_type: String,
    length: i64,
    state: String,
    content_blob: Option<String>,
    received_blob: Option<String>,
    preview_blob: Option<String>,
    scanned_at: Option<NaiveDateTime>,
    finding: Option<String>,
    scan_at: Option<NaiveDateTime>,
    removed_at: Option<NaiveDateTime>,
    removed_by: Option<String>,
    removal: Option<String>,
    erased_at: Option<NaiveDateTime>,
    issued_form: Option<String>,
    form_page: Option<i32>,
}

impl From<&Document> for DocumentRow {
    fn from(one: &Document) -> Self {
        let at = |moment: Option<DateTime<Utc>>| moment.map(|moment| moment.naive_utc());
        let id = |blob: &Option<BlobId>| blob.as_ref().map(ToString::to_string);
        Self {
            id: one.id.to_string(),
            case_id: one.case_id.to_string(),
            added_at: one.added_at.naive_utc(),
            caller_id: one.caller_id.to_string(),
            added_by: one.added_by.clone(),
            added_role: one.added_role.clone(),
            item: one.item.to_string(),
            victim_no: to_no(one.victim),
            about: one.about.as_stored().to_owned(),
            media_type: one.media_type.to_string(),
            length: to_i64(one.length),
            state: one.state.to_string(),
            content_blob: id(&one.content),
            received_blob: id(&one.received),
            preview_blob: id(&one.preview),
            scanned_at: at(one.scanned_at),
            finding: one.finding.clone(),
            scan_at: at(one.scan_at),
            removed_at: at(one.removed_at),
            removed_by: one.removed_by.clone(),
            removal: one.removal.clone().map(Sealed::into_stored),
            erased_at: at(one.erased_at),
            issued_form: one.form.as_ref().map(|form| form.id.to_string()),
            form_page: to_no(one.form.as_ref().and_then(|form| form.page)),
        }
    }
}

impl TryFrom<DocumentRow> for Document {
    type Error = diesel::result::Error;

    fn try_from(row: DocumentRow) -> QueryResult<Self> {
        let at = |moment: Option<NaiveDateTime>| moment.map(|moment| moment.and_utc());
        Ok(Self {
            id: row.id.into(),
            case_id: row.case_id.into(),
            added_at: row.added_at.and_utc(),
            caller_id: row.caller_id.into(),
            added_by: row.added_by,
            added_role: row.added_role,
            item: FileItem::try_from(row.item).map_err(unknown)?,
            victim: row.victim_no.and_then(|number| u32::try_from(number).ok()),
            form: row.issued_form.map(|id| OfForm {
                id: id.into(),
                page: row.form_page.and_then(|page| u32::try_from(page).ok()),
            }),
            about: row.about.into(),
            media_type: MediaType::try_from(row.media_type).map_err(unknown)?,
            length: to_u64(row.length),
            state: DocumentState::try_from(row.state).map_err(unknown)?,
            content: row.content_blob.map(BlobId::from),
            received: row.received_blob.map(BlobId::from),
            preview: row.preview_blob.map(BlobId::from),
            scanned_at: at(row.scanned_at),
            finding: row.finding,
            scan_at: at(row.scan_at),
            removed_at: at(row.removed_at),
            removed_by: row.removed_by,
            removal: row.removal.map(Sealed::from),
            erased_at: at(row.erased_at),
        })
    }
}

/// Adds a document.
pub fn insert(conn: &mut DbConn, document: &Document) -> QueryResult<()> {
    let row = DocumentRow::from(document);
    crate::on_each_backend!(conn, |inner| diesel::insert_into(documents::table)
        .values(row)
        .execute(inner))
    .map(|_| ())
}

/// The document `id`.
pub fn find(conn: &mut DbConn, id: &DocumentId) -> QueryResult<Option<Document>> {
    documents::table
        .find(id.as_str())
        .select(DocumentRow::as_select())
        .first(conn)
        .optional()?
        .map(Document::try_from)
        .transpose()
}

/// The documents of a case, the oldest first, after the one with the id `after`.
pub fn of_case(
    conn: &mut DbConn,
    case: &CaseId,
    after: Option<(DateTime<Utc>, &DocumentId)>,
    limit: i64,
) -> QueryResult<Vec<Document>> {
    let mut query = documents::table
        .filter(documents::case_id.eq(case.as_str()))
        .order((documents::added_at, documents::id))
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        let at = at.naive_utc();
        query = query.filter(
            documents::added_at.gt(at).or(documents::added_at
                .eq(at)
                .and(documents::id.gt(id.as_str()))),
        );
    }
    let rows = query.select(DocumentRow::as_select()).load(conn)?;
    rows.into_iter().map(Document::try_from).collect()
}

/// How many documents of a case there are for each item and victim. What is removed or quarantined does not count, nor
/// what whoever gave notice has sent: nobody has verified it, and the file lacks it until somebody puts it there.
pub fn counts(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<(FileItem, Option<u32>, u32)>> {
    let kept = [
        DocumentState::Ready.as_str(),
        DocumentState::WaitingForScan.as_str(),
    ];
    let rows: Vec<(String, Option<i32>, i64)> = documents::table
        .filter(documents::case_id.eq(case.as_str()))
        .filter(documents::state.eq_any(kept))
        .filter(documents::added_role.ne(ActorRole::Informant.as_str()))
        .group_by((documents::item, documents::victim_no))
        .select((documents::item, documents::victim_no, count_star()))
        .load(conn)?;
    rows.into_iter()
        .map(|(item, victim, count)| {
            Ok((
                FileItem::try_from(item).map_err(unknown)?,
                victim.and_then(|number| u32::try_from(number).ok()),
                u32::try_from(count).unwrap_or(u32::MAX),
            ))
        })
        .collect()
}

/// How many documents of all cases cannot be read, by state.
pub fn count_by_state(conn: &mut DbConn) -> QueryResult<Vec<(DocumentState, i64)>> {
    // Three ranges of an index: those that can be read are most, and are not looked at.
    let others = [
        DocumentState::WaitingForScan.as_str(),
        DocumentState::Quarantined.as_str(),
        DocumentState::Removed.as_str(),
    ];
    let rows: Vec<(String, i64)> = documents::table
        .filter(documents::state.eq_any(others))
        .group_by(documents::state)
        .select((documents::state, count_star()))
        .load(conn)?;
    rows.into_iter()
        .map(|(state, count)| Ok((DocumentState::try_from(state).map_err(unknown)?, count)))
        .collect()
}

/// Documents that are to be scanned at `now`.
pub fn to_scan(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<DocumentId>> {
    let ids: Vec<String> = documents::table
        .filter(documents::scan_at.le(now.naive_utc()))
        .order((documents::scan_at, documents::id))
        .limit(limit)
        .select(documents::id)
        .load(conn)?;
    Ok(ids.into_iter().map(DocumentId::from).collect())
}

/// When the document waits to be scanned, from `again_at` on, if it was due at `now`; `false` where somebody
/// else scans it.
pub fn claim_scan(
    conn: &mut DbConn,
    id: &DocumentId,
    now: DateTime<Utc>,
    again_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let due = documents::table
        .find(id.as_str())
        .filter(documents::scan_at.le(now.naive_utc()));
    let changed = diesel::update(due)
        .set(documents::scan_at.eq(Some(again_at.naive_utc())))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The document is scanned again from `again_at` on, where it still waits.
pub fn set_scan_at(conn: &mut DbConn, id: &DocumentId, again_at: DateTime<Utc>) -> QueryResult<()> {
    let waiting = documents::table
        .find(id.as_str())
        .filter(documents::scan_at.is_not_null());
    diesel::update(waiting)
        .set(documents::scan_at.eq(Some(again_at.naive_utc())))
        .execute(conn)
        .map(|_| ())
}

/// Notes what the scanner said; as it came is let go of where nothing was found. `false` where the document
/// does not wait any more.
pub fn set_scanned(
    conn: &mut DbConn,
    id: &DocumentId,
    finding: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let state = match finding {
        Some(_) => DocumentState::Quarantined,
        None => DocumentState::Ready,
    };
    let waiting = documents::table
        .find(id.as_str())
        .filter(documents::state.eq(DocumentState::WaitingForScan.as_str()));
    let changed = diesel::update(waiting)
        .set((
            documents::state.eq(state.as_str()),
            documents::scanned_at.eq(Some(now.naive_utc())),
            documents::finding.eq(finding),
            documents::scan_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    if changed == 1 && finding.is_none() {
        diesel::update(documents::table.find(id.as_str()))
            .set(documents::received_blob.eq(None::<String>))
            .execute(conn)?;
    }
    Ok(changed == 1)
}

/// Marks a document as removed; `false` where it is already.
pub fn set_removed(
    conn: &mut DbConn,
    id: &DocumentId,
    by: &str,
    removal: &Sealed,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let there = documents::table
        .find(id.as_str())
        .filter(documents::removed_at.is_null());
    let changed = diesel::update(there)
        .set((
            documents::state.eq(DocumentState::Removed.as_str()),
            documents::scan_at.eq(None::<NaiveDateTime>),
            documents::removed_at.eq(Some(now.naive_utc())),
            documents::removed_by.eq(Some(by)),
            documents::removal.eq(Some(removal.as_stored())),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Documents removed before `before` whose bytes are still there, and on whose case there is no legal hold.
pub fn to_erase(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Document>> {
    let held = legal_holds::table
        .filter(legal_holds::lifted_at.is_null())
        .select(legal_holds::case_id);
    let rows: Vec<DocumentRow> = documents::table
        .filter(documents::removed_at.lt(before.naive_utc()))
        .filter(documents::erased_at.is_null())
        .filter(documents::case_id.ne_all(held))
        .order((documents::removed_at, documents::id))
        .limit(limit)
        .select(DocumentRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Document::try_from).collect()
}

/// Notes that the bytes of a document are gone.
pub fn set_erased(conn: &mut DbConn, id: &DocumentId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(documents::table.find(id.as_str()))
        .set((
            documents::erased_at.eq(Some(now.naive_utc())),
            documents::content_blob.eq(None::<String>),
            documents::received_blob.eq(None::<String>),
            documents::preview_blob.eq(None::<String>),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The same for every document of a case.
pub fn erase_of_case(conn: &mut DbConn, case: &CaseId, now: DateTime<Utc>) -> QueryResult<()> {
    let there = documents::table
        .filter(documents::case_id.eq(case.as_str()))
        .filter(documents::erased_at.is_null());
    diesel::update(there)
        .set((
            documents::erased_at.eq(Some(now.naive_utc())),
            documents::scan_at.eq(None::<NaiveDateTime>),
            documents::content_blob.eq(None::<String>),
            documents::received_blob.eq(None::<String>),
            documents::preview_blob.eq(None::<String>),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The scans of each issued form of a case: form and document, the oldest first; those that were removed left out.
pub fn scans_of_forms(
    conn: &mut DbConn,
    case: &CaseId,
) -> QueryResult<Vec<(IssuedFormId, DocumentId)>> {
    let rows: Vec<(Option<String>, String)> = documents::table
        .filter(documents::case_id.eq(case.as_str()))
        .filter(documents::issued_form.is_not_null())
        .filter(documents::removed_at.is_null())
        .order(documents::id)
        .select((documents::issued_form, documents::id))
        .load(conn)?;
    let rows = rows.into_iter();
    let pairs = rows.filter_map(|(form, id)| Some((form?.into(), id.into())));
    Ok(pairs.collect())
}
