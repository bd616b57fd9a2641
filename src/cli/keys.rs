//! `tnld keys`: which master keys seal the personal data, and changing them.

use clap::Subcommand;

use serde_json::json;

use super::{Failure, open, print, trace::Trace};
use crate::{
    config::Config,
    domain::audit::{self, ObjectKind},
    sealing::SearchKey,
    service::{
        keys::{self, Listed, RetireError},
        search,
    },
    store::conn::DbConn,
    time::{Clock, vietnam},
    wording::{cli, keys as words},
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    #[command(about = cli::KEYS_LIST.label())]
    List,
    #[command(about = cli::KEYS_ROTATE.label())]
    Rotate,
    #[command(about = cli::KEYS_RENEW_SEARCH.label())]
    RenewSearch,
    #[command(about = cli::KEYS_RETIRE.label())]
    Retire {
        #[arg(help = cli::KEY_ID.label())]
        id: String,
    },
}

pub(super) fn perform(action: Action) -> Result<(), Failure> {
    let config = Config::load()?;
    let source = &config.master_keys;
    let now = Clock::with_offset(config.clock_offset).now();
    let mut conn = open(&config)?;
    match action {
        Action::List => print(&table(&conn.read(|tx| keys::list(tx, source))?)),
        Action::Rotate => {
            if conn.read(|tx| keys::list(tx, source))?.is_empty() {
                return Err(words::NONE.said().into());
            }
            let rotation = keys::begin_rotation(&mut conn, source, now)?;
            let id = rotation.to.id();
            let trace = Trace::open(&mut conn, &config)?;
            conn.write(|tx| {
                let details = json!({ "begun_anew": rotation.is_new });
                trace.note(
                    tx,
                    audit::Action::RotateKeys,
                    (ObjectKind::Key, id),
                    details,
                )
            })?;
            let what = if rotation.is_new {
                words::BEGUN
            } else {
                words::RESUMED
            };
            print(&what.said().with("id", id).with("source", source).lines())?;
            let count = rotation.finish(&mut conn)?;
            // What has no marks to be found by gets them here as well, where no service runs.
            let held = keys::open(&mut conn, source, now)?;
            search::fill_all(&mut conn, &held)?;
            let done = words::ROTATED.said().with("id", id);
            print(&done.with("count", count).lines())
        }
        Action::RenewSearch => {
            if conn.read(|tx| keys::list(tx, source))?.is_empty() {
                return Err(words::NONE.said().into());
            }
            let (generation, is_new) = keys::begin_search_key(&mut conn, source)?;
            let id = SearchKey::name(generation);
            let trace = Trace::open(&mut conn, &config)?;
            let note = |conn: &mut DbConn, action, details| {
                let object = (ObjectKind::Key, id.as_str());
                conn.write(|tx| trace.note(tx, action, object, details))
            };
            let begun = json!({ "begun_anew": is_new });
            note(&mut conn, audit::Action::RotateKeys, begun)?;
            let what = match is_new {
                true => words::SEARCH_BEGUN,
                false => words::SEARCH_RESUMED,
            };
            print(&what.said().with("id", &id).lines())?;
            let held = keys::open(&mut conn, source, now)?;
            search::fill_all(&mut conn, &held)?;
            match keys::end_search_key(&mut conn, generation)? {
                0 => {
                    let done = json!({ "before": generation });
                    note(&mut conn, audit::Action::RetireKey, done)?;
                    print(&words::SEARCH_RENEWED.said().with("id", &id).lines())
                }
                left => Err(words::SEARCH_LEFT
                    .said()
                    .with("id", &id)
                    .with("count", left)
                    .into()),
            }
        }
        Action::Retire { id } => {
            let refused = match keys::retire(&mut conn, source, &id, now) {
                Ok(()) => {
                    let trace = Trace::open(&mut conn, &config)?;
                    conn.write(|tx| {
                        let object = (ObjectKind::Key, id.as_str());
                        trace.note(tx, audit::Action::RetireKey, object, json!({}))
                    })?;
                    return print(&words::RETIRED.said().with("id", &id).lines());
                }
                Err(RetireError::Failed(why)) => return Err(why.into()),
                Err(RetireError::Unknown) => words::UNKNOWN.said(),
                Err(RetireError::Current) => words::CURRENT.said(),
                Err(RetireError::StillWraps(count)) => {
                    words::STILL_WRAPS.said().with("count", count)
                }
            };
            Err(refused.with("id", &id).into())
        }
    }
}

/// A line for each key: name, fingerprint, since when, how much it wraps, how it stands.
fn table(keys: &[Listed]) -> String {
    if keys.is_empty() {
        return words::NONE.said().lines();
    }
    let line = |listed: &Listed| {
        let key = &listed.key;
        let since = key.created_at.with_timezone(&vietnam()).format("%F %R");
        let mut stands = vec![match (key.retired_at, listed.is_current) {
            (Some(_), _) => words::RETIRED_SHORT.label(),
            (None, true) => words::IN_USE.label(),
            (None, false) => words::EARLIER.label(),
        }];
        if !listed.is_held {
            stands.push(words::NOT_HELD.label());
        }
        format!(
            "{:16}  {}  {since}  {:>9}  {}\n",
            key.id,
            key.fingerprint,
            listed.wraps,
            stands.join("; ")
        )
    };
    keys.iter().map(line).collect()
}
