//! Reads a person hurt, and computes the groups that follow from the other entries.

use chrono::{Datelike, NaiveDate};

use super::{
    FaultCode,
    reader::{LONGEST_NAME, Reader},
    scalars::Lines,
    walk::{Fields, Node, Weight, below},
};
use crate::{
    domain::{
        validators,
        victim::{Circumstance, Death, Employment, Group, Outcome, Sex, Victim, WorkerClass},
    },
    time::day_in_vietnam,
};

/// What a victim of a declaration may have.
pub(super) const MEMBERS: [&str; 13] = [
    "full_name",
    "sex",
    "date_of_birth",
    "birth_year",
    "citizen_id",
    "occupation_code",
    "employment",
    "worker_class",
    "voluntary_insurance",
    "outcome",
    "death",
    "injuries",
    "groups",
];

/// Most injuries of one person: the list of the law has some fifty.
const MOST_INJURIES: usize = 100;
/// Most groups of one person.
const MOST_GROUPS: usize = 20;
/// Nobody who works is older.
const OLDEST: i32 = 120;

impl Reader<'_> {
    /// A victim, on top of what stood `before`. Nothing in it is required: what cannot be read
    /// is left as it was.
    pub fn victim(&mut self, node: &Node, known: &[&str], before: &Victim) -> Victim {
        match node.fields(known, &mut self.notes) {
            Some(fields) => self.victim_fields(&fields, before),
            None => before.clone(),
        }
    }

    /// The members of a victim, on top of what stood `before`.
    pub fn victim_fields(&mut self, fields: &Fields, before: &Victim) -> Victim {
        let codes = self.ctx.codes;
        let notes = &mut self.notes;
        let full_name = fields
            .optional("full_name")
            .and_then(|node| node.text(LONGEST_NAME, Lines::One, notes));
        let sex = fields
            .optional("sex")
            .and_then(|node| node.choice(Sex::parse, notes));
        let citizen_id = fields
            .optional("citizen_id")
            .and_then(|node| node.formed(FaultCode::CitizenId, validators::citizen_id, notes));
        let occupation_code = fields.optional("occupation_code").and_then(|node| {
            let is_known = |code: &str| codes.occupation(code).is_some();
            node.listed(FaultCode::OccupationUnknown, is_known, notes)
        });
        let employment = fields
            .optional("employment")
            .and_then(|node| node.choice(Employment::parse, notes));
        let worker_class = fields
            .optional("worker_class")
            .and_then(|node| node.choice(WorkerClass::parse, notes));
        let voluntary_insurance = fields
            .optional("voluntary_insurance")
            .and_then(|node| node.flag(notes));
        let (date_of_birth, birth_year) = self.birth(fields, before);
        let (outcome, death) = self.fate(fields, before);
        let injuries = self.injuries(fields, before);

        let mut victim = Victim {
            no: before.no,
            full_name: full_name.or_else(|| before.full_name.clone()),
            sex: sex.or(before.sex),
            date_of_birth,
            birth_year,
            citizen_id: citizen_id.or_else(|| before.citizen_id.clone()),
            occupation_code: occupation_code.or_else(|| before.occupation_code.clone()),
            employment: employment.or(before.employment),
            worker_class: worker_class.or(before.worker_class),
            voluntary_insurance: voluntary_insurance.or(before.voluntary_insurance),
            outcome,
            death,
            injuries,
            groups: Vec::new(),
        };
        let stated = self.stated_groups(fields);
        victim.groups = self.groups(&victim, before, stated);
        self.compare_with_citizen_id(fields, &victim);
        victim
    }

    fn birth(&mut self, fields: &Fields, before: &Victim) -> (Option<NaiveDate>, Option<i32>) {
        let last = self.day().unwrap_or_else(|| self.today());
        let years = i64::from(last.year() - OLDEST)..=i64::from(last.year());
        let date = fields.optional("date_of_birth").and_then(|node| {
            let date = node.date(&mut self.notes)?;
            if date > last || !years.contains(&i64::from(date.year())) {
                return node.refuse(FaultCode::Birth, &mut self.notes);
            }
            Some(date)
        });
        let year = fields.optional("birth_year").and_then(|node| {
            let year = node.number(i64::MIN, i64::MAX, &mut self.notes)?;
            let is_possible = years.contains(&year)
                && date
                    .or(before.date_of_birth)
                    .is_none_or(|date| i64::from(date.year()) == year);
            if !is_possible {
                return node.refuse(FaultCode::Birth, &mut self.notes);
            }
            i32::try_from(year).ok()
        });
        // A new date is a correction: the year that was given before goes with it.
        let year = year.or(match (before.birth_year, date) {
            (Some(_), Some(date)) => Some(date.year()),
            (year, _) => year,
        });
        (date.or(before.date_of_birth), year)
    }

    /// Outcome and death. Who is said to have died is dead: the graver counts.
    fn fate(&mut self, fields: &Fields, before: &Victim) -> (Option<Outcome>, Option<Death>) {
        let stated = fields
            .optional("outcome")
            .and_then(|node| node.choice(Outcome::parse, &mut self.notes));
        let Some((at, circumstance)) = self.death(fields, before) else {
            return (stated.or(before.outcome), before.death.clone());
        };
        if stated.is_some_and(|outcome| outcome != Outcome::Dead) {
            self.notes
                .warn(below(&fields.pointer, "outcome"), FaultCode::DeathNotDead);
        }
        let old = before.death.as_ref();
        let death = at.or(old.map(|old| old.at)).map(|at| Death {
            at,
            circumstance: circumstance.or_else(|| old?.circumstance),
        });
        (Some(Outcome::Dead), death)
    }

    /// Moment and circumstance of a death; `None` where nothing readable is said of it.
    fn death(
        &mut self,
        fields: &Fields,
        before: &Victim,
    ) -> Option<(Option<chrono::DateTime<chrono::Utc>>, Option<Circumstance>)> {
        let death = fields
            .optional("death")?
            .fields(&["at", "circumstance"], &mut self.notes)?;
        let at = death
            .optional("at")
            .and_then(|node| self.moment_after_accident(&node));
        if !death.has("at") && before.death.is_none() {
            self.fault_at(&death, "at", Weight::Optional, FaultCode::Required);
        }
        let circumstance = death
            .optional("circumstance")
            .and_then(|node| node.choice(Circumstance::parse, &mut self.notes));
        (at.is_some() || circumstance.is_some()).then_some((at, circumstance))
    }

    /// The injuries that stood before and those that are given; each once. An unknown code of
    /// a declaration is kept as it was written.
    fn injuries(&mut self, fields: &Fields, before: &Victim) -> Vec<String> {
        let mut injuries = before.injuries.clone();
        let Some(node) = fields.optional("injuries") else {
            return injuries;
        };
        for item in node.items(MOST_INJURIES, &mut self.notes) {
            let code = item.listed(
                FaultCode::InjuryUnknown,
                self.ctx.is_listed_injury,
                &mut self.notes,
            );
            injuries.extend(code.filter(|code| !injuries.contains(code)));
        }
        injuries
    }

    fn stated_groups(&mut self, fields: &Fields) -> Vec<Group> {
        let Some(node) = fields.optional("groups") else {
            return Vec::new();
        };
        node.items(MOST_GROUPS, &mut self.notes)
            .iter()
            .filter_map(|item| item.choice(Group::parse, &mut self.notes))
            .collect()
    }

    /// The groups stated now and before, and those that follow from the facts. What followed from
    /// facts that are corrected now goes.
    pub fn groups(&self, victim: &Victim, before: &Victim, stated: Vec<Group>) -> Vec<Group> {
        let old_day = self
            .current
            .map(|current| day_in_vietnam(current.accident.occurred_at));
        let followed = following_groups(before, old_day);
        let mut groups = stated;
        groups.extend(before.groups.iter().filter(|g| !followed.contains(g)));
        groups.extend(following_groups(victim, self.day()));
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// A number that does not go with sex or birth is a warning: cards carry errors too.
    fn compare_with_citizen_id(&mut self, fields: &Fields, victim: &Victim) {
        let is_new = ["citizen_id", "sex", "date_of_birth", "birth_year"]
            .iter()
            .any(|name| fields.has(name));
        let told = victim
            .citizen_id
            .as_deref()
            .and_then(validators::told_by_citizen_id);
        let Some((sex, year)) = told.filter(|_| is_new) else {
            return;
        };
        let birth_year = victim
            .date_of_birth
            .map(|date| date.year())
            .or(victim.birth_year);
        if victim.sex.is_some_and(|stated| stated != sex)
            || birth_year.is_some_and(|stated| stated != year)
        {
            self.notes.warn(
                below(&fields.pointer, "citizen_id"),
                FaultCode::CitizenIdMismatch,
            );
        }
    }
}

/// Groups that follow from sex and age on the day of the accident: minors are under 18, the
/// elderly 60 or more. From a year of birth alone only where it is certain.
fn following_groups(victim: &Victim, day: Option<NaiveDate>) -> Vec<Group> {
    let mut groups = Vec::new();
    if victim.sex == Some(Sex::Female) {
        groups.push(Group::Female);
    }
    let Some(day) = day else {
        return groups;
    };
    // The least and the greatest age that is possible.
    let ages = match (victim.date_of_birth, victim.birth_year) {
        (Some(birth), _) => day.years_since(birth).map(|age| (age, age)),
        (None, Some(year)) => {
            let oldest = u32::try_from(day.year() - year).ok();
            oldest.map(|age| (age.saturating_sub(1), age))
        }
        (None, None) => None,
    };
    match ages {
        Some((_, oldest)) if oldest < 18 => groups.push(Group::Minor),
        Some((youngest, _)) if youngest >= 60 => groups.push(Group::Elderly),
        _ => {}
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups_of(date: Option<&str>, year: Option<i32>) -> Vec<Group> {
        let victim = Victim {
            date_of_birth: date.map(|d| d.parse().unwrap()),
            birth_year: year,
            ..Victim::default()
        };
        following_groups(&victim, Some("2025-11-12".parse().unwrap()))
    }

    #[test]
    fn age_is_counted_on_the_day_of_the_accident() {
        assert_eq!(groups_of(Some("2007-11-13"), None), [Group::Minor]);
        assert_eq!(groups_of(Some("2007-11-12"), None), []);
        assert_eq!(groups_of(Some("1965-11-13"), None), []);
        assert_eq!(groups_of(Some("1965-11-12"), None), [Group::Elderly]);
    }

    #[test]
    fn a_year_of_birth_counts_only_where_it_is_certain() {
        assert_eq!(groups_of(None, Some(2008)), [Group::Minor]);
        assert_eq!(groups_of(None, Some(2007)), []);
        assert_eq!(groups_of(None, Some(1965)), []);
        assert_eq!(groups_of(None, Some(1964)), [Group::Elderly]);
        assert_eq!(groups_of(None, None), []);
    }
}
