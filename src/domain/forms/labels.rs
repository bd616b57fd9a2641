//! Labels, headings and titles that were corrected: dated rules of the law.

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::NaiveDate;

use super::{FormDefinition, all};
use crate::domain::law::{Law, Subject};

/// Longest label, in characters.
pub const LONGEST_LABEL: usize = 600;

static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| all().iter().flat_map(keys).collect());

/// What can be corrected of a form: `CODE` is its title, `CODE/part` a heading or the words of a part,
/// `CODE/field` a label, `CODE/field/choice` what may be ticked, `CODE/signer` in which quality somebody signs.
pub fn keys(form: &FormDefinition) -> Vec<String> {
    let mut keys = vec![form.code.clone()];
    let mut add = |name: &str| keys.push(format!("{}/{name}", form.code));
    for part in &form.parts {
        add(&part.key);
        for field in &part.fields {
            add(&field.key);
            for (choice, _) in &field.choices {
                add(&format!("{}/{choice}", field.key));
            }
        }
        for signer in &part.signers {
            add(&signer.key);
        }
    }
    keys
}

/// Whether a rule may correct `key`: something of a form has it, on whatever day.
pub fn is_label(key: &str) -> bool {
    KEYS.contains(key)
}

impl FormDefinition {
    /// The form with everything that was corrected for `day`, and the keys of that.
    #[must_use]
    pub fn corrected(&self, law: &Law, day: NaiveDate) -> (Self, Vec<String>) {
        let mut form = self.clone();
        let mut corrected = Vec::new();
        let code = form.code.clone();
        let mut correct = |name: &str, text: &mut String| {
            let key = if name.is_empty() {
                code.clone()
            } else {
                format!("{code}/{name}")
            };
            if let Some(rule) = law.keyed(Subject::FormLabel, &key, day) {
                text.clone_from(&rule.outcome);
                corrected.push(key);
            }
        };
        correct("", &mut form.title);
        for part in &mut form.parts {
            let words = if part.text.is_empty() {
                &mut part.title
            } else {
                &mut part.text
            };
            correct(&part.key, words);
            for field in &mut part.fields {
                correct(&field.key, &mut field.label);
                for (choice, words) in &mut field.choices {
                    correct(&format!("{}/{choice}", field.key), words);
                }
            }
            for signer in &mut part.signers {
                correct(&signer.key, &mut signer.title);
            }
        }
        (form, corrected)
    }
}
