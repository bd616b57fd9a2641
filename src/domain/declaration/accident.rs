//! Reads the accident: when, where, how many, what happened.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    Abroad, Accident, Casualties, FaultCode, Place, Sector, SendingEmployer,
    reader::{LONGEST_NAME, Reader},
    scalars::Lines,
    walk::{Fields, Node, Weight},
};
use crate::{
    domain::{countries, validators, victim::Outcome},
    time::day_in_vietnam,
};

const MEMBERS: [&str; 12] = [
    "occurred_at",
    "learned_at",
    "place",
    "summary",
    "sector",
    "traffic",
    "abroad",
    "cause_code",
    "injury_factor_code",
    "casualties",
    "several_sites",
    "serious",
];

/// Longest description, in characters.
pub(super) const LONGEST_SUMMARY: usize = 5000;
/// Most persons of one outcome.
const MOST_PERSONS: i64 = 9999;
/// By how many minutes a declarant's clock may be ahead of ours.
const CLOCKS_DIFFER_MINUTES: i64 = 5;

/// First day of the law: L84 is in force since 1 July 2016.
fn first_day_of_the_law() -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 7, 1).expect("a day of the calendar")
}

/// What is wrong with a moment of an accident as seen at `now`.
pub(super) fn fault_of_moment(moment: DateTime<Utc>, now: DateTime<Utc>) -> Option<FaultCode> {
    if moment > now + TimeDelta::minutes(CLOCKS_DIFFER_MINUTES) {
        Some(FaultCode::InTheFuture)
    } else if day_in_vietnam(moment) < first_day_of_the_law() {
        Some(FaultCode::BeforeTheLaw)
    } else {
        None
    }
}

impl<'a> Reader<'a> {
    /// The accident, on top of the current one where there is one. `None` where something
    /// required is not there or not sound.
    pub fn accident(&mut self, node: &Node) -> Option<Accident> {
        let before = self.current.map(|current| &current.accident);
        let is_whole = self.is_whole();
        let fields = node.fields(&MEMBERS, &mut self.notes)?;

        let occurred_at = fields
            .required("occurred_at", is_whole, &mut self.notes)
            .and_then(|node| {
                let moment = node.moment(&mut self.notes)?;
                match fault_of_moment(moment, self.ctx.now) {
                    Some(code) => node.refuse(code, &mut self.notes),
                    None => Some(moment),
                }
            });
        let learned_at = fields
            .optional("learned_at")
            .and_then(|node| self.moment_after_accident(&node));
        // Where it happened is required in one of two ways: what is wrong with the one does not stop
        // an urgent declaration that gives the other.
        let has_place = before.is_some_and(|before| before.place.commune_code.is_some())
            || fields
                .optional("place")
                .is_some_and(|node| node.raw()["commune_code"].is_string());
        let weight = if has_place {
            Weight::Optional
        } else {
            Weight::Required
        };
        let is_given = fields.has("abroad");
        let abroad = fields
            .get("abroad", weight)
            .and_then(|node| self.abroad(&node, weight));
        let is_abroad = abroad.is_some()
            || (is_given && !has_place)
            || before.is_some_and(|before| before.abroad.is_some());
        let place = fields
            .required("place", is_whole && !is_abroad, &mut self.notes)
            .and_then(|node| self.place(&node, is_abroad));
        let summary = fields
            .required("summary", is_whole, &mut self.notes)
            .and_then(|node| node.text(LONGEST_SUMMARY, Lines::Many, &mut self.notes));
        // An urgent case of a sector that cannot be read goes the ordinary way: to everybody whom the
        // law names where no special law does.
        let sector = fields
            .optional("sector")
            .and_then(|node| node.choice(Sector::parse, &mut self.notes))
            .unwrap_or(before.map_or(Sector::Ordinary, |before| before.sector));
        let traffic = self.flag(&fields, "traffic");
        let cause_code = fields.optional("cause_code").and_then(|node| {
            let is_known = |code: &str| self.ctx.codes.cause(code).is_some();
            node.listed(FaultCode::CauseUnknown, is_known, &mut self.notes)
        });
        let injury_factor_code = fields.optional("injury_factor_code").and_then(|node| {
            let is_known = |code: &str| self.ctx.codes.injury_factor(code).is_some();
            node.listed(FaultCode::InjuryFactorUnknown, is_known, &mut self.notes)
        });
        let casualties = fields
            .required("casualties", is_whole, &mut self.notes)
            .and_then(|node| self.casualties(&node));
        let several_sites = self.flag(&fields, "several_sites");
        let serious = self.flag(&fields, "serious");

        let injury_factor_code = injury_factor_code.or_else(|| before?.injury_factor_code.clone());
        Some(Accident {
            occurred_at: occurred_at.or_else(|| Some(before?.occurred_at))?,
            learned_at: learned_at.or_else(|| before?.learned_at),
            place: place
                .or_else(|| Some(before?.place.clone()))
                .or_else(|| is_abroad.then(Place::default))?,
            summary: summary.or_else(|| Some(before?.summary.clone()))?,
            sector,
            traffic: traffic.or_else(|| before?.traffic),
            abroad: abroad.or_else(|| before?.abroad.clone()),
            cause_code: cause_code.or_else(|| before?.cause_code.clone()),
            injury_factor_scheme: injury_factor_code
                .as_deref()
                .and_then(|code| self.ctx.codes.injury_factor(code))
                .map(|(scheme, _)| scheme.to_owned()),
            injury_factor_code,
            casualties: casualties.or_else(|| Some(before?.casualties))?,
            several_sites: several_sites.or_else(|| before?.several_sites),
            serious: serious.or_else(|| before?.serious),
        })
    }

    fn flag(&mut self, fields: &Fields, name: &str) -> Option<bool> {
        fields.optional(name)?.flag(&mut self.notes)
    }

    /// A moment of something that followed from the accident, and is not in the future.
    pub fn moment_after_accident(&mut self, node: &Node) -> Option<DateTime<Utc>> {
        let moment = node.moment(&mut self.notes)?;
        if let Some(code) = fault_of_moment(moment, self.ctx.now) {
            return node.refuse(code, &mut self.notes);
        }
        match self.occurred_at {
            Some(occurred_at) if moment < occurred_at => {
                node.refuse(FaultCode::BeforeAccident, &mut self.notes)
            }
            _ => Some(moment),
        }
    }

    fn place(&mut self, node: &Node, is_abroad: bool) -> Option<Place> {
        const MEMBERS: [&str; 3] = ["commune_code", "code_date", "detail"];
        let before = self.current.map(|current| &current.accident.place);
        let fields = node.fields(&MEMBERS, &mut self.notes)?;

        let code_date = fields.optional("code_date").and_then(|node| {
            let day = node.date(&mut self.notes)?;
            if day > self.today() {
                node.refuse(FaultCode::InTheFuture, &mut self.notes)
            } else {
                Some(day)
            }
        });
        let code_date = self.date_that_fits(&fields, code_date);
        let code_date = code_date.or_else(|| before?.code_date);
        let weight = if is_abroad {
            Weight::Optional
        } else {
            Weight::Required
        };
        let code = if is_abroad || !self.is_whole() {
            fields.get("commune_code", weight)
        } else {
            fields.required("commune_code", true, &mut self.notes)
        };
        let commune_code = code.and_then(|node| self.commune(&node, code_date.or(self.day())));
        let detail = fields
            .optional("detail")
            .and_then(|node| node.text(500, Lines::Many, &mut self.notes));
        // An official's choice among several communes holds for the code that it was made for.
        let settled = before
            .filter(|before| commune_code.is_none() || commune_code == before.commune_code)
            .and_then(|before| before.settled.clone());
        let coded_on = before.and_then(|before| match &commune_code {
            Some(code) if before.commune_code.as_ref() != Some(code) => Some(self.today()),
            _ => before.coded_on,
        });
        Some(Place {
            commune_code: commune_code.or_else(|| before?.commune_code.clone()),
            code_date,
            detail: detail.or_else(|| before?.detail.clone()),
            settled,
            coded_on,
        })
    }

    /// The date of a code, unless the code names no unit on that day and one on the day of the
    /// accident: then the day of the accident counts, and the fault does not stop what is urgent.
    fn date_that_fits(&mut self, fields: &Fields, date: Option<NaiveDate>) -> Option<NaiveDate> {
        let date = date?;
        let code = fields
            .optional("commune_code")
            .and_then(|node| node.raw().as_str());
        let (Some(code), Some(day)) = (code.map(str::trim), self.day()) else {
            return Some(date);
        };
        match self.fault_of_commune(code, Some(date)) {
            Some(fault) if self.fault_of_commune(code, Some(day)).is_none() => {
                self.fault_at(fields, "commune_code", Weight::Optional, fault);
                None
            }
            _ => Some(date),
        }
    }

    fn commune(&mut self, node: &Node, day: Option<NaiveDate>) -> Option<String> {
        let Some(text) = node.raw().as_str() else {
            return node.refuse(FaultCode::PlaceUnknown, &mut self.notes);
        };
        let code = text.trim();
        let fault = if code.is_empty() {
            Some(FaultCode::Required)
        } else {
            self.fault_of_commune(code, day)
        };
        match fault {
            Some(fault) => node.refuse(fault, &mut self.notes),
            None => Some(code.to_owned()),
        }
    }

    /// An accident outside Việt Nam (D39 Art. 19): the seat of the employer who sent the worker
    /// takes the part of the place.
    fn abroad(&mut self, node: &Node, weight: Weight) -> Option<Abroad> {
        let before = self.current.and_then(|c| c.accident.abroad.as_ref());
        let is_whole = before.is_none();
        let fields = node.fields(&["country", "sending_employer"], &mut self.notes)?;
        let country = fields
            .demanded("country", is_whole, weight, &mut self.notes)
            .and_then(|node| {
                let read = |text: &str| {
                    Some(text.to_uppercase()).filter(|code| countries::is_abroad(code))
                };
                node.formed(FaultCode::CountryUnknown, read, &mut self.notes)
            })
            // A country that nobody knows does not take the case away from those of its place.
            .filter(|code| countries::is_abroad(code));
        let sender = fields
            .demanded("sending_employer", is_whole, weight, &mut self.notes)
            .and_then(|node| {
                let before = before.map(|before| &before.sending_employer);
                self.sending_employer(&node, before, weight)
            });
        Some(Abroad {
            country: country.or_else(|| Some(before?.country.clone()))?,
            sending_employer: sender.or_else(|| Some(before?.sending_employer.clone()))?,
        })
    }

    fn sending_employer(
        &mut self,
        node: &Node,
        before: Option<&SendingEmployer>,
        weight: Weight,
    ) -> Option<SendingEmployer> {
        const MEMBERS: [&str; 3] = ["name", "tax_code", "commune_code"];
        let is_whole = before.is_none();
        let fields = node.fields(&MEMBERS, &mut self.notes)?;
        let name = fields
            .demanded("name", is_whole, weight, &mut self.notes)
            .and_then(|node| node.text(LONGEST_NAME, Lines::One, &mut self.notes));
        let tax_code = fields.optional("tax_code").and_then(|node| {
            node.formed(FaultCode::TaxCode, validators::tax_code, &mut self.notes)
        });
        let commune_code = fields
            .demanded("commune_code", is_whole, weight, &mut self.notes)
            .and_then(|node| {
                // The body has no date for this code: the seat may be given as of the accident
                // or as of today.
                let day = self.day().filter(|day| {
                    node.raw()
                        .as_str()
                        .is_some_and(|code| (self.ctx.place_on)(code.trim(), *day).is_ok())
                });
                self.commune(&node, day.or(self.day().map(|_| self.today())))
            });
        Some(SendingEmployer {
            name: name.or_else(|| Some(before?.name.clone()))?,
            tax_code: tax_code.or_else(|| before?.tax_code.clone()),
            commune_code: commune_code.or_else(|| Some(before?.commune_code.clone()))?,
        })
    }

    /// The counts; one that is not given stays as it was, or is 0.
    fn casualties(&mut self, node: &Node) -> Option<Casualties> {
        let names: Vec<&str> = Outcome::ALL.iter().map(|o| o.as_str()).collect();
        let fields = node.fields(&names, &mut self.notes)?;
        let mut casualties = self
            .current
            .map_or_else(Casualties::default, |current| current.accident.casualties);
        for outcome in Outcome::ALL {
            let count = fields
                .get(outcome.as_str(), Weight::Required)
                .and_then(|node| node.number(0, MOST_PERSONS, &mut self.notes));
            if let Some(count) = count {
                *casualties.of_mut(*outcome) =
                    u32::try_from(count).expect("between 0 and 9999 by the line above");
            }
        }
        self.counts = Some(casualties);
        Some(casualties)
    }
}
