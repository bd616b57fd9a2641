//! A small store that speaks S3 on loopback: objects in memory, put, read, listed and deleted by requests whose
//! signature (AWS Signature Version 4) and hash of the body are checked as the specification says.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const KEY: &str = "TEST-KEY";
const SECRET: &str = "a/secret+with:odd=letters";
const BUCKET: &str = "ho-so";
const REGION: &str = "vn-hn";

/// The store; it ends with the test program.
pub struct S3 {
    address: SocketAddr,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    refused: Mutex<Vec<String>>,
    is_away: AtomicBool,
}

struct Request {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl S3 {
    /// Listens on a port of its own.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inner: Arc<Inner> = Arc::default();
        let serving = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = Arc::clone(&serving);
                // A connection that ends is the end of its thread.
                thread::spawn(move || serving.converse(stream));
            }
        });
        Self { address, inner }
    }

    /// For `TNLD_FILES_URL`.
    pub fn url(&self) -> String {
        let secret = SECRET.replace('/', "%2F").replace('+', "%2B");
        let secret = secret.replace(':', "%3A").replace('=', "%3D");
        format!(
            "s3://{KEY}:{secret}@{}/{BUCKET}/thu/nghiem?region={REGION}&tls=off",
            self.address
        )
    }

    /// Names and bytes of what it keeps.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.inner.objects.lock().unwrap().clone()
    }

    /// Why it refused requests.
    pub fn refused(&self) -> Vec<String> {
        self.inner.refused.lock().unwrap().clone()
    }

    /// From now on answers 503, or answers again.
    pub fn set_away(&self, is_away: bool) {
        self.inner.is_away.store(is_away, Ordering::Relaxed);
    }
}

impl Inner {
    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        while let Some(request) = read(&mut reader)? {
            let (status, body) = self.answer(&request);
            let is_head = request.method == "HEAD";
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\netag: \"e\"\r\n\
                 last-modified: Sun, 22 Nov 2026 08:00:00 GMT\r\ncontent-type: application/xml\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes())?;
            if !is_head {
                stream.write_all(&body)?;
            }
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> (u16, Vec<u8>) {
        if self.is_away.load(Ordering::Relaxed) {
            return (503, b"<Error><Code>SlowDown</Code></Error>".to_vec());
        }
        if let Err(why) = check_signature(request) {
            self.refused.lock().unwrap().push(why);
            return (
                403,
                b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec(),
            );
        }
        let mut objects = self.objects.lock().unwrap();
        let bucket = format!("/{BUCKET}");
        let name = request.path.strip_prefix(&bucket).unwrap_or("?");
        let name = name.trim_start_matches('/');
        match (request.method.as_str(), name) {
            ("PUT", name) if !name.is_empty() => {
                objects.insert(name.to_owned(), request.body.clone());
                (200, Vec::new())
            }
            ("GET" | "HEAD", name) if !name.is_empty() => match objects.get(name) {
                Some(bytes) => (200, bytes.clone()),
                None => (404, b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
            },
            ("GET", "") if request.query.contains("list-type=2") => {
                let prefix = parameter(&request.query, "prefix");
                let mut xml = "<ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
                for (name, bytes) in objects.iter().filter(|(name, _)| name.starts_with(&prefix)) {
                    xml += &format!(
                        "<Contents><Key>{name}</Key><LastModified>2026-11-22T08:00:00.000Z</LastModified>\
                         <ETag>\"e\"</ETag><Size>{}</Size></Contents>",
                        bytes.len()
                    );
                }
                (200, (xml + "</ListBucketResult>").into_bytes())
            }
            ("POST", "") if request.query.starts_with("delete") => {
                let body = String::from_utf8(request.body.clone()).unwrap();
                let mut xml = "<DeleteResult>".to_owned();
                for part in body.split("<Key>").skip(1) {
                    let name = part.split("</Key>").next().unwrap();
                    objects.remove(name);
                    xml += &format!("<Deleted><Key>{name}</Key></Deleted>");
                }
                (200, (xml + "</DeleteResult>").into_bytes())
            }
            ("DELETE", name) => {
                objects.remove(name);
                (204, Vec::new())
            }
            _ => (400, b"<Error><Code>InvalidRequest</Code></Error>".to_vec()),
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: BTreeMap::new(),
        body: Vec::new(),
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim().to_owned();
        request.headers.insert(name.to_ascii_lowercase(), value);
    }
    let length = request.headers.get("content-length");
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}

fn parameter(query: &str, name: &str) -> String {
    let found = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap_or_default().replace("%2F", "/")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Whether a request was signed with our secret, for what it is.
fn check_signature(request: &Request) -> Result<(), String> {
    let header = |name: &str| request.headers.get(name).cloned().unwrap_or_default();
    let authorization = header("authorization");
    let part = |name: &str| {
        let rest = authorization
            .split(&format!("{name}="))
            .nth(1)
            .unwrap_or_default();
        rest.split(',').next().unwrap_or_default().trim().to_owned()
    };
    let (credential, signed, signature) =
        (part("Credential"), part("SignedHeaders"), part("Signature"));
    let (key, scope) = credential.split_once('/').ok_or("no credential")?;
    let day = scope.split('/').next().unwrap_or_default();
    if key != KEY || scope != format!("{day}/{REGION}/s3/aws4_request") {
        return Err(format!("another credential: {credential}"));
    }
    for needed in ["host", "x-amz-content-sha256", "x-amz-date"] {
        if !signed.split(';').any(|name| name == needed) {
            return Err(format!("{needed} is not signed"));
        }
    }
    let hash = header("x-amz-content-sha256");
    if hash != HEXLOWER.encode(&Sha256::digest(&request.body)) {
        return Err(format!("another body than was signed: {hash}"));
    }
    let mut query: Vec<String> = request
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            if pair.contains('=') {
                pair.to_owned()
            } else {
                format!("{pair}=")
            }
        })
        .collect();
    query.sort();
    let headers: String = signed
        .split(';')
        .map(|name| format!("{name}:{}\n", header(name)))
        .collect();
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{signed}\n{hash}",
        request.method,
        request.path,
        query.join("&")
    );
    let date = header("x-amz-date");
    let hashed = HEXLOWER.encode(&Sha256::digest(canonical.as_bytes()));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashed}");
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for text in [day, REGION, "s3", "aws4_request", to_sign.as_str()] {
        key = hmac(&key, text);
    }
    if HEXLOWER.encode(&key) == signature {
        Ok(())
    } else {
        Err(format!("another signature for {canonical}"))
    }
}
