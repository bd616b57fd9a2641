//! A rule in words: what it decides, and where. What has no words yet is shown as it is written.

use crate::{
    domain::law::{Condition, Rule, Subject, ValueKey},
    web::chrome::Chrome,
    wording::{Text, duties::record_class, labels::label, law_page, law_words as words},
};

/// What a rule says: `Công an nơi xảy ra tai nạn: Phải được báo`.
pub fn says(c: &Chrome, rule: &Rule) -> String {
    let about = about(c, rule);
    let follows = follows(c, rule);
    match (about.as_str(), follows.as_str()) {
        ("", said) | (said, "") => said.to_owned(),
        (about, follows) => format!("{about}: {follows}"),
    }
}

/// Where it says so: `Khi có người chết; không phải: đơn vị quân đội, công an`.
pub fn conditions(c: &Chrome, rule: &Rule) -> String {
    if rule.facts.is_empty() {
        let has_others = [
            Subject::VictimClass,
            Subject::CaseClass,
            Subject::Form,
            Subject::Investigation,
        ];
        return match has_others.contains(&rule.decides) {
            true => c.t(words::ALWAYS).to_owned(),
            false => String::new(),
        };
    }
    let facts: Vec<String> = rule.facts.iter().map(|one| fact(c, one)).collect();
    c.t(words::WHEN).replace("{facts}", &facts.join("; "))
}

/// One fact that must hold, or must not.
pub fn fact(c: &Chrome, condition: &Condition) -> String {
    let name = condition.fact.as_str();
    let said = words::fact(name).map_or(name, |text| c.t(text));
    match condition.expected {
        true => said.to_owned(),
        false => c.t(words::NOT).replace("{fact}", said),
    }
}

fn said(c: &Chrome, text: Option<Text>, code: &str) -> String {
    text.map_or(code, |text| c.t(text)).to_owned()
}

/// What the key of a rule stands for.
fn about(c: &Chrome, rule: &Rule) -> String {
    let key = rule.key.as_str();
    match rule.decides {
        Subject::Recipient | Subject::RoleLevel => said(c, label(&format!("role.{key}")), key),
        Subject::Value => said(c, words::value(key), key),
        Subject::Retention => said(c, record_class(key), key),
        Subject::Ladder => said(c, words::place(&format!("rung.{key}")), key),
        Subject::Reminder if key == "any" => c.t(words::ANY_LIMIT).to_owned(),
        Subject::Reminder => said(c, label(&format!("clock.{key}")), key),
        Subject::Holiday => super::day(rule.valid_from),
        // Its name is the note.
        Subject::SeriousInjury => c.t(words::INJURY).replace("{code}", key),
        _ => key.to_owned(),
    }
}

/// What follows.
fn follows(c: &Chrome, rule: &Rule) -> String {
    let outcome = rule.outcome.as_str();
    let number = rule.days.map(|days| days.to_string()).unwrap_or_default();
    let counted = |text: Text| c.t(text).replace("{number}", &number);
    match rule.decides {
        Subject::VictimClass => said(c, label(&format!("victim_class.{outcome}")), outcome),
        Subject::CaseClass => said(c, label(&format!("class.{outcome}")), outcome),
        Subject::Recipient => said(c, label(&format!("duty.{outcome}")), outcome),
        Subject::Form if outcome == "none" => said(c, words::place("form.none"), outcome),
        Subject::Form => said(c, label(&format!("form.{outcome}")), outcome),
        Subject::RoleLevel => level(c, outcome),
        Subject::Investigation => {
            let level = said(c, label(&format!("level.{outcome}")), outcome);
            match rule.days {
                Some(_) => format!("{level}, {}", counted(words::WITHIN_DAYS)),
                None => level,
            }
        }
        Subject::Value => amount(c, &rule.key, rule.days),
        Subject::Retention => match outcome {
            "destroy:years" => counted(words::DESTROY_AFTER_YEARS),
            "destroy:days" => counted(words::DESTROY_AFTER_DAYS),
            "destroy:retirement_age" => counted(words::DESTROY_RETIRED),
            "anonymise:days" => counted(words::FORGET_AFTER),
            "keep" => c.t(crate::wording::duties::KEPT).to_owned(),
            other => format!("{other} {number}"),
        },
        Subject::Holiday if outcome == "off" => c.t(law_page::OFF).to_owned(),
        Subject::Holiday => c.t(law_page::MAKE_UP).to_owned(),
        Subject::SeriousInjury => String::new(),
        Subject::Ladder => counted(words::AFTER_MINUTES),
        Subject::Reminder => reminds(c, outcome, rule.days.unwrap_or_default()),
        _ => [outcome, number.as_str()].join(" ").trim().to_owned(),
    }
}

/// When a reminder leaves; days after the due day are negative.
fn reminds(c: &Chrome, outcome: &str, days: i32) -> String {
    let text = match days {
        0 => words::ON_DUE,
        1.. => words::BEFORE_DUE,
        _ if outcome == "repeat" => words::EVERY_WEEK,
        _ => words::AFTER_DUE,
    };
    c.t(text).replace("{number}", &days.abs().to_string())
}

/// A number with its unit; a switch in words.
fn amount(c: &Chrome, key: &str, number: Option<i32>) -> String {
    let number = number.unwrap_or_default();
    let is_switch = ValueKey::parse(key).is_some_and(|key| *key.range().end() == 1);
    if is_switch {
        return c
            .t(if number == 1 { words::YES } else { words::NO })
            .to_owned();
    }
    let units = [
        "working_days",
        "hours",
        "days",
        "years",
        "months",
        "percent",
        "hour",
    ];
    let end = key.trim_end_matches("_processor");
    let unit = units.into_iter().find(|unit| end.ends_with(unit));
    let unit = unit.and_then(words::unit).map_or("", |text| c.t(text));
    let said = c.t(words::NUMBER).replace("{number}", &number.to_string());
    said.replace("{unit}", unit).trim().to_owned()
}

/// `province`, `commune:copy`, `province:INVESTIGATING_POLICE`, `fallback:country:LABOUR_MINISTRY`.
fn level(c: &Chrome, outcome: &str) -> String {
    let is_instead = outcome.starts_with("fallback:");
    let parts = outcome.trim_start_matches("fallback:").split(':');
    let parts = parts.map(|part| {
        let known = words::place(&format!("level.{part}"))
            .or_else(|| label(&format!("role.{part}")))
            .or_else(|| label(&format!("duty.{part}")));
        said(c, known, part)
    });
    let joined = parts.collect::<Vec<_>>().join(", ");
    match is_instead {
        true => c.t(words::INSTEAD).replace("{other}", &joined),
        false => joined,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::service::rules;

    /// Codes are written with `_`, `:` between words, or in capitals.
    fn holds_a_code(said: &str) -> bool {
        said.split([' ', ',', ';', '(', ')']).any(|word| {
            let word = word.trim_end_matches(':');
            word.contains(['_', ':']) || word.contains("limits.")
        })
    }

    #[test]
    fn whatever_the_shipped_rules_say_is_said_in_words() {
        let c = Chrome::of(&TestRequest::default().to_http_request());
        for rule in rules::shipped() {
            let (said, when) = (says(&c, &rule), conditions(&c, &rule));
            assert!(
                !said.is_empty() && !holds_a_code(&said),
                "{}: {said}",
                rule.rule_id
            );
            assert!(!holds_a_code(&when), "{}: {when}", rule.rule_id);
        }
    }

    #[test]
    fn limits_have_their_units_and_switches_none() {
        let c = Chrome::of(&TestRequest::default().to_http_request());
        let amounts = [
            ("limits.scene_hours", 2, "2 giờ"),
            ("limits.register_working_days", 2, "2 ngày làm việc"),
            ("data_subject.view.days_processor", 15, "15 ngày"),
            ("limits.extension_max_percent", 100, "100 %"),
            ("clock.suspend.pauses", 1, "có"),
            ("units.reform", 0, "không"),
        ];
        for (key, number, said) in amounts {
            assert_eq!(amount(&c, key, Some(number)), said, "{key}");
        }
        assert_eq!(
            level(&c, "fallback:province:INVESTIGATING_POLICE"),
            "nếu không có thì: cấp tỉnh, Cơ quan Cảnh sát điều tra"
        );
    }
}
