//! From a row in the outbox to a mail server, and every way it can go wrong.

mod calls;
mod groups;
mod ledger;
mod outbox;
mod rehearsal;
mod relays;
mod speed;
mod transport;
mod urgent;
