//! People: signing in and out, second factors, links of mails, and those who try to get in.

mod administration;
mod attacks;
mod authenticator;
mod desk;
mod guessing;
mod holdings;
mod links;
mod oidc;
mod oidc_lies;
mod oidc_tls;
mod passkeys;
mod person;
mod posts;
mod second_factor;
mod sessions;
mod timing;
mod tokens;

pub use links::{dump, reset_link};
pub use person::{Browser, House, Official, PASSWORD, Row, code, trace};
