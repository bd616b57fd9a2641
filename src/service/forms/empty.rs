//! Forms to be printed and filled in by hand, by the same generator and with nothing of anybody. Each is made once and
//! kept in memory: there are as many as there are forms, whoever asks and however often.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;

use super::{FileKind, fill::empty};
use crate::{
    domain::forms::{self, FormDefinition},
    error::{AppError, Result},
    paper::{docx, pdf},
    service::Ctx,
    time::day_in_vietnam,
};

/// Lists that this service writes of what it did: nobody fills them in by hand.
const WRITTEN_HERE: [&str; 1] = ["TRANSFER-LIST"];

/// The forms that people fill in by hand, as they are today.
pub fn printed(ctx: &Ctx) -> Vec<FormDefinition> {
    let today = day_in_vietnam(ctx.now);
    let by_hand = |form: &&FormDefinition| !WRITTEN_HERE.contains(&form.code.as_str());
    let forms = forms::all().iter().filter(by_hand);
    let forms = forms.filter(|form| form.in_force_on(today));
    forms
        .map(|form| form.corrected(&ctx.world.law, today).0)
        .collect()
}

/// A form as it was when its file was made, and the file.
type Made = (FormDefinition, Bytes);

/// The files that were made, by code and kind.
#[derive(Debug, Default)]
pub struct EmptyForms {
    made: Mutex<BTreeMap<(String, FileKind), Made>>,
}

impl EmptyForms {
    /// The form `code` of today, as `kind`. One is made at a time; whoever comes meanwhile waits for it.
    pub fn file(&self, ctx: &Ctx, code: &str, kind: FileKind) -> Result<(FormDefinition, Bytes)> {
        let form = printed(ctx).into_iter().find(|form| form.code == code);
        let form = form.ok_or(AppError::NotFound("form"))?;
        let key = (form.code.clone(), kind);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, bytes)) = made.get(&key)
            && *of == form
        {
            return Ok((form, bytes.clone()));
        }
        let paper = empty(&form).map_err(AppError::Invalid)?;
        let bytes = Bytes::from(match kind {
            FileKind::Pdf => pdf::write(&paper).map_err(AppError::internal)?.bytes,
            FileKind::Docx => docx::write(&paper).map_err(AppError::internal)?,
        });
        made.insert(key, (form.clone(), bytes.clone()));
        Ok((form, bytes))
    }
}
