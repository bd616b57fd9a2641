//! Master keys: which a process may start with, and how one follows another.
//!
//! The database names every key that it was sealed with, by name and fingerprint. So a second machine
//! cannot quietly make a key of its own, and nobody throws away what is still needed.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::{
    error::{AppError, Result},
    sealing::{
        CaseKey, Held, KeySource, Keys, LookupKey, MasterKey, MasterKeys, SealError, SearchKey,
        SearchKeys, WrappedKey,
    },
    store::{
        catalogues,
        conn::DbConn,
        keys::{self, KnownKey},
        search,
    },
    wording::{Said, keys as words},
};

/// Keys that are wrapped again in one transaction: declarations wait behind it.
const BATCH: i64 = 200;

/// The keys of this process. Refused where the database names one that `source` does not hold. A
/// database that knows none is given the newest of `source`, or a new one in a new file.
pub fn open(conn: &mut DbConn, source: &KeySource, now: DateTime<Utc>) -> Result<Keys> {
    let held = conn.write(|tx| {
        // Of two processes that start at once, one waits here and finds what the other made.
        catalogues::lock(tx, catalogues::KEYS)?;
        let mut known = keys::known(tx)?;
        let master = match read(source)? {
            Some(master) => master,
            None if known.is_empty() => first_key(source, now)?,
            None => MasterKeys::default(),
        };
        check(&known, &master, source).map_err(AppError::internal)?;
        note_newest(tx, &mut known, &master, now)?;
        let lookup = lookup_key(tx, &known, &master, source)?;
        let search = search_keys(tx, &known, &master, source)?;
        held(tx, &known, master, (lookup, search))
    })?;
    Ok(Keys::new(source.clone(), held))
}

fn read(source: &KeySource) -> Result<Option<MasterKeys>> {
    source.read().map_err(|why| unusable(source, &why))
}

fn unusable(source: &KeySource, why: &SealError) -> AppError {
    let said = words::UNUSABLE.said().with("source", source);
    AppError::internal(said.because(why))
}

fn first_key(source: &KeySource, now: DateTime<Utc>) -> Result<MasterKeys> {
    let key = MasterKey::generate(now)?;
    source.append(&key).map_err(|why| unusable(source, &why))?;
    let made = words::MADE.said().with("id", key.id());
    tracing::warn!("{}", made.with("source", source));
    Ok(key.into())
}

/// Whether `master` holds every key that the database uses.
fn check(known: &[KnownKey], master: &MasterKeys, source: &KeySource) -> Result<(), Said> {
    for key in known.iter().filter(|key| key.retired_at.is_none()) {
        let reason = match master.get(&key.id) {
            Some(held) if held.fingerprint() == key.fingerprint => continue,
            Some(_) => words::OTHER,
            None => words::MISSING,
        };
        let said = reason.said().with("id", &key.id);
        let said = said.with("fingerprint", &key.fingerprint);
        return Err(said.with("source", source));
    }
    Ok(())
}

/// The last key of the file is in use from now on, unless it was retired.
fn note_newest(
    tx: &mut DbConn,
    known: &mut Vec<KnownKey>,
    master: &MasterKeys,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(newest) = master.newest() else {
        return Ok(());
    };
    if known.iter().any(|key| key.id == newest.id()) {
        return Ok(());
    }
    let key = KnownKey {
        id: newest.id().to_owned(),
        fingerprint: newest.fingerprint(),
        created_at: now,
        retired_at: None,
    };
    keys::note(tx, &key)?;
    catalogues::bump(tx, catalogues::KEYS)?;
    known.push(key);
    Ok(())
}

fn lookup_key(
    tx: &mut DbConn,
    known: &[KnownKey],
    master: &MasterKeys,
    source: &KeySource,
) -> Result<LookupKey> {
    let stored = keys::data_keys(tx)?;
    if let Some((_, wrapped)) = stored.iter().find(|(name, _)| name == LookupKey::NAME) {
        return Ok(LookupKey::unwrap(master, wrapped)?);
    }
    let current = current(known, master).ok_or_else(|| no_live_key(source))?;
    let (key, wrapped) = LookupKey::generate(current)?;
    keys::set_data_key(tx, LookupKey::NAME, &wrapped)?;
    Ok(key)
}

fn search_keys(
    tx: &mut DbConn,
    known: &[KnownKey],
    master: &MasterKeys,
    source: &KeySource,
) -> Result<SearchKeys> {
    let mut held = unwrapped(&keys::data_keys(tx)?, master)?;
    if held.is_empty() {
        let current = current(known, master).ok_or_else(|| no_live_key(source))?;
        let (key, wrapped) = SearchKey::generate(current, 1)?;
        keys::set_data_key(tx, &SearchKey::name(1), &wrapped)?;
        held.push((1, key));
    }
    SearchKeys::new(held).ok_or_else(|| no_live_key(source))
}

/// Every generation of the key of marks among the data keys.
fn unwrapped(
    stored: &[(String, WrappedKey)],
    master: &MasterKeys,
) -> Result<Vec<(i32, SearchKey)>, SealError> {
    let generations = stored
        .iter()
        .filter_map(|(name, wrapped)| Some((SearchKey::generation(name)?, wrapped)));
    generations
        .map(|(no, wrapped)| Ok((no, SearchKey::unwrap(master, wrapped, no)?)))
        .collect()
}

/// The last key of the file that the database uses.
fn current<'a>(known: &[KnownKey], master: &'a MasterKeys) -> Option<&'a MasterKey> {
    master.newest_of(|id| {
        known
            .iter()
            .any(|key| key.id == id && key.retired_at.is_none())
    })
}

fn no_live_key(source: &KeySource) -> AppError {
    AppError::internal(words::NO_LIVE.said().with("source", source))
}

fn held(
    tx: &mut DbConn,
    known: &[KnownKey],
    master: MasterKeys,
    (lookup, search): (LookupKey, SearchKeys),
) -> Result<Held> {
    Ok(Held {
        revision: catalogues::revisions(tx)?.keys,
        live: live(known),
        master,
        lookup,
        search,
    })
}

fn live(known: &[KnownKey]) -> Vec<String> {
    let live = known.iter().filter(|key| key.retired_at.is_none());
    live.map(|key| key.id.clone()).collect()
}

/// Brings the keys of a running process to `revision`, which was read in the same transaction.
/// Where the file has not come here yet, the process goes on with the keys that it holds.
pub fn follow(tx: &mut DbConn, keys: &Keys, revision: i64) -> Result<()> {
    if keys.held().revision == revision {
        return Ok(());
    }
    let known = keys::known(tx)?;
    let mut held = (*keys.held()).clone();
    held.revision = revision;
    held.live = live(&known);
    match keys.source().read() {
        Ok(Some(master)) => {
            if let Err(why) = check(&known, &master, keys.source()) {
                tracing::error!("{why}");
            }
            held.master = master;
        }
        Ok(None) => {
            let gone = words::GONE.said().with("source", keys.source());
            tracing::error!("{gone}");
        }
        Err(why) => tracing::error!("{why}"),
    }
    // While cases are marked anew, marks are made under the new key and looked for under both.
    match unwrapped(&keys::data_keys(tx)?, &held.master) {
        Ok(search) => held.search = SearchKeys::new(search).unwrap_or(held.search),
        Err(why) => tracing::error!("{why}"),
    }
    keys.replace(held);
    Ok(())
}

/// A master key, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As the database knows it.
    pub key: KnownKey,
    /// How many keys of cases, and of the whole database, it wraps.
    pub wraps: i64,
    /// Whether it wraps what is new.
    pub is_current: bool,
    /// Whether this machine holds it.
    pub is_held: bool,
}

/// Every master key that was ever used, the oldest first.
pub fn list(tx: &mut DbConn, source: &KeySource) -> Result<Vec<Listed>> {
    let known = keys::known(tx)?;
    let master = read(source)?.unwrap_or_default();
    let current = current(&known, &master).map(|key| key.id().to_owned());
    let cases = keys::counts(tx)?;
    let data_keys = keys::data_keys(tx)?;
    Ok(known
        .into_iter()
        .map(|key| Listed {
            wraps: wrapped_by(&key.id, &cases, &data_keys),
            is_current: current.as_ref() == Some(&key.id),
            is_held: master
                .get(&key.id)
                .is_some_and(|held| held.fingerprint() == key.fingerprint),
            key,
        })
        .collect())
}

fn wrapped_by(
    id: &str,
    cases: &[(String, i64)],
    data_keys: &[(String, crate::sealing::WrappedKey)],
) -> i64 {
    let of_cases = cases.iter().find(|(by, _)| by == id);
    let of_all = data_keys.iter().filter(|(_, key)| key.master_key == id);
    of_cases.map_or(0, |(_, count)| *count) + i64::try_from(of_all.count()).unwrap_or(i64::MAX)
}

/// A change of the master key that has begun.
pub struct Rotation {
    /// The key in use from now on.
    pub to: MasterKey,
    /// Whether it was made just now; else an earlier change goes on.
    pub is_new: bool,
    master: MasterKeys,
}

/// Makes a new master key, unless an earlier change is not at its end: then that one goes on. So the
/// command can be stopped at any point and started again.
///
/// The file has the key before the database names it: where this is cut off in between, the next
/// call, or the next start, finds it there.
pub fn begin_rotation(
    conn: &mut DbConn,
    source: &KeySource,
    now: DateTime<Utc>,
) -> Result<Rotation> {
    conn.write(|tx| {
        catalogues::lock(tx, catalogues::KEYS)?;
        let mut known = keys::known(tx)?;
        let mut master = read(source)?.unwrap_or_default();
        check(&known, &master, source).map_err(AppError::internal)?;
        let before = known.len();
        note_newest(tx, &mut known, &master, now)?;
        let to = current(&known, &master).ok_or_else(|| no_live_key(source))?;
        let is_begun = known.len() > before && before > 0;
        let is_finished = !is_begun && is_alone(tx, to.id())?;
        if !is_finished {
            let to = to.clone();
            return Ok(Rotation {
                to,
                is_new: false,
                master,
            });
        }
        if let KeySource::Setting(_) = source {
            let said = words::CANNOT_ADD.said().with("source", source);
            return Err(AppError::internal(said));
        }
        let to = MasterKey::generate(now)?;
        source.append(&to).map_err(|why| unusable(source, &why))?;
        master = read(source)?.unwrap_or_default();
        note_newest(tx, &mut known, &master, now)?;
        Ok(Rotation {
            to,
            is_new: true,
            master,
        })
    })
}

/// Whether no other key wraps anything.
fn is_alone(tx: &mut DbConn, id: &str) -> Result<bool> {
    let cases = keys::counts(tx)?;
    let data_keys = keys::data_keys(tx)?;
    Ok(cases.iter().all(|(by, _)| by == id)
        && data_keys.iter().all(|(_, key)| key.master_key == id))
}

impl Rotation {
    /// Wraps everything anew, a little at a time; how many keys of cases there were. Pauses as long as
    /// it works, so that declarations find their turn.
    pub fn finish(&self, conn: &mut DbConn) -> Result<u64> {
        let mut count = 0;
        loop {
            let begun = Instant::now();
            let done = conn.write(|tx| self.wrap_some(tx))?;
            if done == 0 {
                return Ok(count);
            }
            count += done;
            std::thread::sleep(begun.elapsed().min(Duration::from_secs(1)));
        }
    }

    fn wrap_some(&self, tx: &mut DbConn) -> Result<u64> {
        for (name, wrapped) in keys::data_keys(tx)? {
            if wrapped.master_key != self.to.id() {
                let about = format!("data_keys.wrapped/{name}");
                let again = self.master.wrap_again(&wrapped, &about, &self.to)?;
                keys::set_data_key(tx, &name, &again)?;
            }
        }
        let mut done = 0;
        for (by, _) in keys::counts(tx)? {
            if by == self.to.id() {
                continue;
            }
            for (case, wrapped) in keys::of_cases(tx, &by, BATCH)? {
                let about = CaseKey::about(&case);
                let again = self.master.wrap_again(&wrapped, &about, &self.to)?;
                done += u64::from(keys::wrap_again(tx, &case, &wrapped, &again)?);
            }
            break;
        }
        Ok(done)
    }
}

/// A new key of the marks by which cases are found, for when the present one may have leaked; where an earlier change
/// is not at its end, that one goes on. Its generation, and whether it was made just now. Every process that serves
/// makes marks under it from its next request on, and searches under both.
pub fn begin_search_key(conn: &mut DbConn, source: &KeySource) -> Result<(i32, bool)> {
    conn.write(|tx| {
        catalogues::lock(tx, catalogues::KEYS)?;
        let known = keys::known(tx)?;
        let master = read(source)?.unwrap_or_default();
        check(&known, &master, source).map_err(AppError::internal)?;
        let generations = search_generations(tx)?;
        let newest = generations.last().copied().unwrap_or(0);
        if generations.len() > 1 {
            return Ok((newest, false));
        }
        let current = current(&known, &master).ok_or_else(|| no_live_key(source))?;
        let (_, wrapped) = SearchKey::generate(current, newest + 1)?;
        keys::set_data_key(tx, &SearchKey::name(newest + 1), &wrapped)?;
        catalogues::bump(tx, catalogues::KEYS)?;
        Ok((newest + 1, true))
    })
}

/// Forgets every key of marks before `generation`, unless cases are marked with one: how many those are. What a
/// process that had not heard of the new key yet writes after this is marked anew by the next that looks.
pub fn end_search_key(conn: &mut DbConn, generation: i32) -> Result<i64> {
    conn.write(|tx| {
        catalogues::lock(tx, catalogues::KEYS)?;
        let left = search::count_before(tx, generation)?;
        if left == 0 {
            for old in search_generations(tx)? {
                if old < generation {
                    keys::forget_data_key(tx, &SearchKey::name(old))?;
                }
            }
            catalogues::bump(tx, catalogues::KEYS)?;
        }
        Ok(left)
    })
}

/// The generations of the key of marks that there are, the oldest first.
fn search_generations(tx: &mut DbConn) -> Result<Vec<i32>> {
    let stored = keys::data_keys(tx)?;
    let mut generations: Vec<i32> = stored
        .iter()
        .filter_map(|(name, _)| SearchKey::generation(name))
        .collect();
    generations.sort_unstable();
    Ok(generations)
}

/// From now on nothing is wrapped by the master key `id`. Refused while anything is.
pub fn retire(
    conn: &mut DbConn,
    source: &KeySource,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), RetireError> {
    conn.write(|tx| {
        catalogues::lock(tx, catalogues::KEYS)?;
        let known = keys::known(tx)?;
        let is_live = |key: &KnownKey| key.id == id && key.retired_at.is_none();
        if !known.iter().any(is_live) {
            return Err(RetireError::Unknown);
        }
        let master = read(source)?.unwrap_or_default();
        if current(&known, &master).is_none_or(|current| current.id() == id) {
            return Err(RetireError::Current);
        }
        // Marked first: what is counted afterwards does not grow any more.
        keys::retire(tx, id, now)?;
        match wrapped_by(id, &keys::counts(tx)?, &keys::data_keys(tx)?) {
            0 => Ok(catalogues::bump(tx, catalogues::KEYS)?),
            count => Err(RetireError::StillWraps(count)),
        }
    })
}

/// Why a master key cannot be retired.
#[derive(Debug, thiserror::Error)]
pub enum RetireError {
    /// None of that name is in use.
    #[error("no such key")]
    Unknown,
    /// It wraps what is new.
    #[error("in use")]
    Current,
    /// So many keys would be lost.
    #[error("still wraps {0} keys")]
    StillWraps(i64),
    /// Anything else.
    #[error(transparent)]
    Failed(#[from] AppError),
}

impl From<diesel::result::Error> for RetireError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}
