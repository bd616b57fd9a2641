//! The dated world in memory, replaced as a whole when its data change.
//!
//! Every request needs places, directory and law; reading them from the database each time would
//! cost more than all its other work. The revisions in `catalogues` are read in each transaction,
//! so a change that another process made is noticed by the next request.

use std::sync::{Arc, Mutex};

use diesel::QueryResult;

use crate::{
    domain::{authority::Directory, codes::Codes, decide::World, law::Law},
    store::{
        authorities,
        catalogues::{self, Revisions},
        conn::DbConn,
        contacts, law, places,
    },
};

/// Holds the newest world that was loaded.
pub struct Worlds {
    codes: Arc<Codes>,
    current: Mutex<Option<(Revisions, Arc<World>)>>,
}

impl Worlds {
    /// Nothing loaded yet.
    pub fn new() -> Self {
        Self {
            codes: Arc::new(Codes::built_in()),
            current: Mutex::new(None),
        }
    }

    /// The world of these revisions, which were read in the same transaction.
    pub fn at(&self, conn: &mut DbConn, revisions: Revisions) -> QueryResult<Arc<World>> {
        // A panic while loading leaves the old value, which is whole.
        let mut current = self
            .current
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let old = match &*current {
            Some((of, world)) if *of == revisions => return Ok(Arc::clone(world)),
            Some((of, world)) => Some((*of, Arc::clone(world))),
            None => None,
        };
        let (of, world) = old
            .as_ref()
            .map_or((None, None), |(of, world)| (Some(of), Some(world)));
        let places = match world {
            Some(world) if of.is_some_and(|of| of.places == revisions.places) => {
                Arc::clone(&world.places)
            }
            _ => Arc::new(places::load(conn)?),
        };
        let directory = match world {
            Some(world)
                if of.is_some_and(|of| {
                    of.places == revisions.places && of.directory == revisions.directory
                }) =>
            {
                Arc::clone(&world.directory)
            }
            _ => {
                let directory = Directory::new(authorities::all(conn)?, &places);
                Arc::new(directory.with_contacts(contacts::all(conn)?))
            }
        };
        let law = match world {
            Some(world) if of.is_some_and(|of| of.law == revisions.law) => Arc::clone(&world.law),
            _ => Arc::new(Law::new(law::load(conn)?)),
        };
        let world = Arc::new(World {
            places,
            directory,
            law,
            codes: Arc::clone(&self.codes),
        });
        *current = Some((revisions, Arc::clone(&world)));
        // What was read stands in the world now.
        conn.let_go_of_pages()?;
        Ok(world)
    }

    /// The world as it stands now, for commands and jobs.
    pub fn now(&self, conn: &mut DbConn) -> QueryResult<Arc<World>> {
        let revisions = catalogues::revisions(conn)?;
        self.at(conn, revisions)
    }
}

impl Default for Worlds {
    fn default() -> Self {
        Self::new()
    }
}
