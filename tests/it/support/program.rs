//! The built program as a child process: run to its end, or served, stopped and killed.

use std::{
    fs::File,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use super::{Client, Db};

/// How long `serve` may take until it is ready: long, for machines that are busy building.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// How long an orderly stop may take.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// What a command printed, and its exit status.
#[derive(Debug)]
pub struct Output {
    /// Exit status; `None` after a signal.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Standard output of a command that went well.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.status, Some(0), "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// The one line on standard error of a command that failed with this status.
    #[track_caller]
    pub fn failed(self, status: i32) -> String {
        assert_eq!(self.status, Some(status), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        self.stderr.trim_end().to_owned()
    }
}

/// The built program.
const TNLD: &str = env!("CARGO_BIN_EXE_tnld");

/// A program in `folder`, with these settings and none of the caller's environment.
fn command(program: &Path, folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .envs(settings.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(folder: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let done = command(Path::new(TNLD), folder, settings)
        .args(arguments)
        .output()
        .unwrap();
    Output {
        status: done.status.code(),
        stdout: String::from_utf8(done.stdout).unwrap(),
        stderr: String::from_utf8(done.stderr).unwrap(),
    }
}

/// `tnld serve`, until it is dropped. Its log is shown when the test fails.
pub struct Program {
    child: Option<Child>,
    serve: (PathBuf, Vec<String>),
    folder: PathBuf,
    settings: Vec<(String, String)>,
    address: SocketAddr,
    log: PathBuf,
}

impl Program {
    /// Serves this database and waits until it is ready. Mails go into the folder `mail` unless
    /// `settings` say otherwise.
    pub fn start(db: &Db, settings: &[(&str, &str)]) -> Self {
        Self::start_as((Path::new(TNLD), &["serve"]), db, settings)
    }

    /// The same by another program that serves when it is called with these arguments.
    pub fn start_as(serve: (&Path, &[&str]), db: &Db, settings: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut all = vec![
            ("TNLD_DATABASE_URL".to_owned(), db.url().to_owned()),
            ("TNLD_LISTEN".to_owned(), format!("127.0.0.1:{port}")),
            ("TNLD_SMTP_URL".to_owned(), "file:mail".to_owned()),
            // Which mails there are does not depend on the day on which a test runs.
            ("TNLD_CANARIES".to_owned(), "off".to_owned()),
        ];
        for (key, value) in settings {
            all.retain(|(other, _)| other != key);
            all.push(((*key).to_owned(), (*value).to_owned()));
        }
        let mut program = Self {
            child: None,
            serve: (
                serve.0.to_owned(),
                serve.1.iter().map(|&argument| argument.into()).collect(),
            ),
            folder: db.folder().to_owned(),
            settings: all,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            log: db.folder().join(format!("serve-{port}.log")),
        };
        program.spawn();
        program.wait_until_ready();
        program
    }

    /// Starts it again after it was stopped or killed, on the same address and database.
    pub fn restart(&mut self) {
        if self.child.is_some() {
            self.stop();
        }
        self.spawn();
        self.wait_until_ready();
    }

    /// Starts it again so that no file can grow beyond so many bytes, which is how a full disk looks
    /// to somebody who may not mount a small one.
    pub fn restart_with_file_limit(&mut self, bytes: u64) {
        if self.child.is_some() {
            self.stop();
        }
        // In blocks of 512 bytes; without the signal a write fails instead of ending the program.
        let blocks = bytes / 512;
        self.spawn_by(&[
            "sh",
            "-c",
            &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""),
        ]);
        self.wait_until_ready();
    }

    fn spawn(&mut self) {
        self.spawn_by(&[]);
    }

    /// Starts it through another program, where one is given: `sh -c SCRIPT`.
    fn spawn_by(&mut self, wrapper: &[&str]) {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let log = File::options().append(true).create(true).open(&self.log);
        let (program, arguments) = &self.serve;
        let mut command = match wrapper {
            [] => command(program, &self.folder, &settings),
            [shell, rest @ ..] => {
                let mut command = command(Path::new(shell), &self.folder, &settings);
                command.args(rest).arg("sh").arg(program);
                command
            }
        };
        let child = command
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn();
        self.child = Some(child.unwrap());
    }

    fn wait_until_ready(&mut self) {
        let begun = Instant::now();
        let client = self.client("");
        while client
            .try_get("/readyz")
            .is_none_or(|answer| answer.status != 200)
        {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "serve ended: {ended:?}\n{}", self.log());
            assert!(begun.elapsed() < READY_WITHIN, "serve is not ready");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A client with this token; without one where it is empty.
    pub fn client(&self, token: &str) -> Client {
        Client::new(&self.base(), token)
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the program runs").id()
    }

    /// What it wrote to standard error so far, over all its runs.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Asks it to stop (SIGTERM) and waits until it did.
    pub fn stop(&mut self) -> ExitStatus {
        self.terminate();
        self.wait(STOPPED_WITHIN)
            .expect("the program stops when it is asked to")
    }

    /// Asks it to stop and does not wait.
    pub fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.pid());
        // The shell's own `kill`: a small Debian has no other.
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it ended; `None` if it still runs.
    pub fn wait(&mut self, within: Duration) -> Option<ExitStatus> {
        let begun = Instant::now();
        loop {
            let ended = self.child.as_mut()?.try_wait().unwrap();
            if ended.is_some() {
                self.child = None;
                return ended;
            }
            if begun.elapsed() > within {
                return None;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it at once (SIGKILL), as a crash would.
    pub fn kill_hard(&mut self) {
        let mut child = self.child.take().expect("the program runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let failing = std::thread::panicking();
        if self.child.is_some() {
            self.terminate();
            if self.wait(STOPPED_WITHIN).is_none() {
                self.kill_hard();
                assert!(failing, "the program did not stop when it was asked to");
            }
        }
        if failing {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(60)..];
            eprintln!("---- log of serve ----\n{}", last.join("\n"));
        }
    }
}

/// A port on loopback that nobody uses now, and that stays free until it is bound: below those that
/// the system gives to outgoing connections, and never the same one twice in one test program.
pub fn free_port() -> u16 {
    const FIRST: u32 = 18_000;
    const COUNT: u32 = 14_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);

    let begin = std::process::id().wrapping_mul(211);
    (0..COUNT)
        .map(|_| begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT + FIRST)
        .filter_map(|port| u16::try_from(port).ok())
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

/// The `TNLD_CLOCK_OFFSET` with which the service believes that it is `moment` now.
pub fn clock_offset_to(moment: &str) -> String {
    let wanted = chrono::DateTime::parse_from_rfc3339(moment).unwrap();
    let now = tnld::time::Clock::default().now();
    (wanted.to_utc() - now).num_seconds().to_string()
}

/// Calls `ask` until it gives something, at most so long.
#[track_caller]
pub fn eventually<T>(within: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(
            begun.elapsed() < within,
            "it did not happen within {within:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
