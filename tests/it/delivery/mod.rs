//! From a row in the outbox to a mail server, and every way it can go wrong.

mod groups;
mod ledger;
mod outbox;
mod rehearsal;
mod relays;
mod urgent;
mod speed;
mod transport;
