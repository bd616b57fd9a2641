//! What the tests stand on: throw-away databases, the running program, a client, a mailbox.

pub mod clamd;
pub mod client;
pub mod cluster;
pub mod db;
pub mod documents;
pub mod examples;
pub mod mailbox;
pub mod oidc;
pub mod postfix;
pub mod program;
pub mod s3;
pub mod scratch;
pub mod smtp;

pub use client::{Answer, Client};
pub use db::Db;
pub use program::Program;

/// One test for each database: `name::sqlite` and `name::postgres`. The body is written once.
macro_rules! on_both_databases {
    ($($(#[$about:meta])* fn $name:ident($db:ident: &Db) $body:block)*) => {$(
        $(#[$about])*
        fn $name($db: &$crate::support::Db) $body

        // A module may have the name of a function.
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::support::Db::sqlite());
            }

            #[test]
            fn postgres() {
                super::$name(&$crate::support::Db::postgres());
            }
        }
    )*};
}
