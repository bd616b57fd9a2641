//! The scanner for malware: clamd, over TCP or a socket of this machine, by its `INSTREAM` command.

use std::{io, path::PathBuf, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// For a connection and for each answer: clamd may load its signatures anew meanwhile.
const WITHIN: Duration = Duration::from_secs(60);
/// Longest answer that is read.
const LONGEST: u64 = 4096;

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clamd {
    /// `host:port`.
    Tcp(String),
    /// A socket.
    Socket(PathBuf),
}

/// What the scanner says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// The name of what was found.
    Found(String),
}

/// Why the scanner said nothing.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It does not answer.
    #[error("clamd does not answer: {0}")]
    Away(#[from] io::Error),
    /// It answers, and says that it could not scan.
    #[error("clamd could not scan: {0}")]
    Failed(String),
}

impl Clamd {
    /// Reads `tcp://HOST:PORT` or `unix:PATH`; `None` where it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            return path.starts_with('/').then(|| Self::Socket(path.into()));
        }
        let address = text.strip_prefix("tcp://")?;
        let (host, port) = address.rsplit_once(':')?;
        let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
        (!host.is_empty() && is_port && !address.contains('/'))
            .then(|| Self::Tcp(address.to_owned()))
    }

    /// Begins to scan a file, piece by piece.
    pub async fn begin(&self) -> Result<Scan, ScanError> {
        let connect = async {
            let stream: Box<dyn Stream> = match self {
                Self::Tcp(address) => Box::new(TcpStream::connect(address).await?),
                Self::Socket(path) => Box::new(UnixStream::connect(path).await?),
            };
            Ok::<_, io::Error>(stream)
        };
        let mut scan = Scan(in_time(connect).await?);
        in_time(scan.0.write_all(b"zINSTREAM\0")).await?;
        Ok(scan)
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A file that is being scanned.
pub struct Scan(Box<dyn Stream>);

impl Scan {
    /// The next piece.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), ScanError> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        if length == 0 {
            // It would say that the file ends here.
            return Ok(());
        }
        in_time(self.0.write_all(&length.to_be_bytes())).await?;
        Ok(in_time(self.0.write_all(bytes)).await?)
    }

    /// That was all: what the scanner says.
    pub async fn end(mut self) -> Result<Verdict, ScanError> {
        in_time(self.0.write_all(&[0; 4])).await?;
        in_time(self.0.flush()).await?;
        let mut answer = Vec::new();
        in_time(self.0.take(LONGEST).read_to_end(&mut answer)).await?;
        verdict(&String::from_utf8_lossy(&answer))
    }
}

/// `stream: OK`, `stream: NAME FOUND`, or anything else, which is no verdict.
fn verdict(answer: &str) -> Result<Verdict, ScanError> {
    let answer = answer.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    let said = answer.strip_prefix("stream:").unwrap_or(answer).trim();
    if said == "OK" {
        return Ok(Verdict::Clean);
    }
    match said.strip_suffix("FOUND") {
        Some(name) => {
            let name: String = name
                .trim()
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect();
            Ok(Verdict::Found(name))
        }
        None => {
            let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
            Err(ScanError::Failed(said))
        }
    }
}

async fn in_time<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(WITHIN, work)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_verdict_or_none() {
        assert_eq!(verdict("stream: OK\0").unwrap(), Verdict::Clean);
        assert_eq!(
            verdict("stream: Win.Test.EICAR_HDB-1 FOUND\0").unwrap(),
            Verdict::Found("Win.Test.EICAR_HDB-1".into())
        );
        for odd in [
            "",
            "INSTREAM size limit exceeded. ERROR\0",
            "stream: x ERROR\0",
        ] {
            assert!(matches!(verdict(odd), Err(ScanError::Failed(_))), "{odd:?}");
        }
    }

    #[test]
    fn an_address_is_read() {
        assert_eq!(
            Clamd::parse("tcp://127.0.0.1:3310"),
            Some(Clamd::Tcp("127.0.0.1:3310".into()))
        );
        assert_eq!(
            Clamd::parse("unix:/run/clamav/clamd.ctl"),
            Some(Clamd::Socket("/run/clamav/clamd.ctl".into()))
        );
        for wrong in [
            "",
            "127.0.0.1:3310",
            "tcp://host",
            "tcp://:1",
            "tcp://h:0",
            "unix:relative",
        ] {
            assert_eq!(Clamd::parse(wrong), None, "{wrong}");
        }
    }
}
