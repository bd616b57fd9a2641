//! In whose name a form is issued.

use unicode_normalization::UnicodeNormalization;

use crate::{
    domain::{
        access::{Actor, ActorRole},
        authority::{Authority, Level, Role},
        decide::World,
        place::{Unit, UnitLevel},
    },
    service::Ctx,
    time::day_in_vietnam,
};

/// The body that issues a form, as its head names it (NĐ 30/2020, Phụ lục I).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issuer {
    /// The authority; numbers run for each.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The body above it, line by line, in capitals.
    pub superior: Vec<String>,
    /// Itself, line by line, in capitals.
    pub body: Vec<String>,
    /// What stands for it in numbers.
    pub short: String,
    /// The place where it sits, without its type.
    pub place: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// Where the ministries sit.
const CAPITAL: &str = "Hà Nội";

impl Issuer {
    /// The authority of the caller's post; of a token, that for which it was made.
    pub fn of(ctx: &Ctx) -> Self {
        let today = day_in_vietnam(ctx.now);
        let world = &ctx.world;
        let authority = match &ctx.actor.post {
            Some(held) => world.directory.by_id(&held.authority_id, today),
            None => of_token(&ctx.actor, world, today),
        };
        match authority {
            Some(authority) => Self::named(authority, world, today),
            None => Self::unknown(&ctx.actor),
        }
    }

    fn named(authority: &Authority, world: &World, today: chrono::NaiveDate) -> Self {
        let unit = authority.level.unit_level().and_then(|level| {
            let places = &world.places;
            let code = &authority.territory_code;
            let now = places.unit_on(level, code, today);
            now.or_else(|_| places.unit_on(level, code, authority.valid_from))
                .ok()
        });
        let (superior, body) = names(authority, unit);
        Self {
            id: authority.authority_id.clone(),
            name: authority.name.clone(),
            superior,
            body,
            short: initials(&authority.name),
            place: match unit {
                Some(unit) => Some(unit.name.clone()),
                None => (authority.level == Level::Country).then(|| CAPITAL.to_owned()),
            },
            phone: Some(authority.phone.clone()).filter(|phone| !phone.is_empty()),
        }
    }

    /// An employer, or a token for which the directory has nobody: its role and its tax code or territory
    /// number the form.
    fn unknown(actor: &Actor) -> Self {
        let codes = [&actor.tax_code, &actor.commune_code, &actor.province_code];
        let territory = codes.into_iter().flatten().next();
        let territory = territory.map(String::as_str).unwrap_or("VN");
        Self {
            id: format!("{}/{territory}", actor.role),
            name: actor.name.clone(),
            superior: Vec::new(),
            body: Vec::new(),
            short: match actor.role {
                ActorRole::Employer => "NSDLĐ",
                _ => "…",
            }
            .to_owned(),
            place: None,
            phone: None,
        }
    }
}

fn of_token<'a>(
    actor: &Actor,
    world: &'a World,
    today: chrono::NaiveDate,
) -> Option<&'a Authority> {
    let (role, level, unit_level, code) = match actor.role {
        ActorRole::Inspector => (
            Role::ProvincialLabourAuthority,
            Level::Province,
            UnitLevel::Province,
            actor.province_code.as_deref()?,
        ),
        ActorRole::Commune => (
            Role::CommunePc,
            Level::Commune,
            UnitLevel::Commune,
            actor.commune_code.as_deref()?,
        ),
        ActorRole::Ministry => {
            let all = world.directory.holders(
                Role::LabourMinistry,
                Level::Country,
                None,
                today,
                &world.places,
            );
            return all.first().copied();
        }
        _ => return None,
    };
    let unit = world.places.unit_on(unit_level, code, today).ok()?;
    let all = world
        .directory
        .holders(role, level, Some(unit), today, &world.places);
    all.first().copied()
}

/// The lines above: departments stand below the People's Committee of their province, and a committee
/// writes its own name out.
fn names(authority: &Authority, unit: Option<&Unit>) -> (Vec<String>, Vec<String>) {
    const COMMITTEE: &str = "ỦY BAN NHÂN DÂN";
    let name = authority.name.to_uppercase();
    let Some(unit) = unit else {
        return (Vec::new(), vec![name]);
    };
    let unit = unit.full_name.to_uppercase();
    match (authority.role, authority.level) {
        (Role::CommunePc | Role::DistrictPc | Role::ProvincialPc, _) => {
            (Vec::new(), vec![COMMITTEE.to_owned(), unit])
        }
        (Role::ProvincialLabourAuthority | Role::ProvincialHealth, Level::Province) => {
            let bare = name.strip_suffix(&unit).unwrap_or(&name).trim_end();
            let body = if bare.is_empty() { name.as_str() } else { bare };
            (vec![COMMITTEE.to_owned(), unit], vec![body.to_owned()])
        }
        _ => (Vec::new(), vec![name]),
    }
}

/// The letters that stand for a name in numbers: `Sở Nội vụ tỉnh Thái Nguyên` is `SNV`, and a word in
/// capitals stays as it is.
fn initials(name: &str) -> String {
    const TERRITORY: [&str; 8] = [
        "tỉnh",
        "thành",
        "xã",
        "phường",
        "đặc",
        "huyện",
        "quận",
        "thị",
    ];
    let words = name.split([' ', '-', ',']).filter(|word| !word.is_empty());
    // `Xã hội` is no territory.
    let own = words.take_while(|word| *word == "Xã" || !TERRITORY.contains(word));
    let mut short = String::new();
    for word in own.filter(|word| *word != "và") {
        let is_short = word.chars().count() > 1 && word.to_uppercase() == word;
        if is_short {
            short.push_str(word);
        } else {
            short.extend(word.chars().next().map(as_initial));
        }
    }
    short
}

/// Offices write `UBND` for *Ủy ban nhân dân*: a vowel without its marks, and Đ as it is.
fn as_initial(letter: char) -> char {
    let bare = if matches!(letter, 'đ' | 'Đ') {
        'Đ'
    } else {
        letter.nfd().next().unwrap_or(letter)
    };
    bare.to_uppercase().next().unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_bear_the_letters_of_the_authority() {
        for (name, short) in [
            ("Ủy ban nhân dân xã Phú Bình", "UBND"),
            ("Sở Nội vụ tỉnh Thái Nguyên", "SNV"),
            ("Sở Lao động - Thương binh và Xã hội", "SLĐTBXH"),
            ("UBND xã Cẩm Giàng", "UBND"),
            ("Bộ Nội vụ", "BNV"),
        ] {
            assert_eq!(initials(name), short);
        }
    }
}
