//! What the caller may do with a case next.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::choices::{self, OptionBody},
    service::cases::{AllowedField, AllowedStep, CaseDetail},
    wording::labels,
};

/// Something that the caller may do.
#[derive(Serialize, ToSchema)]
#[schema(as = AllowedAction)]
pub struct ActionBody {
    /// Name.
    #[schema(example = "receive")]
    name: String,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// Where to send it.
    href: String,
    /// How.
    #[schema(example = "POST")]
    method: &'static str,
    /// Legal ground.
    article: &'static str,
    /// What to send.
    fields: Vec<FieldBody>,
}

/// A field of an action.
#[derive(Serialize, ToSchema)]
#[schema(as = ActionField)]
pub struct FieldBody {
    /// Name.
    name: String,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// `text`, `date`, `moment`, `number`, `choice`, `case_id`, `post_id`, `list`.
    #[serde(rename = "type")]
    kind: String,
    /// Whether it must be there.
    required: bool,
    /// Allowed values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
    /// The same, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<OptionBody>,
    /// The fields of each object of a `list`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    items: Vec<FieldBody>,
}

impl FieldBody {
    fn of(field: &AllowedField, detail: &CaseDetail) -> Self {
        let label = labels::field(field.name);
        let items = field.items.iter().map(|item| Self::of(item, detail));
        Self {
            name: field.name.to_owned(),
            label_vi: label.vi.into(),
            label_en: label.en.into(),
            kind: field.kind.to_string(),
            required: field.required,
            values: field.values.clone(),
            options: choices::options(field.name, field.source, &field.values, detail),
            items: items.collect(),
        }
    }
}

/// A step that the caller may take now.
pub(super) fn action(allowed: &AllowedStep, detail: &CaseDetail) -> ActionBody {
    let case = &detail.case.id;
    let label = labels::step(allowed.step);
    let seen = labels::field("seen_version");
    let seen_version = FieldBody {
        name: "seen_version".into(),
        label_vi: seen.vi.into(),
        label_en: seen.en.into(),
        kind: "number".into(),
        required: true,
        values: Vec::new(),
        options: Vec::new(),
        items: Vec::new(),
    };
    let fields = allowed.fields.iter();
    let fields = fields.map(|field| FieldBody::of(field, detail));
    ActionBody {
        name: allowed.step.to_string(),
        label_vi: label.vi.into(),
        label_en: label.en.into(),
        href: format!("/api/v1/cases/{case}/steps/{}", allowed.step),
        method: "POST",
        article: allowed.article,
        fields: std::iter::once(seen_version).chain(fields).collect(),
    }
}
