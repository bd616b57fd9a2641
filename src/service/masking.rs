//! What of a record a caller may not read: health data and identity numbers (PD-3, PD-7), and for every
//! caller who gave notice, which has an address of its own (`intake::informants`; L84 Art. 34.2). The
//! record keeps its shape; every masked entry is named by its pointer.

use serde_json::Value;

use super::Ctx;
use crate::domain::{
    access::{Facts, Right},
    declaration::DeclarantRole,
};

/// Entries of a victim that tell of its health.
const HEALTH: [&str; 2] = ["injuries", "diagnosis"];
/// With one of these a caller works on the case, and reads in a sentence what happened. Whoever only looks at it needs
/// the grant for health data: people write into that sentence what was broken.
const WORK: [Right; 4] = [
    Right::ReadHealthData,
    Right::Investigate,
    Right::RecordCriminalSide,
    Right::Supplement,
];
/// Entries of a declarant that tell who it is.
const INFORMANT: [&str; 4] = ["full_name", "phone", "position", "email"];

/// Masks in `declaration`, a body or the facts of a case, what the caller may not read of the record
/// of these facts. Returns the pointers of what was masked, each behind `at`.
pub fn mask(ctx: &Ctx, facts: Facts<'_>, declaration: &mut Value, at: &str) -> Vec<String> {
    let what = Masked {
        health: !ctx.may(Right::ReadHealthData, facts),
        identity: !ctx.may(Right::ReadIdentityNumbers, facts),
        summary: !WORK.iter().any(|right| ctx.may(*right, facts)),
    };
    what.mask(declaration, at)
}

/// What is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Masked {
    health: bool,
    identity: bool,
    summary: bool,
}

impl Masked {
    fn mask(self, declaration: &mut Value, at: &str) -> Vec<String> {
        let mut masked = Vec::new();
        let victims = declaration.get_mut("victims").and_then(Value::as_array_mut);
        for (number, victim) in victims.into_iter().flatten().enumerate() {
            let pointer = |name: &str| format!("{at}/victims/{number}/{name}");
            if self.health {
                for name in HEALTH {
                    if let Some(entry) = victim.get_mut(name).filter(|entry| !entry.is_null()) {
                        *entry = Value::Null;
                        masked.push(pointer(name));
                    }
                }
            }
            if self.identity
                && let Some(entry) = victim
                    .get_mut("citizen_id")
                    .filter(|entry| !entry.is_null())
            {
                *entry = Value::from(shortened(entry.as_str().unwrap_or_default()));
                masked.push(pointer("citizen_id"));
            }
        }
        let summary = declaration.pointer_mut("/accident/summary");
        if self.summary
            && let Some(summary) = summary.filter(|summary| !summary.is_null())
        {
            *summary = Value::Null;
            masked.push(format!("{at}/accident/summary"));
        }
        let declarant = declaration.get_mut("declarant");
        if let Some(declarant) = declarant
            .filter(|declarant| is_informant(declarant.get("role").and_then(Value::as_str)))
        {
            for name in INFORMANT {
                if let Some(entry) = declarant.get_mut(name).filter(|entry| !entry.is_null()) {
                    // It is kept apart; older records have it here.
                    *entry = Value::Null;
                    masked.push(format!("{at}/declarant/{name}"));
                }
            }
        }
        masked
    }
}

/// Family, witnesses and workers; the employer and the commune declare in their office.
fn is_informant(role: Option<&str>) -> bool {
    role.and_then(DeclarantRole::parse)
        .is_some_and(DeclarantRole::is_protected)
}

/// An identity number as lists and logs show it: `001*********`. The first three digits name the
/// province of registration; of anything shorter nothing is shown.
pub fn shortened(number: &str) -> String {
    let length = number.chars().count();
    let shown = if length >= 9 { 3 } else { 0 };
    let head = number.chars().take(shown);
    head.chain(std::iter::repeat_n('*', length.max(3) - shown))
        .collect()
}

/// An e-mail address as those see it who need not write to it: `h***@donvi.test`.
pub fn shortened_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => {
            let first = local.chars().next().map(String::from).unwrap_or_default();
            format!("{first}***@{domain}")
        }
        None => "***".to_owned(),
    }
}

/// A person's name as those see it who need not know it: `N. V. A.`.
pub fn initials(name: &str) -> String {
    let words = name.split_whitespace();
    let letters: Vec<String> = words
        .filter_map(|word| word.chars().next())
        .map(|letter| format!("{letter}."))
        .collect();
    letters.join(" ")
}

/// A telephone number as those see it who need not call it: its last three digits.
pub fn shortened_phone(phone: &str) -> String {
    let length = phone.chars().count();
    let shown = if length >= 8 { 3 } else { 0 };
    let stars = std::iter::repeat_n('*', length.max(3) - shown);
    stars.chain(phone.chars().skip(length - shown)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record() -> Value {
        json!({
            "declarant": {"role": "witness", "full_name": "Lò Thị Mai", "phone": "0912000111"},
            "accident": {"summary": "Ngã giàn giáo, gãy chân"},
            "victims": [
                {"full_name": "Hà Văn Tư", "citizen_id": "001099012345", "injuries": ["010101"]},
                {"full_name": "Vi Thị Năm"},
            ],
        })
    }

    #[test]
    fn what_is_masked_is_named_and_the_rest_stays() {
        let mut masked = record();
        let what = Masked {
            health: true,
            identity: true,
            summary: true,
        };
        assert_eq!(
            what.mask(&mut masked, "/declaration"),
            [
                "/declaration/victims/0/injuries",
                "/declaration/victims/0/citizen_id",
                "/declaration/accident/summary",
                "/declaration/declarant/full_name",
                "/declaration/declarant/phone",
            ]
        );
        let expected = json!({
            "declarant": {"role": "witness", "full_name": null, "phone": null},
            "accident": {"summary": null},
            "victims": [
                {"full_name": "Hà Văn Tư", "citizen_id": "001*********", "injuries": null},
                {"full_name": "Vi Thị Năm"},
            ],
        });
        assert_eq!(masked, expected);
    }

    #[test]
    fn whoever_has_the_grants_reads_everything_but_who_gave_notice() {
        let mut same = record();
        let what = Masked {
            health: false,
            identity: false,
            summary: false,
        };
        assert_eq!(
            what.mask(&mut same, ""),
            ["/declarant/full_name", "/declarant/phone"]
        );
        assert_eq!(same["victims"], record()["victims"]);
    }

    #[test]
    fn an_employer_that_declares_is_no_informant() {
        let mut record = record();
        record["declarant"]["role"] = json!("employer");
        let what = Masked {
            health: false,
            identity: false,
            summary: false,
        };
        assert!(what.mask(&mut record, "").is_empty());
    }

    #[test]
    fn contact_data_keep_what_their_owner_knows_them_by() {
        assert_eq!(shortened_email("hoa.tran@donvi.test"), "h***@donvi.test");
        assert_eq!(shortened_email("x"), "***");
        assert_eq!(initials("Hà Văn Tư"), "H. V. T.");
        assert_eq!(shortened_phone("0912345601"), "*******601");
        assert_eq!(shortened_phone("114"), "***");
    }

    #[test]
    fn nothing_is_shown_of_a_short_number() {
        assert_eq!(shortened("001099012345"), "001*********");
        assert_eq!(shortened("B1234567"), "********");
        assert_eq!(shortened(""), "***");
    }
}
