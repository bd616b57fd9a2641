//! Which numbers of a table may be shown to everybody, so that nobody is recognised by a small one: accidents of one
//! half-year, a row for each province, a column for each class.
//!
//! A number from 1 to `k - 1` is *small* and is never shown, and never follows from what is shown:
//!
//! - a row whose sum is small shows nothing. Such rows are one group, and what the country has beyond the rows that are
//!   shown is the group's. Where the group gives its rows away (a small sum, or one that leaves each no choice), the
//!   smallest that could be shown joins it (all of several alike);
//! - another row shows its sum, and its columns only where none of them is small;
//! - the columns of the country are shown only where none of them is small, and where the rows that do not show theirs
//!   hide each other: at least three of them, with nothing or `2k` together in each column. Else rows give their columns
//!   up, the smallest first, and in the end the country does.
//!
//! A test goes through every table of some sizes: somebody who sees what is shown, and knows these rules, finds for no
//! small number that it can be only that one.
//!
//! Zeros may be shown: nobody was hurt. Persons stand beside the accidents as columns that are no part of a row's sum, and
//! are decided together with them: who has few dead has few fatal accidents, and where a country has as many dead as
//! fatal accidents, each province has.

#[cfg(test)]
mod tests;

/// The smallest number of people or accidents that is shown (`administration.md` PD-12).
pub const SMALLEST: i64 = 5;

/// What a row shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Row {
    /// Nothing: it is part of the group.
    Withheld,
    /// Its sum.
    Sum(i64),
    /// Its sum and each of its columns.
    Columns(i64, Vec<i64>),
}

impl Row {
    /// Its sum, where it is shown.
    pub fn sum(&self) -> Option<i64> {
        match self {
            Self::Withheld => None,
            Self::Sum(sum) | Self::Columns(sum, _) => Some(*sum),
        }
    }

    /// A column, where it is shown.
    pub fn column(&self, nth: usize) -> Option<i64> {
        match self {
            Self::Columns(_, columns) => columns.get(nth).copied(),
            Self::Withheld | Self::Sum(_) => None,
        }
    }
}

/// What of a table is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Release {
    /// Its rows, in their order.
    pub rows: Vec<Row>,
    /// All rows together.
    pub all: Row,
}

fn is_small(number: i64, k: i64) -> bool {
    (1..k).contains(&number)
}

fn sums(rows: &[Vec<i64>], chosen: &[bool], columns: usize) -> Vec<i64> {
    let of_column = |nth: usize| {
        let chosen = rows.iter().zip(chosen).filter(|(_, is)| **is);
        chosen.map(|(row, _)| row[nth]).sum()
    };
    (0..columns).map(of_column).collect()
}

/// Takes the smallest of the `chosen` rows out of them, all of several alike: which of them it was would say something.
/// `false` where there is none.
fn give_up_the_smallest(sum_of: &[i64], chosen: &mut [bool]) -> bool {
    // Behind zeros nothing is hidden.
    let sums = sum_of.iter().zip(chosen.iter());
    let sums = sums.filter(|(sum, is)| **is && **sum > 0);
    let Some(smallest) = sums.map(|(sum, _)| *sum).min() else {
        return false;
    };
    for (sum, chosen) in sum_of.iter().zip(chosen) {
        *chosen &= *sum != smallest;
    }
    true
}

/// Whether the rows that do not show their columns hide each other: there are three of them or more in which there is
/// anything, and together they have nothing in a column or twice `k`; or there is nothing in any of them.
fn is_hidden_well(rows: &[Vec<i64>], sum_of: &[i64], details: &[bool], k: i64) -> bool {
    let hidden: Vec<bool> = details.iter().map(|details| !details).collect();
    let filled = (0..rows.len()).filter(|nth| hidden[*nth] && sum_of[*nth] > 0);
    let filled = filled.count();
    let columns = sums(rows, &hidden, rows.first().map_or(0, Vec::len));
    filled == 0 || (filled >= 3 && columns.iter().all(|sum| *sum == 0 || *sum >= 2 * k))
}

/// Decides what is shown of `rows`, all of the same length, none of whose numbers is negative. The first `counted` columns
/// make up the sum of a row.
pub fn release(rows: &[Vec<i64>], counted: usize, k: i64) -> Release {
    let columns = rows.first().map_or(0, Vec::len);
    let sum_of: Vec<i64> = rows
        .iter()
        .map(|row| row.iter().take(counted).sum())
        .collect();
    let nothing = Release {
        rows: vec![Row::Withheld; rows.len()],
        all: Row::Withheld,
    };
    if is_small(sum_of.iter().sum(), k) {
        return nothing;
    }
    let mut shows: Vec<bool> = sum_of.iter().map(|sum| *sum >= k).collect();
    let group: Vec<i64> = (0..rows.len())
        .filter(|nth| !shows[*nth])
        .map(|nth| sum_of[nth])
        .collect();
    let in_group: i64 = group.iter().sum();
    if in_group == 0 {
        shows.fill(true);
    } else {
        let is_given_away = in_group < k || group.iter().all(|sum| *sum == k - 1);
        if is_given_away && !give_up_the_smallest(&sum_of, &mut shows) {
            return nothing;
        }
    }
    let all = sums(rows, &vec![true; rows.len()], columns);
    let is_sound = |row: &[i64]| !row.iter().any(|number| is_small(*number, k));
    let mut by_columns = columns > 1 && is_sound(&all);
    let sound = rows.iter().zip(&shows);
    let mut details: Vec<bool> = sound
        .map(|(row, shows)| by_columns && *shows && is_sound(row))
        .collect();
    while by_columns && !is_hidden_well(rows, &sum_of, &details, k) {
        by_columns = give_up_the_smallest(&sum_of, &mut details);
    }
    if !by_columns {
        details.fill(false);
    }
    let shown = rows.iter().enumerate().map(|(nth, row)| {
        if details[nth] {
            Row::Columns(sum_of[nth], row.clone())
        } else if shows[nth] {
            Row::Sum(sum_of[nth])
        } else {
            Row::Withheld
        }
    });
    Release {
        rows: shown.collect(),
        all: if by_columns {
            Row::Columns(sum_of.iter().sum(), all)
        } else {
            Row::Sum(sum_of.iter().sum())
        },
    }
}
