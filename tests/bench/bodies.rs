//! What is declared: believable, and each a little different.

use std::sync::Arc;

use serde_json::{Value, json};
use tnld::{
    domain::validators,
    time::{Clock, rfc3339_in_vietnam},
};

use crate::{
    load::{self, Requests},
    support::Db,
};

/// Path of declarations.
pub const PATH: &str = "/api/v1/declarations";

/// The tax code of an establishment.
pub const TAX_CODE: &str = "4799123402";

/// Establishments, each with a token of its own.
pub struct Establishments(Vec<(String, String)>);

impl Establishments {
    /// Issues tokens to `count` establishments.
    pub fn issue(db: &Db, count: usize) -> Arc<Self> {
        let tax_codes = (1_000_000..).filter_map(|number: u64| {
            (0..10).find_map(|check| validators::tax_code(&format!("03{number:07}{check}")))
        });
        let issued = tax_codes
            .step_by(977)
            .take(count)
            .map(|code| (db.token("employer", &["--tax-code", &code]), code));
        Arc::new(Self(issued.collect()))
    }

    /// One declaration after the other for a load; the connection decides who declares, and the
    /// communes take turns.
    pub fn requests(self: &Arc<Self>, communes: &[&str]) -> Requests {
        let me = self.clone();
        let communes: Vec<String> = communes.iter().map(|&code| code.to_owned()).collect();
        let occurred_at =
            rfc3339_in_vietnam(Clock::default().now() - chrono::TimeDelta::minutes(40));
        Arc::new(move |connection, count| {
            let (token, tax_code) = &me.0[connection % me.0.len()];
            let commune = &communes[(connection * 31 + count) % communes.len()];
            let number = connection * 1_000_000 + count;
            let body = two_dead(&occurred_at, commune, tax_code, number);
            load::post(PATH, token, &body.to_string())
        })
    }
}

/// An accident in which two persons under contract died.
pub fn two_dead(occurred_at: &str, commune: &str, tax_code: &str, number: usize) -> Value {
    const FAMILY: [&str; 8] = [
        "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Nông", "Đặng", "Bùi",
    ];
    const GIVEN: [&str; 8] = [
        "Bình", "Dũng", "Hạnh", "Khánh", "Lan", "Minh", "Phúc", "Yến",
    ];
    let name = |shift: usize| {
        let family = FAMILY[(number + shift) % 8];
        let given = GIVEN[(number / 8 + shift) % 8];
        format!("{family} Văn {given}")
    };
    let victim = |shift: usize| {
        json!({
            "full_name": name(shift),
            "sex": "male",
            "birth_year": 1970 + (number + shift) % 35,
            "employment": "contract",
            "outcome": "dead",
            "death": { "at": occurred_at, "circumstance": "scene" },
            "injuries": ["014"],
        })
    };
    json!({
        "kind": "accident",
        "declarant": {
            "role": "employer",
            "full_name": name(3),
            "phone": format!("09{:08}", 12_345_600 + number % 1_000_000),
            "position": "Giám đốc an toàn",
        },
        "establishment": {
            "name": format!("Công ty TNHH Xây dựng số {}", number % 100_000),
            "tax_code": tax_code,
            "address": "Khu công nghiệp Sông Công",
            "headcount": 40 + number % 400,
        },
        "accident": {
            "occurred_at": occurred_at,
            "place": { "commune_code": commune, "detail": format!("Phân xưởng {}", number % 900) },
            "summary": "Giàn giáo đổ khi đang đổ bê tông sàn tầng ba; hai công nhân rơi xuống và tử vong.",
            "casualties": { "dead": 2, "serious": 0, "light": 0, "missing": 0, "unknown": 0 },
            "injury_factor_code": "7",
        },
        "victims": [victim(1), victim(2)],
    })
}
