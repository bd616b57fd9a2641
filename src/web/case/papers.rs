//! The papers of a case: the file of each victim, documents, forms.

use chrono::{DateTime, Utc};

use super::Looked;
use crate::{
    domain::{
        access::ActorRole,
        document::{DocumentState, FileItem, ItemLine, ItemState},
    },
    service::{documents::Listed, forms},
    web::{chrome::Chrome, fields::Choice, when},
    wording::{Text, case_page as words, documents as document_words},
};

/// An item of a file.
pub struct ItemView {
    /// Its name.
    pub name: &'static str,
    /// How it stands.
    pub state: String,
    /// Colour; the words say the same.
    pub tone: &'static str,
}

/// The file of a victim.
pub struct FileView {
    /// Heading.
    pub name: String,
    /// Complete, or how much is missing.
    pub standing: String,
    /// Colour.
    pub tone: &'static str,
    /// Items.
    pub items: Vec<ItemView>,
}

/// A document.
pub struct DocumentView {
    /// Its name, or that it may not be known.
    pub name: String,
    /// Where it belongs.
    pub item: String,
    /// State in words.
    pub state: &'static str,
    /// Colour.
    pub tone: &'static str,
    /// Where it is read.
    pub content: Option<String>,
    /// Who added it, when.
    pub added: String,
    /// To the minute.
    pub exact: String,
}

/// A form that was issued.
pub struct IssuedView {
    /// Its title.
    pub title: String,
    /// Number, version, pages.
    pub line: String,
    /// Who issued it, when.
    pub by: String,
    /// The PDF, as it was issued.
    pub pdf: String,
    /// The same to go on with.
    pub docx: String,
}

fn item(c: &Chrome, line: &ItemLine) -> ItemView {
    let (state, tone) = match line.state {
        ItemState::Document => (words::ITEM_DOCUMENT, "good"),
        ItemState::OnPaper => (words::ITEM_ON_PAPER, "good"),
        ItemState::Recorded => (words::ITEM_RECORDED, "good"),
        ItemState::AnsweredNone => (words::ITEM_NONE, "quiet"),
        ItemState::Missing => (words::ITEM_MISSING, "alarm"),
    };
    ItemView {
        name: c.t(document_words::item(line.item)),
        state: c.t(state).replace("{count}", &line.documents.to_string()),
        tone,
    }
}

/// The file of each victim.
pub fn files(c: &Chrome, looked: &Looked) -> Vec<FileView> {
    let files = looked.documents.iter().flat_map(|listing| &listing.files);
    let view = files.map(|file| {
        let missing = |line: &&ItemLine| line.state == ItemState::Missing;
        let (standing, tone) = match file.items.iter().filter(missing).count() {
            0 => (c.t(words::FILE_COMPLETE).to_owned(), "good"),
            count => (
                c.t(words::FILE_LACKS)
                    .replace("{count}", &count.to_string()),
                "warn",
            ),
        };
        FileView {
            name: c
                .t(words::FILE_OF)
                .replace("{no}", &file.victim.to_string()),
            standing,
            tone,
            items: file.items.iter().map(|line| item(c, line)).collect(),
        }
    });
    view.collect()
}

fn document(c: &Chrome, listed: &Listed, now: DateTime<Utc>) -> DocumentView {
    let document = &listed.document;
    let (state, tone): (Text, _) = match document.state {
        DocumentState::Ready => (words::DOC_READY, "good"),
        DocumentState::WaitingForScan => (words::DOC_WAITING, "quiet"),
        DocumentState::Quarantined => (words::DOC_QUARANTINED, "alarm"),
        DocumentState::Removed => (words::DOC_REMOVED, "quiet"),
    };
    let is_ready = document.state == DocumentState::Ready && document.content.is_some();
    let name = listed.about.as_ref().map(|about| about.file_name.as_str());
    let name = name.filter(|name| !name.is_empty());
    let item = c.t(document_words::item(document.item));
    DocumentView {
        name: name.unwrap_or(item).to_owned(),
        item: match document.victim {
            Some(no) => {
                let victim = c.t(words::VICTIM).replace("{no}", &no.to_string());
                format!("{item} · {victim}")
            }
            None => item.to_owned(),
        },
        state: match listed.readable {
            true => c.t(state),
            false => c.t(words::NOT_READABLE),
        },
        tone: if listed.readable { tone } else { "quiet" },
        content: (listed.readable && is_ready)
            .then(|| format!("/api/v1/documents/{}/content", document.id)),
        added: c
            .t(match document.added_role == ActorRole::Informant.as_str() {
                true => words::ADDED_BY_INFORMANT,
                false => words::ADDED,
            })
            .replace("{when}", &when::said(document.added_at, now, c.lang))
            .replace("{who}", &document.added_by),
        exact: c.exact(document.added_at),
    }
}

/// The documents, the newest first.
pub fn documents(c: &Chrome, looked: &Looked, now: DateTime<Utc>) -> Vec<DocumentView> {
    let listing = looked.documents.iter();
    let items = listing.flat_map(|listing| listing.items.iter().rev());
    items.map(|listed| document(c, listed, now)).collect()
}

/// The forms that were issued, the newest first.
pub fn issued(c: &Chrome, looked: &Looked, now: DateTime<Utc>) -> Vec<IssuedView> {
    let all = looked.issued.iter().flatten();
    let view = all.map(|(one, _)| {
        let number = one.number_text.clone();
        let number = number.unwrap_or_else(|| format!("{}/{}", one.number, one.year));
        let at = format!("/api/v1/forms/issued/{}", one.id);
        IssuedView {
            title: forms::name_of(one).into_owned(),
            line: c
                .t(words::ISSUED_LINE)
                .replace("{version}", &one.version.to_string())
                .replace("{pages}", &one.pages.to_string())
                .replace("{number}", &number),
            by: format!(
                "{} · {}",
                one.issued_by_name,
                when::said(one.issued_at, now, c.lang)
            ),
            pdf: format!("{at}.pdf"),
            docx: format!("{at}.docx"),
        }
    });
    view.collect()
}

/// The forms that may be issued.
pub fn offered(c: &Chrome, looked: &Looked) -> Vec<Choice> {
    let role = looked.actor.role;
    let own = looked.offered.iter().filter(|offered| {
        let by = &offered.form.issued_by;
        by.is_empty() || by.contains(&role)
    });
    let choice = own.map(|offered| Choice {
        value: offered.form.code.clone(),
        label: format!(
            "{} ({})",
            c.either(&offered.form.title, &offered.form.name_en),
            offered.form.code
        ),
    });
    choice.collect()
}

/// The victims, and first that it is about the whole case.
pub fn victims(c: &Chrome, looked: &Looked) -> Vec<Choice> {
    let whole = Choice {
        value: String::new(),
        label: c.t(words::WHOLE_CASE).to_owned(),
    };
    let each = looked.detail.victims.iter().map(|victim| Choice {
        value: victim.no.to_string(),
        label: c.t(words::VICTIM).replace("{no}", &victim.no.to_string()),
    });
    std::iter::once(whole).chain(each).collect()
}

/// Where a document may belong.
pub fn items(c: &Chrome) -> Vec<Choice> {
    let by_code = Choice {
        value: String::new(),
        label: c.t(words::UPLOAD_BY_CODE).to_owned(),
    };
    let each = FileItem::ALL.iter().map(|item| Choice {
        value: item.to_string(),
        label: c.t(document_words::item(*item)).to_owned(),
    });
    std::iter::once(by_code).chain(each).collect()
}
