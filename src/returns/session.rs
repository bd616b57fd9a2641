//! One conversation: LMTP (RFC 2033) after `LHLO`, SMTP (RFC 5321) after `EHLO` or `HELO`.

use std::{future::Future, io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufRead, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};

use super::lines::{self, Line, Text};
use crate::{error::Result, ids::MessageId, jobs::Stop};

/// How long and how large a conversation may be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Until the next command, or until our reply is taken.
    pub command: Duration,
    /// For the whole text of a mail.
    pub text: Duration,
    /// For everything.
    pub session: Duration,
    /// Bytes of a mail.
    pub largest: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            command: Duration::from_secs(60),
            text: Duration::from_secs(180),
            session: Duration::from_secs(900),
            // A report quotes a mail of ours, which is far smaller.
            largest: 2 * 1024 * 1024,
        }
    }
}

/// Bytes of a command: more than any needs.
const LONGEST_COMMAND: usize = 2048;
/// Recipients of one mail.
const MOST_RECIPIENTS: usize = 100;
/// After so many commands that are none the client is sent away.
const MOST_FAULTS: u32 = 20;

/// Where received mail goes.
pub(super) trait Desk {
    /// Our name.
    fn name(&self) -> &str;
    /// The message that an address belongs to; none where the address is not ours.
    fn message(&self, address: &str) -> Option<MessageId>;
    /// Keeps a mail for good. An error is passing: the client tries again.
    fn take(
        &self,
        message: MessageId,
        raw: Arc<Vec<u8>>,
        sender: String,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A conversation.
pub(super) struct Session<S, D> {
    stream: S,
    desk: D,
    bounds: Bounds,
    stop: Stop,
    end: Instant,
    /// Whether each recipient has a reply of its own; unknown before the greeting.
    is_lmtp: Option<bool>,
    sender: Option<String>,
    recipients: Vec<MessageId>,
    faults: u32,
}

enum Next {
    GoOn,
    Close,
}

impl<S: AsyncBufRead + AsyncWrite + Unpin, D: Desk> Session<S, D> {
    pub(super) fn new(stream: S, desk: D, bounds: Bounds, stop: Stop) -> Self {
        Self {
            stream,
            desk,
            bounds,
            stop,
            end: Instant::now() + bounds.session,
            is_lmtp: None,
            sender: None,
            recipients: Vec::new(),
            faults: 0,
        }
    }

    /// Speaks until the client leaves, takes too long or the service stops.
    pub(super) async fn talk(mut self) -> io::Result<()> {
        let greeting = format!("220 {} LMTP ESMTP", self.desk.name());
        self.say(&greeting).await?;
        loop {
            let patience = (Instant::now() + self.bounds.command).min(self.end);
            let line = tokio::select! {
                line = timeout_at(patience, lines::read(&mut self.stream, LONGEST_COMMAND)) => line,
                _ = stopped(&mut self.stop) => return self.say("421 4.3.2 going down").await,
            };
            let next = match line {
                Err(_) => return self.say("421 4.4.2 too slow").await,
                Ok(Err(why)) => return Err(why),
                Ok(Ok(Line::End)) => return Ok(()),
                Ok(Ok(Line::TooLong)) => self.fault("500 5.5.6 line too long").await?,
                Ok(Ok(Line::Text(line))) => self.obey(&line).await?,
            };
            if let Next::Close = next {
                return Ok(());
            }
        }
    }

    async fn obey(&mut self, line: &[u8]) -> io::Result<Next> {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "LHLO" => self.greet(true, rest).await,
            "EHLO" => self.greet(false, rest).await,
            "HELO" if rest.trim().is_empty() => self.fault("501 5.5.4 who are you").await,
            "HELO" => {
                self.begin(false);
                let reply = format!("250 {}", self.desk.name());
                self.reply(&reply).await
            }
            "MAIL" => self.mail(rest).await,
            "RCPT" => self.recipient(rest).await,
            "DATA" => self.data().await,
            "RSET" => {
                self.forget();
                self.reply("250 2.0.0 ok").await
            }
            "NOOP" => self.reply("250 2.0.0 ok").await,
            "VRFY" => self.reply("252 2.5.0 send and see").await,
            "QUIT" => {
                self.say("221 2.0.0 bye").await?;
                Ok(Next::Close)
            }
            _ => self.fault("500 5.5.1 unknown command").await,
        }
    }

    async fn greet(&mut self, is_lmtp: bool, name: &str) -> io::Result<Next> {
        if name.trim().is_empty() {
            return self.fault("501 5.5.4 who are you").await;
        }
        self.begin(is_lmtp);
        let reply = format!(
            "250-{}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {}",
            self.desk.name(),
            self.bounds.largest
        );
        self.reply(&reply).await
    }

    fn begin(&mut self, is_lmtp: bool) {
        self.is_lmtp = Some(is_lmtp);
        self.forget();
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    async fn mail(&mut self, rest: &str) -> io::Result<Next> {
        if self.is_lmtp.is_none() {
            return self.fault("503 5.5.1 LHLO or EHLO first").await;
        }
        if self.sender.is_some() {
            return self.fault("503 5.5.1 one mail at a time").await;
        }
        let Some((sender, parameters)) = path(rest, "FROM:") else {
            return self.fault("501 5.5.2 MAIL FROM:<address>").await;
        };
        let size = parameters.split_whitespace().find_map(|one| {
            let (name, value) = one.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE")
                .then(|| value.parse::<u64>().ok())?
        });
        if size.is_some_and(|size| size > self.bounds.largest as u64) {
            return self.reply("552 5.3.4 too large").await;
        }
        self.sender = Some(sender.to_owned());
        self.reply("250 2.1.0 ok").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<Next> {
        if self.sender.is_none() {
            return self.fault("503 5.5.1 MAIL first").await;
        }
        let Some((address, _)) = path(rest, "TO:") else {
            return self.fault("501 5.5.2 RCPT TO:<address>").await;
        };
        if self.recipients.len() >= MOST_RECIPIENTS {
            return self.reply("452 4.5.3 too many recipients").await;
        }
        match self.desk.message(address) {
            Some(message) => {
                self.recipients.push(message);
                self.reply("250 2.1.5 ok").await
            }
            None => self.fault("550 5.1.1 no such return address").await,
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        let Some(sender) = self.sender.clone().filter(|_| !self.recipients.is_empty()) else {
            return self.fault("503 5.5.1 no valid recipients").await;
        };
        self.say("354 go on, end with a dot").await?;
        let patience = (Instant::now() + self.bounds.text).min(self.end);
        let text = timeout_at(patience, lines::text(&mut self.stream, self.bounds.largest)).await;
        let recipients = std::mem::take(&mut self.recipients);
        self.sender = None;
        let raw = match text {
            Err(_) => {
                self.say("421 4.4.2 too slow").await?;
                return Ok(Next::Close);
            }
            Ok(text) => match text? {
                Text::Whole(raw) => Arc::new(raw),
                Text::Broken => return Ok(Next::Close),
                Text::TooLarge => {
                    let count = if self.is_lmtp == Some(true) {
                        recipients.len()
                    } else {
                        1
                    };
                    for _ in 0..count {
                        self.say("552 5.3.4 too large").await?;
                    }
                    return Ok(Next::GoOn);
                }
            },
        };
        let mut all_kept = true;
        for message in recipients {
            let taken = self
                .desk
                .take(message.clone(), Arc::clone(&raw), sender.clone())
                .await;
            if let Err(why) = &taken {
                tracing::warn!(message.id = %message, "A returned mail must come again: {why}");
            }
            all_kept &= taken.is_ok();
            if self.is_lmtp == Some(true) {
                self.say(verdict(taken.is_ok())).await?;
            }
        }
        // For all of them at once: what was kept already counts once when it comes again.
        if self.is_lmtp != Some(true) {
            self.say(verdict(all_kept)).await?;
        }
        Ok(Next::GoOn)
    }

    async fn reply(&mut self, line: &str) -> io::Result<Next> {
        self.say(line).await?;
        Ok(Next::GoOn)
    }

    async fn fault(&mut self, line: &str) -> io::Result<Next> {
        self.faults += 1;
        if self.faults > MOST_FAULTS {
            self.say("421 4.7.0 too many errors").await?;
            return Ok(Next::Close);
        }
        self.reply(line).await
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        let text = format!("{line}\r\n");
        let stream = &mut self.stream;
        let written = async {
            stream.write_all(text.as_bytes()).await?;
            stream.flush().await
        };
        timeout(self.bounds.command, written)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

fn verdict(is_kept: bool) -> &'static str {
    match is_kept {
        true => "250 2.0.0 kept",
        false => "451 4.3.0 not now, try again",
    }
}

/// Ends when the service stops.
async fn stopped(stop: &mut Stop) {
    // A closed channel is a stop as well: nobody is left who could say so.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// The address between `<` and `>` after `keyword`, and what follows.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let rest = rest.trim_start();
    let begin = rest.get(..keyword.len())?;
    if !begin.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let inside = rest[keyword.len()..].trim_start().strip_prefix('<')?;
    inside.split_once('>')
}

#[cfg(test)]
mod tests;
