//! News of a case that is known: what it does to the case's course, its limits and who is told.

use serde_json::{Value, json};

use super::{
    Caller, Office, ago,
    office::{each, text},
    recent, steps, with,
};

/// The two seriously injured of example 03 as nothing but counts.
fn hurt(casualties: Value) -> Value {
    with(
        recent("03"),
        &[
            ("/accident/casualties", casualties),
            ("/victims", json!([])),
        ],
    )
}

/// A supplement of nothing but counts.
fn counts(casualties: Value) -> Value {
    json!({ "note": "Tin mới.", "accident": { "casualties": casualties } })
}

fn moved_to(commune: &str) -> Value {
    json!({ "note": "Sửa nơi xảy ra.", "accident": { "place": { "commune_code": commune } } })
}

fn of_sector(sector: &str) -> Value {
    json!({ "note": "Sửa lĩnh vực.", "accident": { "sector": sector } })
}

/// The clocks of one kind, by round.
fn clocks<'a>(case: &'a Value, id: &str) -> Vec<&'a Value> {
    let all = case["clocks"].as_array().unwrap().iter();
    all.filter(|clock| clock["id"] == id).collect()
}

fn names(case: &Value) -> Vec<&str> {
    each(&case["allowed_actions"], "name")
}

/// How many alerts of a case stand in each state: `(authority, status)`, in the order of time.
fn alerts(caller: &Caller, answer: &Value) -> Vec<(String, String)> {
    let path = format!("{}/alerts", text(&answer["case"]["href"]));
    let ledger = caller.get(&path).expect(200);
    let items = ledger["items"].as_array().unwrap().iter();
    items
        .map(|alert| {
            let id = alert["recipient"]["id"].as_str().unwrap_or_default();
            (id.to_owned(), text(&alert["status"]).to_owned())
        })
        .collect()
}

/// Whether `authority` has an alert that holds.
fn is_told(caller: &Caller, answer: &Value, authority: &str) -> bool {
    let ended = ["superseded", "withdrawn"];
    alerts(caller, answer)
        .iter()
        .any(|(id, status)| id == authority && !ended.contains(&status.as_str()))
}

on_both_databases! {
    fn what_a_fallen_class_had_stopped_starts_anew_with_graver_news(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let inspector = office.inspector("66");
        for graver in [json!({ "dead": 1, "light": 0 }), json!({ "serious": 2, "light": 0 })] {
            let first = employer.declare(&hurt(json!({ "missing": 1 })));
            assert_eq!(clocks(&first, "K2")[0]["state"], "running");
            let light = counts(json!({ "missing": 0, "light": 1 }));
            let fell = employer.supplement(&first["receipt_no"], &light);
            assert_eq!(fell["classification"]["case_class"], "LIGHT");
            assert_eq!(clocks(&fell, "K2")[0]["stopped_because"], "class_changed");

            employer.supplement(&first["receipt_no"], &counts(graver));
            let case = inspector.case_of(&first);
            let (k2, k3) = (clocks(&case, "K2"), clocks(&case, "K3"));
            assert_eq!(k2.len(), 2, "{case:#}");
            assert_eq!(k2[1]["state"], "running");
            assert!(text(&k2[1]["starts_at"]) > text(&k2[0]["starts_at"]));
            // The province hears of it now, so its days count from now as well.
            assert_eq!(k3.last().unwrap()["starts_at"], k2[1]["starts_at"]);
            assert_eq!(case["due_at"], k2[1]["due_raw"]);
            assert!(names(&case).contains(&"send_to_scene"));
        }
    }

    fn a_commune_record_of_somebody_who_has_a_contract_goes_on_with_the_employers_team(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let inspector = office.inspector("19");
        for status in ["COMMUNE_RECORDED", "CLOSED"] {
            let first = commune.declare(&recent("05"));
            steps::walk(&commune, &commune.case_of(&first), status);
            let contract = json!({
                "note": "Nạn nhân có hợp đồng lao động.",
                "victims": [{ "no": 1, "outcome": "serious", "employment": "contract" }],
            });
            let after = commune.supplement(&first["receipt_no"], &contract);
            assert_eq!(after["investigation"]["level"], "facility");
            let case = inspector.case_of(&first);
            assert_eq!(case["status"], "CLASSIFIED", "{case:#}");
            assert_eq!(clocks(&case, "K3")[0]["state"], "running");
            steps::walk(&inspector, &case, "CLOSED");
        }
    }

    fn a_death_after_the_minutes_were_announced_is_investigated_again(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let inspector = office.inspector("66");
        for status in ["ANNOUNCED", "DISPATCHED"] {
            let first = employer.declare(&hurt(json!({ "serious": 2 })));
            steps::walk(&inspector, &inspector.case_of(&first), status);
            employer.supplement(&first["receipt_no"], &counts(json!({ "dead": 1, "serious": 1 })));
            let case = inspector.case_of(&first);
            assert_eq!(case["status"], "CLASSIFIED");
            assert_eq!(clocks(&case, "K3")[1]["state"], "running");
            assert_eq!(clocks(&case, "K4")[0]["state"], "stopped");
            // People were there.
            assert_eq!(clocks(&case, "K2").len(), 1);
            assert_eq!(case["due_at"], clocks(&case, "K3")[1]["due_raw"]);
            let closed = steps::walk(&inspector, &case, "CLOSED");
            assert_eq!(clocks(&closed, "K4").len(), 2);
        }
    }

    fn an_authority_to_which_a_case_comes_back_keeps_its_first_start(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&recent("03"));
        employer.supplement(&first["receipt_no"], &moved_to("23293"));
        let there = office.inspector("51").case_of(&first);
        for id in ["K2", "K3"] {
            let start = text(&clocks(&there, id)[1]["starts_at"]);
            assert!(start > text(&first["received_at"]), "{id}");
        }
        employer.supplement(&first["receipt_no"], &moved_to("22015"));
        let back = office.inspector("66").case_of(&first);
        for id in ["K2", "K3"] {
            let rounds = clocks(&back, id);
            assert_eq!(rounds.len(), 3, "{id}");
            assert_eq!(rounds[2]["state"], "running", "{id}");
            for member in ["starts_at", "due_raw", "derivation"] {
                assert_eq!(rounds[2][member], rounds[0][member], "{id}");
            }
        }
        // Graver news on the way was not told here: its days are its own.
        employer.supplement(&first["receipt_no"], &moved_to("23293"));
        employer.supplement(&first["receipt_no"], &counts(json!({ "dead": 1 })));
        employer.supplement(&first["receipt_no"], &moved_to("22015"));
        let back = office.inspector("66").case_of(&first);
        assert_eq!(clocks(&back, "K2").last().unwrap()["starts_at"], first["received_at"]);
        assert!(text(&clocks(&back, "K3").last().unwrap()["starts_at"]) > text(&first["received_at"]));
    }

    fn a_wrong_sector_hides_a_case_and_erases_nothing(db: &Db) {
        let office = Office::open(db);
        office.add_authority("BQP,LINE_MINISTRY,Bộ Quốc phòng,country,VN,2016-07-01,,bqp@example.test,02207109999,,army");
        let employer = office.employer("6099254308");
        let (inspector, ministry) = (office.inspector("66"), office.ministry());
        let first = employer.declare(&with(
            recent("03"),
            &[("/victims/0/full_name", json!("Y Thương")), ("/accident/casualties/dead", json!(1))],
        ));
        let before = inspector.case_of(&first);
        let (receipt_no, href) = (&first["receipt_no"], text(&first["case"]["href"]));
        employer.supplement(receipt_no, &json!({ "note": "Y Thương là tổ trưởng." }));

        employer.supplement(receipt_no, &of_sector("army"));
        for stranger in [&inspector, &office.police("22015"), &office.police("66")] {
            assert_eq!(stranger.get(href).status, 404);
            assert!(stranger.queue("").is_empty());
        }
        let routed = ministry.get(href).expect(200);
        assert_eq!(routed["declaration"]["accident"]["summary"], "");
        assert_eq!((&routed["establishment"], &routed["victims"]), (&Value::Null, &json!([])));
        let declaration = format!("/api/v1/declarations/{}", text(receipt_no));
        let shown = ministry.get(&declaration).expect(200);
        assert_eq!(shown["declaration"], Value::Null);
        assert!(!routed.to_string().contains("Thương") && !shown.to_string().contains("Thương"));
        assert_eq!(ministry.queue("q=Tuy+Hoa+Y+Thuong"), Vec::<String>::new());
        // Content that comes now is not kept.
        employer.supplement(receipt_no, &json!({ "note": "Thêm.", "establishment": { "address": "Hầm Số Chín" } }));

        let after = employer.supplement(receipt_no, &of_sector("ordinary"));
        assert_eq!(after["classification"]["case_class"], "FATAL");
        let case = inspector.case_of(&first);
        for member in ["victims", "establishment"] {
            assert_eq!(case[member], before[member]);
        }
        for pointer in ["/accident/summary", "/victims", "/establishment"] {
            assert_eq!(case["declaration"].pointer(pointer), before["declaration"].pointer(pointer), "{pointer}");
        }
        let name = super::office::encoded(text(&case["establishment"]));
        assert_eq!(inspector.queue(&format!("q={name}")), [text(receipt_no)]);
        let (k2, k3) = (clocks(&case, "K2"), clocks(&case, "K3"));
        assert_eq!(k2.last().unwrap()["state"], "running", "{case:#}");
        assert_eq!(k3.last().unwrap()["state"], "running");
        assert!(is_told(&inspector, &first, "SNV-66") && !is_told(&inspector, &first, "BQP"));
        assert_eq!(employer.get(&declaration).expect(200)["declaration"]["accident"]["summary"], recent("03")["accident"]["summary"]);
    }

    fn graver_news_of_a_case_that_was_withdrawn_opens_it_again(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let inspector = office.inspector("66");
        let first = employer.declare(&hurt(json!({ "dead": 1 })));
        let reason = json!({ "reason": "Khai sai sự thật." });
        inspector.step(&inspector.case_of(&first), "withdraw", reason).expect(200);
        // What changes nothing leaves it as it is.
        employer.supplement(&first["receipt_no"], &json!({ "note": "Vẫn đúng." }));
        assert_eq!(inspector.case_of(&first)["ended_because"], "withdrawn");
        assert!(!is_told(&inspector, &first, "SNV-66"));

        let after = employer.supplement(&first["receipt_no"], &counts(json!({ "dead": 2 })));
        let told: Vec<&str> = each(&after["routing"], "status");
        assert!(told.iter().all(|status| ["queued", "sent"].contains(status)), "{after:#}");
        let case = inspector.case_of(&first);
        assert_eq!((&case["status"], &case["closed_at"]), (&json!("DECLARED"), &Value::Null));
        for id in ["K2", "K3"] {
            assert_eq!(clocks(&case, id).last().unwrap()["state"], "running", "{case:#}");
        }
        assert!(is_told(&inspector, &first, "SNV-66") && is_told(&inspector, &first, "CAX-22015"));
        assert_eq!(inspector.queue("status=open"), [text(&first["receipt_no"])]);
        steps::walk(&inspector, &case, "CLOSED");
    }

    fn what_a_duplicate_tells_is_told_of_the_case_that_stands_for_it(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let employer = office.employer("6099254308");
        let (master, repeated) = (
            employer.declare(&hurt(json!({ "serious": 1 }))),
            office.employer("6199331203").declare(&hurt(json!({ "serious": 1 }))),
        );
        let merge = json!({ "of_case": master["case"]["id"], "reason": "Cùng một vụ." });
        inspector.step(&inspector.case_of(&repeated), "mark_duplicate", merge).expect(200);
        assert_eq!(inspector.case_of(&master)["case_class"], "SINGLE_SERIOUS");

        let death = counts(json!({ "serious": 0, "dead": 1 }));
        let after = office.employer("6199331203").supplement(&repeated["receipt_no"], &death);
        assert!(each(&after["routing"], "status").iter().all(|status| ["queued", "sent"].contains(status)));
        let case = inspector.case_of(&master);
        assert_eq!((&case["case_class"], &case["casualties"]["dead"]), (&json!("FATAL"), &json!(1)));
        assert_eq!(case["casualties"]["serious"], 0);
        for id in ["K2", "K3"] {
            assert_eq!(clocks(&case, id).last().unwrap()["state"], "running");
        }
        let news = case["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!((&news["action"], &news["details"]["receipt_no"]), (&json!("news_of_duplicate"), &repeated["receipt_no"]));
        assert!(is_told(&inspector, &master, "SNV-66") && is_told(&inspector, &master, "CAX-22015"));
        // The duplicate itself rests.
        let rests = inspector.case_of(&repeated);
        assert_eq!((&rests["status"], &rests["due_at"]), (&json!("DUPLICATE"), &Value::Null));
        assert!(rests["clocks"].as_array().unwrap().iter().all(|clock| clock["state"] == "stopped"));
    }

    fn a_graver_duplicate_brings_what_it_knows_with_it(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let employer = office.employer("6099254308");
        let light = employer.declare(&hurt(json!({ "light": 1 })));
        let fatal = employer.declare(&hurt(json!({ "dead": 1 })));
        let merge = json!({ "of_case": light["case"]["id"], "reason": "Cùng một vụ." });
        inspector.step(&inspector.case_of(&fatal), "mark_duplicate", merge).expect(200);
        assert_eq!(inspector.case_of(&light)["case_class"], "FATAL");
        assert!(is_told(&inspector, &light, "CAX-22015"));
    }

    fn no_case_is_a_duplicate_of_one_that_nobody_works_on(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let employer = office.employer("6099254308");
        let withdrawn = employer.declare(&hurt(json!({ "dead": 1 })));
        let reason = json!({ "reason": "Khai sai sự thật." });
        inspector.step(&inspector.case_of(&withdrawn), "withdraw", reason).expect(200);
        let fatal = employer.declare(&hurt(json!({ "dead": 1 })));
        let merge = json!({ "of_case": withdrawn["case"]["id"], "reason": "Cùng một vụ." });
        let refused = inspector.step(&inspector.case_of(&fatal), "mark_duplicate", merge);
        assert_eq!(refused.error_pointers(), ["/of_case"], "{}", refused.text);
    }

    fn a_notice_that_the_commune_declares_goes_out_with_its_form(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let body = with(
            recent("05"),
            &[
                ("/declarant/role", json!("family")),
                ("/accident/casualties", json!({ "dead": 1 })),
                ("/victims", json!([])),
            ],
        );
        let notice = commune.declare(&body);
        assert_eq!(notice["form"], Value::Null);
        let inspector = office.inspector("19");
        let case = commune.step(&commune.case_of(&notice), "declare", json!({})).expect(200);
        assert_eq!(case["status"], "DECLARED");

        // Those who were told of the notice have the declaration in its place, the commune its notice.
        let told = alerts(&inspector, &notice);
        for (authority, ended) in [("SNV-19", 2), ("CAX-02008", 1), ("UBX-02008", 0)] {
            let of_it = told.iter().filter(|(id, _)| id == authority);
            let superseded = of_it.filter(|(_, status)| status == "superseded").count();
            assert_eq!(superseded, ended, "{authority}: {told:?}");
            assert!(is_told(&inspector, &notice, authority), "{authority}");
        }
        let path = format!("/api/v1/declarations/{}", text(&notice["receipt_no"]));
        let shown = commune.get(&path).expect(200);
        let forms: Vec<&Value> = shown["routing"].as_array().unwrap().iter()
            .filter(|told| told["role"] != "COMMUNE_PC" && told["status"] != "superseded")
            .map(|told| &told["form"])
            .collect();
        assert_eq!(forms, ["D129-06", "D129-06"], "{shown:#}");
        // The limits count from the notice.
        assert_eq!(clocks(&case, "K2")[0]["starts_at"], notice["received_at"]);
        // A supplement goes on with it, and takes nothing from the commune.
        let after = commune.supplement(&notice["receipt_no"], &counts(json!({ "dead": 2 })));
        assert_eq!(after["form"], "D129-06");
        assert!(is_told(&inspector, &notice, "UBX-02008"));
        commune.case_of(&notice);
    }

    fn a_case_that_is_transferred_goes_on_with_the_other_authority(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let (old, new) = (office.inspector("66"), office.inspector("51"));
        let first = employer.declare(&recent("03"));
        let received = old.step(&old.case_of(&first), "receive", json!({})).expect(200);
        let to = |authority: &str| json!({ "to_authority": authority, "letter_number": "12/CV", "reason": "Sai địa bàn." });
        for nobody in ["Sở Nội vụ Quảng Ngãi", "SNV-66", "CAX-23293", "TTS-06", "BNV"] {
            let refused = old.step(&received, "transfer", to(nobody));
            assert_eq!(refused.error_pointers(), ["/to_authority"], "{nobody}");
        }
        let given = old.step(&received, "transfer", to("SNV-51")).expect(200);
        assert_eq!((&given["status"], &given["allowed_actions"]), (&json!("TRANSFERRED"), &json!([])));
        assert_eq!(given["documents"].as_array().unwrap().last().unwrap()["number"], "12/CV");
        // Who gave it away reads on, and has nothing to do.
        assert!(old.queue("status=open").is_empty());
        assert_eq!(old.queue("status=TRANSFERRED"), [text(&first["receipt_no"])]);
        let again = old.step(&given, "assign", json!({ "assigned_to": "Trần Văn Bách" }));
        assert_eq!(again.expect(409)["code"], "handed_on");

        let case = new.case_of(&first);
        assert_eq!(new.queue("status=open"), [text(&first["receipt_no"])]);
        assert_eq!(new.queue("status=TRANSFERRED"), [text(&first["receipt_no"])]);
        for id in ["K2", "K3"] {
            let rounds = clocks(&case, id);
            assert_eq!((rounds.len(), &rounds[0]["stopped_because"]), (2, &json!("transferred")));
            assert_eq!(rounds[1]["state"], "running");
            assert!(text(&rounds[1]["starts_at"]) > text(&first["received_at"]));
        }
        assert_eq!(case["due_at"], clocks(&case, "K2")[1]["due_raw"]);
        assert!(is_told(&new, &first, "SNV-51") && !is_told(&new, &first, "SNV-66"));
        // The police of the place are still those.
        assert!(is_told(&new, &first, "CAX-22015"));

        // News goes to who has it, and changes nothing of that.
        let after = employer.supplement(&first["receipt_no"], &counts(json!({ "dead": 1 })));
        assert!(each(&after["routing"], "role").contains(&"PROVINCIAL_LABOUR_AUTHORITY"));
        assert!(is_told(&new, &first, "SNV-51") && !is_told(&new, &first, "SNV-66"));
        let case = new.case_of(&first);
        let received = new.step(&case, "receive", json!({})).expect(200);
        assert_eq!(received["status"], "RECEIVED");
        assert!(old.queue("status=open").is_empty());
        // It is right as it is: the place corrected to the province that has it begins nothing anew.
        employer.supplement(&first["receipt_no"], &moved_to("23293"));
        let case = new.case_of(&first);
        assert_eq!(case["status"], "RECEIVED");
        steps::walk(&new, &case, "CLOSED");
    }

    fn a_case_that_comes_back_keeps_the_days_of_its_first_receipt(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let (old, new) = (office.inspector("66"), office.inspector("51"));
        let first = employer.declare(&recent("03"));
        let to = |authority: &str| json!({ "to_authority": authority, "letter_number": "12/CV", "reason": "Sai địa bàn." });
        old.step(&old.case_of(&first), "transfer", to("SNV-51")).expect(200);
        new.step(&new.case_of(&first), "transfer", to("SNV-66")).expect(200);
        let case = old.case_of(&first);
        assert!(names(&case).contains(&"receive"));
        assert_eq!(new.case_of(&first)["allowed_actions"], json!([]));
        for id in ["K2", "K3"] {
            let last = clocks(&case, id)[2];
            assert_eq!((&last["state"], &last["starts_at"]), (&json!("running"), &first["received_at"]));
        }
    }

    fn a_line_ministry_receives_a_case_that_ends_here(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let inspector = office.inspector("66");
        let first = employer.declare(&recent("03"));
        let to = json!({ "to_authority": "BCT", "letter_number": "12/CV", "reason": "Sai lĩnh vực." });
        let given = inspector.step(&inspector.case_of(&first), "transfer", to).expect(200);
        assert_eq!((&given["status"], &given["ended_because"]), (&json!("TRANSFERRED"), &json!("transferred")));
        assert!(given["closed_at"].is_string() && given["due_at"].is_null());
        assert!(is_told(&inspector, &first, "BCT") && is_told(&inspector, &first, "CAX-22015"));
        // Who has it hears of a death.
        let before = office.rows("outbox");
        employer.supplement(&first["receipt_no"], &counts(json!({ "dead": 1 })));
        assert_eq!(inspector.case_of(&first)["status"], "TRANSFERRED");
        assert!(is_told(&inspector, &first, "BCT"));
        assert!(office.rows("outbox") >= before + 2);
    }

    fn a_fault_in_what_may_be_left_out_never_stops_an_urgent_declaration(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        for (pointer, value, warned) in [
            ("/accident/sector", json!("nope"), vec!["/accident/sector"]),
            ("/declarant/role", json!("boss"), vec!["/declarant/role"]),
            ("/accident/abroad", json!({ "country": "ZZ" }), vec!["/accident/abroad/country", "/accident/abroad/sending_employer"]),
            ("/accident/abroad", json!("Lào"), vec!["/accident/abroad"]),
        ] {
            let wrong = |casualties| with(hurt(casualties), &[(pointer, value.clone())]);
            let answer = employer.declare(&wrong(json!({ "dead": 2 })));
            assert_eq!(each(&answer["warnings"], "pointer"), warned);
            let told = each(&answer["routing"], "role");
            assert!(told.contains(&"PROVINCIAL_LABOUR_AUTHORITY") && told.contains(&"LOCAL_POLICE"), "{told:?}");
            // What was written is kept.
            let path = format!("/api/v1/declarations/{}", text(&answer["receipt_no"]));
            assert_eq!(employer.get(&path).expect(200)["declaration"].pointer(pointer), Some(&value));
            // Where nobody must be told at once, it can be put right first.
            let refused = employer.post("/api/v1/declarations", &wrong(json!({ "light": 1 })));
            assert_eq!((refused.status, refused.error_pointers()), (422, warned.iter().map(|at| (*at).to_owned()).collect()));
        }
        // Without a place, abroad is where it happened.
        let nowhere = with(hurt(json!({ "dead": 2 })), &[("/accident/place", Value::Null), ("/accident/abroad", json!({ "country": "ZZ" }))]);
        employer.post("/api/v1/declarations", &nowhere).expect(422);
    }

    fn whether_it_was_late_follows_the_times_as_they_are_corrected(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&hurt(json!({ "dead": 1 })));
        assert_eq!(first["late"], false);
        let at = |time: String| json!({ "note": "Sửa giờ.", "accident": { "occurred_at": time } });
        let days = 3 * 24 * 60 + 1;
        let after = employer.supplement(&first["receipt_no"], &at(ago(days)));
        assert_eq!((&after["late"], after["late_reason"]["hours"].as_i64()), (&json!(true), Some(72)));
        let after = employer.supplement(&first["receipt_no"], &at(ago(30)));
        assert_eq!(after["late"], false);
        // A late death does not make late what nobody had to declare.
        let light = with(hurt(json!({ "light": 1 })), &[("/accident/occurred_at", json!(ago(days)))]);
        let first = employer.declare(&light);
        let after = employer.supplement(&first["receipt_no"], &counts(json!({ "dead": 1, "light": 0 })));
        assert_eq!((&after["classification"]["case_class"], &after["late"]), (&json!("FATAL"), &json!(false)));
    }

    fn a_class_that_is_held_keeps_what_it_rests_on(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&hurt(json!({ "dead": 1 })));
        for _ in 0..2 {
            let lower = counts(json!({ "dead": 0, "light": 1 }));
            let after = employer.supplement(&first["receipt_no"], &lower);
            assert_eq!(after["classification"], first["classification"]);
        }
        let case = office.inspector("66").case_of(&first);
        assert_eq!(case["class_basis"], first["classification"]["basis"]);
        assert!(!case["class_basis"].as_array().unwrap().is_empty());
    }

    fn a_search_for_what_no_case_could_be_called_finds_nothing(db: &Db) {
        let office = Office::open(db);
        office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        for nothing in ["%25", "_", "%ff", "%E2%80%A6", "%2B%2D"] {
            assert!(inspector.queue(&format!("q={nothing}")).is_empty(), "{nothing}");
        }
        for everything in ["", "q=", "q=%20"] {
            assert_eq!(inspector.queue(everything).len(), 1, "{everything}");
        }
    }
}
