//! Bodies and handlers of filters that a post has saved.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{ActRefusals, QuietRefusals, Refusals},
};
use crate::{
    app::AppState,
    error::{AppError, Result},
    ids::SavedFilterId,
    service::{
        cases::QueueParams,
        saved_filters::{self, SavedFilter},
    },
    time::rfc3339_in_vietnam,
};

/// What a saved filter asks for: parameters of the queue, as texts.
#[derive(Serialize, ToSchema)]
#[schema(as = FilterOfQueue)]
pub struct FilterBody {
    /// View.
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<String>,
    /// State, or `open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Class.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_before: Option<String>,
    /// `true` or `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    overdue: Option<String>,
    /// A name, the id of a post, or `me`.
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_to: Option<String>,
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    /// Today's commune.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune: Option<String>,
    /// Today's province.
    #[serde(skip_serializing_if = "Option::is_none")]
    province: Option<String>,
    /// Order.
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<String>,
}

impl From<QueueParams> for FilterBody {
    fn from(params: QueueParams) -> Self {
        Self {
            view: params.view,
            status: params.status,
            class: params.class,
            due_before: params.due_before,
            overdue: params.overdue,
            assigned_to: params.assigned_to,
            q: params.q,
            commune: params.commune,
            province: params.province,
            sort: params.sort,
        }
    }
}

/// A filter that the post has saved.
#[derive(Serialize, ToSchema)]
#[schema(as = SavedFilter, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "name": "Vụ chết người của tôi",
    "filter": {"view": "mine", "class": "FATAL"}, "created_at": "2026-05-20T08:00:00+07:00",
}))]
pub struct SavedFilterBody {
    /// Id.
    id: String,
    /// Name.
    name: String,
    /// What it asks for.
    filter: FilterBody,
    /// When it was saved.
    created_at: String,
}

impl From<SavedFilter> for SavedFilterBody {
    fn from(saved: SavedFilter) -> Self {
        Self {
            id: saved.id.to_string(),
            name: saved.name,
            filter: saved.filter.into(),
            created_at: rfc3339_in_vietnam(saved.created_at),
        }
    }
}

/// The filters that a post has saved, at most fifty.
#[derive(Serialize, ToSchema)]
#[schema(as = SavedFilters, example = json!({"items": [{
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "name": "Vụ chết người của tôi",
    "filter": {"view": "mine", "class": "FATAL"}, "created_at": "2026-05-20T08:00:00+07:00",
}]}))]
pub struct SavedFiltersBody {
    /// The oldest first.
    items: Vec<SavedFilterBody>,
}

/// The filters that the post of the caller has saved.
#[utoipa::path(
    get, path = "/api/v1/saved-filters", tag = "cases", operation_id = "list_saved_filters",
    responses((status = 200, description = "All of them", body = SavedFiltersBody), QuietRefusals),
)]
pub async fn list(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let saved = state.read_as(sender, saved_filters::list).await?;
    Ok(HttpResponse::Ok().json(SavedFiltersBody {
        items: saved.into_iter().map(SavedFilterBody::from).collect(),
    }))
}

/// Saves a filter for the post of the caller, at most fifty, each name once. It is read as a query of the queue is.
#[utoipa::path(
    post, path = "/api/v1/saved-filters", tag = "cases", operation_id = "save_filter",
    request_body(content = Object, description = "`name`, and parameters of the queue as `filter`", example = json!({"name": "Vụ chết người của tôi", "filter": {"view": "mine", "class": "FATAL"}})),
    responses((status = 201, description = "The filter", body = SavedFilterBody), Refusals),
)]
pub async fn create(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let saved = state
        .write_as(sender, move |tx, ctx| {
            saved_filters::create(tx, ctx, &body.value)
        })
        .await?;
    Ok(HttpResponse::Created().json(SavedFilterBody::from(saved)))
}

/// Deletes a filter of the caller's post.
#[utoipa::path(
    delete, path = "/api/v1/saved-filters/{filter_id}", tag = "cases", operation_id = "delete_saved_filter",
    params(("filter_id" = String, Path, description = "Id")),
    responses((status = 204, description = "Deleted"), ActRefusals),
)]
pub async fn delete(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    state
        .write_as(sender, move |tx, ctx| {
            let id = SavedFilterId::parse(&id).ok_or(AppError::NotFound("saved filter"))?;
            saved_filters::delete(tx, ctx, &id)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
