//! What opens and what does not, and key files.

use chrono::{DateTime, Utc};

use super::*;
use crate::{config::Secret, ids::CaseId};

/// A key that every test knows.
pub(crate) const A_KEY: &str = "test AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

pub(crate) fn a_source() -> KeySource {
    KeySource::Setting(Secret::new(A_KEY))
}

/// The keys of a process that holds [`A_KEY`], with a look-up key of its own.
pub(crate) fn some_keys() -> Keys {
    let master = a_source().read().unwrap().unwrap();
    let (lookup, _) = LookupKey::generate(master.newest().unwrap()).unwrap();
    let (search, _) = SearchKey::generate(master.newest().unwrap(), 1).unwrap();
    let search = SearchKeys::new(vec![(1, search)]).unwrap();
    let held = Held {
        revision: 0,
        live: vec!["test".into()],
        master,
        lookup,
        search,
    };
    Keys::new(a_source(), held)
}

fn now() -> DateTime<Utc> {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

#[test]
fn what_is_sealed_opens_in_its_row_and_nowhere_else() {
    let keys = some_keys();
    let (case, other) = (CaseId::generate(), CaseId::generate());
    let (key, wrapped) = keys.new_case_key(&case).unwrap();
    let text = "Nguyễn Thị Ánh, 001188012345";
    let sealed = key.seal(Column::CaseFacts, case.as_str(), text).unwrap();
    assert!(sealed.is_sealed() && sealed.as_stored().starts_with("tnld1:"));
    assert!(!format!("{sealed:?}").contains(sealed.as_stored()));

    let again = keys.case_key(&case, Some(&wrapped)).unwrap();
    let open = |key: &CaseKey, column, row: &CaseId| key.open(column, row.as_str(), &sealed);
    assert_eq!(open(&again, Column::CaseFacts, &case).unwrap(), text);
    assert!(open(&again, Column::CaseFacts, &other).is_err());
    assert!(open(&again, Column::CaseDecision, &case).is_err());
    assert!(open(&CaseKey::none(), Column::CaseFacts, &case).is_err());
    let (others, _) = keys.new_case_key(&case).unwrap();
    assert!(open(&others, Column::CaseFacts, &case).is_err());
    assert!(
        keys.case_key(&other, Some(&wrapped)).is_err(),
        "a key moved to another case"
    );
    let why = open(&again, Column::CaseDecision, &case).unwrap_err();
    assert_eq!(
        why.to_string(),
        format!("what is sealed in cases.decision/{case} does not open")
    );
}

#[test]
fn a_long_text_is_compressed_and_its_mark_cannot_be_exchanged() {
    let (key, _) = some_keys().new_case_key(&CaseId::generate()).unwrap();
    let text = "{\"rule\":\"C-FATAL\",\"article\":\"Luật ATVSLĐ Điều 34.1.b\"}".repeat(40);
    let sealed = key.seal(Column::DeclarationAnswer, "1", &text).unwrap();
    assert!(sealed.is_sealed() && sealed.as_stored().len() < text.len() / 4);
    let open = |sealed: &Sealed| key.open(Column::DeclarationAnswer, "1", sealed);
    assert_eq!(open(&sealed).unwrap(), text);

    let short = key
        .seal(Column::DeclarationAnswer, "1", "\u{7f}\u{7f}\u{7f}\u{7f}")
        .unwrap();
    for (sealed, from, to) in [(sealed, "tnld2:", "tnld1:"), (short, "tnld1:", "tnld2:")] {
        let exchanged = sealed.as_stored().replacen(from, to, 1);
        assert_ne!(exchanged, sealed.as_stored());
        assert!(open(&Sealed::from(exchanged)).is_err());
    }
}

#[test]
fn the_same_text_is_never_sealed_the_same_way() {
    let (key, _) = some_keys().new_case_key(&CaseId::generate()).unwrap();
    let seal = || key.seal(Column::CaseFacts, "1", "x").unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn a_text_that_was_cut_or_changed_does_not_open() {
    let (key, _) = some_keys().new_case_key(&CaseId::generate()).unwrap();
    let sealed = key.seal(Column::EventReason, "1", "Ngã giàn giáo").unwrap();
    let stored = sealed.as_stored();
    for length in "tnld1:".len()..stored.len() {
        let cut = Sealed::from(stored[..length].to_owned());
        assert!(
            key.open(Column::EventReason, "1", &cut).is_err(),
            "{length}"
        );
    }
    for place in "tnld1:".len()..stored.len() - 4 {
        let mut bytes = stored.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let changed = Sealed::from(String::from_utf8(bytes).unwrap());
        assert!(key.open(Column::EventReason, "1", &changed).is_err());
    }
}

#[test]
fn older_texts_are_plain_and_read_as_they_are() {
    let plain = Sealed::from("{\"kind\":\"accident\"}".to_owned());
    assert!(!plain.is_sealed());
    let (key, _) = some_keys().new_case_key(&CaseId::generate()).unwrap();
    for key in [key, CaseKey::none()] {
        let opened = key.open(Column::CaseFacts, "1", &plain).unwrap();
        assert_eq!(opened, plain.as_stored());
    }
    let keyless = CaseKey::none().seal(Column::CaseFacts, "1", "x");
    assert!(keyless.is_err(), "nothing personal is written plain");
}

#[test]
fn hashes_find_one_person_however_the_number_is_written() {
    let keys = some_keys();
    let hash = |number| keys.citizen_id_hash(number);
    assert_eq!(hash("001188012345"), hash("0011 8801.2345"));
    assert_eq!(hash("b1234567"), hash("B1234567"));
    assert_ne!(hash("001188012345"), hash("001188012346"));
    assert_ne!(
        hash("001188012345"),
        some_keys().citizen_id_hash("001188012345")
    );
    assert_eq!(hash(" - "), None);
}

#[test]
fn a_key_file_is_made_added_to_and_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys/master.keys");
    let source = KeySource::File(path.clone());
    assert!(source.read().unwrap().is_none());
    let first = MasterKey::generate(now()).unwrap();
    source.append(&first).unwrap();
    let second = MasterKey::generate(now()).unwrap();
    source.append(&second).unwrap();

    let keys = source.read().unwrap().unwrap();
    assert_eq!(keys.newest().unwrap().id(), second.id());
    let held = keys.get(first.id()).unwrap();
    assert_eq!(held.fingerprint(), first.fingerprint());
    assert_ne!(first.fingerprint(), second.fingerprint());
    assert!(first.id().starts_with("20261122-"), "{}", first.id());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
        1
    );
    assert!(a_source().append(&first).is_err());

    let (lookup, _) = LookupKey::generate(held).unwrap();
    let (search, _) = SearchKey::generate(held, 1).unwrap();
    let search = SearchKeys::new(vec![(1, search)]).unwrap();
    let held = Held {
        revision: 0,
        live: vec![first.id().to_owned()],
        master: keys,
        lookup,
        search,
    };
    let current = held.current().unwrap().id().to_owned();
    assert_eq!(current, first.id(), "the last one that is in use");

    // Somebody adds a key while a process runs.
    let process = Keys::new(source.clone(), held);
    let third = MasterKey::generate(now()).unwrap();
    source.append(&third).unwrap();
    let case = CaseId::generate();
    let (key, wrapped) = process.new_case_key(&case).unwrap();
    let all = source.read().unwrap().unwrap();
    let about = CaseKey::about(&case);
    let again = all.wrap_again(&wrapped, &about, &third).unwrap();
    assert_eq!(again.master_key, third.id());
    let sealed = key.seal(Column::CaseFacts, "1", "x").unwrap();
    let reread = process.case_key(&case, Some(&again)).unwrap();
    assert_eq!(reread.open(Column::CaseFacts, "1", &sealed).unwrap(), "x");
    let unknown = WrappedKey {
        master_key: "k9".into(),
        ..again
    };
    let Err(why) = process.case_key(&case, Some(&unknown)) else {
        panic!("a key that nobody holds");
    };
    assert!(matches!(why, SealError::UnknownMaster(_)), "{why}");
}

#[test]
fn a_bad_key_file_is_refused_without_telling_keys() {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    for (text, why) in [
        (String::new(), "no key"),
        ("# only a comment\n".into(), "no key"),
        (format!("\n{key}\n"), "line 2"),
        (format!("k1 {key} extra"), "line 1"),
        (format!("k:1 {key}"), "line 1"),
        ("k1 AAECAw==".into(), "line 1"),
        (format!("k1 {key}\nk1 {key}"), "line 2: this name"),
    ] {
        let refused = MasterKeys::parse(&text).unwrap_err().to_string();
        assert!(refused.contains(why), "{text:?}: {refused}");
        assert!(!refused.contains("AAECAw"), "{refused}");
    }
    let sound = format!("# c\n\nk1 {key} # first\r\nk2\t{key}\n");
    assert_eq!(
        MasterKeys::parse(&sound).unwrap().newest().unwrap().id(),
        "k2"
    );
}

#[test]
fn the_mark_of_a_word_is_short_blind_and_of_one_kind() {
    let keys = some_keys().held();
    let kinds = [Marked::Word, Marked::Start, Marked::Name, Marked::NameStart];
    let marks: std::collections::BTreeSet<String> = kinds
        .iter()
        .map(|of| keys.search.newest().1.mark(*of, "hoa"))
        .collect();
    assert_eq!(marks.len(), 4, "no kind is another");
    for mark in &marks {
        assert!(mark.len() == 8 && !mark.contains(' ') && !mark.contains("hoa"));
    }
    assert_eq!(
        keys.search.newest().1.mark(Marked::Name, "hoa"),
        keys.search.newest().1.mark(Marked::Name, "hoa")
    );
    let other = some_keys().held();
    assert_ne!(
        keys.search.newest().1.mark(Marked::Name, "hoa"),
        other.search.newest().1.mark(Marked::Name, "hoa")
    );
}

#[test]
fn a_key_of_marks_is_wrapped_for_its_generation_and_named_by_it() {
    for generation in [1, 2, 17] {
        let name = SearchKey::name(generation);
        assert_eq!(SearchKey::generation(&name), Some(generation), "{name}");
    }
    for other in [
        "lookup",
        "search.",
        "search.1",
        "search.x",
        "search2",
        "search.-4",
    ] {
        assert_eq!(SearchKey::generation(other), None, "{other}");
    }
    let master = a_source().read().unwrap().unwrap();
    let (second, wrapped) = SearchKey::generate(master.newest().unwrap(), 2).unwrap();
    assert!(SearchKey::unwrap(&master, &wrapped, 1).is_err());
    let again = SearchKey::unwrap(&master, &wrapped, 2).unwrap();
    let mark = |key: &SearchKey| key.mark(Marked::Name, "hoa");
    assert_eq!(mark(&again), mark(&second));
    let (first, _) = SearchKey::generate(master.newest().unwrap(), 1).unwrap();
    let keys = SearchKeys::new(vec![(2, second.clone()), (1, first.clone())]).unwrap();
    assert_eq!((keys.newest().0, mark(keys.newest().1)), (2, mark(&second)));
    let all: Vec<String> = keys.all().map(mark).collect();
    assert_eq!(all, [mark(&second), mark(&first)]);
    assert!(SearchKeys::new(Vec::new()).is_none());
}
