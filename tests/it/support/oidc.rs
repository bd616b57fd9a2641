//! OpenID providers: a real one as a program of its own (`tests/oidc`), and one that lies.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use data_encoding::BASE64URL_NOPAD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair as TlsKey};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::{Client, program::free_port};

/// The secret of the service at the providers.
pub const SECRET: &str = "a-client-secret-of-the-tests-0123456789";

/// `oidc-provider`, until it is dropped.
pub struct RealProvider {
    child: Child,
    port: u16,
    back: String,
    tls: Option<Tls>,
}

/// An authority of one's own, and the certificate that it made for a provider.
#[derive(Clone)]
pub struct Tls {
    /// The certificate of the authority, for those who trust it.
    pub ca: String,
    key_file: PathBuf,
    certificate_file: PathBuf,
}

impl Tls {
    /// An authority whose certificate says `name`; its files lie in `folder`.
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = TlsKey::generate().unwrap();
        let ca = params.self_signed(&key).unwrap().pem();
        let authority = Issuer::new(params, key);
        let key = TlsKey::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let file = |what: &str, text: String| {
            let file = folder.join(format!("{name}.{what}"));
            std::fs::write(&file, text).unwrap();
            file
        };
        Self {
            ca,
            key_file: file("key", key.serialize_pem()),
            certificate_file: file("pem", certificate.pem()),
        }
    }
}

impl RealProvider {
    /// One that sends browsers back to `back`.
    pub fn start(back: &str) -> Self {
        Self::start_with(back, None)
    }

    /// The same, which is reached by TLS alone.
    pub fn start_with(back: &str, tls: Option<Tls>) -> Self {
        let port = free_port();
        Self {
            child: spawn(port, back, tls.as_ref()),
            port,
            back: back.to_owned(),
            tls,
        }
    }

    /// Starts it again at its address, with other keys.
    pub fn restart(&mut self) {
        self.stop();
        self.child = spawn(self.port, &self.back, self.tls.as_ref());
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it calls itself.
    pub fn issuer(&self) -> String {
        let scheme = self.tls.as_ref().map_or("http", |_| "https");
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Signs in as `who` on the pages to which `address` leads; where the browser is sent back to, as
    /// path and query. `how` is added to what the person types: `&acr=…&amr=…`.
    pub fn sign_in(&self, address: &str, who: &str, how: &str) -> String {
        let issuer = self.issuer();
        let client = match &self.tls {
            None => Client::new(&issuer, ""),
            Some(tls) => Client::trusting(&issuer, &tls.ca),
        };
        let cookies: RefCell<BTreeMap<String, String>> = RefCell::default();
        let mut path = address.strip_prefix(&issuer).unwrap().to_owned();
        for _ in 0..8 {
            if path.starts_with("/interaction/") {
                path = format!("{path}?as={who}{how}");
            }
            let all: Vec<String> = cookies
                .borrow()
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let all = all.join("; ");
            let headers = [("cookie", all.as_str())];
            let headers = if all.is_empty() {
                &headers[..0]
            } else {
                &headers[..]
            };
            let answer = client.send("GET", &path, headers, b"").unwrap();
            for cookie in answer.headers.get_all("set-cookie") {
                let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                cookies
                    .borrow_mut()
                    .insert(name.to_owned(), value.to_owned());
            }
            let to = answer.header("location");
            assert!(!to.is_empty(), "{path}: {} {}", answer.status, answer.text);
            let to = url::Url::parse(&issuer).unwrap().join(to).unwrap();
            let query = to
                .query()
                .map_or(String::new(), |query| format!("?{query}"));
            path = format!("{}{query}", to.path());
            if to.as_str().starts_with(&self.back) {
                return path;
            }
        }
        panic!("the provider sends its visitor around in circles");
    }
}

impl Drop for RealProvider {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(port: u16, back: &str, tls: Option<&Tls>) -> Child {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
    let missing = "the OpenID provider of the tests is missing (Node.js, and the packages of tests/oidc): \
                   run the tests with tests/run";
    assert!(
        folder.join("node_modules/oidc-provider").exists(),
        "{missing}"
    );
    let mut child = Command::new("node")
        .args(["provider.mjs", &port.to_string(), back, SECRET])
        .args(
            tls.into_iter()
                .flat_map(|tls| [&tls.key_file, &tls.certificate_file]),
        )
        .current_dir(&folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect(missing);
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    while said.next().expect("the provider ended").unwrap() != "ready" {}
    // Whatever else it says is listened to, or it ends.
    std::thread::spawn(move || said.for_each(drop));
    child
}

/// What a provider that lies does next.
#[derive(Default)]
pub struct Lies {
    /// The token that it gives for any code.
    pub token: String,
    /// Says these things in its metadata.
    pub metadata: BTreeMap<String, Value>,
    /// Waits so long before it answers.
    pub delay: Duration,
    /// Sends every caller there.
    pub redirect: Option<String>,
    /// Answers with so many bytes.
    pub bytes: usize,
    /// What it was asked.
    pub asked: Vec<String>,
}

/// A provider that lies.
pub struct LyingProvider {
    port: u16,
    key: EcdsaKeyPair,
    /// What it does next.
    pub lies: Arc<Mutex<Lies>>,
}

impl LyingProvider {
    /// One that listens until the test program ends.
    pub fn start() -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random)
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
        let port = listener.local_addr().unwrap().port();
        let point = key.public_key().as_ref();
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "one",
            "x": BASE64URL_NOPAD.encode(&point[1..33]), "y": BASE64URL_NOPAD.encode(&point[33..]),
        });
        let lies = Arc::new(Mutex::new(Lies::default()));
        let told = Arc::clone(&lies);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (told, jwk) = (Arc::clone(&told), jwk.clone());
                std::thread::spawn(move || answer(stream.unwrap(), port, &jwk, &told));
            }
        });
        Self { port, key, lies }
    }

    /// What it calls itself.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A token with these claims, signed with its key.
    pub fn signed(&self, header: &Value, claims: &Value) -> String {
        let text = unsigned(header, claims);
        let random = SystemRandom::new();
        let signature = self.key.sign(&random, text.as_bytes()).unwrap();
        format!("{text}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }

    /// From now on it does this.
    pub fn lie(&self, change: impl FnOnce(&mut Lies)) {
        change(&mut self.lies.lock().unwrap());
    }
}

/// The first two parts of a token.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

fn answer(mut stream: TcpStream, port: u16, jwk: &Value, lies: &Mutex<Lies>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head += &line;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let issuer = format!("http://127.0.0.1:{port}");
    let (delay, redirect, bytes, told) = {
        let mut lies = lies.lock().unwrap();
        lies.asked.push(path.clone());
        let told = match path.as_str() {
            "/.well-known/openid-configuration" => {
                let mut metadata = json!({
                    "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
                    "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
                    "response_types_supported": ["code"], "subject_types_supported": ["public"],
                    // It would like to get away with anything.
                    "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
                });
                for (name, value) in &lies.metadata {
                    metadata[name] = value.clone();
                }
                metadata
            }
            "/jwks" => json!({"keys": [jwk]}),
            _ => json!({"access_token": "a", "token_type": "Bearer", "id_token": lies.token}),
        };
        (lies.delay, lies.redirect.clone(), lies.bytes, told)
    };
    std::thread::sleep(delay);
    let text = format!("{told}{}", " ".repeat(bytes));
    let start = match redirect {
        Some(to) => format!("302 Found\r\nLocation: {to}"),
        None => "200 OK".to_owned(),
    };
    // Whoever asked may have gone.
    let _ = write!(
        stream,
        "HTTP/1.1 {start}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
}

/// A file that describes providers, and the settings that name it.
pub fn settings_file(folder: &Path, text: &str) -> PathBuf {
    let file = folder.join("oidc.toml");
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.join("oidc.secret"), SECRET).unwrap();
    file
}
