//! The persons as whom a newcomer looks at the pages: an account each, in a post or for an employer. Made once; `/demo` begins
//! a session for any of them, without password. Only the demo has that page.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    establishments::Establishment,
    visitors::{self, COMMUNE},
};
use crate::{
    domain::{
        access::Actor,
        audit::Origin,
        decide::World,
        employer::{
            Employer, Stated,
            people::{Person, PersonRole},
        },
        post::PostKind,
    },
    error::Result,
    sealing::Keys,
    service::{Ctx, accounts::making::make, audit::Notes, posts},
    store::{accounts, conn::DbConn, employer_people, employers},
};

/// What somebody acts in.
enum Seat {
    /// A post of an authority.
    Post(PostKind, &'static str, &'static str),
    /// An employer, as its owner.
    Employer,
}

/// Somebody of the demo.
struct Guest {
    email: &'static str,
    name: &'static str,
    seat: Seat,
}

const GUESTS: [Guest; 6] = [
    Guest {
        email: "an-toan@nguoi-su-dung-lao-dong.test",
        name: "Nông Thị Hạnh",
        seat: Seat::Employer,
    },
    Guest {
        email: "can-bo-xa@phu-binh.test",
        name: "Lường Văn Khải",
        seat: Seat::Post(
            PostKind::CommuneOfficial,
            "UBX-05908",
            "Công chức Văn hóa – Xã hội",
        ),
    },
    Guest {
        email: "thanh-tra@thai-nguyen.test",
        name: "Dương Minh Quyết",
        seat: Seat::Post(
            PostKind::ChiefInspector,
            "SNV-19",
            "Trưởng phòng Lao động – Việc làm",
        ),
    },
    Guest {
        email: "truc-ban@phu-binh.test",
        name: "Hoàng Mạnh Lâm",
        seat: Seat::Post(
            PostKind::CommunePoliceOfficer,
            "CAX-05908",
            "Trực ban Công an xã",
        ),
    },
    Guest {
        email: "quan-tri@thai-nguyen.test",
        name: "Triệu Thị Nhàn",
        seat: Seat::Post(
            PostKind::ProvincialAdministrator,
            "SNV-19",
            "Quản trị hệ thống của tỉnh",
        ),
    },
    Guest {
        email: "van-hanh@thai-nguyen.test",
        name: "Vũ Hải Điệp",
        seat: Seat::Post(PostKind::Operator, "SNV-19", "Người vận hành"),
    },
];

/// The addresses of their accounts, in the order in which they are shown.
pub fn addresses() -> Vec<&'static str> {
    GUESTS.iter().map(|guest| guest.email).collect()
}

/// Makes whoever is not there yet.
pub fn seat(
    tx: &mut DbConn,
    keys: &Arc<Keys>,
    world: &Arc<World>,
    now: DateTime<Utc>,
) -> Result<()> {
    let ctx = Ctx {
        actor: Actor::service(),
        now,
        world: Arc::clone(world),
        operator_mail: None,
        keys: Arc::clone(keys),
        origin: Origin::default(),
        notes: Notes::default(),
        latest_root: None,
    };
    for guest in &GUESTS {
        let Some(account) = make(tx, guest.email, guest.name, now)? else {
            continue;
        };
        // Without a password nobody signs in but by the page.
        accounts::prove(tx, &account.id, now)?;
        match guest.seat {
            Seat::Post(kind, authority, name) => {
                let body = json!({ "authority_id": authority, "kind": kind, "name": name });
                let post = posts::create(tx, &ctx, &body)?.post.id;
                let body = json!({ "account_id": account.id.as_str() });
                posts::appoint(tx, &ctx, &post, &body)?;
            }
            Seat::Employer => {
                let employer = employer(visitors::employer(), now);
                employers::insert(tx, &employer)?;
                let owner = Person {
                    account: account.id.clone(),
                    role: PersonRole::Owner,
                };
                employer_people::join(tx, &employer.id, &owner, now)?;
            }
        }
    }
    Ok(())
}

/// The employer of the demo's employer token, verified by its province.
fn employer(one: &Establishment, now: DateTime<Utc>) -> Employer {
    let stated = Stated {
        tax_code: one.tax_code(),
        name: one.name.to_owned(),
        address: "Khu sản xuất tập trung".to_owned(),
        commune_code: COMMUNE.to_owned(),
        representative: "Nông Thị Hạnh".to_owned(),
        phone: "02080001234".to_owned(),
    };
    Employer {
        verified_at: Some(now),
        proof: Some("Giấy chứng nhận đăng ký doanh nghiệp (bản mẫu)".to_owned()),
        ..Employer::new(stated, None, now)
    }
}
