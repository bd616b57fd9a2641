//! One relay, and a connection to it: SMTP, or a folder.
//!
//! lettre's own pool sends 23 mails a second on a connection, for want of `TCP_NODELAY`: it writes
//! the end of a message separately, and waits for the peer's delayed acknowledgement. So the sockets
//! are opened here, and lettre speaks SMTP over them.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use lettre::transport::smtp::{
    Error as SmtpError,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters},
    commands::{Data, Mail, Rcpt, Rset},
    extension::{ClientId, Extension, MailParameter},
    response::{Response, Severity},
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

use super::{
    address::{MailServer, Security, SmtpUrl},
    compose::Outgoing,
    tls::{TlsSocket, starttls_parameters, tls_connector},
};
use crate::{
    domain::delivery::TlsState,
    files,
    wording::{Said, settings},
};

/// After this long without a mail a connection is closed; servers close theirs after some minutes.
const IDLE: Duration = Duration::from_secs(5);
/// Longest reply that is kept, in letters.
const LONGEST_REPLY: usize = 300;

/// How long a server may take. One that hangs is a temporary failure.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the first packet to the end of greeting, TLS and login.
    pub connect: Duration,
    /// For one mail, from its sender to the reply after its last line.
    pub mail: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            mail: Duration::from_secs(30),
        }
    }
}

/// What became of one try to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The server took it and is responsible from now on.
    Accepted {
        /// What it said.
        reply: String,
    },
    /// Not now: try again later.
    Temporary {
        /// What it said, or what happened.
        reply: String,
        /// The connection failed: nothing was said about this message.
        is_away: bool,
    },
    /// Never: the server refuses this recipient or this message.
    Permanent {
        /// What it said.
        reply: String,
    },
}

/// Why mail cannot be sent at all, found at the start.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The file of certificates.
    #[error("certificate file {}: {reason}", path.display())]
    Ca {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The host name cannot be that of a certificate.
    #[error("no certificate can be for the host {0:?}")]
    Host(String),
    /// The folder.
    #[error("mail folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
}

impl MailerError {
    /// What is said to the operator.
    pub fn said(&self) -> Said {
        match self {
            Self::Ca { path, reason } => settings::CERTIFICATE
                .said()
                .with("file", path.display())
                .because(reason),
            Self::Host(host) => settings::CERTIFICATE_HOST
                .said()
                .with("host", format_args!("{host:?}")),
            Self::Folder { path, source } => settings::MAIL_FOLDER
                .said()
                .with("folder", path.display())
                .because(source),
        }
    }
}

/// The way mail leaves the house. Cheap to clone.
#[derive(Clone)]
pub enum Mailer {
    /// Over SMTP.
    Smtp(Arc<Route>),
    /// Into a folder.
    Folder(Arc<Path>),
}

/// A mail server with everything prepared to speak to it.
pub struct Route {
    server: MailServer,
    patience: Patience,
    hello: ClientId,
    starttls: Option<TlsParameters>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Mailer {
    /// Prepares to send: reads the certificate file, makes the folder. Does not connect yet.
    pub fn open(url: &SmtpUrl, patience: Patience) -> Result<Self, MailerError> {
        match url {
            SmtpUrl::Folder(path) => {
                files::create_folder(path).map_err(|source| MailerError::Folder {
                    path: path.clone(),
                    source,
                })?;
                Ok(Self::Folder(path.as_path().into()))
            }
            SmtpUrl::Server(server) => {
                let starttls = (server.security == Security::StartTls)
                    .then(|| starttls_parameters(server))
                    .transpose()?;
                let tls = (server.security == Security::Tls)
                    .then(|| tls_connector(server))
                    .transpose()?;
                Ok(Self::Smtp(Arc::new(Route {
                    server: server.clone(),
                    patience,
                    hello: ClientId::default(),
                    starttls,
                    tls,
                })))
            }
        }
    }

    /// A connection of one's own, opened when it is first used.
    pub fn connection(&self) -> Connection {
        match self {
            Self::Smtp(route) => Connection::Smtp {
                route: route.clone(),
                live: None,
                tls: None,
            },
            Self::Folder(path) => Connection::Folder(path.clone()),
        }
    }

    /// What the ledger calls it: host and port, without a login.
    pub fn name(&self) -> String {
        match self {
            Self::Smtp(route) if route.server.host.contains(':') => {
                format!("[{}]:{}", route.server.host, route.server.port)
            }
            Self::Smtp(route) => format!("{}:{}", route.server.host, route.server.port),
            Self::Folder(_) => "file".to_owned(),
        }
    }
}

/// A conversation with a mail server.
pub struct Open {
    smtp: Box<AsyncSmtpConnection>,
    tls: TlsState,
}

/// One worker's connection. It opens itself, and again after a failure.
pub enum Connection {
    /// To a mail server.
    Smtp {
        /// Which one.
        route: Arc<Route>,
        /// Open at the moment, and last used then.
        live: Option<(Open, Instant)>,
        /// How the last conversation was protected.
        tls: Option<TlsState>,
    },
    /// To a folder.
    Folder(Arc<Path>),
}

impl Connection {
    /// Tries once to deliver `mail`. Every failure is an answer: nothing here is an error of ours.
    pub async fn deliver(&mut self, mail: &Outgoing) -> Delivery {
        match self {
            Self::Folder(folder) => store(folder.clone(), mail.clone()).await,
            Self::Smtp { route, live, tls } => {
                // A connection that rested may have been closed by the server meanwhile.
                let rested = live.take().filter(|(_, used_at)| used_at.elapsed() < IDLE);
                let reused = rested.is_some();
                let mut told = route.send(rested.map(|(open, _)| open), mail).await;
                if reused && matches!(told.outcome, Err(Refusal::NotEvenStarted(_))) {
                    told = route.send(None, mail).await;
                }
                *live = told.kept.map(|open| (open, Instant::now()));
                *tls = told.tls;
                let passing = |reply, is_away| Delivery::Temporary { reply, is_away };
                match told.outcome {
                    Ok(reply) => Delivery::Accepted { reply },
                    Err(Refusal::Final(reply)) => Delivery::Permanent { reply },
                    Err(Refusal::Passing(reply)) => passing(reply, false),
                    Err(Refusal::NotEvenStarted(reply) | Refusal::Broken(reply)) => {
                        passing(reply, true)
                    }
                }
            }
        }
    }

    /// How the last try was protected; `None` where no connection came about, or none is needed.
    pub fn tls(&self) -> Option<TlsState> {
        match self {
            Self::Smtp { tls, .. } => *tls,
            Self::Folder(_) => None,
        }
    }

    /// Whether the server greets, takes our TLS and knows us. No message is given to it.
    pub async fn greets(&mut self) -> bool {
        match self {
            Self::Folder(_) => true,
            Self::Smtp { route, live, .. } => {
                let open = timeout(route.patience.connect, route.connect()).await;
                *live = open
                    .ok()
                    .and_then(Result::ok)
                    .map(|open| (open, Instant::now()));
                live.is_some()
            }
        }
    }

    /// Says goodbye where the connection has had nothing to do for a while.
    pub async fn rest(&mut self) {
        if let Self::Smtp { live, .. } = self
            && live
                .as_ref()
                .is_some_and(|(_, used_at)| used_at.elapsed() >= IDLE)
            && let Some((Open { mut smtp, .. }, _)) = live.take()
        {
            // Whatever the server answers, we are leaving.
            let _ = timeout(Duration::from_secs(1), smtp.quit()).await;
        }
    }
}

/// Why a message was not taken.
enum Refusal {
    /// The connection failed before the server had heard of the message.
    NotEvenStarted(String),
    /// The connection failed in the middle: try again later.
    Broken(String),
    /// Try again later.
    Passing(String),
    /// Do not try again.
    Final(String),
}

/// How far the server had followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sender,
    Recipient,
    Content,
}

/// What came of handing a message over.
struct Told {
    outcome: Result<String, Refusal>,
    tls: Option<TlsState>,
    /// The conversation, where it can go on.
    kept: Option<Open>,
}

impl Route {
    /// Sends over `open`, or over a new connection. Gives the connection back if it is still good.
    async fn send(&self, open: Option<Open>, mail: &Outgoing) -> Told {
        let broken = |reply, tls| Told {
            outcome: Err(Refusal::Broken(reply)),
            tls,
            kept: None,
        };
        let Open { mut smtp, tls } = match open {
            Some(open) => open,
            None => match timeout(self.patience.connect, self.connect()).await {
                Ok(Ok(open)) => open,
                // About the server, whatever its code: the message waits.
                Ok(Err(reply)) => return broken(reply, None),
                Err(_) => {
                    let reply = format!("no greeting within {:?}", self.patience.connect);
                    return broken(reply, None);
                }
            },
        };
        let Ok(outcome) = timeout(self.patience.mail, hand_over(&mut smtp, mail)).await else {
            let reply = format!("no answer within {:?}", self.patience.mail);
            return broken(reply, Some(tls));
        };
        let (stage, error) = match outcome {
            Ok(response) => {
                return Told {
                    outcome: Ok(said(&response)),
                    tls: Some(tls),
                    kept: Some(Open { smtp, tls }),
                };
            }
            Err(refusal) => refusal,
        };

        let code = error.status().map(u16::from);
        let reply = reply_of(&error);
        let refusal = match code {
            None | Some(421) if stage == Stage::Sender => Refusal::NotEvenStarted(reply),
            None | Some(421) => Refusal::Broken(reply),
            Some(code) if is_final(stage, code) => Refusal::Final(reply),
            Some(_) => Refusal::Passing(reply),
        };
        // After an orderly refusal the next message can use the connection.
        let orderly = code.is_some_and(|code| code != 421);
        let clean = orderly
            && matches!(
                timeout(self.patience.connect, smtp.command(Rset)).await,
                Ok(Ok(_))
            );
        Told {
            outcome: Err(refusal),
            tls: Some(tls),
            kept: clean.then_some(Open { smtp, tls }),
        }
    }

    async fn connect(&self) -> Result<Open, String> {
        let address = (self.server.host.as_str(), self.server.port);
        let tcp = TcpStream::connect(address).await.map_err(cannot_connect)?;
        tcp.set_nodelay(true).map_err(cannot_connect)?;
        let mut tls = TlsState::None;
        let stream: Box<dyn AsyncTokioStream> = match &self.tls {
            None => Box::new(tcp),
            Some((connector, name)) => {
                let encrypted = connector.connect(name.clone(), tcp).await;
                let socket = TlsSocket(encrypted.map_err(cannot_connect)?);
                tls = socket.state();
                Box::new(socket)
            }
        };
        let mut smtp = AsyncSmtpConnection::connect_with_transport(stream, &self.hello)
            .await
            .map_err(|error| reply_of(&error))?;
        if let Some(parameters) = &self.starttls {
            smtp.starttls(parameters.clone(), &self.hello)
                .await
                .map_err(|error| reply_of(&error))?;
            tls = TlsState::StartTls;
        }
        if let Some(login) = &self.server.login {
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await
                .map_err(|error| reply_of(&error))?;
        }
        Ok(Open {
            smtp: Box::new(smtp),
            tls,
        })
    }
}

async fn hand_over(
    smtp: &mut AsyncSmtpConnection,
    mail: &Outgoing,
) -> Result<Response, (Stage, SmtpError)> {
    let all_ascii =
        AsRef::<str>::as_ref(&mail.to).is_ascii() && AsRef::<str>::as_ref(&mail.from).is_ascii();
    let mut options = vec![];
    if !all_ascii && smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
        options.push(MailParameter::SmtpUtfEight);
    }
    smtp.command(Mail::new(Some(mail.from.clone()), options))
        .await
        .map_err(|error| (Stage::Sender, error))?;
    smtp.command(Rcpt::new(mail.to.clone(), vec![]))
        .await
        .map_err(|error| (Stage::Recipient, error))?;
    smtp.command(Data)
        .await
        .map_err(|error| (Stage::Content, error))?;
    smtp.message(&mail.bytes)
        .await
        .map_err(|error| (Stage::Content, error))
}

/// Whether a reply is about this recipient or this message for good. What is about the server, our
/// login or our sender can be put right, and must not cost an alert.
fn is_final(stage: Stage, code: u16) -> bool {
    match (stage, code) {
        (Stage::Sender, _) => false,
        (_, 500 | 502 | 503 | 530 | 534 | 535 | 538) => false,
        // A full mailbox is emptied again (RFC 5321, 4.5.3.1.10).
        (Stage::Recipient, 552) => false,
        (_, code) => (500..600).contains(&code),
    }
}

fn said(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    cut(&format!("{} {}", response.code(), lines.join(" ")))
}

fn reply_of(error: &SmtpError) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), cause) {
        (Some(code), Some(text)) => {
            debug_assert!(code.severity != Severity::PositiveCompletion);
            cut(&format!("{code} {text}"))
        }
        _ => cut(&error.to_string()),
    }
}

fn cannot_connect(error: io::Error) -> String {
    cut(&format!("cannot connect: {error}"))
}

fn cut(text: &str) -> String {
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let text: String = printable.take(LONGEST_REPLY).collect();
    text.trim().to_owned()
}

/// Writes one `.eml`. Under its final name there is only ever a whole message; a repeat replaces it.
async fn store(folder: Arc<Path>, mail: Outgoing) -> Delivery {
    let written = tokio::task::spawn_blocking(move || {
        let draft = folder.join(format!(".{}.part", mail.file_name));
        let file = files::create(&draft)?;
        io::Write::write_all(&mut &file, &mail.bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, folder.join(&mail.file_name))?;
        std::fs::File::open(&*folder)?.sync_all()?;
        io::Result::Ok(mail.file_name)
    })
    .await;
    match written {
        Ok(Ok(name)) => Delivery::Accepted {
            reply: format!("stored as {name}"),
        },
        Ok(Err(error)) => Delivery::Temporary {
            reply: cut(&format!("cannot write to the mail folder: {error}")),
            is_away: true,
        },
        Err(_) => Delivery::Temporary {
            reply: "writing to the mail folder was interrupted".to_owned(),
            is_away: true,
        },
    }
}
