//! Plays two years in order of time, by the use cases that requests go through: every declaration,
//! supplement and step is made as of its moment, by somebody who may.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use serde_json::{Value, json};

use super::{
    desk::{self, Desk, Planned},
    dice::Dice,
    establishments::Establishment,
    people,
    plot::{self, Plot, Story, Twist},
    post::{Luck, PostOffice},
    province::reform,
    telling,
};
use crate::{
    domain::{
        access::{Actor, ActorRole, Caller, Right, Sight},
        acknowledgement::Officer,
        audit::Origin,
        case::{Case, CaseStatus, Step},
        decide::World,
        place::UnitLevel,
    },
    error::{AppError, Result},
    ids::{CaseId, TokenId},
    service::{
        Ctx,
        alerts::{self, ladder},
        audit::Notes,
        cases::{TakeStep, take_step},
        declarations::{self, Submit, Supplement, supplement},
        reform, sealed,
    },
    store::{acknowledgements::How, alerts as stored_alerts, cases, conn::DbConn, ladders},
    time::{day_in_vietnam, vietnam},
};

/// Mails of the last minutes are left to the delivery job.
const LEFT_TO_THE_JOB: TimeDelta = TimeDelta::minutes(15);
/// How long a mail takes to leave.
const TO_THE_POST: TimeDelta = TimeDelta::milliseconds(700);
/// How soon the offices of the demo take what they are told.
const ANSWERED_AFTER: TimeDelta = TimeDelta::minutes(4);
/// When no ladder climbs any more.
const LADDER_IS_OVER: TimeDelta = TimeDelta::minutes(100);
/// Where the dice begin.
const SEED: u64 = 0x7EA5_0019;
/// The day on which the labour inspectorate of the Sở LĐTBXH became the Sở Nội vụ's.
const NEW_LABOUR_AUTHORITY: (i32, u32, u32) = (2025, 3, 1);

/// What is done at a moment. Numbers are places in the list of cases.
enum Act {
    /// A declaration comes in.
    Declare(Story),
    /// The same accident is told by somebody else.
    TellAgain(usize, Value),
    /// Two cases turn out to be one accident: this one is the other.
    MarkDuplicate(usize, usize),
    /// Something is added.
    Supplement(usize, Addition),
    /// A step of the plan with this number.
    Step(usize, u32, Planned),
    /// The communes and provinces of today begin.
    Reform,
    /// Whoever was told takes the alerts that wait for somebody.
    Answer,
    /// Mails are tried again.
    Post,
}

/// What a supplement adds.
#[derive(Debug, Clone, Copy)]
enum Addition {
    Dies,
    FoundDead,
    BecomesKnown,
    Details,
}

/// A case as its story goes on.
struct Told {
    id: CaseId,
    receipt_no: String,
    twist: Twist,
    declarant: Actor,
    /// A change of class makes a new plan; what is left of the old one is dropped.
    plan: u32,
}

/// What was played.
#[derive(Debug, Default)]
pub struct Played {
    /// What a use case refused: a fault of the stories. The rest stands.
    pub refused: Vec<String>,
}

/// Plays everything up to `now`, in the caller's transaction.
pub fn play(
    tx: &mut DbConn,
    world: &Arc<World>,
    post: &PostOffice<'_>,
    now: DateTime<Utc>,
) -> Result<Played> {
    let mut stage = Stage {
        now,
        world,
        post,
        acts: BTreeMap::new(),
        count: 0,
        cases: Vec::new(),
        actors: HashMap::new(),
        played: Played::default(),
        dice: Dice::new(SEED),
    };
    for story in plot::stories(now, &mut Dice::new(SEED + 1)) {
        stage.at(story.received_at, Act::Declare(story));
    }
    let midnight = reform().and_time(NaiveTime::MIN);
    if let Some(midnight) = vietnam().from_local_datetime(&midnight).single() {
        stage.at(midnight.to_utc(), Act::Reform);
    }
    while let Some(((at, _), act)) = stage.acts.pop_first() {
        stage.perform(tx, at, act)?;
    }
    Ok(stage.played)
}

struct Stage<'a> {
    now: DateTime<Utc>,
    world: &'a Arc<World>,
    post: &'a PostOffice<'a>,
    /// By moment, and by the order in which they were noted.
    acts: BTreeMap<(DateTime<Utc>, u64), Act>,
    count: u64,
    cases: Vec<Told>,
    actors: HashMap<String, Actor>,
    played: Played,
    dice: Dice,
}

impl Stage<'_> {
    /// Notes what is to be done at a moment; what lies ahead of now is not done.
    fn at(&mut self, at: DateTime<Utc>, act: Act) {
        if at <= self.now {
            self.count += 1;
            self.acts.insert((at, self.count), act);
        }
    }

    fn perform(&mut self, tx: &mut DbConn, at: DateTime<Utc>, act: Act) -> Result<()> {
        let mut luck = Luck::Taken;
        if !matches!(act, Act::Post | Act::Answer) {
            // Before the first rung of any ladder, and after the last.
            self.at(at + ANSWERED_AFTER, Act::Answer);
            self.at(at + LADDER_IS_OVER, Act::Answer);
        }
        let (what, done) = match act {
            Act::Declare(story) => {
                luck = match story.twist {
                    Twist::MailDelayed => Luck::Delayed,
                    Twist::MailRefused => Luck::Refused,
                    _ => Luck::Taken,
                };
                (format!("{:?}", story.plot), self.declare(tx, &story))
            }
            Act::TellAgain(first, body) => ("again".into(), self.tell_again(tx, at, first, body)),
            Act::MarkDuplicate(case, of) => {
                ("duplicate".into(), self.mark_duplicate(tx, at, case, of))
            }
            Act::Supplement(case, addition) => (
                format!("{addition:?}"),
                self.supplement(tx, at, case, addition),
            ),
            Act::Step(case, plan, planned) => {
                (planned.step.to_string(), self.step(tx, case, plan, planned))
            }
            Act::Reform => {
                let ctx = self.ctx(Actor::service(), at);
                let ids = self.cases.iter().map(|told| &told.id);
                let carried = ids.map(|id| reform::carry_over(tx, &ctx, id).map(|_| ()));
                ("reform".into(), carried.collect())
            }
            Act::Answer => ("answer".into(), self.answer(tx, at)),
            Act::Post => (String::new(), Ok(())),
        };
        match done {
            Err(AppError::Internal(cause)) => return Err(AppError::Internal(cause)),
            Err(refusal) => self
                .played
                .refused
                .push(format!("{what} at {at}: {refusal:?}")),
            Ok(()) => {}
        }
        if at + LEFT_TO_THE_JOB < self.now
            && let Some(again_at) = self.post.deliver(tx, at + TO_THE_POST, luck)?
        {
            self.at(again_at, Act::Post);
        }
        Ok(())
    }

    /// Climbs what is due (a role that nobody holds climbs at once), then lets whoever was told take it.
    fn answer(&mut self, tx: &mut DbConn, at: DateTime<Utc>) -> Result<()> {
        let ctx = self.ctx(Actor::service(), at);
        loop {
            let mut climbed = false;
            for id in ladders::due(tx, at, i64::from(u16::MAX))? {
                climbed |= ladder::climb(tx, &ctx, &id)?.is_some();
            }
            if !climbed {
                break;
            }
        }
        for id in ladders::climbing(tx)? {
            let Some(alert) = stored_alerts::find(tx, &id)?.filter(|one| one.authority.is_some())
            else {
                continue;
            };
            let case = cases::find(tx, &alert.case_id, &Sight::All)?;
            let case = case.ok_or(AppError::NotFound("case"))?;
            let key = sealed::key_of(self.post.keys, &case)?;
            self.count += 1;
            let mut dice = Dice::new(SEED + self.count);
            let officer = Officer {
                name: people::name(&mut dice),
                post: "Trực ban".into(),
                phone: people::phone(&mut dice),
            };
            let about = (&case, &key);
            alerts::acknowledge(tx, about, &alert, (How::Link, None), &officer, at)?;
            alerts::note_in_timeline(tx, about, &alert, &officer, at)?;
        }
        Ok(())
    }

    fn declare(&mut self, tx: &mut DbConn, story: &Story) -> Result<()> {
        let at = story.received_at;
        let told = telling::tell(story, &self.world.places, &mut self.dice);
        let declarant = match told.employer {
            Some(establishment) => self.employer(establishment),
            None => self.commune(&told.commune, at),
        };
        let again = told.body.clone();
        let place = self.submit(tx, at, declarant, told.body, story.twist)?;
        self.plan(tx, place, at)?;

        let addition = match (story.plot, story.twist) {
            (Plot::SeriousDies, _) => Some((Addition::Dies, self.dice.hours(70, 160))),
            (Plot::Missing, _) => Some((Addition::FoundDead, self.dice.hours(16, 40))),
            (Plot::Unknown, _) => Some((Addition::BecomesKnown, self.dice.hours(6, 30))),
            (_, Twist::Supplemented) => Some((Addition::Details, self.dice.hours(20, 90))),
            _ => None,
        };
        if let Some((addition, wait)) = addition {
            self.at(at + wait, Act::Supplement(place, addition));
        }
        if matches!(story.twist, Twist::ToldTwice | Twist::ToldTwiceOpen) {
            let wait = self.dice.minutes(35, 80);
            self.at(at + wait, Act::TellAgain(place, again));
        }
        Ok(())
    }

    fn tell_again(
        &mut self,
        tx: &mut DbConn,
        at: DateTime<Utc>,
        first: usize,
        body: Value,
    ) -> Result<()> {
        let commune = body["accident"]["place"]["commune_code"].as_str();
        let declarant = self.commune(commune.unwrap_or_default(), at);
        let again = telling::tell_again(&body, &mut self.dice);
        let second = self.submit(tx, at, declarant, again, Twist::None)?;
        if self.cases[first].twist == Twist::ToldTwice {
            let wait = self.dice.minutes(60, 300);
            self.at(at + wait, Act::MarkDuplicate(second, first));
        }
        Ok(())
    }

    fn mark_duplicate(
        &mut self,
        tx: &mut DbConn,
        at: DateTime<Utc>,
        case: usize,
        of: usize,
    ) -> Result<()> {
        let body = json!({
            "of_case": self.cases[of].id,
            "reason": "Cùng một vụ tai nạn: trùng nơi xảy ra, thời gian và người bị nạn.",
        });
        let planned = Planned {
            at,
            desk: Desk::Inspector,
            step: Step::MarkDuplicate,
            body,
        };
        self.step(tx, case, self.cases[case].plan, planned)
    }

    fn supplement(
        &mut self,
        tx: &mut DbConn,
        at: DateTime<Utc>,
        place: usize,
        addition: Addition,
    ) -> Result<()> {
        let before = self.case(tx, place)?;
        let body = match addition {
            Addition::Dies => telling::dies(at - self.dice.minutes(40, 160)),
            Addition::FoundDead => telling::found_dead(at - self.dice.minutes(30, 120)),
            Addition::BecomesKnown => telling::becomes_known(before.occurred_at, &mut self.dice),
            Addition::Details => telling::adds_details(&mut self.dice),
        };
        let told = &self.cases[place];
        let cmd = Supplement {
            receipt_no: told.receipt_no.clone(),
            raw: body.to_string(),
            body,
            key: None,
            is_attended: false,
        };
        let ctx = self.ctx(told.declarant.clone(), at);
        supplement(tx, &ctx, cmd)?;
        let after = self.case(tx, place)?;
        // A team that is at work goes on; a case that begins anew, or whose facts are known now,
        // needs a plan for its new class.
        let team_at_work = !matches!(
            after.status,
            CaseStatus::Noticed
                | CaseStatus::Declared
                | CaseStatus::Received
                | CaseStatus::Classified
                | CaseStatus::SceneResponse
        );
        if after.class != before.class && !team_at_work {
            self.cases[place].plan += 1;
            self.plan(tx, place, at)?;
        }
        Ok(())
    }

    fn step(&mut self, tx: &mut DbConn, place: usize, plan: u32, planned: Planned) -> Result<()> {
        if self.cases[place].plan != plan {
            return Ok(());
        }
        let case = self.case(tx, place)?;
        let actor = match planned.desk {
            Desk::Inspector => self.inspector(&case.province_code, planned.at),
            Desk::Commune => self.commune(&case.commune_code, planned.at),
        };
        let mut body = planned.body;
        body["seen_version"] = json!(case.version);
        let cmd = TakeStep {
            case: case.id,
            step: planned.step,
            body,
        };
        match take_step(tx, &self.ctx(actor, planned.at), &cmd) {
            // Somebody was found to be hurt as well since this was planned: the case stays open.
            Err(AppError::Conflict("not_complete")) => Ok(()),
            taken => taken.map(drop),
        }
    }

    fn submit(
        &mut self,
        tx: &mut DbConn,
        at: DateTime<Utc>,
        declarant: Actor,
        body: Value,
        twist: Twist,
    ) -> Result<usize> {
        let cmd = Submit {
            right: Right::Declare,
            raw: body.to_string(),
            body,
            key: None,
        };
        let ctx = self.ctx(declarant.clone(), at);
        let answered = declarations::store(tx, &ctx, declarations::plan(&ctx, cmd)?)?;
        let answer: Value = serde_json::from_str(&answered.answer)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.cases.push(Told {
            id: CaseId::from(text(&answer["case"]["id"])),
            receipt_no: text(&answer["receipt_no"]),
            twist,
            declarant,
            plan: 0,
        });
        Ok(self.cases.len() - 1)
    }

    /// Notes what the offices will do with a case. Some work is left lying, of late more of it.
    fn plan(&mut self, tx: &mut DbConn, place: usize, at: DateTime<Utc>) -> Result<()> {
        let case = self.case(tx, place)?;
        let victims = cases::victims(tx, &case.id)?;
        let told = &self.cases[place];
        let (plan, twist) = (told.plan, told.twist);
        let mut steps = desk::plan(&case, &victims, twist, at, &mut self.dice);
        let left_lying = match (self.now - at).num_days() {
            ..60 => 22,
            60..200 => 5,
            _ => 2,
        };
        if self.dice.percent(left_lying) {
            let last = u32::try_from(steps.len()).unwrap_or(0);
            steps.truncate(self.dice.between(1, last.max(1)) as usize);
        }
        for planned in steps {
            self.at(planned.at, Act::Step(place, plan, planned));
        }
        Ok(())
    }

    fn case(&self, tx: &mut DbConn, place: usize) -> Result<Case> {
        cases::find(tx, &self.cases[place].id, &Sight::All)?.ok_or(AppError::NotFound("case"))
    }

    fn ctx(&self, actor: Actor, now: DateTime<Utc>) -> Ctx {
        Ctx {
            actor,
            now,
            world: Arc::clone(self.world),
            operator_mail: self.post.letterhead.operator.clone(),
            keys: Arc::clone(self.post.keys),
            origin: Origin::default(),
            notes: Notes::default(),
            latest_root: None,
        }
    }

    fn employer(&mut self, establishment: &Establishment) -> Actor {
        let tax_code = establishment.tax_code();
        let name = format!("Phòng an toàn, {}", establishment.name);
        self.actor(format!("E{tax_code}"), |actor| Actor {
            name,
            role: ActorRole::Employer,
            tax_code: Some(tax_code),
            ..actor
        })
    }

    fn commune(&mut self, code: &str, at: DateTime<Utc>) -> Actor {
        let day = day_in_vietnam(at);
        let unit = self
            .world
            .places
            .unit_on(UnitLevel::Commune, code, day)
            .map(|unit| unit.full_name.clone())
            .unwrap_or_default();
        self.actor(format!("C{code} {unit}"), |actor| Actor {
            name: format!("Ủy ban nhân dân {unit}"),
            role: ActorRole::Commune,
            commune_code: Some(code.to_owned()),
            ..actor
        })
    }

    /// One of three officers of the province's labour authority of that day.
    fn inspector(&mut self, province: &str, at: DateTime<Utc>) -> Actor {
        let (year, month, day) = NEW_LABOUR_AUTHORITY;
        let is_new = chrono::NaiveDate::from_ymd_opt(year, month, day)
            .is_some_and(|first| first <= day_in_vietnam(at));
        let office = if is_new {
            "Sở Nội vụ"
        } else {
            "Thanh tra Sở LĐTBXH"
        };
        let desk = self.dice.between(1, 3);
        let name = people::name(&mut Dice::new(SEED + u64::from(desk)));
        self.actor(format!("L{province} {office} {desk}"), |actor| Actor {
            name: format!("{name}, {office}"),
            role: ActorRole::Inspector,
            province_code: Some(province.to_owned()),
            ..actor
        })
    }

    fn actor(&mut self, key: String, describe: impl FnOnce(Actor) -> Actor) -> Actor {
        let made = self.actors.entry(key).or_insert_with(|| {
            describe(Actor {
                caller: Caller::Token(TokenId::generate()),
                post: None,
                employer: None,
                name: String::new(),
                role: ActorRole::Operator,
                province_code: None,
                commune_code: None,
                tax_code: None,
                scopes: None,
            })
        });
        made.clone()
    }
}
