//! What the HTTP side holds against: browsers that are led astray, forged addresses, clients that are too
//! large, too slow or too many.

mod attacks;
mod browsers;
mod paths;
mod proxies;
mod rates;
mod sizes;
mod slow;

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// A connection on which a test writes byte by byte.
struct Line(TcpStream);

impl Line {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Sends; `false` where the other side has hung up.
    fn send(&mut self, text: &str) -> bool {
        self.0.write_all(text.as_bytes()).is_ok()
    }

    /// Everything that comes until the line is closed or nothing has come for so long; and whether it is
    /// closed.
    fn read(&mut self, patience: Duration) -> (String, bool) {
        self.0.set_read_timeout(Some(patience)).unwrap();
        let (mut all, mut part) = (Vec::new(), [0; 8192]);
        let closed = loop {
            match self.0.read(&mut part) {
                Ok(0) => break true,
                Ok(count) => all.extend_from_slice(&part[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    break !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                }
            }
        };
        (String::from_utf8_lossy(&all).into_owned(), closed)
    }
}
