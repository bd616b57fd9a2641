//! A week of a roster: each of its days with who is on duty, as a bar of twenty-four hours, and how long nobody is.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

use crate::time::start_of_day_in_vietnam;

/// Width of the bar of a day: two units for an hour's quarter.
pub const WIDE: i64 = 192;
/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// A time, its end not included.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// The Monday of the week of `day`.
pub fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}

/// The Vietnamese day `day`.
pub fn whole(day: NaiveDate) -> Span {
    let from = start_of_day_in_vietnam(day);
    (from, from + TimeDelta::days(1))
}

/// Whether something of `span` lies in `day`.
pub fn touches(span: Span, day: NaiveDate) -> bool {
    let (from, to) = whole(day);
    span.0 < to && span.1 > from
}

/// The parts of `day` in which somebody is on duty, in minutes from its beginning, apart from each other.
pub fn covered(spans: &[Span], day: NaiveDate) -> Vec<(i64, i64)> {
    let (from, _) = whole(day);
    let minutes = |moment: DateTime<Utc>| (moment - from).num_minutes().clamp(0, DAY);
    let mut parts: Vec<(i64, i64)> = spans
        .iter()
        .filter(|span| touches(**span, day))
        .map(|span| (minutes(span.0), minutes(span.1)))
        .collect();
    parts.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (begins, ends) in parts {
        match joined.last_mut().filter(|last| begins <= last.1) {
            Some(last) => last.1 = last.1.max(ends),
            None => joined.push((begins, ends)),
        }
    }
    joined
}

/// How many hours of the day nobody is on duty, begun ones as well.
pub fn hours_without(parts: &[(i64, i64)]) -> i64 {
    let covered: i64 = parts.iter().map(|(begins, ends)| ends - begins).sum();
    (DAY - covered + 59) / 60
}

/// Where a part lies in the bar: beginning and width.
pub fn drawn((begins, ends): (i64, i64)) -> (i64, i64) {
    let at = |minutes: i64| minutes * WIDE / DAY;
    (at(begins), (at(ends) - at(begins)).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_night_lies_in_two_days_and_what_overlaps_counts_once() {
        let day: NaiveDate = "2026-05-20".parse().unwrap();
        assert_eq!(monday(day).to_string(), "2026-05-18");
        assert_eq!(monday(monday(day)), monday(day));
        let spans = [
            (
                at("2026-05-19T17:00:00+07:00"),
                at("2026-05-20T07:00:00+07:00"),
            ),
            (
                at("2026-05-20T06:00:00+07:00"),
                at("2026-05-20T12:00:00+07:00"),
            ),
            (
                at("2026-05-20T18:00:00+07:00"),
                at("2026-05-21T06:00:00+07:00"),
            ),
            (
                at("2026-05-21T00:00:00+07:00"),
                at("2026-05-21T06:00:00+07:00"),
            ),
        ];
        let parts = covered(&spans, day);
        assert_eq!(parts, [(0, 720), (1080, 1440)]);
        assert_eq!(hours_without(&parts), 6);
        assert_eq!((drawn(parts[0]), drawn(parts[1])), ((0, 96), (144, 48)));
        assert_eq!(hours_without(&covered(&[], day)), 24);
        assert_eq!(hours_without(&[(0, DAY)]), 0);
        assert_eq!(hours_without(&[(0, DAY - 1)]), 1);
    }
}
