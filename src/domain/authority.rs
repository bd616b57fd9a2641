//! From a role that the law names to the organisations that hold it, by territory and date.
//!
//! No authority's name stands in code (RT-9): the directory is data, imported from a CSV.

use chrono::NaiveDate;

use crate::{
    domain::{
        contact::{Channel, Contact},
        dated::Dated,
        declaration::Sector,
        place::{Body, Places, Unit, UnitLevel},
    },
    named,
};

named! {
    /// A role that the law names.
    pub enum Role {
        /// Cơ quan quản lý nhà nước về lao động cấp tỉnh.
        ProvincialLabourAuthority = "PROVINCIAL_LABOUR_AUTHORITY",
        /// Công an nơi xảy ra tai nạn.
        LocalPolice = "LOCAL_POLICE",
        /// Cơ quan Cảnh sát điều tra.
        InvestigatingPolice = "INVESTIGATING_POLICE",
        /// Viện kiểm sát nhân dân.
        Procuracy = "PROCURACY",
        /// UBND cấp xã.
        CommunePc = "COMMUNE_PC",
        /// UBND cấp huyện, until 30 June 2025.
        DistrictPc = "DISTRICT_PC",
        /// UBND cấp tỉnh.
        ProvincialPc = "PROVINCIAL_PC",
        /// Bộ quản lý ngành.
        LineMinistry = "LINE_MINISTRY",
        /// Bộ quản lý nhà nước về lao động.
        LabourMinistry = "LABOUR_MINISTRY",
        /// Sở Y tế.
        ProvincialHealth = "PROVINCIAL_HEALTH",
        /// Cơ quan thống kê.
        StatisticsOffice = "STATISTICS_OFFICE",
        /// Ban quản lý khu công nghiệp.
        IzBoard = "IZ_BOARD",
        /// Cơ quan thanh tra.
        Inspectorate = "INSPECTORATE",
        /// Bảo hiểm xã hội.
        Insurer = "INSURER",
        /// Công đoàn.
        Union = "UNION",
    }
}

named! {
    /// Level of an authority.
    pub enum Level {
        /// The country; its territory is `VN`.
        Country = "country",
        /// Province.
        Province = "province",
        /// District, until 30 June 2025.
        District = "district",
        /// Commune.
        Commune = "commune",
    }
}

/// One row of the directory: an organisation in one role for one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Id, stable over time.
    pub authority_id: String,
    /// Role.
    pub role: Role,
    /// Name, as people know it.
    pub name: String,
    /// Level.
    pub level: Level,
    /// Code of its unit as in force on `valid_from`; `VN` for the country.
    pub territory_code: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer; `None` is open.
    pub valid_to: Option<NaiveDate>,
    /// Addresses, at least one.
    pub emails: Vec<String>,
    /// Telephone.
    pub phone: String,
    /// Whom to tell where this one cannot be told.
    pub escalates_to: Option<String>,
    /// Special sectors of a line ministry.
    pub sectors: Vec<Sector>,
}

impl Dated for Authority {
    fn id(&self) -> &str {
        &self.authority_id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
    fn valid_to(&self) -> Option<NaiveDate> {
        self.valid_to
    }
    fn lasting(self, from: NaiveDate, to: Option<NaiveDate>) -> Self {
        Self {
            valid_from: from,
            valid_to: to,
            ..self
        }
    }
}

impl Level {
    /// The level of the units that such an authority has as its territory; `None` for the country.
    pub fn unit_level(self) -> Option<UnitLevel> {
        match self {
            Self::Country => None,
            Self::Province => Some(UnitLevel::Province),
            Self::District => Some(UnitLevel::District),
            Self::Commune => Some(UnitLevel::Commune),
        }
    }
}

impl Authority {
    /// Whether the row counts on `day`.
    pub fn in_force_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    fn territory(&self, places: &Places) -> Territory {
        let Some(level) = self.level.unit_level() else {
            return Territory::Country;
        };
        places
            .unit_on(level, &self.territory_code, self.valid_from)
            .ok()
            .and_then(|unit| places.body_of(unit))
            .map_or(Territory::Nowhere, Territory::Body)
    }
}

/// The dated directory, indexed by role, level and public body. Made once and shared. Read-only.
pub struct Directory {
    /// By id and first day.
    rows: Vec<Authority>,
    /// Who holds what: sorted, with positions in `rows`.
    held: Vec<(Role, Level, Territory, u32)>,
    /// By authority, position and age.
    contacts: Vec<Contact>,
}

/// Where a row of the directory holds its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Territory {
    Country,
    Body(Body),
    /// The code names no unit on the row's first day: the row holds its role nowhere.
    Nowhere,
}

impl Directory {
    /// The directory of these rows. Each territory code is read as of the row's first day.
    pub fn new(mut rows: Vec<Authority>, places: &Places) -> Self {
        rows.sort_by(|a, b| (&a.authority_id, a.valid_from).cmp(&(&b.authority_id, b.valid_from)));
        rows.shrink_to_fit();
        let mut held: Vec<_> = (0_u32..)
            .zip(&rows)
            .map(|(at, row)| (row.role, row.level, row.territory(places), at))
            .collect();
        held.sort_unstable();
        Self {
            rows,
            held,
            contacts: Vec::new(),
        }
    }

    /// The same with these contacts.
    #[must_use]
    pub fn with_contacts(mut self, mut contacts: Vec<Contact>) -> Self {
        contacts.sort_by(|a, b| {
            (&a.authority_id, a.position, &a.id).cmp(&(&b.authority_id, b.position, &b.id))
        });
        self.contacts = contacts;
        self
    }

    /// Every contact of all times, by authority, position and age.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// The contacts of the authority `id` that count on `day`, by position and age.
    pub fn contacts_of(&self, id: &str, day: NaiveDate) -> impl Iterator<Item = &Contact> {
        let start = self
            .contacts
            .partition_point(|contact| contact.authority_id.as_str() < id);
        self.contacts[start..]
            .iter()
            .take_while(move |contact| contact.authority_id == id)
            .filter(move |contact| contact.in_force_on(day))
    }

    /// Every e-mail address that is told at once where `authority` is told on `day`: those of its row,
    /// and its contacts of position 0.
    pub fn first_emails(&self, authority: &Authority, day: NaiveDate) -> Vec<String> {
        let mut emails = authority.emails.clone();
        for contact in self.contacts_of(&authority.authority_id, day) {
            let is_first = contact.position == 0 && contact.channel == Channel::Email;
            if is_first && !emails.contains(&contact.address) {
                emails.push(contact.address.clone());
            }
        }
        emails
    }

    /// Every row, by id and first day.
    pub fn rows(&self) -> &[Authority] {
        &self.rows
    }

    /// The authority called `id` as it is on `day`.
    pub fn by_id(&self, id: &str, day: NaiveDate) -> Option<&Authority> {
        let start = self
            .rows
            .partition_point(|row| row.authority_id.as_str() < id);
        self.rows[start..]
            .iter()
            .take_while(|row| row.authority_id == id)
            .find(|row| row.in_force_on(day))
    }

    /// Who holds `role` on `level` for `unit` on `day`, by id. `unit` is of that level, and
    /// `None` for the country; `places` are those that the directory was made with.
    ///
    /// A row holds for the public body that its territory code named on the row's first day, so
    /// it goes on when its unit is only renamed or retyped, and never passes to another unit that
    /// took over the code (`administration.md` 2.3).
    pub fn holders(
        &self,
        role: Role,
        level: Level,
        unit: Option<&Unit>,
        day: NaiveDate,
        places: &Places,
    ) -> Vec<&Authority> {
        self.of_territory(role, level, unit, places)
            .filter(|row| row.in_force_on(day))
            .collect()
    }

    /// Who held `role` there last, be it that nobody does any more: its `escalates_to` says whom
    /// to tell instead.
    pub fn last_known(
        &self,
        role: Role,
        level: Level,
        unit: Option<&Unit>,
        places: &Places,
    ) -> Option<&Authority> {
        self.of_territory(role, level, unit, places)
            .max_by_key(|row| row.valid_from)
    }

    /// The ministries that answer for `sector` on `day`, by id.
    pub fn line_ministries(&self, sector: Sector, day: NaiveDate) -> Vec<&Authority> {
        let start = self
            .held
            .partition_point(|(role, ..)| *role < Role::LineMinistry);
        self.held[start..]
            .iter()
            .take_while(|(role, ..)| *role == Role::LineMinistry)
            .map(|(.., at)| self.row_at(*at))
            .filter(|row| row.sectors.contains(&sector) && row.in_force_on(day))
            .collect()
    }

    fn of_territory(
        &self,
        role: Role,
        level: Level,
        unit: Option<&Unit>,
        places: &Places,
    ) -> impl Iterator<Item = &Authority> {
        let territory = match (level, unit) {
            (Level::Country, _) => Some(Territory::Country),
            (_, Some(unit)) => places.body_of(unit).map(Territory::Body),
            (_, None) => None,
        };
        let start = territory.map_or(self.held.len(), |territory| {
            self.held
                .partition_point(|(r, l, t, _)| (*r, *l, *t) < (role, level, territory))
        });
        self.held[start..]
            .iter()
            .take_while(move |(r, l, t, _)| (*r, *l, Some(*t)) == (role, level, territory))
            .map(|(.., at)| self.row_at(*at))
    }

    fn row_at(&self, at: u32) -> &Authority {
        &self.rows[at as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::place::UnitLevel, reference::units::places_for_tests};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(
        id: &str,
        role: Role,
        level: Level,
        code: &str,
        from: &str,
        to: Option<&str>,
    ) -> Authority {
        Authority {
            authority_id: id.to_owned(),
            role,
            name: format!("Cơ quan {id}"),
            level,
            territory_code: code.to_owned(),
            valid_from: day(from),
            valid_to: to.map(day),
            emails: vec![format!("{}@example.test", id.to_lowercase())],
            phone: "02207100000".to_owned(),
            escalates_to: None,
            sectors: Vec::new(),
        }
    }

    fn ids(rows: Vec<&Authority>) -> Vec<&str> {
        rows.into_iter()
            .map(|row| row.authority_id.as_str())
            .collect()
    }

    fn holders_of_province(directory: &Directory, code: &str, on: &str) -> Vec<String> {
        let places = places_for_tests();
        let unit = places.unit_on(UnitLevel::Province, code, day(on)).unwrap();
        let role = Role::ProvincialLabourAuthority;
        let holders = directory.holders(role, Level::Province, Some(unit), day(on), places);
        ids(holders).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn an_authority_of_a_reused_code_does_not_pass_to_the_new_unit() {
        let labour = Role::ProvincialLabourAuthority;
        let rows = vec![
            row("YEN-BAI", labour, Level::Province, "15", "2016-07-01", None),
            row(
                "THAI-NGUYEN",
                labour,
                Level::Province,
                "19",
                "2016-07-01",
                None,
            ),
        ];
        let directory = Directory::new(rows, places_for_tests());
        assert_eq!(
            holders_of_province(&directory, "15", "2025-06-30"),
            ["YEN-BAI"]
        );
        assert!(holders_of_province(&directory, "15", "2025-07-01").is_empty());
        assert_eq!(
            holders_of_province(&directory, "19", "2025-06-30"),
            ["THAI-NGUYEN"]
        );
        assert_eq!(
            holders_of_province(&directory, "19", "2025-07-01"),
            ["THAI-NGUYEN"]
        );
    }

    #[test]
    fn an_authority_goes_on_when_its_unit_changes_its_type() {
        let places = places_for_tests();
        let police = row(
            "CAX",
            Role::LocalPolice,
            Level::Commune,
            "25270",
            "2025-07-01",
            None,
        );
        let directory = Directory::new(vec![police], places);
        for on in ["2025-07-01", "2026-04-29", "2026-04-30", "2026-12-31"] {
            let unit = places
                .unit_on(UnitLevel::Commune, "25270", day(on))
                .unwrap();
            let holders = directory.holders(
                Role::LocalPolice,
                Level::Commune,
                Some(unit),
                day(on),
                places,
            );
            assert_eq!(ids(holders), ["CAX"], "{on}");
        }
    }

    #[test]
    fn a_row_counts_from_its_first_day_to_the_day_before_its_end() {
        let places = places_for_tests();
        let labour = Role::ProvincialLabourAuthority;
        let rows = vec![
            row(
                "SO",
                labour,
                Level::Province,
                "19",
                "2025-03-01",
                Some("2025-07-01"),
            ),
            row("SO", labour, Level::Province, "19", "2025-07-01", None),
            row(
                "THANH-TRA",
                labour,
                Level::Province,
                "19",
                "2016-07-01",
                Some("2025-03-01"),
            ),
        ];
        let directory = Directory::new(rows, places);
        assert_eq!(
            holders_of_province(&directory, "19", "2025-02-28"),
            ["THANH-TRA"]
        );
        assert_eq!(holders_of_province(&directory, "19", "2025-03-01"), ["SO"]);
        let first_day = |on| directory.by_id("SO", day(on)).map(|row| row.valid_from);
        assert_eq!(first_day("2025-02-28"), None);
        assert_eq!(first_day("2025-06-30"), Some(day("2025-03-01")));
        assert_eq!(first_day("2025-07-01"), Some(day("2025-07-01")));
        assert_eq!(directory.by_id("NOBODY", day("2025-07-01")), None);
    }

    #[test]
    fn who_held_a_role_last_is_known_after_its_end() {
        let places = places_for_tests();
        let rows = vec![
            row(
                "OLD",
                Role::LocalPolice,
                Level::District,
                "063",
                "2016-07-01",
                Some("2020-01-01"),
            ),
            row(
                "NEWER",
                Role::LocalPolice,
                Level::District,
                "063",
                "2020-01-01",
                Some("2025-03-01"),
            ),
        ];
        let directory = Directory::new(rows, places);
        let unit = places
            .unit_on(UnitLevel::District, "063", day("2025-04-01"))
            .ok();
        let (role, level) = (Role::LocalPolice, Level::District);
        assert!(
            directory
                .holders(role, level, unit, day("2025-04-01"), places)
                .is_empty()
        );
        let last = directory.last_known(role, level, unit, places).unwrap();
        assert_eq!(last.authority_id, "NEWER");
        assert_eq!(
            directory.last_known(role, Level::Commune, unit, places),
            None
        );
        assert_eq!(directory.last_known(role, level, None, places), None);
    }

    #[test]
    fn the_country_has_its_own_authorities() {
        let places = places_for_tests();
        let ministry = Authority {
            sectors: vec![Sector::Rail, Sector::Sea],
            ..row(
                "BXD",
                Role::LineMinistry,
                Level::Country,
                "VN",
                "2025-03-01",
                None,
            )
        };
        let labour = row(
            "BNV",
            Role::LabourMinistry,
            Level::Country,
            "VN",
            "2025-03-01",
            None,
        );
        let directory = Directory::new(vec![ministry, labour], places);
        let on = day("2025-07-01");
        let holders = directory.holders(Role::LabourMinistry, Level::Country, None, on, places);
        assert_eq!(ids(holders), ["BNV"]);
        assert_eq!(ids(directory.line_ministries(Sector::Sea, on)), ["BXD"]);
        assert!(directory.line_ministries(Sector::Air, on).is_empty());
        assert!(
            directory
                .line_ministries(Sector::Sea, day("2025-02-28"))
                .is_empty()
        );
    }
}
