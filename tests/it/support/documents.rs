//! Many documents, without sending each.

use tnld::{
    error::Result,
    ids::DocumentId,
    sealing::{Column, KeySource},
    service::keys,
    store::{documents, keys as stored_keys},
    time::Clock,
};

use super::Db;

/// So many more documents like the one `id`, of 60 victims in turn. What is said of each is sealed with its own id.
pub fn copy(db: &Db, source: &KeySource, id: &str, count: usize) {
    let mut conn = db.connect();
    let keys = keys::open(&mut conn, source, Clock::default().now()).unwrap();
    let written: Result<()> = conn.write(|tx| {
        let first = documents::find(tx, &DocumentId::parse(id).unwrap())?.unwrap();
        let wrapped = stored_keys::of_case(tx, &first.case_id)?;
        let key = keys.case_key(&first.case_id, wrapped.as_ref())?;
        let about = key.open(Column::DocumentAbout, first.id.as_str(), &first.about)?;
        for number in 0..count {
            let mut copy = first.clone();
            copy.id = DocumentId::generate();
            copy.about = key.seal(Column::DocumentAbout, copy.id.as_str(), &about)?;
            copy.victim = Some(u32::try_from(number % 60 + 1).unwrap());
            documents::insert(tx, &copy)?;
        }
        Ok(())
    });
    written.unwrap();
}
