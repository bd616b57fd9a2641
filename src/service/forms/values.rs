//! The value of each source.

use crate::{
    domain::{
        clocks::ClockId,
        codes::Codes,
        declaration::{Casualties, Establishment},
        forms::{
            Source,
            source::{
                OfAccident, OfCase, OfDeclarant, OfEstablishment, OfIssuer, OfMeeting, OfMinutes,
                OfPaper, OfPolice, OfTeam, OfVictim,
            },
        },
        law::Subject,
        victim::{Employment, Victim},
    },
    time::day_in_vietnam,
    wording::labels,
};

use super::known::{Known, hour, in_words, moment, on_paper, said};

impl Known<'_> {
    /// What the case says of `source`; of the victim `no`, where it is about one. `None` where it says
    /// nothing, or the caller may not read it.
    pub(super) fn value(&self, source: Source, no: Option<u32>) -> Option<String> {
        let found = match source {
            Source::Case(of) => self.of_case(of),
            Source::Establishment(of) => {
                self.of_establishment(self.facts?.establishment.as_ref()?, of)
            }
            Source::Employer(of) => self.of_establishment(self.facts?.employer.as_ref()?, of),
            Source::Accident(of) => self.of_accident(of),
            Source::Declarant(of) => self.of_declarant(of),
            Source::Victim(of) => self.of_victim(no?, of),
            Source::Team(of) => self.of_team(of),
            Source::Minutes(of) => self.of_minutes(of),
            Source::Meeting(of) => self.of_meeting(of),
            Source::Police(of) => self.of_police(of),
            Source::Paper(of) => self.of_paper(of),
            Source::Issuer(of) => self.of_issuer(of),
            // Rows know their own values.
            Source::Row(_) | Source::Typed => None,
        };
        found.filter(|text| !text.trim().is_empty())
    }

    fn of_case(&self, of: OfCase) -> Option<String> {
        let case = self.case;
        Some(match of {
            OfCase::ReceiptNo => case.receipt_no.clone(),
            OfCase::Received => moment(case.received_at),
            OfCase::Class => labels::class(case.class).vi.to_owned(),
            OfCase::Kind => labels::kind(case.kind).vi.to_owned(),
            OfCase::Level => labels::level(case.level).vi.to_owned(),
            OfCase::LimitDays => format!("{:02}", self.decision?.investigation.limit_days?),
            OfCase::Due => {
                let running = |clock: &&crate::domain::clocks::Clock| {
                    clock.id == ClockId::K3 && clock.stopped_at.is_none()
                };
                on_paper(day_in_vietnam(self.clocks.iter().rfind(running)?.due_raw))
            }
        })
    }

    fn of_establishment(&self, of: &Establishment, what: OfEstablishment) -> Option<String> {
        let day = day_in_vietnam(self.case.occurred_at);
        let codes: &Codes = &self.world.codes;
        let with_code = |name: Option<&str>, code: &str| match name {
            Some(name) => format!("{name} ({code})"),
            None => code.to_owned(),
        };
        match what {
            OfEstablishment::Name => of.name.clone(),
            OfEstablishment::TaxCode => of.tax_code.clone(),
            OfEstablishment::Address => of.address.clone(),
            OfEstablishment::Phone => of.phone.clone(),
            OfEstablishment::Industry => {
                let code = of.industry_code.as_deref()?;
                let found = codes.industry(code, day).map(|label| label.vi.as_str());
                Some(with_code(found, code))
            }
            OfEstablishment::Type => {
                let code = of.establishment_type_code.as_deref()?;
                let found = codes.establishment_type(code);
                Some(with_code(found.map(|(_, label)| label.vi.as_str()), code))
            }
            OfEstablishment::Headcount => {
                let women = of
                    .female_headcount
                    .map(|women| format!(", trong đó nữ {women} người"));
                Some(format!(
                    "{} người{}",
                    of.headcount?,
                    women.unwrap_or_default()
                ))
            }
            OfEstablishment::FemaleHeadcount => of.female_headcount.map(|count| count.to_string()),
        }
    }

    fn of_accident(&self, of: OfAccident) -> Option<String> {
        let case = self.case;
        let accident = self.facts.map(|facts| &facts.accident);
        let counts = &case.counts;
        let count = |number: u32| (number > 0).then(|| format!("{number:02}"));
        match of {
            OfAccident::Moment => Some(moment(case.occurred_at)),
            OfAccident::Time => Some(hour(case.occurred_at)),
            OfAccident::Day => Some(in_words(day_in_vietnam(case.occurred_at))),
            OfAccident::Place => {
                let detail = accident.and_then(|accident| accident.place.detail.as_deref());
                let parts = detail.into_iter().chain([case.place_name.as_str()]);
                Some(
                    parts
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join(", "),
                )
            }
            OfAccident::Unit => Some(case.place_name.clone()),
            OfAccident::Summary => Some(accident?.summary.clone()),
            OfAccident::Casualties => Some(casualties(counts)),
            OfAccident::Victims => count(counts.total()),
            OfAccident::Dead => count(counts.dead),
            OfAccident::Serious => count(counts.serious),
            OfAccident::Light => count(counts.light),
            OfAccident::Cause => {
                let code = accident?.cause_code.as_deref()?;
                Some(self.world.codes.cause(code)?.vi.clone())
            }
            OfAccident::Factor => {
                let accident = accident?;
                let code = accident.injury_factor_code.as_deref()?;
                let codes = &self.world.codes;
                let label = match &accident.injury_factor_scheme {
                    Some(scheme) => codes.injury_factor_label(scheme, code),
                    None => codes.injury_factor(code).map(|(_, label)| label),
                };
                Some(format!("{} ({code})", label?.vi))
            }
            OfAccident::Country => Some(accident?.abroad.as_ref()?.country.clone()),
        }
    }

    /// Family, witnesses and workers are protected (L84 Art. 34.2), also in records that still hold them.
    fn of_declarant(&self, of: OfDeclarant) -> Option<String> {
        let declarant = &self.facts?.declarant;
        if declarant.role.is_protected() {
            return None;
        }
        match of {
            OfDeclarant::Name => Some(declarant.full_name.clone()),
            OfDeclarant::Phone => Some(declarant.phone.clone()),
            OfDeclarant::Position => declarant.position.clone(),
            OfDeclarant::Quality => Some(labels::declarant_role(declarant.role).vi.to_owned()),
        }
    }

    fn of_victim(&self, no: u32, of: OfVictim) -> Option<String> {
        let victim = self.facts?.victims.iter().find(|victim| victim.no == no);
        match of {
            OfVictim::Number => Some(no.to_string()),
            OfVictim::Status => {
                let class = self.class_of(no)?;
                Some(labels::victim_class(class).vi.to_owned())
            }
            _ => self.of_named_victim(victim?, of),
        }
    }

    fn of_named_victim(&self, victim: &Victim, of: OfVictim) -> Option<String> {
        let facts = self.facts?;
        let employment = facts.employment_of(victim.employment);
        let workplace = facts.employer.as_ref().or(facts.establishment.as_ref());
        let year = || {
            let of_day = victim.date_of_birth.map(|day| chrono::Datelike::year(&day));
            of_day.or(victim.birth_year)
        };
        match of {
            OfVictim::Number | OfVictim::Status => None,
            OfVictim::Name => victim.full_name.clone(),
            OfVictim::Birth => match victim.date_of_birth {
                Some(day) => Some(on_paper(day)),
                None => victim.birth_year.map(|year| year.to_string()),
            },
            OfVictim::BirthYear => year().map(|year| year.to_string()),
            OfVictim::Sex => Some(said("sex", victim.sex?.as_str())),
            OfVictim::CitizenId => {
                self.identity.set(true);
                victim.citizen_id.clone()
            }
            OfVictim::Occupation => {
                let code = victim.occupation_code.as_deref()?;
                Some(match self.world.codes.occupation(code) {
                    Some(label) => format!("{} ({code})", label.vi),
                    None => code.to_owned(),
                })
            }
            OfVictim::Employment => Some(said("employment", employment?.as_str())),
            OfVictim::EmploymentCode => Some(employment?.as_str().to_owned()),
            OfVictim::WorkerClass => Some(victim.worker_class?.as_str().to_owned()),
            OfVictim::Workplace | OfVictim::WorkplaceAddress
                if employment == Some(Employment::NoContract) =>
            {
                None
            }
            OfVictim::Workplace => {
                let workplace = workplace?;
                let parts = [workplace.name.as_deref(), workplace.address.as_deref()];
                Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
            }
            OfVictim::WorkplaceAddress => workplace?.address.clone(),
            OfVictim::Injuries => {
                self.health.set(true);
                let names = victim.injuries.iter().map(|code| self.injury(code));
                let all: Vec<String> = names.collect();
                Some(all.join("; "))
            }
            OfVictim::Death => {
                self.health.set(true);
                let death = victim.death.as_ref()?;
                let how = death.circumstance.map(|how| said("died", how.as_str()));
                let parts = [Some(moment(death.at)), how];
                Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
            }
            OfVictim::InsuredCode => {
                let is = victim.voluntary_insurance?;
                Some(if is { "yes" } else { "no" }.to_owned())
            }
        }
    }

    /// An injury of D39 Phụ lục II with its code, as the law of the day of the accident names it.
    fn injury(&self, code: &str) -> String {
        let day = day_in_vietnam(self.case.occurred_at);
        let rule = self.world.law.keyed(Subject::SeriousInjury, code, day);
        // The note holds both languages.
        match rule.and_then(|rule| rule.note.split(" / ").next()) {
            Some(name) => format!("{name} ({code})"),
            None => code.to_owned(),
        }
    }

    fn of_team(&self, of: OfTeam) -> Option<String> {
        const FORMED: &[&str] = &["form_team", "reinvestigate"];
        match of {
            OfTeam::DecisionNumber => self.told(FORMED, "decision_number"),
            OfTeam::DecisionDay => self.told_day(FORMED, "decided_on"),
            OfTeam::Head => {
                let changed = self.events.iter().rfind(|event| {
                    let action = event.action.as_str();
                    (FORMED.contains(&action) || action == "change_team")
                        && event.details.get("head").is_some()
                });
                super::known::text(&changed?.details, "head")
            }
            OfTeam::WrittenAuthority => self.told(FORMED, "written_authority"),
            OfTeam::Started => {
                let at = self.told(&["start_investigation"], "started_at")?;
                Some(moment(
                    chrono::DateTime::parse_from_rfc3339(&at).ok()?.to_utc(),
                ))
            }
            OfTeam::Expertise => {
                const ORDERED: &[&str] = &["order_expertise"];
                let kind = said("expertise", &self.told(ORDERED, "expertise")?);
                let body = self.told(ORDERED, "expert_body")?;
                let number = self.told(ORDERED, "document_number")?;
                Some(format!("{kind}: {body} (văn bản số {number})"))
            }
        }
    }

    fn of_minutes(&self, of: OfMinutes) -> Option<String> {
        const DRAFTED: &[&str] = &["draft_minutes"];
        let cause = || {
            let told = self.told(DRAFTED, "cause_code");
            told.or_else(|| self.facts?.accident.cause_code.clone())
        };
        match of {
            OfMinutes::Number => self.told(DRAFTED, "minutes_number"),
            OfMinutes::Day => self.told_day(DRAFTED, "drafted_on"),
            OfMinutes::ConclusionCode => self.told(DRAFTED, "conclusion"),
            OfMinutes::Conclusion => {
                let code = self.told(DRAFTED, "conclusion")?;
                labels::label(&format!("conclusion.{code}")).map(|text| text.vi.to_owned())
            }
            OfMinutes::Cause => {
                let code = cause()?;
                Some(self.world.codes.cause(&code)?.vi.clone())
            }
            // Causes 1 to 6 are the employer's, 7 and 8 the worker's, 9 nobody's (D39, form XII).
            OfMinutes::CauseGroupCode => Some(
                match cause()?.parse::<u8>().ok()? {
                    1..=6 => "employer",
                    7..=8 => "worker",
                    _ => "objective",
                }
                .to_owned(),
            ),
        }
    }

    fn of_meeting(&self, of: OfMeeting) -> Option<String> {
        match of {
            OfMeeting::Number => self.told(&["announce"], "meeting_minutes_number"),
            OfMeeting::Moment => {
                let at = self.told(&["announce"], "held_at")?;
                Some(moment(
                    chrono::DateTime::parse_from_rfc3339(&at).ok()?.to_utc(),
                ))
            }
        }
    }

    fn of_police(&self, of: OfPolice) -> Option<String> {
        const SENT: &[&str] = &["send_opinion"];
        const ANSWERED: &[&str] = &["record_police_answer"];
        const RECOMMENDED: &[&str] = &["recommend_prosecution"];
        const RETURNED: &[&str] = &["return_file", "complete_return"];
        match of {
            OfPolice::OpinionNumber => self.told(SENT, "letter_number"),
            OfPolice::OpinionDay => self.told_day(SENT, "sent_on"),
            OfPolice::Opinion => Some(said("opinion", &self.told(SENT, "opinion")?)),
            OfPolice::AnswerNumber => self.told(ANSWERED, "letter_number"),
            OfPolice::AnswerDay => self.told_day(ANSWERED, "answered_on"),
            OfPolice::Answer => Some(said("opinion", &self.told(ANSWERED, "answer")?)),
            OfPolice::RecommendationNumber => self.told(RECOMMENDED, "document_number"),
            OfPolice::RecommendationDay => self.told_day(RECOMMENDED, "sent_on"),
            OfPolice::HandoverNumber => self.told(RETURNED, "handover_number"),
            OfPolice::HandoverDay => self.told_day(RETURNED, "handed_over_on"),
            OfPolice::DecisionNumber => self.told(
                &["decline_prosecution", "stop_criminal_case"],
                "decision_number",
            ),
        }
    }

    fn of_paper(&self, of: OfPaper) -> Option<String> {
        match of {
            OfPaper::RecordNumber => self.told(&["record_commune"], "record_number"),
            OfPaper::RecordDay => self.told_day(&["record_commune"], "recorded_on"),
            OfPaper::PostedOn => self.told_day(&["confirm_posting"], "posted_on"),
            OfPaper::PostedWhere => self.told(&["confirm_posting"], "posted_where"),
        }
    }

    fn of_issuer(&self, of: OfIssuer) -> Option<String> {
        match of {
            OfIssuer::Name => Some(self.issuer.name.clone()),
            OfIssuer::Phone => self.issuer.phone.clone(),
            OfIssuer::Place => self.issuer.place.clone(),
        }
    }
}

/// How many, in words.
fn casualties(counts: &Casualties) -> String {
    let parts = [
        (counts.dead, "người chết"),
        (counts.serious, "người bị thương nặng"),
        (counts.light, "người bị thương nhẹ"),
        (counts.missing, "người mất tích"),
        (counts.unknown, "người chưa rõ tình trạng"),
    ];
    let some = parts.iter().filter(|(count, _)| *count > 0);
    let all: Vec<String> = some
        .map(|(count, what)| format!("{count:02} {what}"))
        .collect();
    all.join(", ")
}
