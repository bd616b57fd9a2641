//! Closes connections on which nothing is answered and nothing ends.
//!
//! The HTTP layer times the head of the first request of a connection, and then a connection that is
//! idle; a second head that comes by drips it waits for as long as there are drips.

use std::{
    any::Any,
    net::{Shutdown, TcpStream},
    os::fd::AsFd,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{Extensions, ServiceRequest, ServiceResponse},
    middleware::Next,
};

/// In the place of a time: a request is being answered.
const BUSY: u64 = u64::MAX;

/// The open connections.
#[derive(Clone)]
pub struct Connections(Arc<List>);

struct List {
    begun: Instant,
    open: Mutex<Vec<Weak<Connection>>>,
}

/// One connection; gone when the HTTP layer has let go of it.
struct Connection {
    /// The same socket, to shut it.
    socket: TcpStream,
    list: Arc<List>,
    /// Since when nothing is answered, in milliseconds since the beginning; or [`BUSY`].
    quiet_since: AtomicU64,
}

impl Connections {
    /// None yet.
    pub fn new() -> Self {
        Self(Arc::new(List {
            begun: Instant::now(),
            open: Mutex::default(),
        }))
    }

    /// Takes note of a new connection.
    pub fn opened(&self, stream: &dyn Any, about: &mut Extensions) {
        let Some(stream) = stream.downcast_ref::<actix_web::rt::net::TcpStream>() else {
            return;
        };
        // Without a file descriptor to spare the connection is served all the same.
        let Ok(socket) = stream.as_fd().try_clone_to_owned() else {
            return;
        };
        let connection = Arc::new(Connection {
            socket: socket.into(),
            list: Arc::clone(&self.0),
            quiet_since: AtomicU64::new(self.0.now()),
        });
        self.0.guard().push(Arc::downgrade(&connection));
        about.insert(connection);
    }

    /// Shuts, again and again, what has been quiet for so long. Never ends.
    pub async fn shut_quiet(self, longest: Duration) {
        let longest_ms = millis(longest);
        loop {
            actix_web::rt::time::sleep(longest / 4).await;
            let now = self.0.now();
            self.0.guard().retain(|connection| {
                let Some(connection) = connection.upgrade() else {
                    return false;
                };
                let since = connection.quiet_since.load(Ordering::Relaxed);
                if since != BUSY && now.saturating_sub(since) >= longest_ms {
                    // An error means that it is gone already.
                    let _ = connection.socket.shutdown(Shutdown::Both);
                }
                true
            });
        }
    }
}

impl List {
    fn now(&self) -> u64 {
        millis(self.begun.elapsed())
    }

    fn guard(&self) -> MutexGuard<'_, Vec<Weak<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(BUSY - 1)
}

/// What says that a long answer is being read: the connection of `request` is not quiet then.
pub fn toucher(request: &HttpRequest) -> impl Fn() + 'static {
    let connection = request.conn_data::<Arc<Connection>>().cloned();
    move || {
        if let Some(connection) = &connection {
            let since = connection.quiet_since.load(Ordering::Relaxed);
            if since != BUSY {
                let now = connection.list.now();
                connection.quiet_since.store(now, Ordering::Relaxed);
            }
        }
    }
}

/// A request that is being answered.
struct Busy(Arc<Connection>);

impl Drop for Busy {
    fn drop(&mut self) {
        let now = self.0.list.now();
        self.0.quiet_since.store(now, Ordering::Relaxed);
    }
}

/// Marks the connection while its request is answered.
pub async fn mark(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let connection = request.conn_data::<Arc<Connection>>().cloned();
    let _busy = connection.map(|connection| {
        connection.quiet_since.store(BUSY, Ordering::Relaxed);
        Busy(connection)
    });
    next.call(request).await
}
