//! The service under measurement: the built program, or this very program called with [`COMMAND`],
//! which serves in the same way with a chosen number of writes for each commit.

use std::{net::SocketAddr, path::PathBuf};

use tnld::{config::Config, server::Service, store::pool::DbOptions, telemetry};

use crate::support::{Db, Program};

/// The argument that turns this program into a service; the group's size follows it.
pub const COMMAND: &str = "serve-with-max-group";

/// How many writes share a commit at most, in the built program.
pub const USUAL_GROUP: usize = 64;

/// Serves until SIGTERM.
pub fn serve(max_group: usize) {
    let config = Config::load().unwrap();
    telemetry::init_logs(config.log_filter());
    let mut options = DbOptions::new(config.database_url.expose());
    options.max_group = max_group;
    let service = Service::prepare_with(config, &options).unwrap();
    actix_web::rt::System::new()
        .block_on(service.run())
        .unwrap();
}

/// Starts the built program on `db`, with its mails going to `smtp_url`.
pub fn start(db: &Db, smtp_url: &str) -> Program {
    Program::start(db, &settings(smtp_url))
}

/// Starts this program as a service with at most `max_group` writes in a commit.
pub fn start_with_group(db: &Db, smtp_url: &str, max_group: usize) -> Program {
    let me = std::env::current_exe().unwrap();
    let arguments = [COMMAND, &max_group.to_string()];
    Program::start_as((&me, &arguments), db, &settings(smtp_url))
}

/// The master key of every database here, so that generated cases can be sealed.
pub const MASTER_KEYS: &str = "bench AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn settings(smtp_url: &str) -> [(&str, &str); 4] {
    [
        ("TNLD_MASTER_KEYS", MASTER_KEYS),
        ("TNLD_SMTP_URL", smtp_url),
        ("TNLD_LOG", "warn"),
        ("TNLD_OPERATOR_MAIL", "operator@example.test"),
    ]
}

/// A mail server's address at which every mail hangs: deliveries rest, without an error or a retry.
/// The listener is kept open by the caller and never accepts.
pub struct Resting {
    _listener: std::net::TcpListener,
    address: SocketAddr,
}

impl Resting {
    /// Listens on loopback.
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        Self {
            _listener: listener,
            address,
        }
    }

    /// For `TNLD_SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }
}

/// Resident memory of a process in MB: now, and the most that it ever was.
pub fn memory(pid: u32) -> (f64, f64) {
    let path = PathBuf::from(format!("/proc/{pid}/status"));
    let status = std::fs::read_to_string(path).unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kilobytes / 1024.0
    };
    (field("VmRSS:"), field("VmHWM:"))
}
