//! Bodies and handlers of the coverage.

use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{extract::Credentials, openapi::PageRefusals};
use crate::{
    app::AppState,
    domain::{
        authority::Role,
        classify::CaseClass,
        coverage::{Gap, Missing, Share},
        decide::World,
        place::UnitLevel,
    },
    error::Result,
    service::coverage::{self, CoverageQuery, Shown},
    time::rfc3339_in_vietnam,
};

/// How many pairs of a commune and an urgent class are covered.
#[derive(Serialize, ToSchema)]
#[schema(as = CoverageShare)]
pub struct ShareBody {
    /// Pairs: every commune with each of FATAL, MULTI_SERIOUS and UNCLEAR.
    #[schema(example = 276)]
    total: u32,
    /// Those for which nothing is missing.
    #[schema(example = 270)]
    covered: u32,
    /// In percent with one decimal, rounded down.
    #[schema(example = 97.8)]
    percent: f64,
}

impl From<Share> for ShareBody {
    fn from(share: Share) -> Self {
        Self {
            total: share.total,
            covered: share.covered,
            percent: share.percent(),
        }
    }
}

/// A province and its share.
#[derive(Serialize, ToSchema)]
#[schema(as = CoverageProvince)]
pub struct ProvinceBody {
    /// Code.
    #[schema(example = "19")]
    code: String,
    /// Name.
    #[schema(example = "Tỉnh Thái Nguyên")]
    name: String,
    /// Its share.
    share: ShareBody,
}

/// A commune of a gap.
#[derive(Serialize, ToSchema)]
#[schema(as = CoverageCommune)]
pub struct CommuneBody {
    /// Code.
    #[schema(example = "02008")]
    code: String,
    /// Name.
    #[schema(example = "Xã Thanh Mai")]
    name: String,
}

/// An authority that could not be reached, or a role that nobody holds.
#[derive(Serialize, ToSchema)]
#[schema(as = CoverageGap)]
pub struct GapBody {
    /// Code of the province.
    #[schema(example = "19")]
    province: String,
    /// The role that must be told; that of the authority where there is one.
    role: Role,
    /// Id; `null` where nobody holds the role.
    #[schema(example = "CAX-02008")]
    authority_id: Option<String>,
    /// Name.
    authority_name: Option<String>,
    /// What is missing.
    missing: Vec<Missing>,
    /// Of which classes it must be told.
    classes: Vec<CaseClass>,
    /// In which communes.
    communes: Vec<CommuneBody>,
}

/// Who could be reached, were an accident declared.
#[derive(Serialize, ToSchema)]
#[schema(as = Coverage, example = json!({
    "day": "2026-11-22", "looked_at": "2026-11-22T01:00:08+07:00",
    "country": {"total": 9963, "covered": 9720, "percent": 97.6},
    "provinces": [{"code": "19", "name": "Tỉnh Thái Nguyên", "share": {"total": 276, "covered": 270, "percent": 97.8}}],
    "gaps": [{
        "province": "19", "role": "LOCAL_POLICE", "authority_id": "CAX-02008", "authority_name": "Công an xã Cẩm Giàng",
        "missing": ["bounced"], "classes": ["FATAL", "UNCLEAR"], "communes": [{"code": "02008", "name": "Xã Cẩm Giàng"}],
    }],
}))]
pub struct CoverageBody {
    /// The day.
    day: NaiveDate,
    /// When it was looked at.
    #[schema(example = "2026-11-22T01:00:08+07:00")]
    looked_at: String,
    /// The whole country.
    country: ShareBody,
    /// The provinces that the caller keeps, by code.
    provinces: Vec<ProvinceBody>,
    /// What is missing in the province that was asked for, or is the only one; otherwise empty.
    gaps: Vec<GapBody>,
}

impl CoverageBody {
    fn new(shown: &Shown, world: &World) -> Self {
        let report = &shown.report;
        let day = report.day;
        let province = |(code, share): (&String, &Share)| ProvinceBody {
            code: code.clone(),
            name: coverage::province_name(world, code, day),
            share: (*share).into(),
        };
        let commune = |code: &String| {
            let unit = world.places.unit_on(UnitLevel::Commune, code, day);
            CommuneBody {
                code: code.clone(),
                name: unit.map_or_else(|_| code.clone(), |unit| unit.full_name.clone()),
            }
        };
        let gap = |gap: &Gap| {
            let id = gap.authority.as_deref();
            let row = id.and_then(|id| world.directory.by_id(id, day));
            GapBody {
                province: gap.province.clone(),
                role: gap.role,
                authority_id: gap.authority.clone(),
                authority_name: row.map(|row| row.name.clone()),
                missing: gap.missing.clone(),
                classes: gap.classes.clone(),
                communes: gap.communes.iter().map(commune).collect(),
            }
        };
        Self {
            day,
            looked_at: rfc3339_in_vietnam(report.looked_at),
            country: shown.country.into(),
            provinces: report.coverage.provinces.iter().map(province).collect(),
            gaps: report.coverage.gaps.iter().map(gap).collect(),
        }
    }
}

/// For every commune and urgent class: whether everybody who must be told has a living path.
#[utoipa::path(
    get, path = "/api/v1/coverage", tag = "directory", operation_id = "show_coverage",
    params(
        ("province" = Option<String>, Query, description = "Code of a province: with what is missing in it"),
        ("now" = Option<bool>, Query, description = "`true`: as it is now, instead of the newest nightly report"),
    ),
    responses((status = 200, description = "The newest report", body = CoverageBody), PageRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<CoverageQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let body = state
        .read_as(sender, move |tx, ctx| {
            let shown = coverage::show(tx, ctx, &query)?;
            Ok(CoverageBody::new(&shown, &ctx.world))
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}
