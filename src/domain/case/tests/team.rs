//! Who belongs to a team (D39 Art. 11).

use super::*;

/// D39 Art. 11.1.b, rows 12 and 13: the employer of the premises forms the team of a victim of another employer, and
/// invites that other one. A provincial team is formed by the department, which asks for no such invitation.
#[test]
pub(crate) fn the_employer_of_the_premises_invites_that_of_the_victims() {
    use CaseStatus::Classified;
    let body = sound(Step::FormTeam, 1);
    let mut invited = body.clone();
    invited["other_employer_invited"] = json!("Vi Thị Năm, giấy mời số 04/GM");

    let mut of_another = File::new(
        Classified,
        CaseClass::SingleSerious,
        InvestigationLevel::Facility,
    );
    of_another.of_another_employer = true;
    let refused = of_another.take(Step::FormTeam, body.clone(), &inspector());
    let Err(NotTaken::Faults(faults)) = refused else {
        panic!("{refused:?}");
    };
    let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers, ["/other_employer_invited"]);
    of_another
        .take(Step::FormTeam, invited, &inspector())
        .unwrap();

    let mut own = File::new(
        Classified,
        CaseClass::SingleSerious,
        InvestigationLevel::Facility,
    );
    own.take(Step::FormTeam, body.clone(), &inspector())
        .unwrap();
    let mut grave = File::provincial(Classified);
    grave.of_another_employer = true;
    grave.take(Step::FormTeam, body, &inspector()).unwrap();
}
