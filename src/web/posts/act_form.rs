//! The forms of what can be done with a post: their entries, and the body that they make.

use serde_json::{Map, Value, json};

use super::{people, person, quiet};
use crate::{
    domain::{access::Right, post::Holding},
    service::{
        Ctx,
        posts::{self, HeldToken, OnDuty, PostDetail},
    },
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
        when,
    },
    wording::{Text, posts_page as words},
};

/// How the boxes of tokens that stay are named, before the id.
const KEEP: &str = "keep-";

/// What can be done with a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It is given to somebody.
    Appoint,
    /// It is taken from somebody.
    Take,
    /// What it holds goes to another post.
    HandOver,
    /// Somebody is on duty.
    AddShift,
    /// A shift is called off.
    CancelShift,
    /// It ends.
    End,
}

impl Act {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Appoint,
        Self::Take,
        Self::HandOver,
        Self::AddShift,
        Self::CancelShift,
        Self::End,
    ];

    /// Its part of the address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Appoint => "appoint",
            Self::Take => "take",
            Self::HandOver => "hand-over",
            Self::AddShift => "shift",
            Self::CancelShift => "cancel-shift",
            Self::End => "end",
        }
    }

    /// The one of that address.
    pub fn of(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.slug() == slug)
    }

    /// The right that it needs on the authority of the post.
    pub fn right(self) -> Right {
        match self {
            Self::Appoint | Self::Take | Self::End => Right::ManagePosts,
            Self::HandOver => Right::HandOver,
            Self::AddShift | Self::CancelShift => Right::ManageRoster,
        }
    }

    /// Whether the caller may do it with this post. A shift is called off whoever keeps the post, and after its end.
    pub fn is_open(self, ctx: &Ctx, detail: &PostDetail) -> bool {
        match self {
            Self::CancelShift => posts::may_in(ctx, self.right(), &detail.post.authority_id),
            _ => posts::may_change(ctx, self.right(), detail),
        }
    }

    /// What it is called.
    pub fn title(self) -> Text {
        match self {
            Self::Appoint => words::APPOINT,
            Self::Take => words::TAKE,
            Self::HandOver => words::HAND_OVER,
            Self::AddShift => words::ADD_SHIFT,
            Self::CancelShift => words::CANCEL_SHIFT,
            Self::End => words::END,
        }
    }

    /// What whoever does it should know.
    pub fn lead(self) -> Text {
        match self {
            Self::Appoint => words::APPOINT_TEXT,
            Self::Take => words::TAKE_TEXT,
            Self::HandOver => words::HAND_OVER_TEXT,
            Self::AddShift => words::ADD_SHIFT_TEXT,
            Self::CancelShift => words::CANCEL_SHIFT_TEXT,
            Self::End => words::END_TEXT,
        }
    }
}

/// What the entries are chosen from.
pub struct Known {
    /// The post.
    pub detail: PostDetail,
    /// Names of its holders.
    pub names: Vec<Option<String>>,
    /// Other posts of its authority that may hold what it holds: id and name.
    pub targets: Vec<(String, String)>,
    /// Tokens that may stay although whoever made them leaves.
    pub tokens: Vec<HeldToken>,
    /// Its shifts that are not over.
    pub shifts: Vec<OnDuty>,
}

fn nobody(c: &Chrome, label: Text) -> Choice {
    Choice {
        value: String::new(),
        label: c.t(label).to_owned(),
    }
}

fn reason(c: &Chrome, typed: &Typed) -> Field {
    typed
        .field(c, "reason", c.t(words::REASON), Control::Lines)
        .max(1000)
}

fn moment(c: &Chrome, typed: &Typed, name: &str, label: Text) -> Field {
    typed.field(c, name, c.t(label), Control::Line("datetime-local"))
}

fn kept(c: &Chrome, typed: &Typed, known: &Known) -> Vec<Field> {
    let boxes = known.tokens.iter().map(|held| {
        let label = c.t(words::KEEP).replace("{name}", &held.token.name);
        let name = format!("{KEEP}{}", held.token.id);
        quiet(typed.field(c, &name, &label, Control::Check))
    });
    boxes.collect()
}

/// How a shift is told from others.
pub fn shift_label(c: &Chrome, known: &Known, one: &OnDuty) -> String {
    let shift = &one.shift;
    let who = shift.account.as_ref().map(|account| {
        let mut held = known.detail.holders.iter().zip(&known.names);
        let found = held.find(|(holding, _): &(&Holding, _)| holding.account == *account);
        person(c, found.and_then(|(_, name)| name.as_ref()))
    });
    let who = who.unwrap_or_else(|| c.t(words::EVERYBODY).to_owned());
    format!(
        "{} – {} · {who}",
        c.exact(shift.starts_at),
        c.exact(shift.ends_at)
    )
}

/// The entries of the form.
pub fn fields(c: &Chrome, act: Act, known: &Known, typed: &Typed) -> Vec<Field> {
    let holders = || people(c, &known.detail.holders, &known.names);
    match act {
        Act::Appoint => vec![
            typed.line(c, "full_name", &words::FULL_NAME).max(200),
            typed
                .field(c, "email", c.t(words::EMAIL), Control::Line("email"))
                .hint(c.t(words::EMAIL_HINT))
                .max(254),
            moment(c, typed, "from", words::STARTS).optional(),
            moment(c, typed, "until", words::ENDS).optional(),
            reason(c, typed).optional(),
        ],
        Act::Take => {
            let who = Control::Radio(holders());
            let mut fields = vec![
                typed.field(c, "account", c.t(words::WHO), who),
                reason(c, typed),
            ];
            fields.extend(kept(c, typed, known));
            fields
        }
        Act::HandOver => {
            let to = known.targets.iter().map(|(id, name)| Choice {
                value: id.clone(),
                label: name.clone(),
            });
            let to = Control::Radio(to.collect());
            let leaving = [nobody(c, words::NOBODY_LEAVES)]
                .into_iter()
                .chain(holders());
            let leaving = Control::Select(leaving.collect());
            let mut fields = vec![
                typed.field(c, "to", c.t(words::TO_POST), to),
                quiet(typed.field(c, "leaving", c.t(words::LEAVING), leaving)),
                reason(c, typed),
            ];
            fields.extend(kept(c, typed, known));
            fields
        }
        Act::AddShift => {
            let who = [nobody(c, words::EVERYBODY)].into_iter().chain(holders());
            let who = Control::Select(who.collect());
            vec![
                moment(c, typed, "starts_at", words::STARTS),
                moment(c, typed, "ends_at", words::ENDS).hint(c.t(words::ENDS_HINT)),
                typed
                    .field(c, "phone", c.t(words::PHONE), Control::Line("tel"))
                    .hint(c.t(words::PHONE_HINT))
                    .max(30),
                quiet(typed.field(c, "account", c.t(words::WHO), who)),
            ]
        }
        Act::CancelShift => {
            let shifts = known.shifts.iter().map(|one| Choice {
                value: one.shift.id.to_string(),
                label: shift_label(c, known, one),
            });
            let which = Control::Radio(shifts.collect());
            vec![
                typed.field(c, "shift", c.t(words::WHICH_SHIFT), which),
                reason(c, typed),
            ]
        }
        Act::End => vec![reason(c, typed)],
    }
}

/// The body of the same call over the API; what was left empty is not named.
pub fn body(act: Act, known: &[HeldToken], typed: &Typed) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() && value != json!("") {
            body.insert(name.to_owned(), value);
        }
    };
    let text = |name: &str| json!(typed.get(name));
    let moment = |name: &str| when::typed(typed.get(name));
    match act {
        Act::Appoint => {
            put("full_name", text("full_name"));
            put("email", text("email"));
            put("from", moment("from"));
            put("until", moment("until"));
        }
        Act::HandOver => {
            put("to_post_id", text("to"));
            put("leaving", text("leaving"));
        }
        Act::AddShift => {
            put("starts_at", moment("starts_at"));
            put("ends_at", moment("ends_at"));
            put("phone", text("phone"));
            put("account_id", text("account"));
        }
        Act::Take | Act::CancelShift | Act::End => {}
    }
    if act != Act::AddShift {
        put("reason", text("reason"));
    }
    if matches!(act, Act::Take | Act::HandOver) {
        let is_kept = |held: &&HeldToken| typed.get(&format!("{KEEP}{}", held.token.id)) == "yes";
        let kept = known.iter().filter(is_kept);
        let ids: Vec<&str> = kept.map(|held| held.token.id.as_str()).collect();
        body.insert("keep_tokens".to_owned(), json!(ids));
    }
    Value::Object(body)
}

/// The entry that a fault is about.
pub fn entry(pointer: &str) -> Option<String> {
    let name = match pointer.trim_start_matches('/') {
        "to_post_id" => "to",
        // Whoever is appointed here is named by an address.
        "account_id" => "email",
        name => name,
    };
    let known = [
        "full_name",
        "email",
        "from",
        "until",
        "reason",
        "to",
        "leaving",
        "starts_at",
        "ends_at",
        "phone",
    ];
    known.contains(&name).then(|| name.to_owned())
}
