//! Search for places.

use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{extract::Credentials, openapi::QueryRefusals};
use crate::{
    app::AppState,
    domain::place::{UnitLevel, UnitName},
    error::Result,
    service::places::{self, PlacesParams},
    time::day_in_vietnam,
};

/// What to search for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PlacesQuery {
    /// Words of the name and of its parents, with or without diacritics.
    #[param(example = "cam giang thai nguyen")]
    q: String,
    /// The day on which the unit is meant; today where absent.
    #[param(example = "2025-11-10")]
    date: Option<NaiveDate>,
    /// 1 to 100, 50 where absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `next` of the page before; good for the same `q` and `date` only.
    cursor: Option<String>,
}

/// A unit that was found.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceBody {
    /// Level.
    level: UnitLevel,
    /// Code as in force on the day asked for.
    #[schema(example = "02008")]
    code: String,
    /// Name without type.
    #[schema(example = "Cẩm Giàng")]
    name: String,
    /// Name with type.
    #[schema(example = "Xã Cẩm Giàng")]
    full_name: String,
    /// What it belongs to, nearest first.
    parents: Vec<ParentBody>,
    /// First day.
    valid_from: NaiveDate,
    /// First day no longer; `null` is open.
    valid_to: Option<NaiveDate>,
    /// Today's unit or units.
    today: Vec<UnitName>,
}

/// A unit that another belongs to.
#[derive(Serialize, ToSchema)]
#[schema(as = ParentPlace)]
pub struct ParentBody {
    /// Level.
    level: UnitLevel,
    /// Code.
    code: String,
    /// Name with type.
    full_name: String,
}

/// Places found.
#[derive(Serialize, ToSchema)]
#[schema(as = PlaceList)]
pub struct PlacesBody {
    /// The best first: the name itself, names that begin with the words, names that hold them, names
    /// that hold them together with those of their parents; then by level and code.
    items: Vec<PlaceBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// Places by name, without diacritics and with either spelling of tone marks.
#[utoipa::path(
    get, path = "/api/v1/places", tag = "places", operation_id = "search_places", params(PlacesQuery),
    responses((status = 200, description = "Places", body = PlacesBody), QueryRefusals),
)]
pub async fn search(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<PlacesQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let body = state
        .read_as(sender, move |_tx, ctx| {
            let units = &ctx.world.places;
            let today = day_in_vietnam(ctx.now);
            let params = PlacesParams {
                q: query.q,
                date: query.date,
                limit: query.limit,
                cursor: query.cursor,
            };
            let page = places::search(ctx, &params)?;
            let day = page.day;
            let items = page
                .found
                .into_iter()
                .map(|found| {
                    let unit = found.unit;
                    PlaceBody {
                        level: unit.level,
                        code: unit.code.clone(),
                        name: unit.name.clone(),
                        full_name: unit.full_name.clone(),
                        parents: units
                            .parents_of(unit, day)
                            .map(|parent| ParentBody {
                                level: parent.level,
                                code: parent.code.clone(),
                                full_name: parent.full_name.clone(),
                            })
                            .collect(),
                        valid_from: unit.valid_from,
                        valid_to: unit.valid_to,
                        today: units
                            .on_day(unit, today)
                            .into_iter()
                            .map(|now| units.unit_name(now, today))
                            .collect(),
                    }
                })
                .collect();
            Ok(PlacesBody {
                items,
                next: page.next,
            })
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}
