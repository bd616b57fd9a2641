//! Marks for the cases that have none yet, of a database from before there were any, and for those whose marks were
//! made under an earlier key than the newest.

use crate::{
    error::{AppError, Result},
    ids::CaseId,
    sealing::Keys,
    service::sealed,
    store::{cases, conn::DbConn, search},
};

/// Cases in one transaction: declarations wait behind it.
const PAGE: i64 = 50;

/// Marks the next cases after `after`, by id, that have no marks under the newest key; the last of them, `None` where there is none.
/// It looks at what is there: stopped anywhere, it goes on where it was.
pub fn fill_some(tx: &mut DbConn, keys: &Keys, after: Option<&CaseId>) -> Result<Option<CaseId>> {
    let (newest, _) = keys.held().search.newest();
    let found = search::without_marks(tx, newest, after, PAGE)?;
    for id in &found {
        match fill_case(tx, keys, id) {
            Ok(()) => {}
            Err(AppError::Busy) => return Err(AppError::Busy),
            // One case must not hold up the others; it is looked at again by the next process that starts.
            Err(error) => {
                tracing::error!(case.id = %id, "A case got no marks to be found by: {error}")
            }
        }
    }
    Ok(found.into_iter().next_back())
}

/// Marks every case that has no marks under the newest key. Pauses as long as it works, so that declarations find their
/// turn.
pub fn fill_all(conn: &mut DbConn, keys: &Keys) -> Result<()> {
    let mut after = None;
    loop {
        let begun = std::time::Instant::now();
        match conn.write(|tx| fill_some(tx, keys, after.as_ref()))? {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
        std::thread::sleep(begun.elapsed().min(std::time::Duration::from_secs(1)));
    }
}

fn fill_case(tx: &mut DbConn, keys: &Keys, id: &CaseId) -> Result<()> {
    // Whoever changes the case meanwhile waits, and writes its marks after these.
    cases::lock(tx, id)?;
    let sight = crate::domain::access::Sight::All;
    let Some(case) = cases::find(tx, id, &sight)? else {
        return Ok(());
    };
    let facts = sealed::facts(&sealed::key_of(keys, &case)?, &case)?;
    let audiences = cases::audiences(tx, id)?;
    search::set(
        tx,
        &case,
        &audiences,
        &super::marks(keys, &case, facts.as_ref()),
    )?;
    Ok(())
}
