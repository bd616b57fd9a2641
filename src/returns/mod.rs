//! Receives returned mail: LMTP or SMTP on `TNLD_BOUNCE_LISTEN`, and what `tnld bounce` reads.
//!
//! The conversation is our own: crates for it speak SMTP without the replies for each recipient that
//! LMTP has (mailin), are no longer kept (samotop), or bring a parser and no server (smtp-proto). What a
//! mail server on the same machine needs is eight commands with firm limits.

mod lines;
mod session;

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};

use crate::{
    error::{AppError, Result},
    ids::MessageId,
    jobs::{Stop, Wake},
    mail::{return_address::ReturnAddresses, returned},
    service::{
        audit::Trail,
        returns::{self, Return},
    },
    store::pool::Db,
    time::Clock,
};

use session::{Desk, Session};

pub use session::Bounds;

/// Conversations at the same time; more are asked to come back.
const SESSIONS: usize = 50;
/// How long a stop waits for what was begun.
const GRACE: Duration = Duration::from_secs(10);

/// What the receiver works with.
#[derive(Clone)]
pub struct Receiver {
    /// The database.
    pub db: Db,
    /// The service's clock.
    pub clock: Clock,
    /// Whose mail it is.
    pub addresses: Arc<ReturnAddresses>,
    /// The trace.
    pub trail: Arc<Trail>,
    /// Wakes the delivery of messages.
    pub wake: Wake,
    /// Where operator alarms are mailed.
    pub operator_mail: Option<String>,
    /// How long and how large.
    pub bounds: Bounds,
}

/// Reads a returned mail.
pub fn read(message: MessageId, raw: &[u8], sender: Option<&str>) -> Return {
    Return {
        message,
        returned: returned::read(raw, sender),
        fingerprint: returned::fingerprint(raw),
    }
}

impl Receiver {
    /// Receives until `stop` says so, then finishes what was begun.
    pub async fn listen(self, listener: std::net::TcpListener, mut stop: Stop) {
        let listener = match listener
            .set_nonblocking(true)
            .and_then(|()| TcpListener::from_std(listener))
        {
            Ok(listener) => listener,
            Err(why) => return tracing::error!("Returned mail is not received: {why}"),
        };
        let seats = Arc::new(Semaphore::new(SESSIONS));
        let mut sessions = JoinSet::new();
        while !*stop.borrow() {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((socket, _)) => {
                        let (desk, seats, stop) = (self.clone(), seats.clone(), stop.clone());
                        sessions.spawn(async move {
                            // A client that hangs up is no concern of ours.
                            let _ = desk.serve(socket, &seats, stop).await;
                        });
                    }
                    Err(why) => {
                        tracing::warn!("A client could not be let in: {why}");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = sessions.join_next() => {}
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
        drop(listener);
        let finished = async { while sessions.join_next().await.is_some() {} };
        if timeout(GRACE, finished).await.is_err() {
            tracing::warn!("Stopped while returned mail was being received");
        }
    }

    async fn serve(self, mut socket: TcpStream, seats: &Semaphore, stop: Stop) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let Ok(_seat) = seats.try_acquire() else {
            return socket.write_all(b"421 4.3.2 too many at once\r\n").await;
        };
        let bounds = self.bounds;
        let session = Session::new(BufReader::new(socket), self, bounds, stop);
        session.talk().await
    }
}

impl Desk for Receiver {
    fn name(&self) -> &str {
        self.addresses.domain()
    }

    fn message(&self, address: &str) -> Option<MessageId> {
        self.addresses.message(address)
    }

    /// Returns when it stands in the database.
    async fn take(&self, message: MessageId, raw: Arc<Vec<u8>>, sender: String) -> Result<()> {
        let reading = tokio::task::spawn_blocking(move || read(message, &raw, Some(&sender)));
        let back = reading.await.map_err(AppError::internal)?;
        let (trail, operator) = (Arc::clone(&self.trail), self.operator_mail.clone());
        let (now, told) = (self.clock.now(), back.clone());
        let (noted, chain) = self
            .db
            .write(move |tx| {
                let (noted, entries) = returns::receive(tx, operator.as_deref(), &back, now)?;
                Ok((noted, trail.append_entries(tx, entries)?))
            })
            .await?;
        self.trail.give_back(chain);
        // An alarm, or the next rung of the ladder.
        self.wake.wake();
        tracing::info!(
            message.id = %told.message,
            "A mail came back: {} ({noted:?})",
            told.returned.kind
        );
        Ok(())
    }
}
