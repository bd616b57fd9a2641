use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::audit::Object;

fn entry(number: i64) -> Entry {
    Entry {
        happened_at: DateTime::from_timestamp_micros(1_790_000_000_000_000 + number).unwrap(),
        who: Who {
            kind: ActorKind::Token,
            id: "t".into(),
            name: "Thanh tra A".into(),
            role: "inspector".into(),
            territory: Some("19".into()),
        },
        action: Action::ReadCase,
        purpose: Purpose::Investigation,
        object: Object::new(ObjectKind::Case, number),
        result: "done".into(),
        origin: Origin::default(),
        details: json!({ "receipt_no": "26" }),
    }
}

fn row(linked: &Linked) -> Row {
    let Linked { chain, entry } = linked;
    Row {
        chain: chain.id.clone(),
        seq: chain.seq,
        happened_at: entry.happened_at,
        actor_kind: entry.who.kind.to_string(),
        actor_id: entry.who.id.clone(),
        actor_name: entry.who.name.clone(),
        actor_role: entry.who.role.clone(),
        territory: entry.who.territory.clone(),
        action: entry.action.to_string(),
        purpose: entry.purpose.to_string(),
        object_kind: entry.object.kind.to_string(),
        object_id: entry.object.id.clone(),
        result: entry.result.clone(),
        origin: entry.origin.address.clone(),
        request_id: entry.origin.request_id.clone(),
        details: entry.details.to_string(),
        mac: chain.mac.clone(),
    }
}

fn rows(key: &ChainKey, lengths: &[i64]) -> Vec<Row> {
    lengths
        .iter()
        .flat_map(|length| {
            let mut chain = Chain::new();
            (1..=*length)
                .map(|number| {
                    let entry = entry(number);
                    chain = chain.with(&entry, key);
                    row(&Linked {
                        chain: chain.clone(),
                        entry,
                    })
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn breaks(key: &ChainKey, rows: &[Row]) -> Vec<Break> {
    let mut walk = Walk::new(key);
    rows.iter().filter_map(|row| walk.step(row)).collect()
}

proptest! {
    #[test]
    fn whatever_is_changed_deleted_or_moved_is_found_at_its_first_place(
        lengths in prop::collection::vec(2_i64..9, 1..4), pick in any::<prop::sample::Index>(), how in 0..22,
    ) {
        let key = ChainKey::new(&[3; 32]);
        let sound = rows(&key, &lengths);
        prop_assert_eq!(breaks(&key, &sound), vec![]);

        let mut rows = sound.clone();
        let at = pick.index(rows.len());
        let text = |field: &mut String| field.push('x');
        match how {
            0 => rows[at].happened_at += chrono::TimeDelta::microseconds(1),
            1 => text(&mut rows[at].actor_id),
            2 => text(&mut rows[at].actor_name),
            3 => text(&mut rows[at].actor_role),
            4 => rows[at].territory = None,
            5 => text(&mut rows[at].action),
            6 => rows[at].action = "read_alerts".into(),
            7 => rows[at].purpose = "operation".into(),
            8 => rows[at].object_kind = "address".into(),
            9 => text(&mut rows[at].object_id),
            10 => text(&mut rows[at].result),
            11 => rows[at].origin = Some(String::new()),
            12 => rows[at].request_id = Some("r".into()),
            13 => rows[at].details = "{}".into(),
            14 => text(&mut rows[at].mac),
            // Read by a database, the first of two members counts; here the last.
            20 => rows[at].details.insert_str(1, "\"receipt_no\":\"27\","),
            21 => rows[at].details.push(' '),
            15 => rows[at].actor_kind = "link".into(),
            16 => {
                // The end of a chain is the business of the roots.
                let is_last = rows.get(at + 1).is_none_or(|next| next.chain != rows[at].chain);
                prop_assume!(!is_last);
                rows.remove(at);
            }
            17 => {
                let other = (at + 1) % rows.len();
                prop_assume!(rows[other].chain == rows[at].chain);
                let (a, b) = (rows[at].clone(), rows[other].clone());
                rows[at] = Row { seq: a.seq, ..b };
                rows[other] = Row { seq: rows[other].seq, ..a };
            }
            18 => rows[at].chain = "another".into(),
            _ => rows[at].seq += 1,
        }
        let found = breaks(&key, &rows);
        prop_assert!(!found.is_empty());
        let (chain, seq) = match &found[0] {
            Break::Missing { chain, seq } | Break::Changed { chain, seq } => (chain.clone(), *seq),
        };
        prop_assert!(chain == sound[at].chain && seq == sound[at].seq || how >= 17);
    }
}

#[test]
fn another_key_opens_nothing() {
    let rows = rows(&ChainKey::new(&[3; 32]), &[2]);
    assert_eq!(breaks(&ChainKey::new(&[4; 32]), &rows).len(), 1);
}
