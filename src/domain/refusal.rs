//! An alert that is not one's own (*không thuộc thẩm quyền*), and where it belongs.
//!
//! The law sends whoever is told to examine and resolve (L84 Art. 34.2) and says nothing of a word that
//! went astray. Decided: whoever refuses says where it belongs, or that they do not know; from that
//! moment on the other authority stands in their place in this case, also after later news. No time
//! limit moves: it began with the receipt.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    authority::{Authority, Directory, Level, Role},
    place::Places,
    post::facts_of,
    routing::{AuthorityName, Recipient},
};

/// An authority that refused, and who stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOn {
    /// The role in which it was told.
    pub role: Role,
    /// Who refused: an id of the directory.
    pub from: String,
    /// Who is told instead: ids of the directory.
    pub to: Vec<String>,
    /// Their audiences, which see the case beside those of its place.
    #[serde(default)]
    pub audiences: Vec<String>,
}

/// Where an alert of this role can belong instead: every authority that holds the role on `day` on the
/// level of the one that refuses, but for those that refused it `before`. By name.
pub fn choices<'a>(
    directory: &'a Directory,
    places: &Places,
    (role, from): (Role, &str),
    before: &[PassedOn],
    day: NaiveDate,
) -> Vec<&'a Authority> {
    let Some(refuses) = directory.by_id(from, day) else {
        return Vec::new();
    };
    let province = |authority: &Authority| facts_of(authority, places, day)?.province_code;
    let near = province(refuses);
    let mut found: Vec<&Authority> = directory
        .rows()
        .iter()
        .filter(|row| row.in_force_on(day) && row.role == role && row.level == refuses.level)
        .filter(|row| row.authority_id != from)
        .filter(|row| {
            !before
                .iter()
                .any(|one| one.role == role && one.from == row.authority_id)
        })
        // Of communes there are thousands: those of the same province, and the others by telephone.
        .filter(|row| row.level != Level::Commune || province(row) == near)
        .collect();
    found.sort_by_key(|row| crate::text::search_key(&row.name));
    found
}

/// Puts those who stand in the place of others into `recipients`, which the law made of the place alone.
pub fn stand_in(
    passed_on: &[PassedOn],
    recipients: &mut Vec<Recipient>,
    directory: &Directory,
    day: NaiveDate,
) {
    for passed in passed_on {
        let is_theirs = |one: &Recipient| {
            let who = one.authority.as_ref();
            one.role == passed.role && who.is_some_and(|who| who.id == passed.from)
        };
        let Some(at) = recipients.iter().position(is_theirs) else {
            continue;
        };
        let instead: Vec<&Authority> = passed
            .to
            .iter()
            .filter_map(|id| directory.by_id(id, day))
            .collect();
        // Better somebody who is not concerned than nobody.
        if instead.is_empty() {
            continue;
        }
        let refused = recipients.remove(at);
        for authority in instead {
            let known = recipients.iter().any(|one| {
                let who = one.authority.as_ref();
                one.role == authority.role
                    && who.is_some_and(|who| who.id == authority.authority_id)
            });
            if !known {
                recipients.push(in_place_of(&refused, authority, directory, day));
            }
        }
    }
}

/// `authority` in the place of whom `refused` names, with the same duty, form and rules.
pub fn in_place_of(
    refused: &Recipient,
    authority: &Authority,
    directory: &Directory,
    day: NaiveDate,
) -> Recipient {
    Recipient {
        role: authority.role,
        authority: Some(AuthorityName {
            id: authority.authority_id.clone(),
            name: authority.name.clone(),
        }),
        phone: Some(authority.phone.clone()).filter(|phone| !phone.is_empty()),
        emails: directory.first_emails(authority, day),
        // Another role, or a higher level, looks for whoever is in charge.
        stands_in: authority.role != refused.role,
        passed_on_by: refused.authority.as_ref().map(|who| who.name.clone()),
        ..refused.clone()
    }
}
