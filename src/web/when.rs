//! Moments as people say them. Everything is Vietnamese local time; the exact moment always stands beside.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use serde_json::{Value, json};

use crate::{
    domain::account::Language,
    time::{day_in_vietnam, rfc3339_in_vietnam, vietnam},
};

/// How browsers write `datetime-local`.
const LOCAL: &str = "%Y-%m-%dT%H:%M";
/// How people write the same in a browser that knows no such entry.
const WRITTEN: [&str; 5] = [
    LOCAL,
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d/%m/%Y %H:%M",
    "%H:%M %d/%m/%Y",
];

/// A moment for an entry `datetime-local`.
pub fn local(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&vietnam()).format(LOCAL).to_string()
}

/// What was typed as a moment, in RFC 3339; what cannot be read stays as it is for the reader to name, `null` is nothing.
pub fn typed(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let mut read = WRITTEN
        .iter()
        .filter_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = read
        .next()
        .and_then(|local| vietnam().from_local_datetime(&local).single());
    local.map_or_else(
        || json!(text),
        |moment| json!(rfc3339_in_vietnam(moment.to_utc())),
    )
}

/// `14:30 ngày 20/05/2026`, `20/05/2026, 14:30`.
pub fn exact(moment: DateTime<Utc>, lang: Language) -> String {
    let local = moment.with_timezone(&vietnam());
    match lang {
        Language::Vi => local.format("%H:%M ngày %d/%m/%Y"),
        Language::En => local.format("%d/%m/%Y, %H:%M"),
    }
    .to_string()
}

/// `thứ Tư 20/05/2026`, `Wednesday 20/05/2026`.
pub fn day(day: NaiveDate, lang: Language) -> String {
    const VI: [&str; 7] = [
        "thứ Hai",
        "thứ Ba",
        "thứ Tư",
        "thứ Năm",
        "thứ Sáu",
        "thứ Bảy",
        "Chủ nhật",
    ];
    let date = day.format("%d/%m/%Y");
    match lang {
        Language::Vi => format!(
            "{} {date}",
            VI[day.weekday().num_days_from_monday() as usize]
        ),
        Language::En => format!("{} {date}", day.format("%A")),
    }
}

/// How far `moment` is from `now`: `vừa xong`, `25 phút trước`, `còn 3 giờ`, `2 ngày trước`. Within the legal day and
/// the one beside it in hours, else in calendar days.
pub fn said(moment: DateTime<Utc>, now: DateTime<Utc>, lang: Language) -> String {
    let span = now - moment;
    let is_past = span >= TimeDelta::zero();
    let minutes = span.num_minutes().abs();
    let days = (day_in_vietnam(now) - day_in_vietnam(moment))
        .num_days()
        .abs();
    let (count, vi, en) = match minutes {
        0 => {
            return match lang {
                Language::Vi => "vừa xong",
                Language::En => "just now",
            }
            .to_owned();
        }
        1..60 => (minutes, "phút", "minute"),
        60..2160 => (minutes / 60, "giờ", "hour"),
        _ if days < 60 => (days, "ngày", "day"),
        _ if days < 730 => (days / 30, "tháng", "month"),
        _ => (days / 365, "năm", "year"),
    };
    let s = if count == 1 { "" } else { "s" };
    match (lang, is_past) {
        (Language::Vi, true) => format!("{count} {vi} trước"),
        (Language::Vi, false) => format!("còn {count} {vi}"),
        (Language::En, true) => format!("{count} {en}{s} ago"),
        (Language::En, false) => format!("{count} {en}{s} left"),
    }
}

/// The same of a limit: what has passed is late.
pub fn due(moment: DateTime<Utc>, now: DateTime<Utc>, lang: Language) -> String {
    if moment >= now {
        return said(moment, now, lang);
    }
    let ago = said(moment, now, lang);
    match lang {
        Language::Vi => format!("quá hạn {}", ago.trim_end_matches(" trước")),
        Language::En => format!("{} late", ago.trim_end_matches(" ago")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_vietnamese_however_it_is_written() {
        let same = json!("2026-05-20T14:30:00+07:00");
        for text in ["2026-05-20T14:30", "20/05/2026 14:30", "14:30 20/05/2026"] {
            assert_eq!(typed(text), same, "{text}");
        }
        assert_eq!(typed("hôm qua"), "hôm qua");
        assert_eq!(typed(""), Value::Null);
        assert_eq!(local(at("2026-05-20T14:30:00+07:00")), "2026-05-20T14:30");
    }

    #[test]
    fn moments_are_said_as_people_say_them() {
        let now = at("2026-05-20T14:30:00+07:00");
        let vi = |moment| said(at(moment), now, Language::Vi);
        let en = |moment| said(at(moment), now, Language::En);
        assert_eq!(vi("2026-05-20T14:29:40+07:00"), "vừa xong");
        assert_eq!(vi("2026-05-20T14:05:00+07:00"), "25 phút trước");
        assert_eq!(en("2026-05-20T15:30:00+07:00"), "1 hour left");
        assert_eq!(vi("2026-05-18T23:00:00+07:00"), "2 ngày trước");
        assert_eq!(vi("2026-06-19T23:59:59+07:00"), "còn 30 ngày");
        assert_eq!(
            due(at("2026-05-17T23:59:59+07:00"), now, Language::Vi),
            "quá hạn 3 ngày"
        );
        assert_eq!(exact(now, Language::Vi), "14:30 ngày 20/05/2026");
        assert_eq!(day(day_in_vietnam(now), Language::Vi), "thứ Tư 20/05/2026");
    }
}
