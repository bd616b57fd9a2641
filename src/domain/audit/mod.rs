//! The trace (*nhật ký truy cập*): who did or looked at what, and when (PD-5).
//!
//! Entries stand in chains ([`chain`]); from time to time a signed root says where every chain
//! stands ([`root`]), so that what is changed, deleted or put in another order is found.

pub mod chain;
pub mod root;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    domain::access::{Actor, Caller},
    named,
};

named! {
    /// Who acted.
    pub enum ActorKind {
        /// Whoever showed an API token.
        Token = "token",
        /// A person who was signed in.
        Account = "account",
        /// Whoever opened the link of a mail.
        Link = "link",
        /// The service itself.
        Service = "service",
        /// Somebody who is not signed in.
        Unknown = "unknown",
        /// Whoever stood at the machine, with the command line.
        Console = "console",
        /// Who gave notice without an account.
        Nobody = "nobody",
    }
}

named! {
    /// What was done.
    pub enum Action {
        /// A declaration was accepted.
        Declare = "declare",
        /// A declaration was supplemented.
        Supplement = "supplement",
        /// A declaration was read.
        ReadDeclaration = "read_declaration",
        /// A case was read.
        ReadCase = "read_case",
        /// A case was read through the link of a mail.
        ReadByLink = "read_by_link",
        /// A case was taken a step further.
        TakeStep = "take_step",
        /// A form of a case was issued.
        IssueForm = "issue_form",
        /// A form that was issued was read.
        ReadForm = "read_form",
        /// Looked which forms of a case were issued.
        ListForms = "list_forms",
        /// Cases were looked for by words, in names as well or not.
        SearchCases = "search_cases",
        /// The filters that a post has saved were read; each may hold the name of a person.
        ReadFilters = "read_filters",
        /// A filter was saved for a post.
        SaveFilter = "save_filter",
        /// A filter of a post was deleted.
        DeleteFilter = "delete_filter",
        /// Who was told of a case was read.
        ReadAlerts = "read_alerts",
        /// An alert was taken by the link of its mail.
        TakeAlert = "take_alert",
        /// The monthly test of the way to an authority was answered by the link of its mail.
        TakeCanary = "take_canary",
        /// Early reminders of a post or an authority were stopped or resumed by the link of one.
        ChangeReminders = "change_reminders",
        /// Somebody said by the link of its mail that an alert is not theirs.
        RefuseAlert = "refuse_alert",
        /// A proposal to correct the directory was settled.
        SettleProposal = "settle_proposal",
        /// An alert that nobody took went on to the next rung of its ladder.
        ClimbLadder = "climb_ladder",
        /// Somebody telephoned about an alert, and nobody took it.
        NoteCall = "note_call",
        /// The call list was read.
        ReadCalls = "read_calls",
        /// An alert was assigned to a post.
        AssignAlert = "assign_alert",
        /// A failed alert was sent again.
        ResendAlert = "resend_alert",
        /// The trace of a record was read.
        ReadTrace = "read_trace",
        /// Limits of a case were counted again after rules or days off changed.
        RecountLimits = "recount_limits",
        /// A case was carried over to the successors of a unit that ended.
        CarryOver = "carry_over",
        /// A case went to others, with a list of what went along.
        MoveCase = "move_case",
        /// What went along was read.
        ReadTransfers = "read_transfers",
        /// Who gave notice was looked at.
        ReadInformant = "read_informant",
        /// A notice that is held was looked at.
        ReadHeldNotice = "read_held_notice",
        /// A notice that was held is told.
        ReleaseNotice = "release_notice",
        /// A notice that was held is told to nobody.
        RejectNotice = "reject_notice",
        /// A post was created.
        CreatePost = "create_post",
        /// A post was ended.
        EndPost = "end_post",
        /// A post was given to somebody.
        Appoint = "appoint",
        /// A post was taken from somebody.
        RemoveHolder = "remove_holder",
        /// What a post holds was handed over to another.
        HandOver = "hand_over",
        /// A post went over to the authority that succeeded its own.
        MovePost = "move_post",
        /// Somebody was put on duty.
        AddShift = "add_shift",
        /// A shift was ended or taken back.
        CancelShift = "cancel_shift",
        /// A person signed in.
        SignIn = "sign_in",
        /// Somebody tried to sign in, or to show again who they are, and could not.
        SignInRefused = "sign_in_refused",
        /// A person signed out.
        SignOut = "sign_out",
        /// A person ended another session of theirs.
        EndSession = "end_session",
        /// A person acts in another post or for another employer.
        ChangeStanding = "change_standing",
        /// An account was made.
        MakeAccount = "make_account",
        /// An account was locked.
        LockAccount = "lock_account",
        /// An account was opened again.
        UnlockAccount = "unlock_account",
        /// A link to set a password was asked for.
        AskReset = "ask_reset",
        /// A password was set by a link.
        ResetPassword = "reset_password",
        /// A password was changed.
        ChangePassword = "change_password",
        /// An address was shown to be its holder's.
        ProveEmail = "prove_email",
        /// Codes of an authenticator app are asked for from now on.
        SetUpTotp = "set_up_totp",
        /// Codes of an authenticator app are no longer asked for.
        RemoveTotp = "remove_totp",
        /// New recovery codes were made.
        RenewRecoveryCodes = "renew_recovery_codes",
        /// A passkey was added to an account.
        AddPasskey = "add_passkey",
        /// A passkey was given another name.
        RenamePasskey = "rename_passkey",
        /// A passkey was removed.
        RemovePasskey = "remove_passkey",
        /// An identity of an OpenID provider was linked to an account.
        LinkIdentity = "link_identity",
        /// An identity was unlinked.
        UnlinkIdentity = "unlink_identity",
        /// An employer registered itself.
        RegisterEmployer = "register_employer",
        /// The record of an employer was read by an authority.
        ReadEmployer = "read_employer",
        /// An employer was verified.
        VerifyEmployer = "verify_employer",
        /// That was taken back.
        UnverifyEmployer = "unverify_employer",
        /// An employer was locked.
        LockEmployer = "lock_employer",
        /// It was opened again.
        UnlockEmployer = "unlock_employer",
        /// The record of an employer was merged into another.
        MergeEmployers = "merge_employers",
        /// It is one of its own again.
        UnmergeEmployers = "unmerge_employers",
        /// A claim on a tax code was decided.
        DecideClaim = "decide_claim",
        /// Somebody was invited to act for an employer.
        InvitePerson = "invite_person",
        /// An invitation was taken back.
        WithdrawInvitation = "withdraw_invitation",
        /// An invitation was declined.
        DeclineInvitation = "decline_invitation",
        /// Somebody acts for an employer from now on.
        JoinEmployer = "join_employer",
        /// Somebody acts for an employer no more.
        LeaveEmployer = "leave_employer",
        /// Somebody became an owner or a member of an employer.
        ChangePersonRole = "change_person_role",
        /// Another address was asked for.
        AskEmail = "ask_email",
        /// Another address counts from now on.
        ChangeEmail = "change_email",
        /// The telephone of an account was changed.
        ChangePhone = "change_phone",
        /// What a data subject asks for was registered.
        RegisterRequest = "register_request",
        /// It was read.
        ReadRequest = "read_request",
        /// It was acknowledged, extended, answered or refused.
        HandleRequest = "handle_request",
        /// A breach was registered.
        OpenBreach = "open_breach",
        /// It was read.
        ReadBreach = "read_breach",
        /// Something was done about it.
        HandleBreach = "handle_breach",
        /// A legal hold was set on a case.
        SetHold = "set_hold",
        /// It was lifted.
        LiftHold = "lift_hold",
        /// What is past its time was planned to be destroyed.
        PlanRetention = "plan_retention",
        /// The key of a case was destroyed, or rows of a register.
        Destroy = "destroy",
        /// What proves a duty was noted.
        NoteDuty = "note_duty",
        /// The directory of authorities was changed.
        ChangeDirectory = "change_directory",
        /// A file was read into the directory.
        ImportDirectory = "import_directory",
        /// A change of the law was proposed.
        ProposeRules = "propose_rules",
        /// A proposal was approved by somebody else.
        ApproveRules = "approve_rules",
        /// A proposal was turned down.
        RejectRules = "reject_rules",
        /// A proposal was taken back.
        WithdrawRules = "withdraw_rules",
        /// A rule was changed.
        ChangeRule = "change_rule",
        /// A file was read into the law.
        ImportRules = "import_rules",
        /// A token was made.
        CreateToken = "create_token",
        /// It was said that a token stays although whoever made it leaves.
        KeepToken = "keep_token",
        /// A token was revoked.
        RevokeToken = "revoke_token",
        /// Personal data go over to another master key.
        RotateKeys = "rotate_keys",
        /// A mail to an authority came back.
        NoteReturn = "note_return",
        /// A master key was retired.
        RetireKey = "retire_key",
        /// A file was sent for a case.
        BeginUpload = "begin_upload",
        /// A file became a document of a case.
        AddDocument = "add_document",
        /// A file was not taken.
        RefuseFile = "refuse_file",
        /// The list of a case's documents was read, or what is said of one.
        ListDocuments = "list_documents",
        /// A document was read, or its preview.
        ReadDocument = "read_document",
        /// Malware was found in a document.
        QuarantineDocument = "quarantine_document",
        /// A document was removed.
        RemoveDocument = "remove_document",
        /// The bytes of a document that was removed were erased.
        EraseDocument = "erase_document",
        /// Something was tried that the caller may not, or on something it does not see.
        Refused = "refused",
    }
}

named! {
    /// What for (PD-2): the ground on which personal data are processed.
    pub enum Purpose {
        /// To declare, which the law orders (L84 Art. 34).
        Declaration = "declaration",
        /// To investigate and handle a case (L84 Art. 35; D39 chapter III).
        Investigation = "investigation",
        /// To answer who saw a record (L91/2025 Art. 4).
        DataSubject = "data_subject",
        /// To protect personal data (L91/2025 Art. 3, 19, 23).
        DataProtection = "data_protection",
        /// To run the service.
        Operation = "operation",
    }
}

impl Action {
    /// What it is done for.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Declare | Self::Supplement | Self::ReadDeclaration => Purpose::Declaration,
            Self::ReadCase
            | Self::SearchCases
            | Self::ReadFilters
            | Self::SaveFilter
            | Self::DeleteFilter
            | Self::ReadByLink
            | Self::TakeStep
            | Self::IssueForm
            | Self::ReadForm
            | Self::ListForms
            | Self::ReadAlerts
            | Self::ResendAlert
            | Self::AssignAlert
            | Self::TakeAlert
            | Self::RefuseAlert
            | Self::ClimbLadder
            | Self::NoteCall
            | Self::ReadCalls
            | Self::NoteReturn
            | Self::ReadInformant
            | Self::ReadHeldNotice
            | Self::ReleaseNotice
            | Self::RejectNotice
            | Self::BeginUpload
            | Self::AddDocument
            | Self::RefuseFile
            | Self::ListDocuments
            | Self::ReadDocument
            | Self::RemoveDocument
            | Self::CarryOver
            | Self::MoveCase
            | Self::ReadTransfers
            | Self::RecountLimits => Purpose::Investigation,
            Self::ReadTrace | Self::RegisterRequest | Self::ReadRequest | Self::HandleRequest => {
                Purpose::DataSubject
            }
            Self::OpenBreach
            | Self::ReadBreach
            | Self::HandleBreach
            | Self::SetHold
            | Self::LiftHold
            | Self::PlanRetention
            | Self::Destroy
            | Self::QuarantineDocument
            | Self::EraseDocument
            | Self::NoteDuty => Purpose::DataProtection,
            Self::CreatePost
            | Self::EndPost
            | Self::Appoint
            | Self::RemoveHolder
            | Self::HandOver
            | Self::MovePost
            | Self::AddShift
            | Self::CancelShift
            | Self::SignIn
            | Self::SignInRefused
            | Self::SignOut
            | Self::EndSession
            | Self::ChangeStanding
            | Self::MakeAccount
            | Self::LockAccount
            | Self::UnlockAccount
            | Self::AskReset
            | Self::ResetPassword
            | Self::ChangePassword
            | Self::ProveEmail
            | Self::SetUpTotp
            | Self::RemoveTotp
            | Self::RenewRecoveryCodes
            | Self::AddPasskey
            | Self::RenamePasskey
            | Self::RemovePasskey
            | Self::LinkIdentity
            | Self::UnlinkIdentity
            | Self::RegisterEmployer
            | Self::ReadEmployer
            | Self::VerifyEmployer
            | Self::UnverifyEmployer
            | Self::LockEmployer
            | Self::UnlockEmployer
            | Self::MergeEmployers
            | Self::UnmergeEmployers
            | Self::DecideClaim
            | Self::InvitePerson
            | Self::WithdrawInvitation
            | Self::DeclineInvitation
            | Self::JoinEmployer
            | Self::LeaveEmployer
            | Self::ChangePersonRole
            | Self::AskEmail
            | Self::ChangeEmail
            | Self::ChangePhone
            | Self::ChangeDirectory
            | Self::SettleProposal
            | Self::TakeCanary
            | Self::ChangeReminders
            | Self::ImportDirectory
            | Self::ProposeRules
            | Self::ApproveRules
            | Self::RejectRules
            | Self::WithdrawRules
            | Self::ChangeRule
            | Self::ImportRules
            | Self::CreateToken
            | Self::KeepToken
            | Self::RevokeToken
            | Self::RotateKeys
            | Self::RetireKey
            | Self::Refused => Purpose::Operation,
        }
    }
}

named! {
    /// What it was done to.
    pub enum ObjectKind {
        /// A case, and the declaration that opened it.
        Case = "case",
        /// A post.
        Post = "post",
        /// What a data subject asks for.
        DataSubjectRequest = "data_subject_request",
        /// A breach.
        Breach = "breach",
        /// A plan of what is destroyed.
        RetentionPlan = "retention_plan",
        /// A duty of the law on personal data.
        LegalDuty = "legal_duty",
        /// An authority of the directory.
        Authority = "authority",
        /// A rule of the law.
        Rule = "rule",
        /// A proposal to change the law.
        Proposal = "proposal",
        /// Dated data as a whole: the directory or the law.
        Catalogue = "catalogue",
        /// A token.
        Token = "token",
        /// A master key.
        Key = "key",
        /// An address of the API.
        Address = "address",
        /// An account; or the keyed hash of an address that somebody tried, where there is none.
        Account = "account",
        /// A time for which a person is signed in.
        Session = "session",
        /// A passkey.
        Passkey = "passkey",
        /// Who a person is at an OpenID provider.
        Identity = "identity",
        /// The record of an employer.
        Employer = "employer",
    }
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Kind.
    pub kind: ObjectKind,
    /// Id.
    pub id: String,
}

impl Object {
    /// A thing of some kind.
    pub fn new(kind: ObjectKind, id: impl ToString) -> Self {
        Self {
            kind,
            id: id.to_string(),
        }
    }
}

/// Who acted, as it was then: names and territories change, the trace does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Kind.
    pub kind: ActorKind,
    /// Id of the token or account; empty where there is none.
    pub id: String,
    /// Name of the token or person, or of the authority that was written to.
    pub name: String,
    /// Role.
    pub role: String,
    /// Code of the province or commune, or the tax code, for which it acted.
    pub territory: Option<String>,
}

impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        let codes = [&actor.commune_code, &actor.province_code, &actor.tax_code];
        Self {
            kind: match actor.caller {
                Caller::Token(_) => ActorKind::Token,
                Caller::Account(_) => ActorKind::Account,
                Caller::Service => ActorKind::Service,
                Caller::Nobody => ActorKind::Nobody,
            },
            id: actor.caller.id().to_string(),
            name: actor.name.clone(),
            role: actor.role.to_string(),
            territory: codes.into_iter().flatten().next().cloned(),
        }
    }
}

/// From where: as far as a request says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Address of the caller.
    pub address: Option<String>,
    /// The request, as the log names it.
    pub request_id: Option<String>,
}

/// One thing that was done or looked at. Holds no personal data but the name of who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, UTC, whole microseconds.
    pub happened_at: DateTime<Utc>,
    /// Who.
    pub who: Who,
    /// What.
    pub action: Action,
    /// What for.
    pub purpose: Purpose,
    /// To what.
    pub object: Object,
    /// `done`, or the reason of a refusal.
    pub result: String,
    /// From where.
    pub origin: Origin,
    /// What else is worth knowing: the step, the receipt number. No personal data.
    pub details: Value,
}
