//! A case with sixty victims and five hundred documents asks the database no oftener than a small one: where the API
//! shows it, where it shows its documents, and where the page does.

use std::cell::Cell;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::look;
use crate::{
    domain::{
        case::{
            CaseStatus,
            tests::{NOW, inspector},
        },
        clocks::tests::at,
        document::{DocumentState, FileItem, MediaType},
        victim::{Employment, Outcome, VictimClass},
    },
    ids::{BlobId, CallerId, CaseId, DocumentId},
    sealing::Column,
    service::{
        Ctx,
        cases::{
            show,
            tests::{ctx, opened},
        },
        documents, sealed,
    },
    store::{
        cases::{self, CaseVictim},
        documents::{self as stored, Document},
        testing::TestDb,
    },
};

thread_local! {
    /// What this thread has asked.
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

struct Counts;

impl Instrumentation for Counts {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            ASKED.set(ASKED.get() + 1);
        }
    }
}

fn asked<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ASKED.get();
    let done = work();
    (ASKED.get() - before, done)
}

fn hurt(no: u32) -> CaseVictim {
    CaseVictim {
        no,
        class: VictimClass::Serious,
        outcome: Outcome::Serious,
        employment: Some(Employment::Contract),
        sex: None,
        birth_year: Some(1960 + i32::try_from(no).unwrap() % 45),
        citizen_id_hash: None,
    }
}

fn add_document(db: &mut TestDb, ctx: &Ctx, case: &CaseId, number: u32) {
    let added = db.conn.write(|tx| {
        let mut case = cases::find(tx, case, &crate::domain::access::Sight::All)?.unwrap();
        let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
        let id = DocumentId::generate();
        let about = documents::About {
            file_name: format!("ảnh {number}.jpg"),
            sha256: "0".repeat(64),
            ..documents::About::default()
        };
        let about = serde_json::to_string(&about)?;
        let document = Document {
            about: key.seal(Column::DocumentAbout, id.as_str(), &about)?,
            id,
            case_id: case.id.clone(),
            added_at: at(NOW),
            caller_id: CallerId::generate(),
            added_by: "Lý Thị Mận".to_owned(),
            added_role: "inspector".to_owned(),
            item: FileItem::Sketch,
            victim: None,
            form: None,
            media_type: MediaType::Jpeg,
            length: 1000,
            state: DocumentState::Ready,
            content: Some(BlobId::generate()),
            received: None,
            preview: None,
            scanned_at: None,
            finding: None,
            scan_at: None,
            removed_at: None,
            removed_by: None,
            removal: None,
            erased_at: None,
        };
        Ok::<_, crate::error::AppError>(stored::insert(tx, &document)?)
    });
    added.unwrap();
}

/// How much is shown, and how often the database was asked for it.
#[derive(Debug)]
struct Sizes {
    /// For the case, a page of its documents, and the page.
    asked: [usize; 3],
    victims: usize,
    documents: usize,
}

#[test]
fn a_case_with_sixty_victims_and_five_hundred_documents_asks_no_oftener_than_a_small_one() {
    set_default_instrumentation(|| Some(Box::new(Counts))).unwrap();
    for mut db in TestDb::all() {
        // The connection of before knows nothing of counting.
        db.conn = db.connect();
        let ctx = ctx(inspector());
        let case = opened(&mut db, CaseStatus::Received, &["L19"]);
        let sizes = |db: &mut TestDb| {
            let (for_the_case, detail) = asked(|| show(&mut db.conn, &ctx, &case.id).unwrap());
            let (for_the_file, file) =
                asked(|| documents::list(&mut db.conn, &ctx, &case.id, None).unwrap());
            let (for_the_page, looked) = asked(|| look(&mut db.conn, &ctx, &case.id).unwrap());
            // What is drawn holds as much; a page that may not look asks for less.
            assert_eq!(looked.detail.victims.len(), detail.victims.len());
            assert_eq!(looked.documents.unwrap().items.len(), file.items.len());
            Sizes {
                asked: [for_the_case, for_the_file, for_the_page],
                victims: detail.victims.len(),
                documents: file.items.len(),
            }
        };
        add_document(&mut db, &ctx, &case.id, 0);
        let small = sizes(&mut db);
        assert!(small.asked.iter().all(|count| *count > 0), "{small:?}");
        assert_eq!((small.victims, small.documents), (1, 1));
        let many: Vec<CaseVictim> = (1..=60).map(hurt).collect();
        db.conn
            .write(|tx| cases::set_victims(tx, &case.id, &many))
            .unwrap();
        for number in 1..500 {
            add_document(&mut db, &ctx, &case.id, number);
        }
        let large = sizes(&mut db);
        assert_eq!(large.asked, small.asked);
        assert_eq!(large.victims, 60);
        assert!(large.documents > 1, "{large:?}");
        eprintln!("{large:?}");
    }
}
