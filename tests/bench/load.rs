//! A light HTTP/1.1 client: kept connections, whole requests as bytes, on a thread of its own.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

/// One answer, and when.
pub struct Answered {
    /// Status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
    /// When the last byte was read.
    pub at: Instant,
    /// Since the first byte of the request.
    pub took: Duration,
}

/// How many connections send, and for how long.
#[derive(Clone, Copy)]
pub struct Load {
    /// Connections; each has one request under way at a time.
    pub connections: usize,
    /// What is not counted at the beginning.
    pub warm_up: Duration,
    /// What is counted.
    pub measured: Duration,
    /// Requests per second over all connections; as many as can be where absent.
    pub rate: Option<f64>,
}

/// What came of it.
pub struct Outcome {
    /// Every answer that came in the measured time.
    pub answers: Vec<Answered>,
    /// The measured time.
    pub measured: Duration,
}

impl Outcome {
    /// Answers with `status` per second; panics where there were others.
    #[track_caller]
    pub fn per_second(&self, status: u16) -> f64 {
        if let Some(other) = self.answers.iter().find(|answer| answer.status != status) {
            let body = String::from_utf8_lossy(&other.body);
            panic!("answered {} instead of {status}: {body}", other.status);
        }
        self.answers.len() as f64 / self.measured.as_secs_f64()
    }

    /// How long each took, in milliseconds.
    pub fn milliseconds(&self) -> Vec<f64> {
        let answers = self.answers.iter();
        answers
            .map(|answer| answer.took.as_secs_f64() * 1000.0)
            .collect()
    }
}

/// Makes the request number `.1` of connection number `.0`.
pub type Requests = Arc<dyn Fn(usize, usize) -> Vec<u8> + Send + Sync>;

/// Sends requests as `load` says and waits for every answer.
pub fn run(address: SocketAddr, load: Load, requests: &Requests) -> Outcome {
    let requests = requests.clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(send_all(address, load, requests))
    });
    thread.join().unwrap()
}

async fn send_all(address: SocketAddr, load: Load, requests: Requests) -> Outcome {
    let begun = Instant::now();
    let count_from = begun + load.warm_up;
    let end = count_from + load.measured;
    let mut connections = JoinSet::new();
    for number in 0..load.connections {
        let requests = requests.clone();
        connections.spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut answers = Vec::new();
            for count in 0.. {
                if let Some(rate) = load.rate {
                    let turn = (count * load.connections + number) as f64 / rate;
                    tokio::time::sleep_until((begun + Duration::from_secs_f64(turn)).into()).await;
                }
                if Instant::now() >= end {
                    break;
                }
                let answer = connection.ask(&requests(number, count)).await;
                if (count_from..end).contains(&answer.at) {
                    answers.push(answer);
                }
            }
            answers
        });
    }
    let answers = connections.join_all().await;
    Outcome {
        answers: answers.into_iter().flatten().collect(),
        measured: load.measured,
    }
}

/// Sends `count` requests one after the other on one connection; `next` makes each of the answer
/// before it.
pub fn one_by_one(
    address: SocketAddr,
    count: usize,
    mut next: impl FnMut(usize, Option<&Answered>) -> Vec<u8>,
) -> Vec<Answered> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = Connection::open(address).await;
        let mut answers: Vec<Answered> = Vec::with_capacity(count);
        for number in 0..count {
            let request = next(number, answers.last());
            answers.push(connection.ask(&request).await);
        }
        answers
    })
}

/// A request without a body.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// A request with a JSON body.
pub fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            read: Vec::with_capacity(64 * 1024),
        }
    }

    async fn ask(&mut self, request: &[u8]) -> Answered {
        let sent = Instant::now();
        self.stream.write_all(request).await.unwrap();
        self.read.clear();
        let (head, length) = loop {
            self.more().await;
            if let Some(head) = self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break (head + 4, content_length(&self.read[..head]));
            }
        };
        while self.read.len() < head + length {
            self.more().await;
        }
        let at = Instant::now();
        let status = std::str::from_utf8(&self.read[9..12]).unwrap();
        Answered {
            status: status.parse().unwrap(),
            body: self.read[head..].to_vec(),
            at,
            took: at - sent,
        }
    }

    async fn more(&mut self) {
        let count = self.stream.read_buf(&mut self.read).await.unwrap();
        assert_ne!(count, 0, "the service closed the connection");
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = std::str::from_utf8(head).unwrap().to_ascii_lowercase();
    let value = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .expect("the service tells the length of every answer");
    value.trim().parse().unwrap()
}
