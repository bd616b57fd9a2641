//! A mail server that does what it is told, for tests: a real conversation on a real socket.
//!
//! It runs on a thread of its own, so blocking tests can use it as well. It keeps what it accepted,
//! with the moment of acceptance, and can be made to misbehave in every way that matters.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use data_encoding::BASE64;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// How the server treats its clients from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes everything.
    Accept,
    /// `451` to every recipient.
    DeferRecipient,
    /// `550` to every recipient.
    RejectRecipient,
    /// `550` to recipients that begin with `nobody`, takes the others.
    RejectNobody,
    /// `552` to every recipient: the mailbox is full.
    MailboxFull,
    /// `554` after the message.
    RejectContent,
    /// `550` to our sender.
    RejectSender,
    /// `554` instead of a greeting.
    RejectConnection,
    /// `421` at the first command after the greeting, then closes.
    ShutDown,
    /// Takes the message and never answers.
    HangAfterData,
    /// As `HangAfterData` for recipients that begin with `slow`, takes the others.
    HangForSlow,
    /// Accepts the connection and never says a word.
    Silent,
    /// Closes the connection in the middle of the message.
    DropMidMessage,
    /// Keeps the message, then closes instead of answering.
    DropAfterMessage,
    /// Nobody listens.
    Refuse,
}

/// Encryption that the server offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// None.
    None,
    /// STARTTLS; mail without it is refused with `530`.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What the server is like.
#[derive(Debug, Clone)]
pub struct Options {
    /// Encryption.
    pub tls: Encryption,
    /// User and password that are asked for by AUTH PLAIN.
    pub login: Option<(String, String)>,
    /// Host name in the throw-away certificate.
    pub certificate_for: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tls: Encryption::None,
            login: None,
            certificate_for: "localhost".into(),
        }
    }
}

/// A message that the server took.
#[derive(Debug, Clone)]
pub struct Received {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Headers and body, lines ending in `\r\n`.
    pub data: String,
    /// When it was taken.
    pub at: Instant,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
}

impl Received {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.data
            .lines()
            .take_while(|line| !line.is_empty())
            .find_map(|line| line.strip_prefix(&prefix))
    }
}

/// The server. Stops when it is dropped.
pub struct Sink {
    address: SocketAddr,
    certificate: String,
    shared: Arc<Shared>,
    behaviour: watch::Sender<Behaviour>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    received: Mutex<Vec<Received>>,
    connections: Mutex<u32>,
    options: Options,
    tls: Option<TlsAcceptor>,
}

impl Sink {
    /// A server that takes everything, without encryption.
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    /// A server with options.
    pub fn with(options: Options) -> Self {
        let key =
            rcgen::generate_simple_self_signed(vec![options.certificate_for.clone()]).unwrap();
        let certificate = key.cert.pem();
        let tls = (options.tls != Encryption::None).then(|| acceptor(&key));
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            connections: Mutex::default(),
            options,
            tls,
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (behaviour, behaviours) = watch::channel(Behaviour::Accept);
        let (stop, stopped) = watch::channel(false);
        let server = listen(listener, shared.clone(), behaviours, stopped);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(server);
        });
        Self {
            address,
            certificate,
            shared,
            behaviour,
            stop,
            thread: Some(thread),
        }
    }

    /// `host:port` for `TNLD_SMTP_URL`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The setting that leads to it, without login or options.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Its certificate as PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Changes its behaviour. `Refuse` holds when this returns.
    pub fn behave(&self, behaviour: Behaviour) {
        self.behaviour.send(behaviour).unwrap();
        let deadline = Instant::now() + Duration::from_secs(5);
        let refused = || std::net::TcpStream::connect(self.address).is_err();
        while refused() != (behaviour == Behaviour::Refuse) {
            assert!(Instant::now() < deadline, "the server did not follow");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// What it took so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// How many messages it took so far.
    pub fn count(&self) -> usize {
        self.shared.received.lock().unwrap().len()
    }

    /// How many connections spoke to it so far.
    pub fn connections(&self) -> u32 {
        *self.shared.connections.lock().unwrap()
    }

    /// Waits until it has taken `count` messages, at most `patience`.
    pub fn wait_for(&self, count: usize, patience: Duration) -> Vec<Received> {
        let deadline = Instant::now() + patience;
        while self.count() < count {
            assert!(
                Instant::now() < deadline,
                "{} of {count} messages after {patience:?}",
                self.count()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        self.received()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn acceptor(key: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn listen(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut behaviours: watch::Receiver<Behaviour>,
    mut stopped: watch::Receiver<bool>,
) {
    let address = listener.local_addr().unwrap();
    let mut listener = Some(TcpListener::from_std(listener).unwrap());
    let mut clients = tokio::task::JoinSet::new();
    loop {
        let refusing = *behaviours.borrow_and_update() == Behaviour::Refuse;
        if refusing {
            listener = None;
            clients.abort_all();
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.unwrap());
        }
        tokio::select! {
            accepted = async { listener.as_ref().unwrap().accept().await }, if listener.is_some() => {
                if let Ok((socket, _)) = accepted {
                    let client = Client {
                        shared: shared.clone(),
                        behaviours: behaviours.clone(),
                        encrypted: false,
                    };
                    clients.spawn(async move {
                        // A client that hangs up is no concern of the server.
                        let _ = client.serve(socket).await;
                    });
                }
            }
            _ = behaviours.changed() => {}
            _ = stopped.changed() => return,
        }
    }
}

struct Client {
    shared: Arc<Shared>,
    behaviours: watch::Receiver<Behaviour>,
    encrypted: bool,
}

/// How a conversation ended.
enum End {
    Closed,
    StartTls,
}

impl Client {
    async fn serve(mut self, socket: TcpStream) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let shared = self.shared.clone();
        if self.now() == Behaviour::Silent {
            return std::future::pending().await;
        }
        match (&shared.tls, shared.options.tls) {
            (Some(tls), Encryption::Implicit) => {
                self.encrypted = true;
                let mut stream = BufReader::new(tls.accept(socket).await?);
                self.talk(&mut stream, true).await?;
            }
            (tls, _) => {
                let mut stream = BufReader::new(socket);
                if let End::StartTls = self.talk(&mut stream, true).await?
                    && let Some(tls) = tls
                {
                    self.encrypted = true;
                    let mut stream = BufReader::new(tls.accept(stream.into_inner()).await?);
                    self.talk(&mut stream, false).await?;
                }
            }
        }
        Ok(())
    }

    fn now(&self) -> Behaviour {
        *self.behaviours.borrow()
    }

    async fn talk<S>(&self, stream: &mut BufReader<S>, greet: bool) -> io::Result<End>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if greet {
            if self.now() == Behaviour::RejectConnection {
                say(stream, "554 5.3.2 not today").await?;
                return Ok(End::Closed);
            }
            say(stream, "220 sink.test ESMTP").await?;
        }
        let options = &self.shared.options;
        let mut known = options.login.is_none();
        let mut counted = false;
        let (mut from, mut to) = (String::new(), Vec::<String>::new());
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(End::Closed);
            }
            if !counted {
                counted = true;
                *self.shared.connections.lock().unwrap() += 1;
            }
            let command = line.trim_end();
            let verb = command
                .split([' ', ':'])
                .next()
                .unwrap_or_default()
                .to_ascii_uppercase();
            if self.now() == Behaviour::ShutDown && verb != "EHLO" {
                say(stream, "421 4.3.2 going down").await?;
                return Ok(End::Closed);
            }
            let clear = options.tls == Encryption::StartTls && !self.encrypted;
            match verb.as_str() {
                "EHLO" => {
                    let mut reply = String::from("250-sink.test\r\n250-8BITMIME\r\n");
                    if clear {
                        reply.push_str("250-STARTTLS\r\n");
                    }
                    if options.login.is_some() && !clear {
                        reply.push_str("250-AUTH PLAIN\r\n");
                    }
                    say(stream, &(reply + "250 SIZE 1000000")).await?;
                }
                "STARTTLS" if clear => {
                    say(stream, "220 go ahead").await?;
                    return Ok(End::StartTls);
                }
                "MAIL" | "AUTH" if clear => say(stream, "530 5.7.0 STARTTLS first").await?,
                "AUTH" => {
                    let given = command.split(' ').nth(2).unwrap_or_default();
                    let expected = options.login.as_ref().map(|(user, password)| {
                        BASE64.encode(format!("\0{user}\0{password}").as_bytes())
                    });
                    known = expected.as_deref() == Some(given);
                    let reply = if known {
                        "235 2.7.0 welcome"
                    } else {
                        "535 5.7.8 who are you"
                    };
                    say(stream, reply).await?;
                }
                "MAIL" if !known => say(stream, "530 5.7.0 log in first").await?,
                "MAIL" if self.now() == Behaviour::RejectSender => {
                    say(stream, "550 5.7.1 sender not allowed").await?;
                }
                "MAIL" => {
                    from = address_in(command);
                    to.clear();
                    say(stream, "250 2.1.0 ok").await?;
                }
                "RCPT" => {
                    let address = address_in(command);
                    let reply = match self.now() {
                        Behaviour::DeferRecipient => "451 4.2.1 come back later",
                        Behaviour::RejectRecipient => "550 5.1.1 no such user",
                        Behaviour::RejectNobody if address.starts_with("nobody") => {
                            "550 5.1.1 no such user"
                        }
                        Behaviour::MailboxFull => "552 5.2.2 mailbox full",
                        _ => {
                            to.push(address);
                            "250 2.1.5 ok"
                        }
                    };
                    say(stream, reply).await?;
                }
                "DATA" if to.is_empty() => say(stream, "503 5.5.1 no recipient").await?,
                "DATA" => {
                    say(stream, "354 go on").await?;
                    if self.now() == Behaviour::DropMidMessage {
                        stream.read_line(&mut line).await?;
                        return Ok(End::Closed);
                    }
                    let data = read_data(stream).await?;
                    let hangs = match self.now() {
                        Behaviour::HangAfterData => true,
                        Behaviour::HangForSlow => to.iter().any(|to| to.starts_with("slow")),
                        _ => false,
                    };
                    if hangs {
                        return std::future::pending().await;
                    }
                    if self.now() == Behaviour::RejectContent {
                        say(stream, "554 5.6.0 not like this").await?;
                        continue;
                    }
                    let number = {
                        let mut received = self.shared.received.lock().unwrap();
                        received.push(Received {
                            from: std::mem::take(&mut from),
                            to: std::mem::take(&mut to),
                            data,
                            at: Instant::now(),
                            encrypted: self.encrypted,
                        });
                        received.len()
                    };
                    if self.now() == Behaviour::DropAfterMessage {
                        return Ok(End::Closed);
                    }
                    say(stream, &format!("250 2.0.0 queued as {number}")).await?;
                }
                "RSET" => {
                    to.clear();
                    say(stream, "250 2.0.0 ok").await?;
                }
                "NOOP" => say(stream, "250 2.0.0 ok").await?,
                "QUIT" => {
                    say(stream, "221 2.0.0 bye").await?;
                    return Ok(End::Closed);
                }
                _ => say(stream, "500 5.5.2 what").await?,
            }
        }
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &str) -> io::Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// Reads up to the line with a single dot, and undoes the doubled ones.
async fn read_data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    let mut data = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// What stands between `<` and `>`.
fn address_in(command: &str) -> String {
    let inside = command
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}
