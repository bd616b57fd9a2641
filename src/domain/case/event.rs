//! What happened to a case: its timeline, and what later steps must know of earlier ones.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::{
    domain::{
        access::{self, Actor, ActorRole, Sight},
        case::{CaseFacts, CaseStatus, step::Circumstance},
        investigation::InvestigationLevel,
        refusal::PassedOn,
    },
    ids::{CaseId, EventId},
    named,
    time::day_in_vietnam,
};

named! {
    /// The conclusion on the accident, one of three (D39, form IX).
    pub enum Conclusion {
        /// (i) Tai nạn lao động.
        WorkAccident = "work_accident",
        /// (ii) Tai nạn được hưởng trợ cấp theo khoản 2 Điều 39 Luật ATVSLĐ.
        Allowance39_2 = "allowance_39_2",
        /// (iii) Không phải là tai nạn lao động.
        NotWorkAccident = "not_work_accident",
    }
}

/// One row of a timeline. Only ever added.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Id; sorts by time.
    pub id: EventId,
    /// The case.
    pub case_id: CaseId,
    /// When it was recorded.
    pub happened_at: DateTime<Utc>,
    /// Name of the token.
    pub actor: String,
    /// Its role.
    pub actor_role: ActorRole,
    /// A step's name, or what else happened: `declared`, `supplemented`, …
    pub action: String,
    /// State before; `None` for the first.
    pub from_status: Option<CaseStatus>,
    /// State after.
    pub to_status: CaseStatus,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// Fields of the step.
    pub details: Value,
}

/// A paper of a case, as its timeline knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Which paper: the step that brought it.
    pub step: String,
    /// Its number.
    pub number: String,
    /// Its day.
    pub dated: Option<NaiveDate>,
    /// When it was recorded here.
    pub recorded_at: DateTime<Utc>,
}

/// What earlier steps fixed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Day of the commune record.
    pub recorded_on: Option<NaiveDate>,
    /// Day of the decision that formed the team.
    pub decided_on: Option<NaiveDate>,
    /// Day of the minutes.
    pub drafted_on: Option<NaiveDate>,
    /// Their conclusion.
    pub conclusion: Option<Conclusion>,
    /// When the meeting was held that announced them.
    pub announced_at: Option<DateTime<Utc>>,
    /// To whom they were sent.
    pub sent_to: BTreeSet<MinutesRecipient>,
    /// Whether one sending went to everybody at once.
    pub sent_to_all: bool,
    /// Whether the case is investigated again, and the new minutes are not written yet.
    pub minutes_awaited: bool,
    /// Whether later minutes took the place of earlier ones (D39 Art. 17.2).
    pub superseded: bool,
    /// Who is in the team, its head first.
    pub team: Vec<String>,
    /// Whether expertise was ordered (L84 Art. 35.6.d).
    pub expertise_ordered: bool,
    /// Whether K3 was extended.
    pub extended: bool,
    /// Whether police said what it was, by answer, conclusion or return of the file.
    pub police_have_spoken: bool,
    /// Whether they answered that they do not know yet.
    pub police_undecided: bool,
    /// Day of the letter to the police.
    pub opinion_sent_on: Option<NaiveDate>,
    /// Day of their answer.
    pub police_answered_on: Option<NaiveDate>,
    /// Day of the suspension.
    pub suspended_on: Option<NaiveDate>,
    /// Day on which the team went on after a time with the police: the end of a suspension, or the return of the file.
    pub went_on_on: Option<NaiveDate>,
    /// Day on which the file went to the police (D39 Art. 20.2).
    pub file_sent_on: Option<NaiveDate>,
    /// Day on which the police decided last about a criminal case.
    pub police_decided_on: Option<NaiveDate>,
    /// What the police decided about a criminal case.
    pub criminal: Option<CriminalDecision>,
    /// Whether something is missing in the file that they handed over.
    pub return_incomplete: bool,
    /// Whether the dossier of an accident abroad came with nothing missing (D39 Art. 19.3).
    pub dossier_complete: bool,
    /// When the minutes were posted, or the commune's record.
    pub posted_on: Option<NaiveDate>,
    /// Whether there is written consent to clear the scene and to bury.
    pub scene_released: bool,
    /// Recommendations nobody has reported on: the events that made them.
    pub open_recommendations: Vec<String>,
    /// Complaints nobody has answered, the oldest first (D39 Art. 17.1.a).
    pub open_complaints: Vec<OpenComplaint>,
    /// Victims about whose benefits was decided.
    pub benefits_decided: BTreeSet<u32>,
    /// Victims whose file was checked.
    pub files_checked: BTreeSet<u32>,
    /// Whether the public follows the case.
    pub followed_publicly: bool,
    /// Whether it stands in the register.
    pub registered: bool,
    /// Where the case stood before it was complained about.
    pub before: Option<CaseStatus>,
    /// The level that took the case over, above the one that its class gives.
    pub taken_over_by: Option<InvestigationLevel>,
    /// Whether a central team investigates, or has investigated, it again: what that concludes is final (D39
    /// Art. 17.1.đ), unless graver news makes it another investigation.
    pub is_final: bool,
    /// Whether the commune made a notice its declaration.
    pub declared: bool,
    /// To whom a transfer handed the case; `None` where those of its place are in charge.
    pub handed_to: Option<HandedTo>,
    /// Who said that the case is not theirs, and who stands in their place.
    pub passed_on: Vec<PassedOn>,
    /// The case of which this one is a duplicate.
    pub duplicate_of: Option<String>,
    /// How the case ended before its time, where it has.
    pub early_end: Option<EarlyEnd>,
}

/// A complaint or denunciation that nobody has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenComplaint {
    /// The event that brought it.
    pub event: String,
    /// The day on which it was received; its ten working days count from there.
    pub received_on: Option<NaiveDate>,
}

/// The end of a case before its time: as a duplicate, as false, or given to a body without a queue here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlyEnd {
    /// When.
    pub at: DateTime<Utc>,
    /// Where the case stood.
    pub from: CaseStatus,
    /// When news last changed the class or the place meanwhile.
    pub changed_at: Option<DateTime<Utc>>,
}

impl EarlyEnd {
    /// Where the case goes on when the end turns out to be a mistake: where it stood; or, where another body
    /// may be in charge by now, with the classification.
    pub fn goes_on_in(&self) -> CaseStatus {
        use CaseStatus::{Classified, Declared, Noticed, Received, Transferred};
        match self.from {
            Noticed | Declared | Received | Transferred => self.from,
            _ if self.changed_at.is_some() => Classified,
            from => from,
        }
    }
}

named! {
    /// To whom the law wants the minutes sent (L84 Art. 35.8; D39 Art. 13.9, 14.6, 15.5).
    pub enum MinutesRecipient {
        /// The victims, or their relatives.
        Victims = "victims_or_relatives",
        /// The employer of the establishment of the accident.
        Employer = "employer",
        /// The labour authority of the place.
        LabourAuthorityOfPlace = "labour_authority_of_place",
        /// The labour authority of the employer's head office.
        LabourAuthorityOfHeadOffice = "labour_authority_of_head_office",
        /// Every agency with a member in the team.
        MemberAgencies = "member_agencies",
        /// The labour ministry.
        LabourMinistry = "labour_ministry",
        /// The commune, which posts them for the public where a victim had no contract (35.9.c).
        Commune = "commune",
    }
}

impl MinutesRecipient {
    /// Everybody, for a case of this level.
    pub fn legal(level: InvestigationLevel, facts: &CaseFacts) -> Vec<Self> {
        use InvestigationLevel::{Central, CommuneRecord, Facility, None, Provincial, SpecialLaw};
        let mut all = match level {
            Facility => vec![
                Self::Victims,
                Self::Employer,
                Self::LabourAuthorityOfHeadOffice,
                Self::LabourAuthorityOfPlace,
            ],
            Provincial | Central | SpecialLaw => {
                vec![Self::MemberAgencies, Self::LabourMinistry, Self::Victims]
            }
            CommuneRecord | None => Vec::new(),
        };
        let has_team = !all.is_empty();
        if has_team && level != Facility && Circumstance::UnderContract.holds(facts) {
            all.push(Self::Employer);
        }
        if has_team && Circumstance::WithoutContract.holds(facts) {
            all.push(Self::Commune);
        }
        all
    }
}

/// What the police decided about a criminal case (D39 Art. 20.3, 20.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CriminalDecision {
    /// To open one.
    Opened,
    /// To conclude it: the suspects go to trial.
    Concluded,
    /// Not to open one.
    Declined,
    /// To stop one.
    Stopped,
}

/// The authority to which a case was transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedTo {
    /// Id in the directory.
    pub authority: String,
    /// Its audience (see [`crate::domain::access`]); `None` where it has no queue here.
    pub audience: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl HandedTo {
    /// Whether `actor` is of the kind of those in charge, but not the one to whom the case was handed:
    /// they go on reading it, and leave it to the other.
    pub fn bars(&self, actor: &Actor) -> bool {
        let Some(audience) = &self.audience else {
            return false;
        };
        let is_theirs = match access::audiences(actor) {
            Sight::All => audience == MINISTRY,
            Sight::Audiences(keys) => keys.contains(audience),
            Sight::Nothing => false,
        };
        let of_a_commune = audience.starts_with('C');
        let of_their_kind = match actor.role {
            ActorRole::Inspector => !of_a_commune,
            ActorRole::Commune => of_a_commune,
            ActorRole::Ministry => audience == MINISTRY,
            _ => false,
        };
        of_their_kind && !is_theirs
    }

    /// Of the audiences `seen_by`, those for which the case has ended with the transfer.
    pub fn set_aside(&self, seen_by: &BTreeSet<String>) -> Vec<String> {
        let Some(audience) = &self.audience else {
            return Vec::new();
        };
        let kind = if audience.starts_with('C') { 'C' } else { 'L' };
        let others = seen_by.iter().filter(|key| *key != audience);
        others
            .filter(|key| key.starts_with(kind))
            .cloned()
            .collect()
    }
}

/// What the timeline calls it when an authority says that a case is not its own.
pub const REFUSED: &str = "alert_refused";

/// The labour ministry in charge of a case: it sees every case, so no row of audiences names it.
pub const MINISTRY: &str = "M";

impl Progress {
    /// What `events`, in order of time, fixed. A later step of the same kind replaces an earlier.
    pub fn of(events: &[Event]) -> Self {
        let mut progress = Self::default();
        for event in events {
            let text = |name: &str| event.details.get(name).and_then(Value::as_str);
            let day = |name: &str| text(name).and_then(|day| day.parse().ok());
            let moment = |name: &str| {
                let read = DateTime::parse_from_rfc3339(text(name)?).ok()?;
                Some(read.to_utc())
            };
            let victim = || text("victim").and_then(|number| number.parse::<u32>().ok());
            // News begins the work anew: another team, with a limit and, where it needs it, an order of its own.
            let is_news = matches!(
                event.action.as_str(),
                "supplemented" | "news_of_duplicate" | "duplicate_separated" | "lower_class"
            );
            let is_back = event.action == "reinstate";
            let stood = match &progress.early_end {
                Some(end) if is_back => Some(end.from),
                _ => event.from_status,
            };
            if (is_news || is_back)
                && event.to_status == CaseStatus::Classified
                && stood != Some(CaseStatus::Classified)
            {
                progress.is_final = false;
                progress.another_team();
                // Whoever complained of the old minutes has what they asked for.
                progress.open_complaints.clear();
            }
            // Another level investigates from now on, also while the file lies with the police (D39 Art. 22).
            if is_news && event.details["level_now"].is_string() {
                progress.another_team();
            }
            for victim in numbers(&event.details["victims_changed"]) {
                progress.benefits_decided.remove(&victim);
                progress.files_checked.remove(&victim);
                progress.registered = false;
            }
            progress.note_early_end(event);
            match event.action.as_str() {
                "record_commune" => {
                    progress.recorded_on = day("recorded_on");
                    progress.posted_on = None;
                }
                "form_team" => {
                    progress.decided_on = day("decided_on");
                    progress.team.clear();
                    progress.join(text("head"), &event.details);
                }
                "change_team" => {
                    let leaving = event.details["leaving"].as_array().into_iter().flatten();
                    let gone: Vec<_> = leaving.filter_map(|one| one["member"].as_str()).collect();
                    progress.team.retain(|name| !gone.contains(&name.as_str()));
                    progress.join(text("head"), &event.details);
                }
                "order_expertise" => progress.expertise_ordered = true,
                "extend" => progress.extended = true,
                "record_police_answer" => {
                    progress.police_answered_on = day("answered_on");
                    progress.police_undecided = text("answer") == Some("not_determined");
                    progress.police_have_spoken = !progress.police_undecided;
                }
                "send_opinion" => {
                    progress.opinion_sent_on = day("sent_on");
                    progress.police_undecided = false;
                }
                "suspend" => progress.suspended_on = day("suspended_on"),
                "resume" => {
                    progress.went_on_on = day("resumed_on");
                    progress.police_undecided = false;
                    progress.police_have_spoken = true;
                }
                "recommend_prosecution" => progress.file_sent_on = day("sent_on"),
                "prosecute" | "decline_prosecution" | "stop_criminal_case" => {
                    progress.police_decided_on = moment("decided_at").map(day_in_vietnam);
                    progress.criminal = Some(match event.action.as_str() {
                        "prosecute" => CriminalDecision::Opened,
                        "decline_prosecution" => CriminalDecision::Declined,
                        _ => CriminalDecision::Stopped,
                    });
                }
                "conclude_criminal_case" => {
                    progress.police_decided_on = day("concluded_on");
                    progress.criminal = Some(CriminalDecision::Concluded);
                }
                "return_file" => {
                    progress.went_on_on = day("handed_over_on");
                    progress.criminal = None;
                    progress.police_have_spoken = true;
                    progress.return_incomplete = is_incomplete(&event.details);
                }
                "receive_dossier" => progress.dossier_complete = !is_incomplete(&event.details),
                "complete_return" => progress.return_incomplete = false,
                "draft_minutes" => {
                    progress.drafted_on = day("drafted_on");
                    progress.conclusion = text("conclusion").and_then(Conclusion::parse);
                    progress.minutes_awaited = false;
                }
                "announce" => {
                    progress.superseded |= progress.announced_at.is_some();
                    progress.announced_at = moment("held_at");
                    progress.sent_to.clear();
                    progress.sent_to_all = false;
                    progress.posted_on = None;
                }
                "dispatch_minutes" => match text("recipient").and_then(MinutesRecipient::parse) {
                    Some(recipient) => {
                        progress.sent_to.insert(recipient);
                    }
                    None => match event.details["recipients"].as_array() {
                        Some(all) => {
                            let all = all.iter().filter_map(Value::as_str);
                            progress
                                .sent_to
                                .extend(all.filter_map(MinutesRecipient::parse));
                        }
                        // Before the timeline named them.
                        None => progress.sent_to_all = true,
                    },
                },
                "confirm_posting" => progress.posted_on = day("posted_on"),
                "release_scene" => progress.scene_released = true,
                "recommend" => progress.open_recommendations.push(event.id.to_string()),
                "report_recommendation" => progress
                    .open_recommendations
                    .retain(|open| Some(open.as_str()) != text("recommendation_id")),
                "decide_benefits" => progress.benefits_decided.extend(victim()),
                "check_file" => progress.files_checked.extend(victim()),
                "follow_publicly" => progress.followed_publicly = text("followed") == Some("yes"),
                "enter_register" => progress.registered = true,
                "receive_complaint" => {
                    if event.from_status != Some(CaseStatus::Complained) {
                        progress.before = event.from_status;
                    }
                    progress.open_complaints.push(OpenComplaint {
                        event: event.id.to_string(),
                        received_on: day("received_on"),
                    });
                }
                "answer_complaint" | "refuse_reinvestigation" => {
                    let answered = text("complaint_id");
                    let open = &mut progress.open_complaints;
                    let at = open
                        .iter()
                        .position(|one| Some(one.event.as_str()) == answered);
                    if !open.is_empty() {
                        open.remove(at.unwrap_or(0));
                    }
                    // Before each had an answer of its own, one answered all.
                    if event.to_status != CaseStatus::Complained {
                        open.clear();
                    }
                }
                "reinvestigate" => {
                    progress.open_complaints.clear();
                    // What was settled rests on the old minutes; what is owed to the dead begins again with the new.
                    progress.benefits_decided.clear();
                    progress.files_checked.clear();
                    progress.registered = false;
                    progress.expertise_ordered = false;
                    progress.extended = false;
                    let above = text("level").and_then(InvestigationLevel::parse);
                    progress.taken_over_by = above.or(progress.taken_over_by);
                    progress.is_final = progress.taken_over_by == Some(InvestigationLevel::Central);
                    progress.minutes_awaited = true;
                    progress.before = None;
                    progress.decided_on = day("decided_on");
                    progress.team.clear();
                    progress.join(text("head"), &event.details);
                }
                "take_over" => {
                    progress.another_team();
                    progress.police_undecided = false;
                    progress.taken_over_by = text("level").and_then(InvestigationLevel::parse);
                }
                "declare" => progress.declared = true,
                "mark_duplicate" => progress.duplicate_of = text("of_case").map(str::to_owned),
                "reinstate" => {
                    progress.duplicate_of = None;
                    progress.handed_to = None;
                }
                // Before the posting was a step of its own, the last step said when it hung.
                "close" if progress.posted_on.is_none() => progress.posted_on = day("posted_on"),
                "transfer" => {
                    // Before transfers named an authority of the directory, they had no receipt.
                    progress.handed_to = text("received_by").map(|authority| HandedTo {
                        authority: authority.to_owned(),
                        audience: text("audience").map(str::to_owned),
                        since: event.happened_at,
                    });
                }
                REFUSED => {
                    let passed = serde_json::from_value(event.details["passed_on"].clone());
                    progress.passed_on.extend(passed.ok());
                }
                // The place was corrected: those of the new one are in charge.
                _ if event.details["elsewhere"] == true => {
                    progress.handed_to = None;
                    progress.passed_on.clear();
                }
                _ => {}
            }
        }
        progress
    }

    fn note_early_end(&mut self, event: &Event) {
        let details = &event.details;
        let ends = match event.action.as_str() {
            "mark_duplicate" | "withdraw" => true,
            // One that has a queue here takes the case on.
            "transfer" => details["received_by"].is_string() && details["audience"].is_null(),
            _ => false,
        };
        if ends {
            self.early_end = event.from_status.map(|from| EarlyEnd {
                at: event.happened_at,
                from,
                changed_at: None,
            });
        } else if event.from_status != Some(event.to_status) {
            self.early_end = None;
        } else if let Some(end) = &mut self.early_end
            && (details["class_before"] != details["class_now"] || details["place_now"].is_object())
        {
            end.changed_at = Some(event.happened_at);
        }
    }

    /// What the team that investigated until now ordered for itself is over.
    fn another_team(&mut self) {
        self.expertise_ordered = false;
        self.extended = false;
        self.team.clear();
    }

    /// Since when the team works, as far as it is known: its decision, or what brought the case back to it.
    pub fn works_since(&self) -> Option<NaiveDate> {
        self.decided_on.max(self.went_on_on)
    }

    /// `head` leads from now on, where there is one, and the members of `details` come in.
    fn join(&mut self, head: Option<&str>, details: &Value) {
        let members = details["members"].as_array().into_iter().flatten();
        let names = members.filter_map(|member| member["full_name"].as_str());
        for name in head.into_iter().chain(names) {
            if !self.team.iter().any(|known| known == name) {
                self.team.push(name.to_owned());
            }
        }
    }

    /// To whom the minutes are still to be sent.
    pub fn still_to_send(
        &self,
        level: InvestigationLevel,
        facts: &CaseFacts,
    ) -> Vec<MinutesRecipient> {
        if self.announced_at.is_none() || self.sent_to_all {
            return Vec::new();
        }
        let mut all = MinutesRecipient::legal(level, facts);
        all.retain(|recipient| !self.sent_to.contains(recipient));
        all
    }

    /// Whether the announced minutes reached everybody.
    pub fn minutes_sent(&self, level: InvestigationLevel, facts: &CaseFacts) -> bool {
        self.announced_at.is_some() && self.still_to_send(level, facts).is_empty()
    }
}

/// The whole numbers of a list.
fn numbers(list: &Value) -> impl Iterator<Item = u32> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|number| number.as_u64()?.try_into().ok())
}

/// Whether an item of D39 Art. 20.5 is named as missing.
pub fn is_incomplete(inventory: &Value) -> bool {
    let entries = inventory.as_object().into_iter().flatten();
    entries.into_iter().any(|(_, entry)| entry == "missing")
}

/// The papers that `events` name, in their order.
pub fn documents(events: &[Event]) -> Vec<Document> {
    const NUMBERS: [(&str, &[&str]); 11] = [
        ("record_number", &["recorded_on"]),
        ("decision_number", &["decided_on"]),
        ("consent_number", &["consented_on"]),
        ("minutes_number", &["drafted_on"]),
        ("meeting_minutes_number", &[]),
        ("letter_number", &["sent_on", "answered_on", "resumed_on"]),
        (
            "document_number",
            &[
                "ordered_on",
                "sent_on",
                "concluded_on",
                "consented_on",
                "assessed_on",
                "issued_on",
            ],
        ),
        ("procuracy_copy_number", &["sent_on"]),
        ("handover_number", &["handed_over_on"]),
        ("register_number", &["entered_on"]),
        ("archive_number", &[]),
    ];
    let mut documents = Vec::new();
    for event in events {
        let text = |name: &str| event.details.get(name).and_then(Value::as_str);
        for (number, dated) in NUMBERS {
            if let Some(found) = text(number) {
                documents.push(Document {
                    step: event.action.clone(),
                    number: found.to_owned(),
                    dated: dated.iter().find_map(|name| text(name)?.parse().ok()),
                    recorded_at: event.happened_at,
                });
            }
        }
    }
    documents
}
