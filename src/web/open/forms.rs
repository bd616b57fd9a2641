//! `/forms`: the forms of the law without anything filled in, by whoever fills them in by hand.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    web::{Data, Path},
};
use askama::Template;

use crate::{
    api::extract::{Credentials, Stranger},
    app::AppState,
    domain::forms::FormDefinition,
    error::{AppError, Result},
    service::forms::FileKind,
    time::day_in_vietnam,
    web::{
        chrome::Chrome,
        visitor::{frame, visitor},
    },
    wording::{Text, open_pages as words},
};

/// Who fills forms in, and which.
struct Hands {
    title: Text,
    text: Text,
    codes: &'static [&'static str],
}

const HANDS: [Hands; 4] = [
    Hands {
        title: words::BY_EMPLOYER,
        text: words::BY_EMPLOYER_TEXT,
        codes: &["D129-01", "D39-III", "D39-V", "D39-IX"],
    },
    Hands {
        title: words::BY_COMMUNE,
        text: words::BY_COMMUNE_TEXT,
        codes: &["D129-06", "D39-IV", "COMMUNE-RECORD", "D143-II"],
    },
    Hands {
        title: words::BY_TEAM,
        text: words::BY_TEAM_TEXT,
        codes: &[
            "D39-VIII",
            "D39-X",
            "D39-X-VERIFICATION",
            "INVITATION",
            "D39-XI",
            "POSTING",
            "FILE-LIST",
        ],
    },
    Hands {
        title: words::BY_AUTHORITY,
        text: words::BY_AUTHORITY_TEXT,
        codes: &[
            "D39-VI",
            "D39-VII",
            "D39-XIII",
            "HANDOVER-TO-POLICE",
            "HANDOVER-FROM-POLICE",
            "HANDOVER-UP",
        ],
    },
];

/// A form of the list.
struct Shown {
    code: String,
    name: String,
    title: String,
    article: String,
    /// Whether it was read in the text of the law.
    is_sure: bool,
    pdf: String,
    docx: String,
}

struct Group {
    title: &'static str,
    text: &'static str,
    forms: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "forms.html", config = "src/web/askama.toml")]
struct FormsPage {
    c: Chrome,
    lead: String,
    groups: Vec<Group>,
}

fn shown(c: &Chrome, form: &FormDefinition) -> Shown {
    let name = c.either(&form.name, &form.name_en).to_owned();
    let of = |file: Text| {
        let text = c.t(words::OF_FORM).replace("{file}", c.t(file));
        text.replace("{form}", &name)
    };
    Shown {
        pdf: of(words::DOWNLOAD_PDF),
        docx: of(words::DOWNLOAD_DOCX),
        code: form.code.clone(),
        title: titled(form),
        article: form.article.clone(),
        is_sure: form.confidence == "T",
        name,
    }
}

/// What stands above a form, with dots for what differs from one case to the next.
fn titled(form: &FormDefinition) -> String {
    let mut title = form.title.clone();
    if !form.subtitle.is_empty() {
        title.push_str(if form.subtitle.starts_with('(') {
            " "
        } else {
            " · "
        });
        for (nth, part) in form.subtitle.split('{').enumerate() {
            let text = part.split_once('}').filter(|_| nth > 0);
            match text {
                Some((_, after)) => {
                    title.push('…');
                    title.push_str(after);
                }
                None => title.push_str(part),
            }
        }
    }
    title
}

/// `GET /forms`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
) -> Result<HttpResponse> {
    let visitor = visitor(&state, sender).await?;
    let c = frame(&request, visitor.as_ref());
    let printed = state.printed_forms(stranger).await?;
    let of = |hands: &Hands| {
        let forms = hands.codes.iter();
        let forms = forms.filter_map(|code| printed.iter().find(|form| form.code == *code));
        forms.map(|form| shown(&c, form)).collect()
    };
    let groups = HANDS.iter().map(|hands| Group {
        title: c.t(hands.title),
        text: c.t(hands.text),
        forms: of(hands),
    });
    let groups = groups.filter(|group: &Group| !group.forms.is_empty());
    let today = day_in_vietnam(state.clock.now());
    let page = FormsPage {
        lead: c
            .t(words::FORMS_LEAD)
            .replace("{day}", &today.format("%d/%m/%Y").to_string()),
        groups: groups.collect(),
        c,
    };
    Ok(page.c.ok(&page))
}

/// The code and the kind of a file's name.
fn asked(file: &str) -> Option<(&str, FileKind)> {
    let (code, kind) = file.rsplit_once('.')?;
    let kind = match kind {
        "pdf" => FileKind::Pdf,
        "docx" => FileKind::Docx,
        _ => return None,
    };
    Some((code, kind))
}

/// `GET /forms/{file}`: `D39-IX.pdf`, `D39-IX.docx`.
pub async fn file(
    state: Data<AppState>,
    stranger: Stranger,
    file: Path<String>,
) -> Result<HttpResponse> {
    let (code, kind) = asked(&file).ok_or(AppError::NotFound("page"))?;
    let (form, bytes) = state.empty_form(stranger, code.to_owned(), kind).await?;
    let (media, end) = match kind {
        FileKind::Pdf => ("application/pdf", "pdf"),
        FileKind::Docx => (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
        ),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.{end}\"", form.code),
        ))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        // A label is corrected seldom, and then for the same day.
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .body(bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::forms;

    #[test]
    fn every_form_that_is_filled_in_by_hand_stands_in_one_place() {
        let listed: Vec<&str> = HANDS
            .iter()
            .flat_map(|hands| hands.codes)
            .copied()
            .collect();
        let once: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(once.len(), listed.len());
        let all = forms::all().iter().map(|form| form.code.as_str());
        let all: BTreeSet<&str> = all.filter(|code| *code != "TRANSFER-LIST").collect();
        assert_eq!(once, all);
    }
}
