//! Every right, who has it, and what it is bounded by. What is not in this table is not allowed.

use crate::{
    domain::{
        authority::Role,
        post::{PostKind, kinds_in},
    },
    named,
};

named! {
    /// Everything that can be asked of the service.
    pub enum Right {
        // --- declarations
        /// To declare an accident (L84 Art. 34.1).
        Declare = "declare",
        /// To give notice in the office of police or health (`accidents.md` 7.3): no declaration of the law, which
        /// it waits for.
        GiveOfficialNotice = "give_official_notice",
        /// To give notice without an account (L84 Art. 34.1).
        Notice = "notice",
        /// To see which notices are held.
        ReadHeldNotices = "read_held_notices",
        /// To confirm or reject the notice of somebody who is not known.
        ConfirmNotice = "confirm_notice",
        /// To ask what would be decided.
        Preview = "preview",
        /// To ask what would have been decided on another day.
        PreviewAnotherDay = "preview_another_day",
        /// To read a declaration.
        ReadDeclaration = "read_declaration",
        /// To add to a declaration.
        Supplement = "supplement",
        // --- cases
        /// To look through the queue.
        ListCases = "list_cases",
        /// To read a case.
        ReadCase = "read_case",
        /// To set the reports of one accident beside each other, those of other cases too (`accidents.md` 10.2).
        CompareCases = "compare_cases",
        /// To read what went along when a case went to others.
        ReadTransfers = "read_transfers",
        /// Steps that take a case in: declare, receive, classify, record.
        ReceiveCase = "receive_case",
        /// Steps of the investigation, to its end.
        Investigate = "investigate",
        /// To write down what police and procuracy decide and send (D39 Art. 20).
        RecordCriminalSide = "record_criminal_side",
        /// To say who works on a case.
        AssignCase = "assign_case",
        /// To take a case that nobody works on yet for one's own post. Whoever may say who works on a case needs it
        /// not.
        TakeCase = "take_case",
        /// Steps that say where a case belongs, or that it is none.
        ReferCase = "refer_case",
        /// To read who is alerted.
        ReadAlerts = "read_alerts",
        /// To send a failed alert again.
        ResendAlert = "resend_alert",
        /// To read documents, within what D39 Art. 12 lets be known.
        ReadDocuments = "read_documents",
        /// To add documents to the file (D39 Art. 16, 18.4).
        AddDocuments = "add_documents",
        /// To remove documents from the file.
        RemoveDocuments = "remove_documents",
        /// To fill and issue forms of a case.
        IssueForms = "issue_forms",
        /// To read forms that were issued.
        ReadForms = "read_forms",
        // --- personal data that need a grant of their own
        /// To read injuries and diagnoses (L91/2025: sensitive data).
        ReadHealthData = "read_health_data",
        /// To read identity numbers in full.
        ReadIdentityNumbers = "read_identity_numbers",
        /// To read who gave notice, where it is not the employer or the commune (L84 Art. 34.2).
        ReadInformant = "read_informant",
        /// To read who saw a record.
        ReadTrace = "read_trace",
        // --- the office
        /// To see the posts of an authority and who holds them.
        ReadPosts = "read_posts",
        /// To create and end posts, to appoint and remove.
        ManagePosts = "manage_posts",
        /// To hand over what a post holds.
        HandOver = "hand_over",
        /// To see who is on duty.
        ReadRoster = "read_roster",
        /// To say who is on duty.
        ManageRoster = "manage_roster",
        /// To create and revoke tokens.
        CreateTokens = "create_tokens",
        /// To lock the accounts of those who hold posts, and to take lost second factors from them.
        ManageAccounts = "manage_accounts",
        // --- employers
        /// To verify, lock and merge employers.
        ManageEmployers = "manage_employers",
        /// To read the record of an employer and who acts for it.
        ReadEmployer = "read_employer",
        /// To decide whether whoever else registered a tax code belongs to its employer.
        DecideClaims = "decide_claims",
        /// To invite and remove the people of an employer.
        ManageEmployerPeople = "manage_employer_people",
        /// To make, list and revoke the tokens of an employer.
        ManageEmployerTokens = "manage_employer_tokens",
        /// To act for an employer no more.
        LeaveEmployer = "leave_employer",
        // --- administration
        /// To look through the directory and the rules.
        ReadDirectory = "read_directory",
        /// To change the directory of authorities.
        ManageDirectory = "manage_directory",
        /// To propose dated rules; the days off of a year are among them.
        ProposeRules = "propose_rules",
        /// To approve what another has proposed.
        ApproveRules = "approve_rules",
        /// To keep the register of data subjects' requests.
        DataSubjectRequests = "data_subject_requests",
        /// To keep the register of breaches.
        BreachRegister = "breach_register",
        /// To set legal holds and to let destroy what is past its time.
        Retention = "retention",
        /// To note what proves the duties of the law on personal data.
        LegalDuties = "legal_duties",
        // --- everybody
        /// To search for places.
        SearchPlaces = "search_places",
        // --- the operator
        /// To read alarms.
        ReadAlarms = "read_alarms",
        /// To telephone about alerts that nobody takes.
        HandleCalls = "handle_calls",
    }
}

named! {
    /// Who has rights: a kind of post, an employer, or a token.
    pub enum Holder {
        /// An employer: its people and its tokens.
        Employer = "employer",
        /// Who has no account and gives notice.
        Informant = "informant",
        /// A token of a commune.
        CommuneToken = "commune_token",
        /// A token of a province's labour authority.
        InspectorToken = "inspector_token",
        /// A token of the police.
        PoliceToken = "police_token",
        /// A token of the ministry.
        MinistryToken = "ministry_token",
        /// Chánh thanh tra, or who heads the office that took over.
        ChiefInspector = "chief_inspector",
        /// Investigator.
        Investigator = "investigator",
        /// Trực ban.
        DutyOfficer = "duty_officer",
        /// Công chức cấp xã.
        CommuneOfficial = "commune_official",
        /// Công an cấp xã.
        CommunePoliceOfficer = "commune_police_officer",
        /// Điều tra viên Công an tỉnh.
        ProvincialPoliceInvestigator = "provincial_police_investigator",
        /// Kiểm sát viên.
        Procuracy = "procuracy",
        /// Sở Y tế.
        HealthDepartment = "health_department",
        /// Bảo hiểm xã hội.
        Insurer = "insurer",
        /// Công đoàn.
        Union = "union",
        /// Ban quản lý khu công nghiệp.
        ZoneBoard = "zone_board",
        /// Quản trị cấp tỉnh.
        ProvincialAdministrator = "provincial_administrator",
        /// Thành viên Hội đồng An toàn, vệ sinh lao động.
        CouncilMember = "council_member",
        /// Cán bộ Bộ.
        MinistryOfficer = "ministry_officer",
        /// Vận hành; also its token.
        Operator = "operator",
    }
}

impl From<PostKind> for Holder {
    fn from(kind: PostKind) -> Self {
        match kind {
            PostKind::ChiefInspector => Self::ChiefInspector,
            PostKind::Investigator => Self::Investigator,
            PostKind::DutyOfficer => Self::DutyOfficer,
            PostKind::CommuneOfficial => Self::CommuneOfficial,
            PostKind::CommunePoliceOfficer => Self::CommunePoliceOfficer,
            PostKind::ProvincialPoliceInvestigator => Self::ProvincialPoliceInvestigator,
            PostKind::Procuracy => Self::Procuracy,
            PostKind::HealthDepartment => Self::HealthDepartment,
            PostKind::Insurer => Self::Insurer,
            PostKind::Union => Self::Union,
            PostKind::ZoneBoard => Self::ZoneBoard,
            PostKind::ProvincialAdministrator => Self::ProvincialAdministrator,
            PostKind::CouncilMember => Self::CouncilMember,
            PostKind::MinistryOfficer => Self::MinistryOfficer,
            PostKind::Operator => Self::Operator,
        }
    }
}

named! {
    /// What a right is bounded by.
    pub enum Bound {
        /// Nothing.
        Everywhere = "everywhere",
        /// Cases that lie in the holder's territory and that its authority sees (see `sight`).
        OwnTerritory = "own_territory",
        /// What the employer or the commune has declared itself.
        OwnRecord = "own_record",
        /// The employer for which the person acts.
        OwnEmployer = "own_employer",
        /// The same, where the person is an owner; claims once it is verified.
        OwnedEmployer = "owned_employer",
        /// The authority of the post.
        OwnAuthority = "own_authority",
        /// Cases of accidents that the employer declared and its own team investigates (L84 Art. 35.1).
        OwnFacilityCase = "own_facility_case",
        /// Notices that the holder's authority received, as the commune or the labour authority.
        OwnReceipt = "own_receipt",
        /// Authorities, employers and records of the holder's province.
        OwnProvince = "own_province",
    }
}

/// Some rows of the table: a kind of holder, a bound, and the rights within it.
struct Rows {
    holder: Holder,
    bound: Bound,
    /// Whether the post must have been granted each of them.
    by_grant: bool,
    rights: &'static [Right],
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub holder: Holder,
    /// Within what.
    pub bound: Bound,
    /// Whether the post must have been granted it.
    pub by_grant: bool,
    /// May do what.
    pub right: Right,
}

/// Every row.
pub fn rows() -> impl Iterator<Item = Row> {
    TABLE.iter().flat_map(|some| {
        some.rights.iter().map(|right| Row {
            holder: some.holder,
            bound: some.bound,
            by_grant: some.by_grant,
            right: *right,
        })
    })
}

/// Whether the link of a mail to an authority of this role opens what `right` is about: a link shows
/// what some post of the authority sees without a grant, and no more.
pub fn is_behind_link(role: Role, right: Right) -> bool {
    kinds_in(role).any(|kind| {
        let holder = Holder::from(kind);
        rows().any(|row| row.holder == holder && row.right == right && !row.by_grant)
    })
}

/// The rights that may be granted to a post of this kind beyond its own.
pub fn grantable(kind: PostKind) -> impl Iterator<Item = Right> {
    let holder = Holder::from(kind);
    rows()
        .filter(move |row| row.by_grant && row.holder == holder)
        .map(|row| row.right)
}

/// What software may do in the place of a post. What a person must answer for is not among it: who
/// has which rights, what the law says, who gave notice, and whether a stranger's notice holds.
const BY_TOKEN: &[Right] = &[
    Right::Declare,
    Right::GiveOfficialNotice,
    Right::Preview,
    Right::PreviewAnotherDay,
    Right::ReadDeclaration,
    Right::Supplement,
    Right::ListCases,
    Right::ReadCase,
    Right::CompareCases,
    Right::ReadTransfers,
    Right::ReceiveCase,
    Right::Investigate,
    Right::AssignCase,
    Right::TakeCase,
    Right::ReferCase,
    Right::ReadAlerts,
    Right::ResendAlert,
    Right::ReadDocuments,
    Right::AddDocuments,
    Right::IssueForms,
    Right::ReadForms,
    Right::ReadHealthData,
    Right::ReadIdentityNumbers,
    Right::ReadTrace,
    Right::ReadHeldNotices,
    Right::ReadPosts,
    Right::ReadRoster,
    Right::ManageRoster,
    Right::ReadDirectory,
    Right::ManageDirectory,
    Right::SearchPlaces,
    Right::ReadAlarms,
];

/// Whether a token of `holder` may be made for `right`: nobody gives what it does not have.
pub fn is_for_tokens(holder: Holder, grants: &[Right], right: Right) -> bool {
    let mut of_holder = rows().filter(|row| row.holder == holder && row.right == right);
    BY_TOKEN.contains(&right) && of_holder.any(|row| !row.by_grant || grants.contains(&right))
}

const fn may(holder: Holder, bound: Bound, rights: &'static [Right]) -> Rows {
    Rows {
        holder,
        bound,
        by_grant: false,
        rights,
    }
}

const fn if_granted(holder: Holder, bound: Bound, rights: &'static [Right]) -> Rows {
    Rows {
        holder,
        bound,
        by_grant: true,
        rights,
    }
}

use Bound::{
    Everywhere, OwnAuthority, OwnEmployer, OwnFacilityCase, OwnProvince, OwnReceipt, OwnRecord,
    OwnTerritory, OwnedEmployer,
};
use Right as R;

/// Who declares, reads what it declared.
const OWN_DECLARATION: &[Right] = &[
    R::ReadDeclaration,
    R::Supplement,
    R::ReadDocuments,
    R::AddDocuments,
    R::ReadTrace,
    R::ReadHealthData,
    R::ReadIdentityNumbers,
];
/// Whose own team investigates: everything that a team does, and nothing that an authority does.
const OWN_TEAM: &[Right] = &[
    R::ListCases,
    R::ReadCase,
    R::ReceiveCase,
    R::Investigate,
    R::ReadDocuments,
    R::AddDocuments,
    R::RemoveDocuments,
    R::ReadTrace,
    R::ReadHealthData,
    R::ReadIdentityNumbers,
    R::IssueForms,
    R::ReadForms,
];
/// What belongs to handling a case.
const HANDLE: &[Right] = &[
    R::ReadDeclaration,
    R::Supplement,
    R::ListCases,
    R::ReadCase,
    R::CompareCases,
    R::ReadTransfers,
    R::ReceiveCase,
    R::Investigate,
    R::RecordCriminalSide,
    R::AssignCase,
    R::ReferCase,
    R::ReadAlerts,
    R::ResendAlert,
    R::ReadDocuments,
    R::AddDocuments,
    R::RemoveDocuments,
    R::ReadTrace,
    R::IssueForms,
    R::ReadForms,
];
/// The same without the say who works on it, but to take what nobody works on; and without its end elsewhere.
const INVESTIGATE: &[Right] = &[
    R::TakeCase,
    R::ReadDeclaration,
    R::Supplement,
    R::ListCases,
    R::ReadCase,
    R::CompareCases,
    R::ReadTransfers,
    R::ReceiveCase,
    R::Investigate,
    R::RecordCriminalSide,
    R::ReadAlerts,
    R::ResendAlert,
    R::ReadDocuments,
    R::AddDocuments,
    R::RemoveDocuments,
    R::ReadTrace,
    R::IssueForms,
    R::ReadForms,
];
/// To take in what arrives.
const TAKE_IN: &[Right] = &[
    R::ReadDeclaration,
    R::Supplement,
    R::ListCases,
    R::ReadCase,
    R::ReceiveCase,
    R::AssignCase,
    R::ReadAlerts,
    R::ResendAlert,
    R::ReadDocuments,
    R::AddDocuments,
    R::ReadTrace,
    R::ReadForms,
];
/// To look at what one was told of.
const LOOK: &[Right] = &[
    R::ReadDeclaration,
    R::ListCases,
    R::ReadCase,
    R::ReadAlerts,
    R::ReadDocuments,
    R::ReadTrace,
];
/// What police and procuracy do in a case (D39 Art. 20).
const CRIMINAL_SIDE: &[Right] = &[R::RecordCriminalSide];
/// Data that need a grant of their own (PD-3).
const SENSITIVE: &[Right] = &[R::ReadHealthData, R::ReadIdentityNumbers];
/// Who gave notice is known to whom it was given, and to nobody else (L84 Art. 34.2).
const INFORMANT: &[Right] = &[R::ReadInformant];
/// What the commune and the labour authority do with notices of unknown people.
const NOTICES: &[Right] = &[R::ReadHeldNotices, R::ConfirmNotice];
/// Police and hospitals tell of what they learn.
const OFFICIAL_NOTICE: &[Right] = &[R::GiveOfficialNotice];
const HEALTH: &[Right] = &[R::ReadHealthData];
const IDENTITY: &[Right] = &[R::ReadIdentityNumbers];

const ASK: &[Right] = &[R::Preview, R::PreviewAnotherDay, R::SearchPlaces];
const PLACES: &[Right] = &[R::SearchPlaces];
const DIRECTORY: &[Right] = &[R::ReadDirectory];
const COLLEAGUES: &[Right] = &[R::ReadPosts, R::ReadRoster];
/// Whose a tax code is, is decided by the province of the seat. What lies in two provinces neither decides
/// over the other: the ministry does, or the operator.
const EMPLOYERS: &[Right] = &[R::ManageEmployers, R::ReadEmployer, R::DecideClaims];

/// The table.
const TABLE: &[Rows] = &[
    // Employers declare (L84 Art. 34.1.b) and see what they declared.
    may(Holder::Employer, Everywhere, &[R::Declare, R::Preview]),
    may(Holder::Employer, Everywhere, PLACES),
    may(Holder::Employer, OwnRecord, OWN_DECLARATION),
    may(Holder::Employer, OwnFacilityCase, OWN_TEAM),
    may(
        Holder::Employer,
        OwnEmployer,
        &[R::ReadEmployer, R::LeaveEmployer],
    ),
    may(
        Holder::Employer,
        OwnedEmployer,
        &[
            R::ManageEmployerPeople,
            R::ManageEmployerTokens,
            R::DecideClaims,
        ],
    ),
    // Whoever knows of an accident gives notice, and finds the place of it; nothing else (L84 Art. 34.1.a, 34.1.d).
    may(Holder::Informant, Everywhere, &[R::Notice]),
    may(Holder::Informant, Everywhere, PLACES),
    // Tokens are made for one authority as a whole: for its own software.
    may(Holder::CommuneToken, Everywhere, &[R::Declare]),
    may(Holder::CommuneToken, Everywhere, ASK),
    may(Holder::CommuneToken, OwnRecord, OWN_DECLARATION),
    may(Holder::CommuneToken, OwnTerritory, HANDLE),
    may(Holder::CommuneToken, OwnTerritory, NOTICES),
    may(Holder::CommuneToken, OwnReceipt, INFORMANT),
    may(Holder::CommuneToken, OwnTerritory, SENSITIVE),
    may(Holder::CommuneToken, OwnAuthority, COLLEAGUES),
    may(Holder::InspectorToken, Everywhere, ASK),
    may(Holder::InspectorToken, OwnTerritory, HANDLE),
    may(Holder::InspectorToken, OwnTerritory, NOTICES),
    may(Holder::InspectorToken, OwnReceipt, INFORMANT),
    may(Holder::InspectorToken, OwnTerritory, SENSITIVE),
    may(Holder::InspectorToken, OwnAuthority, COLLEAGUES),
    // Police and hospitals give notice of what they learn (`accidents.md` 7.3).
    may(Holder::PoliceToken, Everywhere, OFFICIAL_NOTICE),
    may(Holder::PoliceToken, Everywhere, ASK),
    may(Holder::PoliceToken, OwnTerritory, TAKE_IN),
    may(Holder::PoliceToken, OwnTerritory, CRIMINAL_SIDE),
    may(Holder::PoliceToken, OwnTerritory, SENSITIVE),
    may(Holder::PoliceToken, OwnAuthority, COLLEAGUES),
    may(Holder::MinistryToken, Everywhere, ASK),
    may(Holder::MinistryToken, Everywhere, HANDLE),
    may(Holder::MinistryToken, Everywhere, SENSITIVE),
    may(Holder::MinistryToken, OwnAuthority, COLLEAGUES),
    // The labour authority of a province (L84 Art. 35; D129 Art. 42).
    may(Holder::ChiefInspector, Everywhere, ASK),
    may(Holder::ChiefInspector, OwnTerritory, HANDLE),
    may(Holder::ChiefInspector, OwnTerritory, NOTICES),
    may(Holder::ChiefInspector, OwnReceipt, INFORMANT),
    may(Holder::ChiefInspector, OwnTerritory, SENSITIVE),
    may(Holder::ChiefInspector, OwnAuthority, COLLEAGUES),
    may(
        Holder::ChiefInspector,
        OwnAuthority,
        &[
            R::ManagePosts,
            R::HandOver,
            R::ManageRoster,
            R::CreateTokens,
            R::DataSubjectRequests,
        ],
    ),
    may(Holder::Investigator, Everywhere, ASK),
    may(Holder::Investigator, OwnTerritory, INVESTIGATE),
    may(Holder::Investigator, OwnTerritory, SENSITIVE),
    may(Holder::Investigator, OwnReceipt, INFORMANT),
    may(Holder::Investigator, OwnAuthority, COLLEAGUES),
    // Whoever is on duty takes in what arrives; what a person is hurt by is not needed for it.
    may(Holder::DutyOfficer, Everywhere, ASK),
    may(Holder::DutyOfficer, OwnTerritory, TAKE_IN),
    may(
        Holder::DutyOfficer,
        OwnTerritory,
        &[R::CompareCases, R::ReadTransfers],
    ),
    may(Holder::DutyOfficer, OwnTerritory, NOTICES),
    may(Holder::DutyOfficer, OwnReceipt, INFORMANT),
    if_granted(Holder::DutyOfficer, OwnTerritory, SENSITIVE),
    may(Holder::DutyOfficer, OwnAuthority, COLLEAGUES),
    // The commune (L84 Art. 34.1.d, 34.2; D39 Art. 10.3).
    may(Holder::CommuneOfficial, Everywhere, &[R::Declare]),
    may(Holder::CommuneOfficial, Everywhere, ASK),
    may(Holder::CommuneOfficial, OwnRecord, OWN_DECLARATION),
    may(Holder::CommuneOfficial, OwnTerritory, HANDLE),
    may(Holder::CommuneOfficial, OwnTerritory, NOTICES),
    may(Holder::CommuneOfficial, OwnReceipt, INFORMANT),
    may(Holder::CommuneOfficial, OwnTerritory, SENSITIVE),
    may(Holder::CommuneOfficial, OwnAuthority, COLLEAGUES),
    if_granted(
        Holder::CommuneOfficial,
        OwnAuthority,
        &[
            R::ManagePosts,
            R::HandOver,
            R::ManageRoster,
            R::CreateTokens,
        ],
    ),
    // The police (L84 Art. 34.1.b, 35.6; D39 Art. 20).
    may(Holder::CommunePoliceOfficer, Everywhere, OFFICIAL_NOTICE),
    may(Holder::CommunePoliceOfficer, Everywhere, ASK),
    may(Holder::CommunePoliceOfficer, OwnTerritory, TAKE_IN),
    may(Holder::CommunePoliceOfficer, OwnTerritory, CRIMINAL_SIDE),
    may(Holder::CommunePoliceOfficer, OwnTerritory, SENSITIVE),
    may(Holder::CommunePoliceOfficer, OwnAuthority, COLLEAGUES),
    may(
        Holder::ProvincialPoliceInvestigator,
        Everywhere,
        OFFICIAL_NOTICE,
    ),
    may(Holder::ProvincialPoliceInvestigator, Everywhere, ASK),
    may(Holder::ProvincialPoliceInvestigator, OwnTerritory, TAKE_IN),
    may(
        Holder::ProvincialPoliceInvestigator,
        OwnTerritory,
        CRIMINAL_SIDE,
    ),
    may(
        Holder::ProvincialPoliceInvestigator,
        OwnTerritory,
        SENSITIVE,
    ),
    may(
        Holder::ProvincialPoliceInvestigator,
        OwnAuthority,
        COLLEAGUES,
    ),
    if_granted(
        Holder::ProvincialPoliceInvestigator,
        OwnAuthority,
        &[R::CreateTokens],
    ),
    // Who is told beside them, of the cases that it is told of.
    may(Holder::Procuracy, Everywhere, PLACES),
    may(Holder::Procuracy, OwnTerritory, LOOK),
    may(Holder::Procuracy, OwnTerritory, CRIMINAL_SIDE),
    may(Holder::Procuracy, OwnTerritory, &[R::AddDocuments]),
    may(Holder::Procuracy, OwnTerritory, IDENTITY),
    if_granted(Holder::Procuracy, OwnTerritory, HEALTH),
    may(Holder::Procuracy, OwnAuthority, COLLEAGUES),
    may(Holder::HealthDepartment, Everywhere, OFFICIAL_NOTICE),
    may(Holder::HealthDepartment, Everywhere, PLACES),
    may(Holder::HealthDepartment, OwnTerritory, LOOK),
    may(Holder::HealthDepartment, OwnTerritory, HEALTH),
    if_granted(Holder::HealthDepartment, OwnTerritory, IDENTITY),
    may(Holder::HealthDepartment, OwnAuthority, COLLEAGUES),
    may(Holder::Insurer, Everywhere, PLACES),
    may(Holder::Insurer, OwnTerritory, LOOK),
    may(Holder::Insurer, OwnTerritory, IDENTITY),
    if_granted(Holder::Insurer, OwnTerritory, HEALTH),
    may(Holder::Insurer, OwnAuthority, COLLEAGUES),
    may(Holder::Union, Everywhere, PLACES),
    may(Holder::Union, OwnTerritory, LOOK),
    if_granted(Holder::Union, OwnTerritory, SENSITIVE),
    may(Holder::Union, OwnAuthority, COLLEAGUES),
    may(Holder::ZoneBoard, Everywhere, PLACES),
    may(Holder::ZoneBoard, OwnTerritory, LOOK),
    may(Holder::ZoneBoard, OwnAuthority, COLLEAGUES),
    // Who keeps the service of a province sees no cases.
    may(Holder::ProvincialAdministrator, Everywhere, PLACES),
    may(Holder::ProvincialAdministrator, OwnProvince, COLLEAGUES),
    may(
        Holder::ProvincialAdministrator,
        OwnProvince,
        &[
            R::ManagePosts,
            R::HandOver,
            R::ManageRoster,
            R::ManageDirectory,
            R::CreateTokens,
            R::ManageAccounts,
            R::DataSubjectRequests,
            R::Retention,
            R::BreachRegister,
        ],
    ),
    may(
        Holder::ProvincialAdministrator,
        OwnAuthority,
        &[R::LegalDuties],
    ),
    may(Holder::ProvincialAdministrator, OwnProvince, EMPLOYERS),
    may(
        Holder::ProvincialAdministrator,
        Everywhere,
        &[R::ProposeRules],
    ),
    // A council advises on figures, which name nobody (L84 Art. 88, 89).
    may(Holder::CouncilMember, Everywhere, PLACES),
    may(Holder::CouncilMember, OwnAuthority, &[R::ReadRoster]),
    // The ministry (L84 Art. 35.3, 83).
    may(Holder::MinistryOfficer, Everywhere, ASK),
    may(Holder::MinistryOfficer, Everywhere, HANDLE),
    if_granted(Holder::MinistryOfficer, Everywhere, SENSITIVE),
    may(Holder::MinistryOfficer, OwnAuthority, COLLEAGUES),
    if_granted(Holder::MinistryOfficer, OwnAuthority, &[R::CreateTokens]),
    may(
        Holder::MinistryOfficer,
        Everywhere,
        &[R::ManageDirectory, R::ProposeRules, R::ApproveRules],
    ),
    // The operator runs the service and sees no cases.
    may(Holder::Operator, Everywhere, PLACES),
    may(Holder::Operator, Everywhere, COLLEAGUES),
    may(
        Holder::Operator,
        Everywhere,
        &[
            R::ReadAlarms,
            R::HandleCalls,
            R::ReadHeldNotices,
            R::ManagePosts,
            R::HandOver,
            R::ManageRoster,
            R::ManageDirectory,
            R::CreateTokens,
            R::ManageAccounts,
            R::ProposeRules,
            R::ApproveRules,
            R::DataSubjectRequests,
            R::BreachRegister,
            R::Retention,
            R::LegalDuties,
        ],
    ),
    may(Holder::Operator, Everywhere, EMPLOYERS),
    may(Holder::MinistryOfficer, Everywhere, EMPLOYERS),
    // Authorities and rules are no secret among those who apply them.
    may(Holder::CommuneToken, Everywhere, DIRECTORY),
    may(Holder::InspectorToken, Everywhere, DIRECTORY),
    may(Holder::PoliceToken, Everywhere, DIRECTORY),
    may(Holder::MinistryToken, Everywhere, DIRECTORY),
    may(Holder::ChiefInspector, Everywhere, DIRECTORY),
    may(Holder::Investigator, Everywhere, DIRECTORY),
    may(Holder::DutyOfficer, Everywhere, DIRECTORY),
    may(Holder::CommuneOfficial, Everywhere, DIRECTORY),
    may(Holder::CommunePoliceOfficer, Everywhere, DIRECTORY),
    may(Holder::ProvincialPoliceInvestigator, Everywhere, DIRECTORY),
    may(Holder::Procuracy, Everywhere, DIRECTORY),
    may(Holder::HealthDepartment, Everywhere, DIRECTORY),
    may(Holder::Insurer, Everywhere, DIRECTORY),
    may(Holder::Union, Everywhere, DIRECTORY),
    may(Holder::ZoneBoard, Everywhere, DIRECTORY),
    may(Holder::ProvincialAdministrator, Everywhere, DIRECTORY),
    may(Holder::CouncilMember, Everywhere, DIRECTORY),
    may(Holder::MinistryOfficer, Everywhere, DIRECTORY),
    may(Holder::Operator, Everywhere, DIRECTORY),
];
