//! `tnld demo`: a small believable province, invented, with a mailbox that shows every mail.
//!
//! ```text
//! plot ─▶ telling, desk ─▶ fill ─▶ the use cases of requests, as of the past ─▶ post
//! ```
//!
//! The first start fills an SQLite file in one transaction; each start issues new tokens. Then it is
//! `tnld serve` like any other.

mod desk;
mod dice;
mod establishments;
mod fill;
mod greeting;
pub mod guests;
mod people;
mod plot;
mod post;
mod postman;
mod province;
mod scenes;
mod telling;
mod visitors;

#[cfg(test)]
mod tests;

use std::{
    fs,
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    config::{Config, DatabaseUrl, database::TlsFromEnvironment, default_key_file},
    error::{AppError, Result},
    jobs::deliver_outbox::Letterhead,
    mail::{address::SmtpUrl, compose::Sender},
    sealing::KeySource,
    server::Service,
    service::{
        directory::{self, ImportError},
        world::Worlds,
    },
    storage::StorageUrl,
    store::{catalogues, conn::DbConn, contacts, places},
    web::demo::clock_file,
};
use fill::Played;
use greeting::Greeting;
use post::PostOffice;

/// The folder of the demo, in the current one.
const FOLDER: &str = "tnld-demo";

/// Fills the province where it is empty, says what to click and what to `curl`, and serves it.
///
/// Database, keys and mails stay in `tnld-demo/` whatever the settings say: nothing of a demo may reach a
/// real database or a real mailbox. The other settings hold.
pub async fn run(mut config: Config) -> Result<()> {
    let folder = Path::new(FOLDER);
    let mails = folder.join("mail");
    let database = format!("sqlite:{FOLDER}/tnld.db");
    config.database_url =
        DatabaseUrl::parse(&database, TlsFromEnvironment::default()).map_err(AppError::internal)?;
    config.master_keys = KeySource::File(default_key_file(&config.database_url));
    config.smtp_url = SmtpUrl::Folder(mails.clone());
    config.files = StorageUrl::Folder(folder.join("files"));
    config.clamd = None;
    config.smtp_url_2 = None;
    config.sms_gateway = None;
    // Tests to a hundred invented authorities would fill the mailbox.
    config.canaries = false;
    let sender = Sender::new(config.mail_from.clone());

    // Binds the address first: a second demo on it is told so before anything is written.
    // That a key is made is no news here: everything is invented.
    let silent = tracing::subscriber::NoSubscriber::default();
    let service = tracing::subscriber::with_default(silent, || Service::prepare_movable(config))?
        .with_mailbox(mails.clone());
    let letterhead = Letterhead {
        sender,
        public_url: service.public_url().to_owned(),
        operator: service.state.operator_mail.clone(),
    };
    let mut conn = DbConn::open(&database).map_err(AppError::internal)?;
    let post = PostOffice {
        folder: &mails,
        letterhead: &letterhead,
        keys: &service.state.keys,
    };
    let clock = service.state.clock;
    // Whoever moved the clock on yesterday does not go back in time: what they did then has happened.
    let ahead = fs::read_to_string(clock_file(&mails)).unwrap_or_default();
    let ahead = ahead.trim().parse().unwrap_or(clock.offset_seconds());
    clock.move_on(TimeDelta::seconds(ahead - clock.offset_seconds()));
    let now = clock.now();
    if let Some(played) = fill_once(&mut conn, &post, now)? {
        for refused in played.refused {
            tracing::warn!("The demo leaves something out: {refused}");
        }
    }
    conn.write(|tx| {
        let world: Arc<_> = Worlds::new().now(tx)?;
        guests::seat(tx, &service.state.keys, &world, now)
    })?;
    let greeting = conn.write(|tx| Greeting::prepare(tx, service.address(), now))?;
    drop(conn);
    greet(&greeting.to_string())?;
    // Ends with the service: it is dropped with everything else that runs here.
    let postman = tokio::spawn(postman::carry(service.state.clone(), mails));
    let served = service.run().await;
    postman.abort();
    served
}

/// Fills the database in one transaction; `None` where it was filled before.
fn fill_once(
    conn: &mut DbConn,
    post: &PostOffice<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Played>> {
    // Two years of alarms would fill the screen; they stand on the operator's list.
    let silent = tracing::subscriber::NoSubscriber::default();
    tracing::subscriber::with_default(silent, || {
        conn.write(|tx| {
            if catalogues::revisions(tx)?.directory > 0 {
                return Ok(None);
            }
            clear(post.folder)?;
            let places = places::load(tx)?;
            let csv = province::directory(&places)?;
            let plan =
                directory::plan(tx, &places, csv.as_bytes()).map_err(|error| match error {
                    ImportError::Failed(error) => error,
                    ImportError::Rows(faults) => {
                        let first = faults.first().map(ToString::to_string);
                        AppError::internal(first.unwrap_or_default())
                    }
                })?;
            // The plan is of this very transaction.
            directory::carry_out(tx, &plan)?;
            contacts::insert(tx, &province::duty_room(now))?;
            let world: Arc<_> = Worlds::new().now(tx)?;
            fill::play(tx, &world, post, now).map(Some)
        })
    })
}

/// Removes the mails of a filling that was cut off.
fn clear(folder: &Path) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(AppError::internal)?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "eml") {
            std::fs::remove_file(path).map_err(AppError::internal)?;
        }
    }
    Ok(())
}

/// Prints to standard output. A reader that went away early is no failure.
fn greet(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(AppError::internal(error)),
        _ => Ok(()),
    }
}
