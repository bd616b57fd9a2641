use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::*;

/// Every table of `cells` numbers below `bound`.
fn every(cells: u32, bound: i64) -> impl Iterator<Item = Vec<i64>> {
    let base = usize::try_from(bound).unwrap();
    (0..base.pow(cells)).map(move |code| {
        let mut rest = code;
        let mut numbers = Vec::new();
        for _ in 0..cells {
            numbers.push(i64::try_from(rest % base).unwrap());
            rest /= base;
        }
        numbers
    })
}

/// Goes through every table of a size: whoever sees a release, and knows how it is decided, finds at least two tables
/// behind it for every small number. The first `counted` columns make up a row's sum; each other is of persons, of whom
/// there are at least as many as accidents in the column that it stands `counted` behind, and none without any. `k` is
/// 3, to keep the tables few.
fn nobody_finds_a_small_number(rows: usize, (counted, persons): (usize, usize), bound: i64) {
    const K: i64 = 3;
    let columns = counted + persons;
    let cells = u32::try_from(rows * columns).unwrap();
    let table = |numbers: &[i64]| -> Vec<Vec<i64>> {
        numbers.chunks(columns).map(<[i64]>::to_vec).collect()
    };
    let may_be = |numbers: &[i64]| {
        numbers.chunks(columns).all(|row| {
            let pairs = row.iter().zip(&row[counted..]);
            pairs.into_iter().all(|(accidents, persons)| {
                persons >= accidents && (*accidents > 0 || *persons == 0)
            })
        })
    };
    let sum = |row: &[i64]| row.iter().take(counted).sum::<i64>();
    // What each number and each sum of a row may be behind a release.
    let mut behind: HashMap<Release, Vec<BTreeSet<i64>>> = HashMap::new();
    for numbers in every(cells, bound).filter(|numbers| may_be(numbers)) {
        let rows = table(&numbers);
        let sums = rows.iter().map(|row| sum(row));
        let all: Vec<i64> = numbers.iter().copied().chain(sums).collect();
        let may = behind.entry(release(&rows, counted, K)).or_default();
        may.resize(all.len(), BTreeSet::new());
        for (may, number) in may.iter_mut().zip(all) {
            may.insert(number);
        }
    }
    // Beside the bound others are missing only because they were not tried.
    for numbers in every(cells, bound - 2).filter(|numbers| may_be(numbers)) {
        let rows = table(&numbers);
        let release = release(&rows, counted, K);
        let may = &behind[&release];
        let sums = rows.iter().map(|row| sum(row));
        for (nth, number) in numbers.iter().copied().chain(sums).enumerate() {
            let is_found = may[nth].len() == 1 && is_small(number, K);
            assert!(!is_found, "{rows:?} {release:?}");
        }
    }
}

#[test]
fn nobody_finds_a_small_number_in_one_column() {
    for rows in 1..=4 {
        nobody_finds_a_small_number(rows, (1, 0), 9);
    }
}

#[test]
fn nobody_finds_a_small_number_in_several_columns() {
    nobody_finds_a_small_number(1, (3, 0), 8);
    nobody_finds_a_small_number(2, (2, 0), 10);
    nobody_finds_a_small_number(2, (3, 0), 6);
    nobody_finds_a_small_number(3, (2, 0), 8);
    nobody_finds_a_small_number(4, (2, 0), 4);
}

#[test]
fn nobody_finds_a_small_number_of_persons() {
    nobody_finds_a_small_number(2, (1, 1), 12);
    nobody_finds_a_small_number(3, (1, 1), 8);
    nobody_finds_a_small_number(2, (2, 1), 7);
    nobody_finds_a_small_number(4, (1, 1), 5);
}

#[test]
fn what_is_large_is_shown() {
    let rows = vec![vec![10, 20, 30], vec![5, 0, 7]];
    let release = release(&rows, 3, SMALLEST);
    let [first, second] = &rows[..] else { panic!() };
    assert_eq!(
        release.rows,
        [
            Row::Columns(60, first.clone()),
            Row::Columns(12, second.clone())
        ]
    );
    assert_eq!(release.all, Row::Columns(72, vec![15, 20, 37]));
}

#[test]
fn a_small_row_takes_another_one_with_it() {
    let rows = vec![vec![40], vec![3], vec![9]];
    let shown = release(&rows, 1, SMALLEST);
    assert_eq!(shown.rows, [Row::Sum(40), Row::Withheld, Row::Withheld]);
    assert_eq!(shown.all, Row::Sum(52));
    let shown = release(&[vec![40], vec![3], vec![9], vec![9]], 1, SMALLEST);
    assert_eq!(shown.rows[2..], [Row::Withheld, Row::Withheld]);
    // Two of them hide each other.
    let shown = release(&[vec![40], vec![3], vec![3], vec![9]], 1, SMALLEST);
    assert_eq!(shown.rows[3], Row::Sum(9));
    // Unless their sum says what each must be.
    let shown = release(&[vec![40], vec![4], vec![4], vec![9]], 1, SMALLEST);
    assert_eq!(shown.rows[3], Row::Withheld);
}

#[test]
fn nothing_is_shown_of_a_country_with_few() {
    let shown = release(&[vec![1, 0], vec![2, 1]], 2, SMALLEST);
    assert_eq!(shown.all, Row::Withheld);
    assert!(shown.rows.iter().all(|row| *row == Row::Withheld));
    // Nobody at all is said.
    assert_eq!(
        release(&[vec![0], vec![0]], 1, SMALLEST).rows[0],
        Row::Sum(0)
    );
}

proptest! {
    /// As the tables are: 34 provinces, three classes, dead and seriously injured.
    #[test]
    fn no_small_number_is_shown_and_none_is_left_alone(
        rows in prop::collection::vec(prop::collection::vec(0_i64..25, 5), 34),
    ) {
        let release = release(&rows, 3, SMALLEST);
        let all = release.all.sum().unwrap();
        prop_assert_eq!(all, rows.iter().flat_map(|row| &row[..3]).sum::<i64>());
        for (row, shown) in rows.iter().zip(&release.rows) {
            let sum: i64 = row[..3].iter().sum();
            prop_assert!(shown.sum().is_none_or(|shown| shown == sum && !is_small(sum, SMALLEST)));
            if let Row::Columns(_, columns) = shown {
                prop_assert_eq!(columns, row);
                prop_assert!(!row.iter().any(|number| is_small(*number, SMALLEST)));
            }
        }
        let group: i64 = all - release.rows.iter().filter_map(Row::sum).sum::<i64>();
        prop_assert!(!is_small(group, SMALLEST));
        if let Row::Columns(_, columns) = &release.all {
            for (nth, all) in columns.iter().enumerate() {
                let shown: i64 = release.rows.iter().filter_map(|row| row.column(nth)).sum();
                prop_assert!(!is_small(all - shown, SMALLEST));
            }
        }
    }
}
