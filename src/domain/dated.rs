//! Dated rows: each counts from its first day to the day before its end. A change never rewrites what
//! has been in force: it ends a row and begins another.

use chrono::{Days, NaiveDate};

use crate::named;

/// One version of something that has an id.
pub trait Dated: Clone {
    /// Its id, the same over its versions.
    fn id(&self) -> &str;
    /// First day.
    fn valid_from(&self) -> NaiveDate;
    /// First day no longer; `None` is open.
    fn valid_to(&self) -> Option<NaiveDate>;
    /// The same for another time.
    fn lasting(self, from: NaiveDate, to: Option<NaiveDate>) -> Self;

    /// Whether the row counts on `day`.
    fn counts_on(&self, day: NaiveDate) -> bool {
        self.valid_from() <= day && self.valid_to().is_none_or(|end| day < end)
    }
}

named! {
    /// Why rows cannot be changed so.
    pub enum NoChange {
        /// No row of that id counts then.
        NotInForce = "not_in_force",
        /// A later version has begun already.
        LaterHasBegun = "later_has_begun",
    }
}

/// What a change does to rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit<T> {
    /// Rows that are added, or replace the one of the same id and first day.
    pub put: Vec<T>,
    /// Rows that never begin.
    pub gone: Vec<T>,
}

impl<T> Default for Edit<T> {
    fn default() -> Self {
        Self {
            put: Vec::new(),
            gone: Vec::new(),
        }
    }
}

impl<T: Dated> Edit<T> {
    /// The rows as they are after the change.
    pub fn applied_to(&self, rows: &[T]) -> Vec<T> {
        let touched = |row: &T| {
            let mut all = self.put.iter().chain(&self.gone);
            all.any(|other| other.id() == row.id() && other.valid_from() == row.valid_from())
        };
        let stay = rows.iter().filter(|row| !touched(row));
        stay.chain(&self.put).cloned().collect()
    }
}

/// Nothing of `id` counts from `on` on; what was planned for later never begins.
pub fn end<T: Dated>(
    rows: &[T],
    id: &str,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<Edit<T>, NoChange> {
    let of_id = || rows.iter().filter(|row| row.id() == id);
    let day_before = on.checked_sub_days(Days::new(1)).unwrap_or(on);
    let last = of_id().find(|row| row.counts_on(day_before) && row.valid_from() < on);
    let last = last.filter(|row| row.valid_to() != Some(on));
    let gone: Vec<T> = of_id()
        .filter(|row| row.valid_from() >= on)
        .cloned()
        .collect();
    if gone.iter().any(|row| row.valid_from() <= today) {
        return Err(NoChange::LaterHasBegun);
    }
    if last.is_none() && gone.is_empty() {
        return Err(NoChange::NotInForce);
    }
    let put = last.map(|row| row.clone().lasting(row.valid_from(), Some(on)));
    Ok(Edit {
        put: put.into_iter().collect(),
        gone,
    })
}

/// The version of `id` that counts on `from` is as `change` makes it from that day to its end.
pub fn correct<T: Dated>(
    rows: &[T],
    id: &str,
    from: NaiveDate,
    change: impl FnOnce(&mut T),
) -> Result<Edit<T>, NoChange> {
    let found = rows
        .iter()
        .find(|row| row.id() == id && row.counts_on(from))
        .ok_or(NoChange::NotInForce)?;
    let mut put = Vec::new();
    if found.valid_from() < from {
        put.push(found.clone().lasting(found.valid_from(), Some(from)));
    }
    let mut new = found.clone().lasting(from, found.valid_to());
    change(&mut new);
    put.push(new);
    Ok(Edit {
        put,
        gone: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Row {
        from: NaiveDate,
        to: Option<NaiveDate>,
        value: u32,
    }

    impl Dated for Row {
        fn id(&self) -> &str {
            "X"
        }
        fn valid_from(&self) -> NaiveDate {
            self.from
        }
        fn valid_to(&self) -> Option<NaiveDate> {
            self.to
        }
        fn lasting(self, from: NaiveDate, to: Option<NaiveDate>) -> Self {
            Self { from, to, ..self }
        }
    }

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number)
    }

    fn value_on(rows: &[Row], on: NaiveDate) -> Vec<u32> {
        let of_day = rows.iter().filter(|row| row.counts_on(on));
        of_day.map(|row| row.value).collect()
    }

    /// Rows one after the other, some with a gap before the next, the last of them open.
    fn rows() -> impl Strategy<Value = Vec<Row>> {
        prop::collection::vec((1_u64..20, 0_u64..4), 1..6).prop_map(|spans| {
            let (mut at, mut value) = (0, 0);
            let mut rows: Vec<Row> = spans
                .into_iter()
                .map(|(length, gap)| {
                    value += 1;
                    let row = Row {
                        from: day(at),
                        to: Some(day(at + length)),
                        value,
                    };
                    at += length + gap;
                    row
                })
                .collect();
            if let Some(last) = rows.last_mut() {
                last.to = None;
            }
            rows
        })
    }

    proptest! {
        #[test]
        fn after_its_end_nothing_counts_and_before_it_all_is_as_it_was(
            rows in rows(), on in 0_u64..120, today in 0_u64..120,
        ) {
            let (on, today) = (day(on), day(today));
            if let Ok(edit) = end(&rows, "X", on, today) {
                let after = edit.applied_to(&rows);
                for number in 0..140 {
                    let one = day(number);
                    let expected = if one < on { value_on(&rows, one) } else { Vec::new() };
                    prop_assert_eq!(value_on(&after, one), expected);
                }
                prop_assert!(edit.gone.iter().all(|row| row.from > today));
            }
        }

        #[test]
        fn a_correction_counts_from_its_day_to_the_end_of_the_version(
            rows in rows(), from in 0_u64..120,
        ) {
            let from = day(from);
            let Ok(edit) = correct(&rows, "X", from, |row| row.value += 100) else {
                prop_assert!(value_on(&rows, from).is_empty());
                return Ok(());
            };
            let after = edit.applied_to(&rows);
            let end = rows.iter().find(|row| row.counts_on(from)).unwrap().to;
            for number in 0..140 {
                let one = day(number);
                let more = u32::from(one >= from && end.is_none_or(|end| one < end)) * 100;
                let expected: Vec<u32> = value_on(&rows, one).iter().map(|old| old + more).collect();
                prop_assert_eq!(value_on(&after, one), expected);
            }
        }
    }
}
