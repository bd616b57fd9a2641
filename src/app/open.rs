//! What everybody may read of cases, kept in memory for some minutes: whoever asks, and however often, it is counted once.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use crate::{
    api::extract::Stranger,
    app::AppState,
    domain::forms::FormDefinition,
    error::Result,
    service::{
        forms::{EmptyForms, FileKind, printed},
        published::{self, Half, HalfFigures, NamedConclusion},
    },
};

/// How long what was counted is shown.
const KEPT: TimeDelta = TimeDelta::minutes(10);

/// Something with the moment at which it was read.
type Read<T> = (DateTime<Utc>, Arc<T>);

/// What was read for everybody.
#[derive(Default)]
pub struct OpenPages {
    forms: EmptyForms,
    figures: Mutex<BTreeMap<Half, Read<HalfFigures>>>,
    conclusions: Mutex<Option<Read<Vec<NamedConclusion>>>>,
}

fn is_fresh(read: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    read <= now && now - read < KEPT
}

impl AppState {
    /// The forms that people fill in by hand.
    pub async fn printed_forms(&self, sender: Stranger) -> Result<Vec<FormDefinition>> {
        self.read_for_nobody(sender, |ctx| Ok(printed(ctx))).await
    }

    /// A form of today without anything filled in.
    pub async fn empty_form(
        &self,
        sender: Stranger,
        code: String,
        kind: FileKind,
    ) -> Result<(FormDefinition, Bytes)> {
        let open = Arc::clone(&self.open);
        self.read_for_nobody(sender, move |ctx| open.forms.file(ctx, &code, kind))
            .await
    }

    /// Figures of a half-year. Whoever comes while they are counted waits for them, and holds no connection meanwhile.
    pub async fn figures(&self, sender: Stranger, half: Half) -> Result<Read<HalfFigures>> {
        let mut kept = self.open.figures.lock().await;
        if let Some(read) = kept
            .get(&half)
            .filter(|read| is_fresh(read.0, self.clock.now()))
        {
            return Ok(read.clone());
        }
        let read = self
            .read_by_link(sender, move |tx, ctx| {
                Ok((ctx.now, Arc::new(published::half_year(tx, ctx, half)?)))
            })
            .await?;
        kept.insert(half, read.clone());
        Ok(read)
    }

    /// The conclusions that were published last.
    pub async fn conclusions(&self, sender: Stranger) -> Result<Read<Vec<NamedConclusion>>> {
        let mut kept = self.open.conclusions.lock().await;
        if let Some(read) = kept
            .as_ref()
            .filter(|read| is_fresh(read.0, self.clock.now()))
        {
            return Ok(read.clone());
        }
        let read = self
            .read_by_link(sender, |tx, ctx| {
                Ok((ctx.now, Arc::new(published::conclusions(tx, ctx)?)))
            })
            .await?;
        *kept = Some(read.clone());
        Ok(read)
    }
}
