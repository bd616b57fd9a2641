//! Believable words by which generated cases are found: full names as they are common in Việt Nam, establishments,
//! places, numbers. Marks are made once for each word and put together in SQL.

use std::{collections::BTreeMap, collections::BTreeSet, fmt::Write};

use diesel::{RunQueryDsl, sql_types::Text};
use tnld::{
    domain::case::searched::starts,
    sealing::{Keys, Marked},
    store::conn::DbConn,
    text::search_key,
};

/// Four in ten bear the first of these; the others follow as they are common.
const FAMILIES: [&str; 20] = [
    "nguyen", "nguyen", "nguyen", "nguyen", "nguyen", "nguyen", "nguyen", "nguyen", "tran", "tran",
    "le", "le", "pham", "hoang", "vu", "dang", "bui", "do", "ho", "lo",
];
const MIDDLES: [&str; 10] = [
    "van", "van", "van", "thi", "thi", "thi", "duc", "minh", "ngoc", "quoc",
];
const GIVEN: [&str; 40] = [
    "an", "anh", "binh", "cuong", "chi", "dung", "dat", "duc", "giang", "ha", "hai", "hanh",
    "hieu", "hoa", "hoang", "hung", "huong", "khanh", "lan", "linh", "long", "mai", "minh", "nam",
    "nga", "ngan", "nhan", "phong", "phuc", "quan", "quang", "son", "tam", "thanh", "thao", "thuy",
    "trang", "trung", "tuan", "yen",
];
const TRADES: [&str; 10] = [
    "may mac",
    "co khi",
    "xay dung",
    "khai khoang",
    "che bien go",
    "det nhuom",
    "gach ngoi",
    "van tai",
    "hoa chat",
    "thuc pham",
];
const FIRMS: [&str; 50] = [
    "song cau",
    "phu binh",
    "tan long",
    "dong hy",
    "thinh phat",
    "minh quang",
    "hoa binh",
    "an phu",
    "bac son",
    "thai son",
    "hung thinh",
    "viet tien",
    "nam cuong",
    "dai phat",
    "hai ha",
    "truong son",
    "song cong",
    "pho yen",
    "tay do",
    "dong a",
    "hong ha",
    "thang long",
    "bach dang",
    "lam son",
    "chi lang",
    "ba dinh",
    "tam diep",
    "phong phu",
    "nha be",
    "tan tao",
    "binh minh",
    "hoang anh",
    "duc thinh",
    "phuc an",
    "gia phat",
    "toan thang",
    "thanh cong",
    "vinh phat",
    "quyet thang",
    "tien phong",
    "hiep hoa",
    "my phuoc",
    "tan binh",
    "dong xuan",
    "kim lien",
    "sao mai",
    "anh duong",
    "huong giang",
    "song lam",
    "nam dinh",
];

/// A name of a person: the same for the same number.
pub fn name(number: usize) -> [&'static str; 3] {
    [
        FAMILIES[number % FAMILIES.len()],
        MIDDLES[number / FAMILIES.len() % MIDDLES.len()],
        GIVEN[number / (FAMILIES.len() * MIDDLES.len()) % GIVEN.len()],
    ]
}

/// How many names there are.
pub const NAMES: usize = FAMILIES.len() * MIDDLES.len() * GIVEN.len();

/// An establishment.
pub fn firm(number: usize) -> String {
    let trade = TRADES[number % TRADES.len()];
    let firm = FIRMS[number / TRADES.len() % FIRMS.len()];
    format!("cong ty tnhh {trade} {firm}")
}

/// How many establishments there are.
pub const NUMBER_OF_FIRMS: usize = TRADES.len() * FIRMS.len();

/// Marks of words, each made once.
struct Marks<'a> {
    keys: &'a Keys,
    known: BTreeMap<(bool, String), String>,
}

impl Marks<'_> {
    fn of_word(&mut self, word: &str, is_name: bool) -> &str {
        let (whole, start) = match is_name {
            true => (Marked::Name, Marked::NameStart),
            false => (Marked::Word, Marked::Start),
        };
        let held = self.keys.held();
        let key = held.search.newest().1;
        self.known
            .entry((is_name, word.to_owned()))
            .or_insert_with(|| {
                let mut marks = key.mark(whole, word);
                for begun in starts(word) {
                    write!(marks, " {}", key.mark(start, begun)).unwrap();
                }
                marks
            })
    }

    fn of_text(&mut self, text: &str, is_name: bool) -> String {
        let words: BTreeSet<&str> = text.split_whitespace().collect();
        let marks: Vec<String> = words
            .into_iter()
            .map(|word| self.of_word(word, is_name).to_owned())
            .collect();
        marks.join(" ")
    }
}

#[derive(diesel::QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    place: String,
}

/// Makes the tables `marks_of_names`, `marks_of_firms`, `marks_of_places` (by the number of a commune) and
/// `marks_of_numbers` (0 to 9999), each with `no` and `marks`.
pub fn prepare(conn: &mut DbConn, keys: &Keys) {
    let mut marks = Marks {
        keys,
        known: BTreeMap::new(),
    };
    let places: Vec<Place> = diesel::sql_query("SELECT place FROM communes ORDER BY no")
        .load(conn)
        .unwrap();
    let names: Vec<String> = (0..NAMES)
        .map(|number| marks.of_text(&name(number).join(" "), true))
        .collect();
    let firms = (0..NUMBER_OF_FIRMS)
        .map(|number| marks.of_text(&firm(number), false))
        .collect();
    let places = places
        .iter()
        .map(|one| marks.of_text(&search_key(&one.place), false))
        .collect();
    let numbers = (0..10_000)
        .map(|number| marks.of_text(&format!("{number:04}"), false))
        .collect();
    for (table, first, rows) in [
        ("names", 0, names),
        ("firms", 0, firms),
        ("places", 1, places),
        ("numbers", 0, numbers),
    ] as [(&str, usize, Vec<String>); 4]
    {
        let table = format!("marks_of_{table}");
        let run = |conn: &mut DbConn, sql: &str| conn.execute_sql(sql).unwrap();
        run(
            conn,
            &format!("CREATE TABLE {table} (no BIGINT NOT NULL PRIMARY KEY, marks TEXT NOT NULL)"),
        );
        let numbered: Vec<String> = rows
            .iter()
            .enumerate()
            .map(|(at, marks)| format!("({}, '{marks}')", at + first))
            .collect();
        for some in numbered.chunks(500) {
            run(
                conn,
                &format!("INSERT INTO {table} (no, marks) VALUES {}", some.join(", ")),
            );
        }
    }
}

/// Fills `case_search` for the rows of `new_cases`; `moment` makes the timestamp of the receipt, and
/// `joined` is the aggregate that joins audiences by spaces. Rows lie in the order of receipts, as a service that runs
/// for years writes them.
pub fn statement(moment: &str, joined: &str) -> String {
    format!(
        "INSERT INTO case_search (case_id, received_at, scope, marks)
         SELECT n.id, {moment}, 'w' || (n.received / 604800) || ' ' || a.keys,
                p.marks || ' ' || f.marks || ' ' || one.marks || ' ' || two.marks || ' ' || high.marks || ' ' || low.marks
         FROM new_cases n
         JOIN (SELECT case_id, {joined} AS keys FROM case_audiences GROUP BY case_id) a ON a.case_id = n.id
         JOIN marks_of_places p ON p.no = n.commune
         JOIN marks_of_firms f ON f.no = n.n * 7919 % {NUMBER_OF_FIRMS}
         JOIN marks_of_names one ON one.no = n.n * 104729 % {NAMES}
         JOIN marks_of_names two ON two.no = n.n * 15485863 % {NAMES}
         JOIN marks_of_numbers high ON high.no = n.n / 10000 % 10000
         JOIN marks_of_numbers low ON low.no = n.n % 10000
         ORDER BY n.received"
    )
}

/// What forgets the tables of [`prepare`].
pub const FORGET: &str = "DROP TABLE marks_of_names; DROP TABLE marks_of_firms; DROP TABLE marks_of_places; \
                          DROP TABLE marks_of_numbers";
