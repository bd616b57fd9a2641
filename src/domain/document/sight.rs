//! Who reads which document, and from when on.
//!
//! What an investigation finds is not disclosed before its minutes are announced (D39 Art. 12). Until then
//! those who investigate read everything, and whoever added a document reads that one; afterwards those
//! who are told read what the law lets them have.

use super::FileItem;
use crate::{domain::access::ActorRole, named};

named! {
    /// In which quality somebody reads.
    pub enum Reader {
        /// Who investigates, or takes part: the labour authority, the ministry, the commune, police and
        /// procuracy, the employer whose own team it is (D39 Art. 9, 10, 11, 20).
        Investigates = "investigates",
        /// The employer, or whoever declared: it keeps the file (D39 Art. 16, 18.8).
        Declared = "declared",
        /// The insurer, for the file of benefits (L84 Art. 57; C28 Art. 6).
        Insures = "insures",
        /// The health department.
        Treats = "treats",
        /// Who is told and has no part: the union, the board of a zone.
        Told = "told",
    }
}

impl Reader {
    /// How somebody of this role reads whose territory the case lies in, or whose team investigates it; `None`
    /// where no role of that kind reads documents. Whoever merely declared it reads as [`Reader::Declared`].
    pub const fn of(role: ActorRole) -> Option<Self> {
        match role {
            ActorRole::Commune
            | ActorRole::Inspector
            | ActorRole::Police
            | ActorRole::Ministry
            | ActorRole::Procuracy
            | ActorRole::Employer => Some(Self::Investigates),
            ActorRole::Insurer => Some(Self::Insures),
            ActorRole::Health => Some(Self::Treats),
            ActorRole::Union | ActorRole::ZoneBoard => Some(Self::Told),
            ActorRole::Operator
            | ActorRole::Administrator
            | ActorRole::Council
            | ActorRole::Informant => None,
        }
    }
}

/// Whether `reader` reads a document of this item. `is_own`: the reader added it; `announced`: the minutes
/// in force were announced, or the commune made its record.
pub fn sees(reader: Reader, item: FileItem, is_own: bool, announced: bool) -> bool {
    use FileItem::{
        DischargePaper, ExaminationMinutes, InjuryCertificate, InvestigationMinutes,
        MeetingMinutes, Other,
    };
    if is_own || reader == Reader::Investigates {
        return true;
    }
    if !announced {
        return false;
    }
    match reader {
        Reader::Investigates => true,
        // The file that it keeps; letters between authorities are not of it.
        Reader::Declared => item != Other,
        Reader::Insures => matches!(
            item,
            InvestigationMinutes
                | MeetingMinutes
                | ExaminationMinutes
                | InjuryCertificate
                | DischargePaper
        ),
        Reader::Treats => matches!(
            item,
            InvestigationMinutes | ExaminationMinutes | InjuryCertificate | DischargePaper
        ),
        // The minutes are posted for everybody (L84 Art. 35.9).
        Reader::Told => matches!(item, InvestigationMinutes | MeetingMinutes),
    }
}

/// Whether `role` reads as `reader` what whoever gave notice has sent. A picture can tell who took it, and who gave notice
/// is kept from everybody but the authorities (L84 Art. 34.2): from the employer also where its own team investigates.
pub fn sees_of_informant(reader: Reader, role: ActorRole) -> bool {
    reader == Reader::Investigates && role != ActorRole::Employer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_announcement_only_investigators_and_whoever_added_it_read_a_document() {
        for reader in Reader::ALL {
            for item in FileItem::ALL {
                let investigates = *reader == Reader::Investigates;
                assert_eq!(
                    sees(*reader, *item, false, false),
                    investigates,
                    "{reader} {item}"
                );
                assert!(sees(*reader, *item, true, false), "{reader} {item}");
            }
        }
    }

    #[test]
    fn after_it_each_reads_what_the_law_gives() {
        let read = |reader| -> String {
            let all = FileItem::ALL.iter();
            all.filter(|item| sees(reader, **item, false, true))
                .map(|item| item.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(read(Reader::Investigates), "a b c d dd e g h i k other");
        assert_eq!(read(Reader::Declared), "a b c d dd e g h i k");
        assert_eq!(read(Reader::Insures), "d g h i k");
        assert_eq!(read(Reader::Treats), "d g i k");
        assert_eq!(read(Reader::Told), "g h");
    }

    #[test]
    fn what_an_informant_sent_is_for_authorities_that_investigate() {
        for role in ActorRole::ALL {
            let reader = Reader::of(*role);
            let reads = reader.is_some_and(|reader| sees_of_informant(reader, *role));
            let expected = matches!(
                role,
                ActorRole::Commune
                    | ActorRole::Inspector
                    | ActorRole::Police
                    | ActorRole::Ministry
                    | ActorRole::Procuracy
            );
            assert_eq!(reads, expected, "{role}");
            assert!(!sees_of_informant(Reader::Declared, *role), "{role}");
        }
    }

    #[test]
    fn nobody_reads_less_after_the_announcement_than_before() {
        for reader in Reader::ALL {
            for item in FileItem::ALL {
                for own in [false, true] {
                    let (before, after) = (
                        sees(*reader, *item, own, false),
                        sees(*reader, *item, own, true),
                    );
                    assert!(after || !before, "{reader} {item}");
                }
            }
        }
    }
}
