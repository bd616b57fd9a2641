//! Filters of the queue that a post has saved: read by the same reader as a query of the queue, and sealed, for a
//! search in one may be for the name of a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Ctx, cases::QueueParams, form::Form};
use crate::{
    domain::{
        access::{HeldPost, Right},
        audit::{Action, Object, ObjectKind},
        declaration::Fault,
    },
    error::{AppError, Result},
    ids::SavedFilterId,
    sealing::Column,
    store::{
        conn::DbConn,
        posts,
        saved_filters::{self, StoredFilter},
    },
    text::search_key,
};

/// Filters of one post.
const MOST: usize = 50;
/// Longest name, in characters.
const LONGEST_NAME: usize = 100;
/// Longest entry of a filter, in characters; the reader of the queue has bounds of its own.
const LONGEST_ENTRY: usize = 500;

/// A filter that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    /// Id.
    pub id: SavedFilterId,
    /// Name.
    pub name: String,
    /// What it asks for.
    pub filter: QueueParams,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Content {
    name: String,
    filter: QueueParams,
}

/// The post in which the caller acts: filters are those of a desk, whoever sits at it.
fn desk(ctx: &Ctx) -> Result<&HeldPost> {
    ctx.require(Right::ListCases)?;
    ctx.actor
        .post
        .as_ref()
        .ok_or(AppError::Forbidden("no_post"))
}

/// The filters of the caller's post, the oldest first.
pub fn list(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<SavedFilter>> {
    let post = desk(ctx)?;
    let key = ctx.keys.register_key();
    let open = |stored: StoredFilter| {
        let text = key.open(Column::SavedFilter, stored.id.as_str(), &stored.content)?;
        let Content { name, filter } = serde_json::from_str(&text)?;
        Ok(SavedFilter {
            id: stored.id,
            name,
            filter,
            created_at: stored.created_at,
        })
    };
    let stored = saved_filters::of_post(tx, &post.id)?;
    let found: Vec<SavedFilter> = stored.into_iter().map(open).collect::<Result<_>>()?;
    // What was saved may hold the name of a person.
    note(
        ctx,
        Action::ReadFilters,
        post,
        json!({ "found": found.len() }),
    );
    Ok(found)
}

fn note(ctx: &Ctx, action: Action, post: &HeldPost, details: Value) {
    ctx.note_of(action, Object::new(ObjectKind::Post, &post.id), details);
}

/// Saves a filter for the caller's post: `name` and `filter`.
pub fn create(tx: &mut DbConn, ctx: &Ctx, body: &Value) -> Result<SavedFilter> {
    let post = desk(ctx)?;
    let mut form = Form::new(body);
    let name = form.text("name", LONGEST_NAME).unwrap_or_default();
    let filter = match form.object("filter") {
        Some(filter) => read(&mut form, filter),
        None => QueueParams::default(),
    };
    form.finish()?;

    // Of two at once one waits, and counts what the other saved.
    posts::lock(tx, &post.id)?;
    let saved = saved_filters::of_post(tx, &post.id)?;
    let name_hash = ctx.keys.passing_hash("saved filter", &search_key(&name));
    if saved.iter().any(|one| one.name_hash == name_hash) {
        return Err(AppError::Conflict("filter_name_taken"));
    }
    if saved.len() >= MOST {
        return Err(AppError::Conflict("too_many_filters"));
    }
    let id = SavedFilterId::generate();
    let content = Content { name, filter };
    let text = serde_json::to_string(&content)?;
    let sealed = ctx
        .keys
        .register_key()
        .seal(Column::SavedFilter, id.as_str(), &text)?;
    let stored = StoredFilter {
        id: id.clone(),
        name_hash,
        content: sealed,
        created_at: ctx.now,
    };
    saved_filters::insert(tx, &post.id, &stored)?;
    note(ctx, Action::SaveFilter, post, json!({ "filter": id }));
    Ok(SavedFilter {
        id,
        name: content.name,
        filter: content.filter,
        created_at: ctx.now,
    })
}

/// Deletes a filter of the caller's post.
pub fn delete(tx: &mut DbConn, ctx: &Ctx, id: &SavedFilterId) -> Result<()> {
    let post = desk(ctx)?;
    match saved_filters::delete(tx, &post.id, id)? {
        true => {
            note(ctx, Action::DeleteFilter, post, json!({ "filter": id }));
            Ok(())
        }
        false => Err(AppError::NotFound("saved filter")),
    }
}

/// The filter of a body; where a page begins and how long it is are no part of one.
fn read(form: &mut Form<'_>, body: &Value) -> QueueParams {
    let mut entries = Form::within("/filter".to_owned(), body);
    let mut text = |name| entries.optional_text(name, LONGEST_ENTRY);
    let filter = QueueParams {
        view: text("view"),
        status: text("status"),
        class: text("class"),
        due_before: text("due_before"),
        overdue: text("overdue"),
        assigned_to: text("assigned_to"),
        q: text("q"),
        commune: text("commune"),
        province: text("province"),
        sort: text("sort"),
        limit: None,
        cursor: None,
    };
    let mut faults = entries.faults();
    let wrong = filter.read().err().unwrap_or_default().into_iter();
    faults.extend(wrong.map(|fault| Fault {
        pointer: format!("/filter{}", fault.pointer),
        code: fault.code,
    }));
    form.take(faults);
    filter
}
