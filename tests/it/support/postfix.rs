//! Postfix as Debian has it, on loopback, with a configuration and a queue of its own.
//!
//! Its master is a child of the test and ends with it; nothing under `/etc` or `/var` is written. It
//! insists on root: as somebody else the test asks `sudo`.

use std::{
    fmt::Write as _,
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{cluster::is_root, program::free_port};

const MASTER: &str = "/usr/lib/postfix/sbin/master";

/// The folders of a queue, as Postfix wants them.
const PREPARE: &str = "cd \"$1\"
mkdir data mail queue
chown postfix data
chown nobody mail
cd queue
mkdir active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace
chown postfix active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace
chmod 700 active bounce corrupt defer deferred flush hold incoming private saved trace
chgrp postdrop maildrop public
chmod 1730 maildrop
chmod 710 public";

/// A mail server. It keeps what is for `example.test`, unless it is told otherwise for an address.
pub struct Postfix {
    folder: PathBuf,
    port: u16,
    master: Child,
}

impl Postfix {
    /// Starts it. `routes` say by which transport mail for an address or domain goes on, such as
    /// `("tnld.test", "lmtp:[127.0.0.1]:2424")`.
    pub fn start(routes: &[(&str, &str)]) -> Self {
        assert!(
            Path::new(MASTER).exists(),
            "Postfix is missing: tests/run installs it"
        );
        let folder = tempfile::Builder::new()
            .prefix("tnld-test-postfix.")
            .permissions(std::fs::Permissions::from_mode(0o755))
            .tempdir()
            .unwrap()
            .keep();
        let port = free_port();
        write_table(&folder, "routes", routes);
        write_table(&folder, "refused", &[]);
        std::fs::write(folder.join("main.cf"), main_cf(&folder)).unwrap();
        std::fs::write(folder.join("master.cf"), master_cf(port)).unwrap();
        let prepared = as_root("sh")
            .args(["-eu", "-c", PREPARE, "sh"])
            .arg(&folder)
            .status()
            .unwrap();
        assert!(prepared.success());
        let master = as_root(MASTER)
            .arg("-c")
            .arg(&folder)
            .arg("-d")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let postfix = Self {
            folder,
            port,
            master,
        };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{}",
                postfix.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        postfix
    }

    /// The setting that leads to it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// From now on answers RCPT for these addresses with these replies, and takes all others.
    pub fn refuse(&self, replies: &[(&str, &str)]) {
        write_table(&self.folder, "refused", replies);
        // As `postfix reload` does.
        self.signal("HUP");
    }

    /// What it delivered into its mailbox, as it stands there.
    pub fn mailbox(&self) -> Vec<String> {
        let listed = as_root("sh")
            .args([
                "-c",
                "cat /dev/null \"$1\"/mail/box/new/* 2>/dev/null || true",
                "sh",
            ])
            .arg(&self.folder)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        text.split("Return-Path: ")
            .skip(1)
            .map(str::to_owned)
            .collect()
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        let read = as_root("cat")
            .arg(self.folder.join("log"))
            .output()
            .unwrap();
        String::from_utf8_lossy(&read.stdout).into_owned()
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.master.id());
        assert!(
            as_root("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("---- log of Postfix ----\n{}", self.log());
        }
        self.signal("TERM");
        let _ = self.master.wait();
        let _ = as_root("rm").arg("-rf").arg(&self.folder).status();
    }
}

fn as_root(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.arg("-n").arg(program);
    command
}

/// Written beside and moved: nobody reads half of it.
fn write_table(folder: &Path, name: &str, rows: &[(&str, &str)]) {
    let mut text = String::new();
    for (key, value) in rows {
        writeln!(text, "{key} {value}").unwrap();
    }
    let draft = folder.join(format!("{name}.new"));
    std::fs::write(&draft, text).unwrap();
    std::fs::rename(draft, folder.join(name)).unwrap();
}

fn main_cf(folder: &Path) -> String {
    let at = folder.display();
    format!(
        "compatibility_level = 3.6
queue_directory = {at}/queue
data_directory = {at}/data
maillog_file = {at}/log
maillog_file_prefixes = {at}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.donvi.test
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_peername_lookup = no
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{at}/refused, permit_mynetworks, reject
transport_maps = texthash:{at}/routes
virtual_mailbox_domains = example.test
virtual_mailbox_maps = static:box/
virtual_mailbox_base = {at}/mail
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
delay_warning_time = 2s
smtp_destination_concurrency_failed_cohort_limit = 1000
"
    )
}

fn master_cf(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
    )
}
