//! What two cases may have in common, and what each of it is worth. The one table; nothing else weighs.

use crate::named;

named! {
    /// What two cases have in common, or what speaks against it.
    pub enum Likeness {
        /// A victim of the same name, marks and order aside, or of the same identity number.
        SameVictim = "same_victim",
        /// A victim of the same identity number.
        SameIdentityNumber = "same_identity_number",
        /// The name is spelt alike down to the marks.
        SameSpelling = "same_spelling",
        /// A name that differs by a word left out or by one letter.
        SimilarName = "similar_name",
        /// The same day of birth.
        SameBirthDate = "same_birth_date",
        /// The same year of birth, where one of the two knows no more than the year.
        SameBirthYear = "same_birth_year",
        /// The namesakes were born in other years.
        OtherBirthYear = "other_birth_year",
        /// The namesakes have other identity numbers.
        OtherIdentityNumber = "other_identity_number",
        /// The same establishment by tax code.
        SameTaxCode = "same_tax_code",
        /// The same name of the establishment, its legal form aside.
        SameEstablishmentName = "same_establishment_name",
        /// The same numbers of dead and hurt.
        SameCounts = "same_counts",
        /// The same commune of today.
        SameCommune = "same_commune",
        /// The same province of today.
        SameProvince = "same_province",
        /// Within an hour of each other.
        SameHour = "same_hour",
        /// Within half a day.
        SameHalfDay = "same_half_day",
        /// Within three days, where one of the two gives the hour only roughly.
        SameDays = "same_days",
    }
}

impl Likeness {
    /// What it adds to the score; negative where it speaks against one accident.
    ///
    /// Decided by what a person would go by: an identity number alone says nearly all, a name says little without
    /// place and time, and place, time and counts alone never pass a third. Those of one person that
    /// exclude each other (a name the same or similar, a year or a date) are given once.
    pub const fn points(self) -> i32 {
        match self {
            Self::SameIdentityNumber => 35,
            Self::SameVictim => 30,
            Self::SimilarName => 18,
            Self::SameTaxCode => 15,
            Self::SameBirthDate => 12,
            Self::SameEstablishmentName | Self::SameCommune | Self::SameHour => 10,
            Self::SameBirthYear => 8,
            Self::SameHalfDay => 6,
            Self::SameCounts => 5,
            Self::SameProvince => 4,
            Self::SameSpelling | Self::SameDays => 3,
            Self::OtherBirthYear => -15,
            Self::OtherIdentityNumber => -25,
        }
    }

    /// Whether it is about two persons.
    pub const fn is_about_a_person(self) -> bool {
        matches!(
            self,
            Self::SameVictim
                | Self::SameIdentityNumber
                | Self::SameSpelling
                | Self::SimilarName
                | Self::SameBirthDate
                | Self::SameBirthYear
                | Self::OtherBirthYear
                | Self::OtherIdentityNumber
        )
    }
}
