//! Thirty days with two hundred authorities on a virtual clock: silence, dead addresses, mails that come
//! back, processes that stop, clocks that jump. The real use cases on a real SQLite file; only the time, the
//! mail server and the people are played.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::AddAssign,
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::json;

use super::{acknowledge, ladder};
use crate::{
    domain::{
        access::{Actor, ActorRole, Right, Sight, tests::actor},
        account::AccountStatus,
        acknowledgement::Officer,
        audit::Origin,
        authority::{Authority, Directory, Level, Role},
        codes::Codes,
        contact::{Channel, Contact},
        decide::World,
        ladder::{self as rules, RungKind},
        law::Law,
        place::{Places, UnitLevel},
        post::{Holding, Post, PostKind, Shift},
        routing::Duty,
    },
    ids::{AlertId, CaseId, ContactId, MessageId, PostId, ShiftId},
    reference::units::{places_for_tests, successions, units},
    sealing::Keys,
    sealing::tests::{a_source, some_keys},
    service::{
        Ctx, accounts,
        audit::Notes,
        declarations::{Submit, plan, store},
        keys, rules as law_rows, sealed,
    },
    store::{
        accounts as stored_accounts,
        acknowledgements::{self, How},
        alerts::{self, AlertEnd},
        calls, cases,
        conn::DbConn,
        ladders,
        outbox::{self, Outcome, Settlement},
        posts, shifts,
        testing::TestDb,
    },
    time::day_in_vietnam,
};

const AUTHORITIES: usize = 200;
const DAYS: i64 = 30;

/// A small generator: the same seed plays the same days.
struct Dice(u64);

impl Dice {
    fn next(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.next(100) < chance
    }

    fn minutes(&mut self, most: u64) -> TimeDelta {
        TimeDelta::seconds(i64::try_from(self.next(most * 60)).unwrap())
    }
}

fn begin() -> DateTime<Utc> {
    // Tết 2026 is among these days.
    "2026-02-10T00:00:00Z".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Two hundred authorities in some communes of one province, not all of which have all of them.
fn directory(places: &Places, dice: &mut Dice) -> (Vec<Authority>, Vec<Contact>, Vec<String>) {
    let on = day_in_vietnam(begin());
    let row = |id: String, role, level, code: &str, above: Option<String>| Authority {
        emails: vec![format!("{}@example.test", id.to_lowercase())],
        name: format!("Cơ quan {id}"),
        authority_id: id,
        role,
        level,
        territory_code: code.to_owned(),
        valid_from: day("2025-07-01"),
        valid_to: None,
        phone: "02083000000".into(),
        escalates_to: above,
        sectors: Vec::new(),
    };
    let mut rows = vec![
        row(
            "SNV".into(),
            Role::ProvincialLabourAuthority,
            Level::Province,
            "19",
            None,
        ),
        row(
            "CAT".into(),
            Role::InvestigatingPolice,
            Level::Province,
            "19",
            None,
        ),
        row(
            "BNV".into(),
            Role::LabourMinistry,
            Level::Country,
            "VN",
            None,
        ),
    ];
    let mut communes: Vec<String> = Vec::new();
    let in_province = places
        .in_force(UnitLevel::Commune, on)
        .filter(|unit| unit.province_code == "19");
    let elsewhere = places
        .in_force(UnitLevel::Commune, on)
        .filter(|unit| unit.province_code == "66");
    rows.push(row(
        "SNV-66".into(),
        Role::ProvincialLabourAuthority,
        Level::Province,
        "66",
        Some("BNV".into()),
    ));
    for unit in in_province.chain(elsewhere) {
        if rows.len() >= AUTHORITIES {
            break;
        }
        let code = unit.code.clone();
        let above = (unit.province_code == "19" && dice.percent(60)).then(|| "CAT".to_owned());
        // Of some communes the directory knows no police: a role that nobody holds.
        if dice.percent(75) {
            rows.push(row(
                format!("CAX-{code}"),
                Role::LocalPolice,
                Level::Commune,
                &code,
                above,
            ));
        }
        rows.push(row(
            format!("UBX-{code}"),
            Role::CommunePc,
            Level::Commune,
            &code,
            None,
        ));
        communes.push(code);
    }
    rows.truncate(AUTHORITIES);
    let mut contacts = Vec::new();
    for authority in &rows {
        for position in 0..3 {
            if dice.percent(35) {
                contacts.push(Contact {
                    id: ContactId::generate(),
                    authority_id: authority.authority_id.clone(),
                    position,
                    channel: Channel::Email,
                    address: format!("{position}.{}", authority.emails[0]),
                    name: "Trực ban".into(),
                    phone: Some("0911000111".into()),
                    verified_at: None,
                    valid_from: day("2025-07-01"),
                    valid_to: None,
                    created_at: begin(),
                });
            }
        }
    }
    (rows, contacts, communes)
}

struct Play {
    db: TestDb,
    world: Arc<World>,
    keys: Arc<Keys>,
    communes: Vec<String>,
    dice: Dice,
    now: DateTime<Utc>,
    cases: Vec<CaseId>,
    /// Alerts for whose next rung no moment is promised any more: their addresses were dead.
    hurried: BTreeSet<AlertId>,
    counts: BTreeMap<&'static str, usize>,
}

impl Play {
    fn new(db: TestDb, seed: u64) -> Self {
        let mut dice = Dice(seed | 1);
        let (rows, contacts, communes) = directory(places_for_tests(), &mut dice);
        let all = Places::new(
            units(),
            successions()
                .into_iter()
                .map(|one| one.succession)
                .collect(),
        );
        let directory = Directory::new(rows, &all).with_contacts(contacts);
        let mut db = db;
        // Whether a commit survives a power cut is not what is played here.
        db.conn.execute_sql("PRAGMA synchronous = OFF").unwrap();
        keys::open(&mut db.conn, &a_source(), begin()).unwrap();
        Self {
            world: Arc::new(World {
                directory: directory.into(),
                places: all.into(),
                law: Law::new(law_rows::shipped()).into(),
                codes: Codes::built_in().into(),
            }),
            db,
            keys: Arc::new(some_keys()),
            communes,
            dice,
            now: begin(),
            cases: Vec::new(),
            hurried: BTreeSet::new(),
            counts: BTreeMap::new(),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn ctx(&self, actor: Actor) -> Ctx {
        Ctx {
            actor,
            now: self.now,
            world: Arc::clone(&self.world),
            operator_mail: Some("van-hanh@tnld.test".into()),
            keys: Arc::clone(&self.keys),
            origin: Origin::default(),
            notes: Notes::default(),
            latest_root: None,
        }
    }

    /// Somebody on duty in some authorities, for some time.
    fn rosters(&mut self) {
        let ids: Vec<String> = self
            .world
            .directory
            .rows()
            .iter()
            .map(|row| row.authority_id.clone())
            .collect();
        for id in ids {
            if !self.dice.percent(40) {
                continue;
            }
            let begin = self.now + self.dice.minutes(20 * 24 * 60);
            let conn = &mut self.db.conn;
            let email = format!("truc.{}@donvi.test", id.to_lowercase());
            let account = accounts::make(conn, &email, "Trần Thị Lụa", self.now)
                .unwrap()
                .unwrap();
            stored_accounts::prove(conn, &account.id, self.now).unwrap();
            assert_eq!(
                stored_accounts::find(conn, &account.id)
                    .unwrap()
                    .unwrap()
                    .status,
                AccountStatus::Active
            );
            let post = Post {
                id: PostId::generate(),
                authority_id: id,
                kind: PostKind::DutyOfficer,
                name: "Trực ban".into(),
                grants: Vec::new(),
                created_at: self.now,
                ended_at: None,
                ended_because: None,
            };
            posts::insert(conn, &post).unwrap();
            let holding = Holding {
                post: post.id.clone(),
                account: account.id,
                from: self.now,
                until: None,
                reason: None,
                appointed_at: self.now,
            };
            posts::appoint(conn, &holding).unwrap();
            let shift = Shift {
                id: ShiftId::generate(),
                post: post.id,
                account: None,
                starts_at: begin,
                ends_at: begin + TimeDelta::days(7),
                phone: "0922000222".into(),
            };
            shifts::insert(conn, &shift).unwrap();
        }
    }

    fn declare(&mut self) {
        let commune = self.dice.next(self.communes.len() as u64) as usize;
        let casualties = match self.dice.next(4) {
            0 => json!({ "serious": 2 }),
            1 => json!({ "unknown": 1 }),
            2 => json!({ "serious": 1 }),
            _ => json!({ "dead": 1 }),
        };
        let body = json!({
            "kind": "accident",
            "declarant": { "full_name": "Hoàng Văn Thái", "phone": "0912345601" },
            "accident": {
                "occurred_at": self.now - TimeDelta::minutes(40),
                "place": { "commune_code": self.communes[commune] },
                "summary": "Đá rơi trúng công nhân.",
                "casualties": casualties,
            },
        });
        let cmd = Submit {
            right: Right::Declare,
            raw: body.to_string(),
            body,
            key: None,
        };
        let ctx = self.ctx(actor(ActorRole::Employer, "", "", "4799123402"));
        let planned = plan(&ctx, cmd).unwrap();
        let answered = self.db.conn.write(|tx| store(tx, &ctx, planned)).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answered.answer).unwrap();
        self.cases.push(CaseId::from(
            answer["case"]["id"].as_str().unwrap().to_owned(),
        ));
        self.count("declared");
    }

    /// The mail server takes, refuses for good, or is away.
    fn deliver(&mut self) {
        let claim = outbox::claim(
            &mut self.db.conn,
            self.now,
            TimeDelta::seconds(20),
            outbox::Wanted::mails(500),
        )
        .unwrap();
        let mut given_up: Vec<MessageId> = Vec::new();
        let mut settlements = Vec::new();
        for claimed in claim.messages {
            let outcome = match self.dice.next(100) {
                0..15 => Outcome::Failed,
                15..25 => Outcome::Delayed {
                    due_at: self.now + TimeDelta::minutes(5),
                },
                _ => Outcome::Sent { forget: false },
            };
            if outcome == Outcome::Failed {
                given_up.push(claimed.id.clone());
            }
            settlements.push(Settlement {
                message_id: claimed.id,
                attempted_at: self.now,
                outcome,
                reply: "played".into(),
                transit: None,
                earlier: Vec::new(),
            });
        }
        let (now, conn) = (self.now, &mut self.db.conn);
        outbox::settle(conn, &settlements, now).unwrap();
        for message in given_up {
            if let Some(alert) = alerts::of_message(conn, &message).unwrap() {
                ladder::given_up(conn, &alert.id, now).unwrap();
                if !ladders::has_living_address(conn, &alert.id).unwrap() {
                    self.hurried.extend(alert.climbed_from);
                    self.hurried.insert(alert.id);
                }
            }
        }
    }

    fn some_alert(&mut self) -> Option<alerts::Alert> {
        // Mostly one that somebody is waiting for, else one of the cases of the last days.
        let climbing = ladders::climbing(&mut self.db.conn).unwrap();
        if !climbing.is_empty() && self.dice.percent(20) {
            let at = self.dice.next(climbing.len() as u64) as usize;
            return alerts::find(&mut self.db.conn, &climbing[at]).unwrap();
        }
        let last = self.cases.len().checked_sub(1)?;
        let back = self.dice.next(20) as usize;
        let case = self.cases[last.saturating_sub(back)].clone();
        let all = alerts::list(&mut self.db.conn, &case).unwrap();
        let count = all.len() as u64;
        (count > 0)
            .then(|| all.into_iter().nth(self.dice.next(count) as usize))
            .flatten()
    }

    /// Somebody takes an alert, a mail comes back, a case ends.
    fn people(&mut self) {
        let Some(alert) = self.some_alert() else {
            return;
        };
        let now = self.now;
        match self.dice.next(10) {
            0..5 => {
                let taken = alert.authority.is_some()
                    && alert.ended.is_none()
                    && self.take(&alert, How::Link);
                if taken {
                    self.count("taken");
                }
            }
            5..7 => {
                let bounced = ladder::hurry(&mut self.db.conn, &alert.id, now).unwrap();
                self.hurried.extend(alert.climbed_from.filter(|_| bounced));
                self.hurried.extend(bounced.then_some(alert.id));
                self.counts
                    .entry("bounced")
                    .or_default()
                    .add_assign(usize::from(bounced));
            }
            7 => {
                let ended =
                    alerts::end(&mut self.db.conn, &alert.id, AlertEnd::Withdrawn, now).unwrap();
                self.counts
                    .entry("withdrawn")
                    .or_default()
                    .add_assign(usize::from(ended));
            }
            8 => {
                // The operator telephones.
                let open = calls::open_ones(&mut self.db.conn, 1).unwrap();
                if let Some(call) = open.first().filter(|_| self.dice.percent(50)) {
                    let alert = alerts::find(&mut self.db.conn, &call.alert)
                        .unwrap()
                        .unwrap();
                    assert!(
                        self.take(&alert, How::Call),
                        "an open call is of an alert that nobody has"
                    );
                    self.count("telephoned");
                }
            }
            _ => {}
        }
    }

    fn take(&mut self, alert: &alerts::Alert, how: How) -> bool {
        let case = cases::find(&mut self.db.conn, &alert.case_id, &Sight::All)
            .unwrap()
            .unwrap();
        let key = sealed::key_of(&self.keys, &case).unwrap();
        let officer = Officer {
            name: "Đặng Văn Sơn".into(),
            post: "Trực ban".into(),
            phone: "0912345678".into(),
        };
        acknowledge(
            &mut self.db.conn,
            (&case, &key),
            alert,
            (how, None),
            &officer,
            self.now,
        )
        .unwrap()
    }

    /// One look of the job, from one of several processes that all saw the same.
    fn climb(&mut self) {
        let ctx = self.ctx(Actor::service());
        loop {
            let due = ladders::due(&mut self.db.conn, self.now, 100).unwrap();
            let mut climbed = 0;
            for id in due {
                for _process in 0..2 {
                    let before = is_over(&mut self.db.conn, &id);
                    let moment = moment_of_next(&mut self.db.conn, &ctx, &id);
                    let done = self
                        .db
                        .conn
                        .write(|tx| ladder::climb(tx, &ctx, &id))
                        .unwrap();
                    let Some(rung) = done else { continue };
                    climbed += 1;
                    self.count(rung.as_str());
                    assert!(!before, "climbed after it was taken or ended");
                    let (by_rules, after_nobody) = moment.unwrap();
                    assert!(
                        by_rules <= self.now || after_nobody || self.hurried.contains(&id),
                        "{rung} before its time"
                    );
                    self.hurried.remove(&id);
                }
            }
            if climbed == 0 {
                return;
            }
        }
    }

    fn run(&mut self) {
        self.rosters();
        let end = begin() + TimeDelta::days(DAYS);
        while self.now < end {
            self.now += self.dice.minutes(20);
            if self.dice.percent(7) {
                self.declare();
            }
            self.people();
            match self.dice.next(200) {
                // Every process stops for some hours.
                0 => {
                    self.now += self.dice.minutes(8 * 60);
                    self.count("stopped");
                }
                // The clock jumps ahead and back, or back and ahead.
                1 => {
                    let jump = self.dice.minutes(3 * 60);
                    let sign = if self.dice.percent(50) { 1 } else { -1 };
                    self.now += jump * sign;
                    self.deliver();
                    self.climb();
                    self.now -= jump * sign;
                    self.count("jumped");
                }
                _ => {}
            }
            if self.dice.percent(80) {
                self.deliver();
            }
            if self.dice.percent(80) {
                self.climb();
            }
        }
        // Everything that was begun comes to its end.
        for _ in 0..20 {
            self.now += TimeDelta::minutes(10);
            self.deliver();
            self.climb();
        }
    }

    /// No alert ends without acknowledgement, end or an open entry of the call list.
    fn check(&mut self) {
        let conn = &mut self.db.conn;
        let open: BTreeSet<AlertId> = calls::open_ones(conn, 100_000)
            .unwrap()
            .into_iter()
            .map(|call| call.alert)
            .collect();
        let (mut by_call, mut gaps) = (0, 0);
        for id in &self.cases {
            let case = cases::find(conn, id, &Sight::All).unwrap().unwrap();
            let all = alerts::list(conn, id).unwrap();
            let taken: BTreeSet<AlertId> = acknowledgements::of_case(conn, id)
                .unwrap()
                .into_iter()
                .map(|taken| taken.alert)
                .collect();
            for alert in &all {
                let of_ladder =
                    |other: &&alerts::Alert| other.climbed_from.as_ref() == Some(&alert.id);
                let has_it = taken.contains(&alert.id)
                    || all
                        .iter()
                        .filter(of_ladder)
                        .any(|other| taken.contains(&other.id));
                let rungs = ladders::of_alert(conn, &alert.id).unwrap();
                if alert.duty != Duty::MustReceive
                    || !case.class.is_urgent()
                    || alert.climbed_from.is_some()
                {
                    assert!(rungs.is_empty() && !open.contains(&alert.id));
                    continue;
                }
                let climbs = alert
                    .climbs
                    .expect("whoever must be told of a death climbs");
                assert_eq!(climbs.next_at, None, "nothing hangs");
                let by_rules = rules::rungs(&self.world.law, case.class, alert.role, climbs.since);
                let expected: Vec<_> = by_rules.iter().map(|rung| rung.id).collect();
                let found: Vec<_> = rungs.iter().map(|climbed| climbed.rung).collect();
                let mut in_order = found.clone();
                in_order.sort_by_key(|rung| expected.iter().position(|one| one == rung));
                let unique: BTreeSet<_> = found.iter().collect();
                assert_eq!(unique.len(), found.len(), "each rung once");
                assert_eq!(in_order, expected[..found.len()], "in order");
                gaps += usize::from(alert.authority.is_none());
                if alert.ended.is_some() || has_it {
                    assert!(!open.contains(&alert.id), "nobody is nagged");
                    continue;
                }
                if alert.authority.is_none() {
                    let stands_in: Vec<String> = rungs
                        .iter()
                        .flat_map(|one| one.reached.authorities.clone())
                        .collect();
                    if ladders::taken_by(conn, id, &stands_in).unwrap() > 0 {
                        continue;
                    }
                }
                assert!(
                    open.contains(&alert.id),
                    "{alert:?} has nobody, and nobody telephones"
                );
                assert!(found.iter().any(|rung| rung.kind == RungKind::CallList));
                by_call += 1;
            }
        }
        // The days were no idle ones. How many calls are still open on the last of them is chance: somebody
        // may have telephoned about all.
        let happened = |what| self.counts.get(what).copied().unwrap_or_default();
        assert!(
            happened("call_list") > 0 && happened("telephoned") > 0 && gaps > 0,
            "{:?}",
            self.counts
        );
        println!(
            "{:?}, open calls {by_call}, of roles that nobody holds {gaps}",
            self.counts
        );
    }
}

fn is_over(conn: &mut DbConn, id: &AlertId) -> bool {
    let alert = alerts::find(conn, id).unwrap().unwrap();
    alert.ended.is_some() || ladders::is_taken(conn, id).unwrap()
}

/// When the next rung is due by the rules, and whether the one before reached nobody.
fn moment_of_next(conn: &mut DbConn, ctx: &Ctx, id: &AlertId) -> Option<(DateTime<Utc>, bool)> {
    let alert = alerts::find(conn, id).unwrap().unwrap();
    let case = cases::find(conn, &alert.case_id, &Sight::All)
        .unwrap()
        .unwrap();
    let climbed = ladders::of_alert(conn, id).unwrap();
    let since = alert.climbs?.since;
    let rungs = rules::rungs(&ctx.world.law, case.class, alert.role, since);
    let (_, at) = rules::next(&rungs, since, &climbed.iter().map(|one| one.rung).collect())?;
    let nobody = match climbed
        .iter()
        .max_by_key(|one| rungs.iter().position(|rung| rung.id == one.rung))
    {
        Some(last) => !last.reached.anybody(),
        // A role that nobody holds has nobody to wait for.
        None => alert.authority.is_none(),
    };
    Some((at, nobody))
}

fn play(seed: u64) {
    let sqlite = TestDb::all().into_iter().next().unwrap();
    let mut play = Play::new(sqlite, seed);
    play.run();
    play.check();
}

/// What once went wrong.
#[test]
fn thirty_days_in_which_somebody_was_forgotten_once() {
    play(18_444_980_168_753_645_743);
}

proptest! {
    // One is enough of what takes half a minute; each run plays other days.
    #![proptest_config(ProptestConfig { cases: 1, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_thirty_days_no_alert_ends_without_somebody_who_has_it_or_an_open_call(seed in any::<u64>()) {
        println!("seed {seed}");
        play(seed);
    }
}
