//! Fills an empty database with the units of the built-in files, on first start.

use diesel::QueryResult;

use crate::{
    reference,
    store::{catalogues, conn::DbConn, places},
};

/// Fills units and successions where they were never filled; `false` where they were. Safe to
/// run at every start and in two processes at once: the first one to note the revision fills,
/// and the others wait for its commit.
pub fn places(tx: &mut DbConn) -> QueryResult<bool> {
    if !catalogues::bump_if_empty(tx, catalogues::PLACES)? {
        return Ok(false);
    }
    places::insert_units(tx, &reference::units::units())?;
    places::insert_successions(tx, &reference::units::successions())?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{
        domain::place::UnitLevel,
        store::{catalogues::revisions, migrate},
    };

    #[test]
    fn an_empty_database_is_filled_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tnld.db").display());
        let mut conn = DbConn::open(&url).unwrap();
        migrate::run(&mut conn).unwrap();
        assert_eq!(revisions(&mut conn).unwrap().places, 0);

        let start = Instant::now();
        assert!(conn.write(places).unwrap());
        println!("filled in {:?}", start.elapsed());
        assert!(!conn.write(places).unwrap());
        assert_eq!(revisions(&mut conn).unwrap().places, 1);

        let start = Instant::now();
        let loaded = conn.read(places::load).unwrap();
        println!("loaded in {:?}", start.elapsed());
        let built_in = reference::units::places_for_tests();
        for level in UnitLevel::ALL {
            for day in ["2016-07-01", "2025-06-30", "2025-07-01", "2026-12-31"] {
                let day = day.parse().unwrap();
                assert!(
                    loaded
                        .in_force(*level, day)
                        .eq(built_in.in_force(*level, day))
                );
                for unit in loaded.in_force(*level, day) {
                    let today = "2026-12-31".parse().unwrap();
                    assert_eq!(loaded.on_day(unit, today), built_in.on_day(unit, today));
                }
            }
        }
    }

    #[test]
    fn two_processes_may_start_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tnld.db").display());
        migrate::run(&mut DbConn::open(&url).unwrap()).unwrap();
        let filled = std::thread::scope(|scope| {
            let starts = [(); 3]
                .map(|()| scope.spawn(|| DbConn::open(&url).unwrap().write(places).unwrap()));
            starts.map(|start| start.join().unwrap())
        });
        assert_eq!(filled.iter().filter(|filled| **filled).count(), 1);
    }
}
