//! Where the value of a field comes from: a closed list, so that a mistyped source is found before anybody
//! prints the form.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::named;

named! {
    /// Of the case as a whole.
    pub enum OfCase {
        /// Receipt number of its first declaration.
        ReceiptNo = "receipt_no",
        /// When the first word of it came in.
        Received = "received",
        /// Class, in words.
        Class = "class",
        /// Accident or technical incident, in words.
        Kind = "kind",
        /// Who investigates, in words.
        Level = "level",
        /// Days that the law gives the investigation.
        LimitDays = "limit_days",
        /// The last day of the running investigation.
        Due = "due",
    }
}

named! {
    /// Of an establishment.
    pub enum OfEstablishment {
        /// Name.
        Name = "name",
        /// Mã số thuế.
        TaxCode = "tax_code",
        /// Address.
        Address = "address",
        /// Telephone.
        Phone = "phone",
        /// Industry with its code.
        Industry = "industry",
        /// Type with its code.
        Type = "type",
        /// How many work there.
        Headcount = "headcount",
        /// How many women.
        FemaleHeadcount = "female_headcount",
    }
}

named! {
    /// Of the accident.
    pub enum OfAccident {
        /// Hour, minute and day.
        Moment = "moment",
        /// Hour and minute.
        Time = "time",
        /// Day.
        Day = "day",
        /// The exact place and its units.
        Place = "place",
        /// The units alone.
        Unit = "unit",
        /// What was told of it.
        Summary = "summary",
        /// How many are dead, seriously, lightly injured, in words.
        Casualties = "casualties",
        /// How many.
        Victims = "victims",
        /// How many are dead.
        Dead = "dead",
        /// How many are seriously injured.
        Serious = "serious",
        /// How many are lightly injured.
        Light = "light",
        /// Main cause as declared, in words.
        Cause = "cause",
        /// Main injury factor, in words.
        Factor = "factor",
        /// Country, of one abroad.
        Country = "country",
    }
}

named! {
    /// Of whoever declared. Of protected informants nothing is printed (L84 Art. 34.2).
    pub enum OfDeclarant {
        /// Name.
        Name = "name",
        /// Telephone.
        Phone = "phone",
        /// Position.
        Position = "position",
        /// In which quality.
        Quality = "quality",
    }
}

named! {
    /// Of one victim.
    pub enum OfVictim {
        /// Number in the case.
        Number = "number",
        /// Name.
        Name = "name",
        /// Day of birth, or its year.
        Birth = "birth",
        /// Year of birth.
        BirthYear = "birth_year",
        /// Sex.
        Sex = "sex",
        /// Identity number.
        CitizenId = "citizen_id",
        /// Occupation with its code.
        Occupation = "occupation",
        /// Under contract or not, in words.
        Employment = "employment",
        /// The same, to be ticked.
        EmploymentCode = "employment_code",
        /// Kind of work, in words.
        WorkerClass = "worker_class",
        /// Who employs them: their employer, or the establishment.
        Workplace = "workplace",
        /// Its address.
        WorkplaceAddress = "workplace_address",
        /// Class, in words.
        Status = "status",
        /// Injuries, in words and codes.
        Injuries = "injuries",
        /// When and where they died.
        Death = "death",
        /// Whether insured voluntarily, to be ticked.
        InsuredCode = "insured_code",
    }
}

named! {
    /// Of the investigation team.
    pub enum OfTeam {
        /// Number of the decision that formed it.
        DecisionNumber = "decision_number",
        /// Its day.
        DecisionDay = "decision_day",
        /// Head.
        Head = "head",
        /// By which paper the employer authorised the head.
        WrittenAuthority = "written_authority",
        /// When it began.
        Started = "started",
        /// What expertise was ordered, of whom, by which paper.
        Expertise = "expertise",
    }
}

named! {
    /// Of the minutes of the investigation.
    pub enum OfMinutes {
        /// Number.
        Number = "number",
        /// Day.
        Day = "day",
        /// One of the three conclusions, to be ticked.
        ConclusionCode = "conclusion_code",
        /// The same in words.
        Conclusion = "conclusion",
        /// Main cause, in words.
        Cause = "cause",
        /// Whose cause it is, to be ticked.
        CauseGroupCode = "cause_group_code",
    }
}

named! {
    /// Of the meeting that announces them.
    pub enum OfMeeting {
        /// Number of its minutes.
        Number = "number",
        /// When it was held.
        Moment = "moment",
    }
}

named! {
    /// Of the letters between team and police.
    pub enum OfPolice {
        /// Number of the team's letter.
        OpinionNumber = "opinion_number",
        /// Its day.
        OpinionDay = "opinion_day",
        /// What it says, in words.
        Opinion = "opinion",
        /// Number of the answer.
        AnswerNumber = "answer_number",
        /// Its day.
        AnswerDay = "answer_day",
        /// What it says, in words.
        Answer = "answer",
        /// Number of the recommendation to prosecute.
        RecommendationNumber = "recommendation_number",
        /// Its day.
        RecommendationDay = "recommendation_day",
        /// Number of the minutes by which the police hand the file over.
        HandoverNumber = "handover_number",
        /// Their day.
        HandoverDay = "handover_day",
        /// Number of the decision not to prosecute, or to stop.
        DecisionNumber = "decision_number",
    }
}

named! {
    /// Of what hangs on the wall, and of the commune's record.
    pub enum OfPaper {
        /// Number of the commune's record.
        RecordNumber = "record_number",
        /// Its day.
        RecordDay = "record_day",
        /// Day of the posting.
        PostedOn = "posted_on",
        /// Where.
        PostedWhere = "posted_where",
    }
}

named! {
    /// Of the authority that issues the form.
    pub enum OfIssuer {
        /// Name.
        Name = "name",
        /// Telephone.
        Phone = "phone",
        /// The place where it sits.
        Place = "place",
    }
}

named! {
    /// Of one row of a table.
    pub enum OfRow {
        /// Its place.
        Number = "number",
        /// Name.
        Name = "name",
        /// Where they work.
        Unit = "unit",
        /// Position.
        Position = "position",
        /// For whom they speak, or what they do in the team.
        Capacity = "capacity",
        /// What it says.
        Text = "text",
        /// Who is to do it.
        Addressee = "addressee",
        /// Until when, or when.
        Day = "day",
        /// Whether it is there, or was done.
        State = "state",
        /// What else.
        Remark = "remark",
    }
}

named! {
    /// What the rows of a table are.
    pub enum Rows {
        /// The persons hurt.
        Victims = "victims",
        /// The team, its head first.
        Members = "members",
        /// The groups of the legal list of attendees.
        Attendance = "attendance",
        /// Whoever disagrees, and why.
        Dissent = "dissent",
        /// What is recommended.
        Recommendations = "recommendations",
        /// Violations, and the measures taken.
        Violations = "violations",
        /// What goes to the police with the recommendation to prosecute.
        Inventory = "inventory",
        /// What the police hand over, item by item of D39 Art. 20.5.
        Handover = "handover",
        /// What the file of a victim holds, item by item of D39 Art. 16.1.
        File = "file",
        /// What went along when the case went to others last.
        Moved = "moved",
        /// What whoever asks for the form types in.
        Typed = "typed",
    }
}

/// Declares [`Source`] over the lists above.
macro_rules! sources {
    ($($(#[$doc:meta])* $variant:ident($list:ident) = $name:literal,)*) => {
        /// Where a value comes from.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Source {
            $($(#[$doc])* $variant($list),)*
            /// Nothing in the case says it: whoever asks for the form types it, or it is written by hand.
            Typed,
        }

        impl Source {
            /// Every source.
            pub fn all() -> Vec<Self> {
                let mut all = vec![Self::Typed];
                $(all.extend($list::ALL.iter().map(|of| Self::$variant(*of)));)*
                all
            }

            /// The source of that name: `establishment.name`, or `typed`.
            pub fn parse(text: &str) -> Option<Self> {
                if text == "typed" {
                    return Some(Self::Typed);
                }
                let (list, name) = text.split_once('.')?;
                match list {
                    $($name => $list::parse(name).map(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for Source {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(of) => write!(f, "{}.{of}", $name),)*
                    Self::Typed => f.write_str("typed"),
                }
            }
        }
    };
}

sources! {
    /// Of the case.
    Case(OfCase) = "case",
    /// Of the establishment where it happened.
    Establishment(OfEstablishment) = "establishment",
    /// Of the victims' employer, where that is another.
    Employer(OfEstablishment) = "employer",
    /// Of the accident.
    Accident(OfAccident) = "accident",
    /// Of whoever declared.
    Declarant(OfDeclarant) = "declarant",
    /// Of one victim.
    Victim(OfVictim) = "victim",
    /// Of the team.
    Team(OfTeam) = "team",
    /// Of the minutes.
    Minutes(OfMinutes) = "minutes",
    /// Of the meeting.
    Meeting(OfMeeting) = "meeting",
    /// Of the police.
    Police(OfPolice) = "police",
    /// Of other papers.
    Paper(OfPaper) = "paper",
    /// Of the authority that issues.
    Issuer(OfIssuer) = "issuer",
    /// Of a row.
    Row(OfRow) = "row",
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.to_string()
    }
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no source"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_read_by_its_name() {
        let all = Source::all();
        assert!(all.len() > 80);
        for source in all {
            assert_eq!(Source::parse(&source.to_string()), Some(source));
        }
        for wrong in [
            "",
            "establishment",
            "establishment.",
            "accident.name",
            "x.name",
        ] {
            assert_eq!(Source::parse(wrong), None, "{wrong}");
        }
    }
}
