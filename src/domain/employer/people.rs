//! Who acts for an employer: owners, who decide about its people, and members. There is always an
//! owner.

use chrono::{DateTime, Utc};

use crate::{
    ids::{AccountId, EmployerId, InvitationId},
    named,
};

named! {
    /// What a person is in an employer.
    pub enum PersonRole {
        /// Invites, removes, and decides about claims.
        Owner = "owner",
        /// Declares and supplements.
        Member = "member",
    }
}

/// Somebody who acts for an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// As what.
    pub role: PersonRole,
}

/// Why a change of the people is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// The account is not one of them.
    NotOneOfThem,
    /// Nobody would be left who decides.
    LastOwner,
}

/// Whether `whose` may become `role`, or leave where that is none: somebody must still be an owner
/// after it.
pub fn may_become(
    people: &[Person],
    whose: &AccountId,
    role: Option<PersonRole>,
) -> Result<(), Hindrance> {
    if !people.iter().any(|person| person.account == *whose) {
        return Err(Hindrance::NotOneOfThem);
    }
    let is_owner_after = people.iter().any(|person| {
        let after = if person.account == *whose {
            role
        } else {
            Some(person.role)
        };
        after == Some(PersonRole::Owner)
    });
    if is_owner_after {
        Ok(())
    } else {
        Err(Hindrance::LastOwner)
    }
}

named! {
    /// How an invitation ended.
    pub enum InvitationOutcome {
        /// Whoever was invited acts for the employer.
        Accepted = "accepted",
        /// They do not want to.
        Declined = "declined",
        /// An owner took it back.
        Withdrawn = "withdrawn",
    }
}

/// Most invitations of an employer that wait at a time.
pub const MOST_INVITATIONS: usize = 50;

/// An invitation to act for an employer.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Id.
    pub id: InvitationId,
    /// Which employer.
    pub employer: EmployerId,
    /// E-mail address in its normal form.
    pub email: String,
    /// Name, as the owner gave it.
    pub full_name: String,
    /// As what.
    pub role: PersonRole,
    /// Who invited.
    pub invited_by: AccountId,
    /// When.
    pub made_at: DateTime<Utc>,
    /// From then on it is good no more.
    pub expires_at: DateTime<Utc>,
    /// How it ended.
    pub settled_as: Option<InvitationOutcome>,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("settled_as", &self.settled_as)
            .finish_non_exhaustive()
    }
}

impl Invitation {
    /// Whether it can be accepted at `now`.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.settled_as.is_none() && self.expires_at > now
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accounts() -> Vec<AccountId> {
        (0..5)
            .map(|no| AccountId::from(format!("account {no}")))
            .collect()
    }

    #[test]
    fn the_last_owner_neither_leaves_nor_becomes_a_member() {
        let all = accounts();
        let mut people = vec![
            Person {
                account: all[0].clone(),
                role: PersonRole::Owner,
            },
            Person {
                account: all[1].clone(),
                role: PersonRole::Member,
            },
        ];
        for role in [None, Some(PersonRole::Member)] {
            assert_eq!(
                may_become(&people, &all[0], role),
                Err(Hindrance::LastOwner)
            );
            assert_eq!(may_become(&people, &all[1], role), Ok(()));
        }
        people[1].role = PersonRole::Owner;
        assert_eq!(may_become(&people, &all[0], None), Ok(()));
        assert_eq!(
            may_become(&people, &all[2], None),
            Err(Hindrance::NotOneOfThem)
        );
    }

    proptest! {
        #[test]
        fn whatever_is_changed_in_turn_there_is_always_an_owner(
            changes in prop::collection::vec((0usize..5, 0usize..4), 0..60)
        ) {
            let all = accounts();
            let mut people = vec![Person { account: all[0].clone(), role: PersonRole::Owner }];
            for (whose, what) in changes {
                let account = all[whose].clone();
                let is_one = people.iter().any(|person| person.account == account);
                match what {
                    0 if !is_one => people.push(Person { account, role: PersonRole::Member }),
                    0 => {}
                    1 => {
                        if may_become(&people, &account, None).is_ok() {
                            people.retain(|person| person.account != account);
                        }
                    }
                    other => {
                        let role = if other == 2 { PersonRole::Owner } else { PersonRole::Member };
                        if may_become(&people, &account, Some(role)).is_ok() {
                            for person in &mut people {
                                if person.account == account {
                                    person.role = role;
                                }
                            }
                        }
                    }
                }
                prop_assert!(people.iter().any(|person| person.role == PersonRole::Owner));
            }
        }
    }
}
