//! The bodies of declarations and supplements, as clients send them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    dice::Dice,
    establishments::{ESTABLISHMENTS, Establishment, Trade},
    people,
    plot::{Plot, Story, Twist},
    province::{WITHOUT_POLICE, reform},
    scenes::{self, INCIDENTS, Scene, WITHOUT_CONTRACT},
    visitors,
};
use crate::{
    domain::place::{Places, UnitLevel},
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

/// Old communes of people without an employer.
const VILLAGES: &[&str] = &[
    "05539", "05620", "05647", "05665", "05680", "05707", "05722", "05746", "05755", "05773",
    "05776", "05788", "05842", "05857", "05881", "05917", "05923", "05953", "01876", "01906",
    "01942", "02008", "02026", "02071", "02143", "02176",
];
/// The old commune that lies where nobody knows the police today; it kept its code.
const GAP: &str = WITHOUT_POLICE;

/// A declaration, ready to be sent.
pub struct Told {
    /// The establishment whose token sends it; else the commune's.
    pub employer: Option<&'static Establishment>,
    /// The commune as coded.
    pub commune: String,
    /// The body.
    pub body: Value,
}

/// Writes the declaration of `story`.
pub fn tell(story: &Story, places: &Places, dice: &mut Dice) -> Told {
    let by_commune = matches!(
        story.plot,
        Plot::FatalNoContract | Plot::FatalNotice | Plot::SeriousNoContract | Plot::LightNoContract
    );
    let delay = match (story.twist, story.plot) {
        (Twist::Late, _) => dice.hours(40, 130),
        (_, Plot::Light | Plot::LightNoContract) => dice.hours(3, 30),
        (_, Plot::Serious | Plot::SeriousDies | Plot::SeriousNoContract) => dice.minutes(70, 600),
        _ => dice.minutes(18, 110),
    };
    let occurred_at = story.received_at - delay;
    let telling = Telling {
        story,
        occurred_at,
        dice,
    };
    if by_commune {
        telling.without_contract(places)
    } else {
        telling.at_work(places)
    }
}

/// The code of the commune on the day of the accident: the old one, or what became of it.
fn commune_on(places: &Places, old_code: &str, occurred_at: DateTime<Utc>) -> String {
    let day = day_in_vietnam(occurred_at);
    let before = reform().pred_opt().unwrap_or(reform());
    places
        .unit_on(UnitLevel::Commune, old_code, before)
        .ok()
        .and_then(|unit| {
            places
                .on_day(unit, day)
                .first()
                .map(|unit| unit.code.clone())
        })
        .unwrap_or_else(|| old_code.to_owned())
}

struct Telling<'a> {
    story: &'a Story,
    occurred_at: DateTime<Utc>,
    dice: &'a mut Dice,
}

/// Who was hurt how, in the words of the body.
type Outcomes = &'static [&'static str];

impl Telling<'_> {
    fn at_work(self, places: &Places) -> Told {
        let dice = self.dice;
        let is_special = |trade| matches!(trade, Trade::Railway | Trade::Barges | Trade::Gas);
        let special = self.story.plot == Plot::FatalSpecial;
        let choices: Vec<&'static Establishment> = ESTABLISHMENTS
            .iter()
            .filter(|one| is_special(one.trade) == special)
            .filter(|one| self.story.twist != Twist::Gap || one.commune == GAP)
            .collect();
        let establishment = *dice.pick(&choices);
        let commune = commune_on(places, establishment.commune, self.occurred_at);
        let place = places
            .unit_on(
                UnitLevel::Commune,
                &commune,
                day_in_vietnam(self.occurred_at),
            )
            .map(|unit| places.shown(unit, day_in_vietnam(self.occurred_at)))
            .unwrap_or_default();
        let light = matches!(self.story.plot, Plot::Light | Plot::Serious);
        let possible: Vec<&Scene> = scenes::of(establishment.trade)
            .iter()
            .filter(|scene| light || scene.is_grave())
            .collect();
        let scene = *dice.pick(&possible);
        let outcomes: Outcomes = match self.story.plot {
            Plot::Fatal | Plot::FatalSpecial if dice.percent(25) => &["dead", "serious"],
            Plot::Fatal | Plot::FatalSpecial => &["dead"],
            Plot::Multi if dice.percent(30) => &["serious", "serious", "serious"],
            Plot::Multi => &["serious", "serious"],
            Plot::MultiMixed => &["serious", "serious"],
            Plot::Missing => &["missing"],
            Plot::Unknown => &["unknown", "unknown"],
            Plot::Serious | Plot::SeriousDies => &["serious"],
            Plot::Light if dice.percent(12) => &["light", "light"],
            Plot::Light => &["light"],
            _ => &[],
        };
        let phone = people::phone(dice);
        let whole = dice.percent(75);
        let declarant = json!({
            "role": "employer",
            "full_name": people::name(dice),
            "phone": phone,
            "position": dice.pick(&["Trưởng phòng an toàn", "Cán bộ an toàn, vệ sinh lao động", "Phó giám đốc", "Quản đốc"]),
        });
        let mut body = json!({
            "kind": "accident",
            "declarant": declarant,
            "establishment": establishment.written(&place, &phone, whole),
            "accident": accident(self.occurred_at, &commune, scene, outcomes),
        });
        let sector = match establishment.trade {
            Trade::Railway => Some("rail"),
            Trade::Barges => Some("inland_water"),
            Trade::Gas => Some("oil_gas"),
            _ => None,
        };
        if let Some(sector) = sector {
            body["accident"]["sector"] = json!(sector);
        }
        if matches!(self.story.plot, Plot::Incident | Plot::SeriousIncident) {
            body["kind"] = json!("technical_incident");
            body["accident"]["summary"] = json!(dice.pick(INCIDENTS));
            if self.story.plot == Plot::SeriousIncident {
                body["accident"]["serious"] = json!(true);
                body["accident"]["several_sites"] = json!(dice.percent(50));
            }
            return Told {
                employer: Some(establishment),
                commune,
                body,
            };
        }
        let mut victims: Vec<Value> = outcomes
            .iter()
            .map(|outcome| {
                victim(
                    dice,
                    self.occurred_at,
                    self.story.received_at,
                    scene,
                    outcome,
                    establishment.women_percent,
                )
            })
            .collect();
        if self.story.plot == Plot::MultiMixed
            && let Some(second) = victims.get_mut(1)
        {
            second["employment"] = json!("no_contract");
            second["worker_class"] = json!("apprentice");
        }
        // At first nobody knows who it is; the counts stand alone.
        if !matches!(self.story.plot, Plot::Unknown) {
            body["victims"] = json!(victims);
        }
        Told {
            employer: Some(establishment),
            commune,
            body,
        }
    }

    fn without_contract(self, places: &Places) -> Told {
        let dice = self.dice;
        let village = match self.story.twist {
            Twist::Gap => GAP,
            Twist::AtTheVisitors => visitors::COMMUNE,
            _ => *dice.pick(VILLAGES),
        };
        let commune = commune_on(places, village, self.occurred_at);
        let light = matches!(
            self.story.plot,
            Plot::LightNoContract | Plot::SeriousNoContract
        );
        let possible: Vec<_> = WITHOUT_CONTRACT
            .iter()
            .filter(|(scene, _)| light || scene.is_grave())
            .collect();
        let (scene, worker_class) = *dice.pick(&possible);
        let outcomes: Outcomes = match self.story.plot {
            Plot::SeriousNoContract => &["serious"],
            Plot::LightNoContract => &["light"],
            _ => &["dead"],
        };
        let role = match self.story.plot {
            Plot::FatalNotice => "family",
            _ => "commune",
        };
        let mut declarant = json!({
            "role": role,
            "full_name": people::name(dice),
            "phone": people::phone(dice),
        });
        if role == "commune" {
            declarant["position"] = json!(dice.pick(&[
                "Công chức văn hoá - xã hội",
                "Phó Chủ tịch UBND",
                "Trưởng phòng Văn hoá - Xã hội"
            ]));
        }
        let mut victim = victim(
            dice,
            self.occurred_at,
            self.story.received_at,
            scene,
            outcomes[0],
            25,
        );
        victim["employment"] = json!("no_contract");
        victim["worker_class"] = json!(worker_class);
        let body = json!({
            "kind": "accident",
            "declarant": declarant,
            "accident": accident(self.occurred_at, &commune, scene, outcomes),
            "victims": [victim],
        });
        Told {
            employer: None,
            commune,
            body,
        }
    }
}

fn accident(occurred_at: DateTime<Utc>, commune: &str, scene: &Scene, outcomes: Outcomes) -> Value {
    const WORDS: [(&str, &str); 5] = [
        ("dead", "người chết"),
        ("serious", "người bị thương nặng"),
        ("light", "người bị thương nhẹ"),
        ("missing", "người mất tích"),
        ("unknown", "người chưa rõ mức độ thương tích"),
    ];
    let mut casualties = json!({});
    let mut result = Vec::new();
    for (outcome, words) in WORDS {
        let count = outcomes.iter().filter(|one| **one == outcome).count();
        casualties[outcome] = json!(count);
        if count > 0 {
            result.push(format!("{count} {words}"));
        }
    }
    json!({
        "occurred_at": rfc3339_in_vietnam(to_the_minute(occurred_at)),
        "place": { "commune_code": commune, "detail": scene.spot },
        "summary": format!("{}. Hậu quả: {}.", scene.what, result.join(", ")),
        "casualties": casualties,
        "injury_factor_code": scene.factor,
        "cause_code": scene.cause,
    })
}

fn victim(
    dice: &mut Dice,
    occurred_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
    scene: &Scene,
    outcome: &str,
    women_percent: u32,
) -> Value {
    let mut victim = people::victim(dice, occurred_at, women_percent);
    victim["outcome"] = json!(outcome);
    victim["employment"] = json!("contract");
    victim["occupation_code"] = json!(scene.occupation);
    if outcome == "dead" {
        let minutes = (received_at - occurred_at).num_minutes().clamp(1, 60);
        let after = TimeDelta::minutes(
            dice.between(0, u32::try_from(minutes).unwrap_or(1) - 1)
                .into(),
        );
        victim["death"] = json!({
            "at": rfc3339_in_vietnam(to_the_minute(occurred_at + after)),
            "circumstance": if after.num_minutes() < 15 { "scene" } else { "en_route" },
        });
    }
    if matches!(outcome, "dead" | "serious") {
        victim["injuries"] = json!(scene.injuries);
    }
    victim
}

/// The second telling of an accident: by a witness or the family, without names of an employer.
pub fn tell_again(first: &Value, dice: &mut Dice) -> Value {
    let accident = &first["accident"];
    let mut again = json!({
        "kind": "accident",
        "declarant": {
            "role": dice.pick(&["family", "witness"]),
            "full_name": people::name(dice),
            "phone": people::phone(dice),
        },
        "accident": {
            "occurred_at": accident["occurred_at"],
            "place": { "commune_code": accident["place"]["commune_code"], "detail": "Gần nơi làm việc" },
            "summary": format!("Người dân báo tin: {}", accident["summary"].as_str().unwrap_or_default()),
            "casualties": accident["casualties"],
        },
    });
    if let Some(name) = first["establishment"]["name"].as_str() {
        again["establishment"] = json!({ "name": name });
    }
    if let Some(name) = first["victims"][0]["full_name"].as_str() {
        again["victims"] =
            json!([{ "full_name": name, "outcome": first["victims"][0]["outcome"] }]);
    }
    again
}

/// The victim dies in hospital at `at`.
pub fn dies(at: DateTime<Utc>) -> Value {
    json!({
        "note": "Bệnh viện báo nạn nhân đã tử vong trong thời gian điều trị.",
        "victims": [{
            "no": 1,
            "outcome": "dead",
            "death": { "at": rfc3339_in_vietnam(to_the_minute(at)), "circumstance": "treatment" },
        }],
    })
}

/// Who was missing is found dead at `at`.
pub fn found_dead(at: DateTime<Utc>) -> Value {
    json!({
        "note": "Lực lượng cứu nạn đã tìm thấy nạn nhân, đã tử vong.",
        "accident": { "casualties": { "dead": 1, "missing": 0 } },
        "victims": [{
            "no": 1,
            "outcome": "dead",
            "death": { "at": rfc3339_in_vietnam(to_the_minute(at)), "circumstance": "scene" },
        }],
    })
}

/// It is known how badly people were hurt.
pub fn becomes_known(occurred_at: DateTime<Utc>, dice: &mut Dice) -> Value {
    let victims: Vec<Value> = ["serious", "light"]
        .iter()
        .zip(1..)
        .map(|(outcome, no)| {
            let mut victim = people::victim(dice, occurred_at, 40);
            victim["no"] = json!(no);
            victim["outcome"] = json!(outcome);
            victim["employment"] = json!("contract");
            if *outcome == "serious" {
                victim["injuries"] = json!(["043"]);
            }
            victim
        })
        .collect();
    json!({
        "note": "Bệnh viện đã có kết luận ban đầu về mức độ thương tích.",
        "accident": { "casualties": { "serious": 1, "light": 1, "unknown": 0 } },
        "victims": victims,
    })
}

/// What was missing in the first declaration.
pub fn adds_details(dice: &mut Dice) -> Value {
    json!({
        "note": "Bổ sung số điện thoại cơ sở và giấy ra viện của nạn nhân.",
        "establishment": { "phone": people::phone(dice) },
        "victims": [{ "no": 1, "injuries": ["035"] }],
    })
}

fn to_the_minute(moment: DateTime<Utc>) -> DateTime<Utc> {
    let over = moment.timestamp().rem_euclid(60);
    let over =
        TimeDelta::seconds(over) + TimeDelta::nanoseconds(moment.timestamp_subsec_nanos().into());
    moment - over
}
