//! The decision table of `accidents.md` 8, all thirty-six rows in their order, each with the articles on which it rests
//! and the tests that hold it. A row that nothing holds does not pass. (What becomes of the file when somebody dies later,
//! row 16, is a story over HTTP: `tests/it/api/investigation.rs`.)

use super::{
    case::tests::{after, again, police, team, transitions},
    decide::tests::{promises, rows},
    declaration::Kind,
};

struct Row {
    no: u8,
    what: &'static str,
    articles: &'static str,
    held_by: &'static [fn()],
}

/// A row of which a declaration is decided as it says: [`rows`].
macro_rules! decided {
    ($no:literal) => {
        || assert!(rows::check($no) > 0, "row {} says nothing", $no)
    };
}

const TABLE: [Row; 36] = [
    Row {
        no: 1,
        what: "light, contract",
        articles: "L84 34.1.a, 35.1, 35.6.a; D39 13",
        held_by: &[decided!(1)],
    },
    Row {
        no: 2,
        what: "one serious, contract",
        articles: "L84 34.1.a, 35.1, 35.6.b; D39 13",
        held_by: &[decided!(2)],
    },
    Row {
        no: 3,
        what: "two serious, contract",
        articles: "L84 34.1.b, 35.2, 35.6.c; D39 10, 14",
        held_by: &[decided!(3)],
    },
    Row {
        no: 4,
        what: "death, contract",
        articles: "L84 34.1.b, 35.2, 35.6.d; D39 10, 14, 20.1",
        held_by: &[decided!(4)],
    },
    Row {
        no: 5,
        what: "light, no contract",
        articles: "L84 34.1.d, 36.2",
        held_by: &[decided!(5)],
    },
    Row {
        no: 6,
        what: "one serious, no contract",
        articles: "L84 34.1.d, 35.1; D129 43.1",
        held_by: &[decided!(6)],
    },
    Row {
        no: 7,
        what: "two serious, no contract",
        articles: "L84 34.1.d, 35.2, 35.6.c",
        held_by: &[decided!(7)],
    },
    Row {
        no: 8,
        what: "death, no contract",
        articles: "L84 34.1.d, 35.2, 35.6.d",
        held_by: &[decided!(8)],
    },
    Row {
        no: 9,
        what: "at most one serious, insured",
        articles: "D143 18.2, 18.4; D129 49",
        held_by: &[
            decided!(9),
            promises::insurance_of_somebody_lightly_hurt_does_not_decide_who_investigates,
        ],
    },
    Row {
        no: 10,
        what: "death or two serious, insured",
        articles: "D143 18.3",
        held_by: &[decided!(10)],
    },
    Row {
        no: 11,
        what: "with and without contract",
        articles: "L84 34.1.b, 34.1.d, 35.2",
        held_by: &[decided!(11)],
    },
    Row {
        no: 12,
        what: "on the premises of another",
        articles: "D39 11.1.b",
        held_by: &[
            decided!(12),
            team::the_employer_of_the_premises_invites_that_of_the_victims,
        ],
    },
    Row {
        no: 13,
        what: "leased worker",
        articles: "D39 11.1; L84 34.1.b",
        held_by: &[
            decided!(13),
            team::the_employer_of_the_premises_invites_that_of_the_victims,
        ],
    },
    Row {
        no: 14,
        what: "home worker",
        articles: "L84 34.1.a, 34.1.b",
        held_by: &[decided!(14)],
    },
    Row {
        no: 15,
        what: "on the way, in traffic",
        articles: "L84 35.5, 39.2; D39 23",
        held_by: &[decided!(15)],
    },
    Row {
        no: 16,
        what: "dies later",
        articles: "D39 22; L84 35.6.d",
        held_by: &[
            decided!(16),
            transitions::a_higher_level_takes_a_case_over_with_a_full_limit,
        ],
    },
    Row {
        no: 17,
        what: "missing",
        articles: "L84 34.1.b; D39 16.1.d",
        held_by: &[decided!(17)],
    },
    Row {
        no: 18,
        what: "police: a work accident",
        articles: "D39 14, 20.1.g",
        held_by: &[
            police::the_opinion_of_the_team_and_the_answer_of_the_police_have_ten_working_days_each,
        ],
    },
    Row {
        no: 19,
        what: "police: not yet determined",
        articles: "D39 20.1",
        held_by: &[
            police::while_the_police_do_not_know_the_limit_stands_still_and_then_ends_as_much_later,
        ],
    },
    Row {
        no: 20,
        what: "criminal signs",
        articles: "L84 35.7; D39 20",
        held_by: &[police::a_file_with_the_police_is_frozen_and_comes_back_with_a_full_limit],
    },
    Row {
        no: 21,
        what: "not prosecuted",
        articles: "L84 35.6.d, 35.7; D39 20.5",
        held_by: &[police::the_full_limit_begins_only_when_nothing_is_missing_any_more],
    },
    Row {
        no: 22,
        what: "prosecuted",
        articles: "L84 35.7; D39 28",
        held_by: &[police::a_file_comes_back_after_an_indictment_too],
    },
    Row {
        no: 23,
        what: "complaint within 90 days",
        articles: "D39 17.1",
        held_by: &[
            after::a_complaint_opens_a_closed_case_and_its_answer_closes_it_again,
            after::new_minutes_take_the_force_of_the_old_ones_when_they_are_announced,
        ],
    },
    Row {
        no: 24,
        what: "the central team's word is the last",
        articles: "D39 17.1.đ",
        held_by: &[again::what_the_central_team_concludes_when_it_investigates_again_is_final],
    },
    Row {
        no: 25,
        what: "too serious for the province",
        articles: "L84 35.3; D39 11.3",
        held_by: &[
            transitions::a_higher_level_takes_a_case_over_with_a_full_limit,
            again::the_ministry_investigates_again_what_a_province_has_announced,
        ],
    },
    Row {
        no: 26,
        what: "special sector, grave",
        articles: "L84 34.1.c, 35.4; D39 10.2, 21.2",
        held_by: &[decided!(26)],
    },
    Row {
        no: 27,
        what: "special sector, light or one serious",
        articles: "L84 34.1.c, 35.1",
        held_by: &[decided!(27)],
    },
    Row {
        no: 28,
        what: "army and police",
        articles: "L84 34.1.c; Q01",
        held_by: &[decided!(28)],
    },
    Row {
        no: 29,
        what: "crew of a ship",
        articles: "L84 34.1.c; H37",
        held_by: &[decided!(29)],
    },
    Row {
        no: 30,
        what: "abroad, grave",
        articles: "D39 19",
        held_by: &[decided!(30)],
    },
    Row {
        no: 31,
        what: "abroad, less severe",
        articles: "D39 19; L84 35.1",
        held_by: &[decided!(31)],
    },
    Row {
        no: 32,
        what: "technical incident",
        articles: "D39 26.1, 26.2",
        held_by: &[decided!(32)],
    },
    Row {
        no: 33,
        what: "serious technical incident",
        articles: "D39 26.3; L84 19",
        held_by: &[
            decided!(33),
            promises::a_serious_incident_before_july_2025_goes_to_the_district,
        ],
    },
    Row {
        no: 34,
        what: "technical incident, no contract",
        articles: "L84 34.1.d",
        held_by: &[decided!(34)],
    },
    Row {
        no: 35,
        what: "occupational disease",
        articles: "L84 37; Y28 14",
        held_by: &[a_disease_is_no_declaration_of_an_accident],
    },
    Row {
        no: 36,
        what: "acute poisoning",
        articles: "D39 Phụ lục II 06; L84 35.6.b",
        held_by: &[
            decided!(36),
            promises::a_poisoning_may_be_an_acute_disease_as_well,
        ],
    },
];

#[test]
fn every_row_of_the_decision_table_is_held() {
    let numbers: Vec<u8> = TABLE.iter().map(|row| row.no).collect();
    assert_eq!(numbers, (1..=36).collect::<Vec<_>>());
    for row in TABLE {
        eprintln!("{}. {} ({})", row.no, row.what, row.articles);
        assert!(!row.articles.is_empty() && !row.held_by.is_empty());
        for hold in row.held_by {
            hold();
        }
    }
}

/// Row 35 is a matter of its own, with forms, clocks and authorities of its own: nobody declares it as an accident.
fn a_disease_is_no_declaration_of_an_accident() {
    for kind in ["occupational_disease", "disease"] {
        assert_eq!(Kind::parse(kind), None);
    }
}
