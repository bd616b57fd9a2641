//! A PostgreSQL cluster of one test's own, which may be stopped and started under the program.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::program::free_port;

/// A cluster in a temporary folder, on a port on loopback. Stopped and removed when dropped.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    settings: &'static str,
}

impl Cluster {
    /// Makes and starts a cluster.
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// The same with more settings of the server, such as `-c shared_buffers=1GB`.
    pub fn start_with(settings: &'static str) -> Self {
        let cluster = Self {
            folder: tempfile::tempdir().unwrap(),
            programs: newest_programs(),
            port: free_port(),
            settings,
        };
        if is_root() {
            let folder = cluster.folder.path().to_str().unwrap();
            let changed = Command::new("chown").args(["postgres", folder]).status();
            assert!(changed.unwrap().success());
        }
        let data = cluster.data();
        cluster.run(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "tnld",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
        );
        cluster.start_again();
        cluster
    }

    /// The address of a database on it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://tnld@127.0.0.1:{}/{database}", self.port)
    }

    /// Stops it in the way of a crash: connections break, transactions are lost.
    pub fn stop_hard(&self) {
        self.run(
            "pg_ctl",
            &["-D", &self.data(), "-m", "immediate", "-w", "stop"],
        );
    }

    /// Starts it after a stop.
    pub fn start_again(&self) {
        let folder = self.folder.path().display();
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {}",
            self.port, self.settings
        );
        let log = format!("{folder}/server.log");
        self.run(
            "pg_ctl",
            &[
                "-D",
                &self.data(),
                "-l",
                &log,
                "-o",
                &options,
                "-w",
                "start",
            ],
        );
    }

    /// Where one of PostgreSQL's programs stands: `pgbench`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// Runs one of PostgreSQL's programs, which refuse to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let path = self.program(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let done = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        assert!(done.unwrap().success(), "{program} {arguments:?}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if Path::new(&self.data()).join("postmaster.pid").exists() {
            self.stop_hard();
        }
    }
}

/// Whether the tests run as root.
pub fn is_root() -> bool {
    let done = Command::new("id").arg("-u").output().unwrap();
    done.stdout == b"0\n"
}

fn newest_programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is installed: run the tests with tests/run");
    installed
        .filter_map(|entry| {
            let entry = entry.unwrap();
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .max()
        .expect("PostgreSQL is installed: run the tests with tests/run")
        .1
}
