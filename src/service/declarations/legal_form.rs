//! The legal form of a declaration as it now stands, for whoever completes it: what was declared with everything that
//! was added, and what is still missing (D39 Phụ lục III and IV, forms 01 and 06 of D129).

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{
    DeclarationShown,
    prepare::{default_role, with_context},
    show,
};
use crate::{
    domain::{
        access::Right,
        declaration::{DeclarantRole, missing, reader},
    },
    error::Result,
    service::Ctx,
    store::conn::DbConn,
    time::day_in_vietnam,
};

/// What a page needs that completes a declaration.
#[derive(Debug)]
pub struct LegalForm {
    /// The declaration, its supplements, who is told.
    pub shown: DeclarationShown,
    /// In which quality it was declared.
    pub role: DeclarantRole,
    /// The body with every supplement on top, in the shape of a declaration; `null` where content is not kept.
    pub standing: Value,
    /// JSON pointers into `standing` of what the legal form still needs.
    pub missing: Vec<String>,
    /// Legal day of the accident.
    pub day: NaiveDate,
}

/// The legal form of a receipt number, if the caller may add to it.
pub fn legal_form(tx: &mut DbConn, ctx: &Ctx, written: &str) -> Result<LegalForm> {
    show::visible(tx, ctx, Right::Supplement, written)?;
    let shown = show::show(tx, ctx, written)?;
    let mut standing = shown.declaration.clone().unwrap_or_default();
    for supplement in &shown.supplements {
        if let Some(body) = &supplement.body {
            put_on_top(&mut standing, body);
        }
    }
    let read = with_context(&ctx.world, ctx.now, default_role(&ctx.actor), |context| {
        reader::read(&standing, context)
    });
    let (role, day, missing) = match &read.declaration {
        Some(stands) => (
            stands.declarant.role,
            day_in_vietnam(stands.accident.occurred_at),
            missing::pointers(stands),
        ),
        // Content that is not kept, or that the law of today would not take: what was said at receipt still holds.
        None => (
            default_role(&ctx.actor),
            day_in_vietnam(ctx.now),
            shown.answer.missing.clone(),
        ),
    };
    Ok(LegalForm {
        shown,
        role,
        standing,
        missing,
        day,
    })
}

/// Puts a supplement on top of a body, as its reader does: objects member by member, lists united, victims by number.
fn put_on_top(standing: &mut Value, supplement: &Value) {
    let Some(parts) = supplement.as_object() else {
        return;
    };
    for (name, part) in parts {
        match name.as_str() {
            "note" => {}
            "victims" => put_victims(standing, part),
            _ => put(member(standing, name), part),
        }
    }
}

fn member<'a>(of: &'a mut Value, name: &str) -> &'a mut Value {
    if !of.is_object() {
        *of = Value::Object(Map::new());
    }
    &mut of[name]
}

fn put(standing: &mut Value, part: &Value) {
    match (&mut *standing, part) {
        (_, Value::Object(members)) => {
            for (name, part) in members {
                put(member(standing, name), part);
            }
        }
        (Value::Array(all), Value::Array(more)) => {
            for one in more {
                if !all.contains(one) {
                    all.push(one.clone());
                }
            }
        }
        _ => *standing = part.clone(),
    }
}

fn put_victims(standing: &mut Value, part: &Value) {
    let all = member(standing, "victims");
    if !all.is_array() {
        *all = Value::Array(Vec::new());
    }
    let Some(all) = all.as_array_mut() else {
        return;
    };
    let mut sorted: Vec<&Value> = part.as_array().into_iter().flatten().collect();
    sorted.sort_by_key(|victim| victim["no"].as_u64());
    for victim in sorted {
        let no = victim["no"]
            .as_u64()
            .and_then(|no| usize::try_from(no).ok());
        // The reader took no number that leaves a gap.
        let Some(at) = no
            .and_then(|no| no.checked_sub(1))
            .filter(|at| *at <= all.len())
        else {
            continue;
        };
        if at == all.len() {
            all.push(Value::Object(Map::new()));
        }
        let mut entry = victim.clone();
        if let Some(members) = entry.as_object_mut() {
            members.remove("no");
        }
        put(&mut all[at], &entry);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn supplements_lie_on_top_as_their_reader_lays_them() {
        let mut standing = json!({
            "kind": "accident",
            "declarant": { "full_name": "Ma Thị Lan" },
            "establishment": null,
            "accident": { "casualties": { "serious": 2 }, "summary": "Ngã." },
            "victims": [{ "full_name": "Nông Văn Bình", "outcome": "serious", "injuries": ["011"] }],
        });
        let supplements = [
            json!({ "note": "x", "declarant": { "position": "Quản đốc" }, "establishment": { "headcount": 40 } }),
            json!({ "note": "x", "accident": { "casualties": { "dead": 1, "serious": 1 } }, "victims": [
                { "no": 2, "full_name": "Vi Văn Đào" },
                { "no": 1, "outcome": "dead", "injuries": ["011", "012"], "death": { "at": "2025-11-14T03:10:00+07:00" } },
                { "no": 9, "full_name": "Nobody" },
            ] }),
        ];
        for supplement in &supplements {
            put_on_top(&mut standing, supplement);
        }
        assert_eq!(
            standing,
            json!({
                "kind": "accident",
                "declarant": { "full_name": "Ma Thị Lan", "position": "Quản đốc" },
                "establishment": { "headcount": 40 },
                "accident": { "casualties": { "dead": 1, "serious": 1 }, "summary": "Ngã." },
                "victims": [
                    { "full_name": "Nông Văn Bình", "outcome": "dead", "injuries": ["011", "012"],
                      "death": { "at": "2025-11-14T03:10:00+07:00" } },
                    { "full_name": "Vi Văn Đào" },
                ],
            })
        );
    }
}
