//! A clamd that speaks its protocol over TCP on loopback: `zINSTREAM`, pieces with their lengths, a verdict.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What it calls whatever holds [`MALWARE`].
pub const NAME: &str = "Test.Malware-1";
/// What it looks for.
pub const MALWARE: &[u8] = b"THIS-IS-MALWARE-FOR-THE-TESTS";

/// A scanner; it ends with the test program.
pub struct Clamd {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<usize>>>,
}

impl Clamd {
    /// Listens on a port of its own.
    pub fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Listens there.
    pub fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<usize>>> = Arc::default();
        let noting = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let noting = Arc::clone(&noting);
                thread::spawn(move || {
                    if let Ok(length) = converse(stream) {
                        noting.lock().unwrap().push(length);
                    }
                });
            }
        });
        Self { address, seen }
    }

    /// For `TNLD_CLAMD`.
    pub fn url(&self) -> String {
        format!("tcp://{}", self.address)
    }

    /// How long the files were that it has seen.
    pub fn seen(&self) -> Vec<usize> {
        self.seen.lock().unwrap().clone()
    }
}

fn converse(mut stream: TcpStream) -> io::Result<usize> {
    let mut command = [0; 10];
    stream.read_exact(&mut command)?;
    if &command != b"zINSTREAM\0" {
        stream.write_all(b"UNKNOWN COMMAND\0")?;
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut file = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 {
            break;
        }
        let begin = file.len();
        file.resize(begin + length, 0);
        stream.read_exact(&mut file[begin..])?;
    }
    let is_found = file.windows(MALWARE.len()).any(|window| window == MALWARE);
    let answer = if is_found {
        format!("stream: {NAME} FOUND\0")
    } else {
        "stream: OK\0".to_owned()
    };
    stream.write_all(answer.as_bytes())?;
    Ok(file.len())
}
