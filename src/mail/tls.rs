//! TLS to mail servers: whom we trust, and a connection over a socket of our own in the form that
//! lettre takes.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use lettre::transport::smtp::client::{AsyncTokioStream, Certificate, TlsParameters};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use super::{address::MailServer, transport::MailerError};
use crate::domain::delivery::TlsState;

/// An encrypted socket.
#[derive(Debug)]
pub(super) struct TlsSocket(pub(super) TlsStream<TcpStream>);

impl TlsSocket {
    /// Which version both sides agreed on.
    pub(super) fn state(&self) -> TlsState {
        match self.0.get_ref().1.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => TlsState::Tls13,
            // rustls speaks no other.
            _ => TlsState::Tls12,
        }
    }
}

impl AsyncTokioStream for TlsSocket {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for TlsSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for TlsSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// The certificates of `&ca=FILE`; none where it is not given.
fn own_authorities(server: &MailServer) -> Result<Vec<CertificateDer<'static>>, MailerError> {
    let Some(path) = &server.ca else {
        return Ok(vec![]);
    };
    let refused = |reason: String| MailerError::Ca {
        path: path.clone(),
        reason,
    };
    let found = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| refused(error.to_string()))?;
    if found.is_empty() {
        return Err(refused("it holds no certificate".to_owned()));
    }
    Ok(found)
}

/// For lettre, which upgrades a connection itself.
pub(super) fn starttls_parameters(server: &MailServer) -> Result<TlsParameters, MailerError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    for certificate in own_authorities(server)? {
        let certificate = Certificate::from_der(certificate.to_vec())
            .map_err(|error| bad_authority(server, error))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|_| MailerError::Host(server.host.clone()))
}

fn bad_authority(server: &MailServer, error: impl std::fmt::Display) -> MailerError {
    MailerError::Ca {
        path: server.ca.clone().unwrap_or_default(),
        reason: error.to_string(),
    }
}

/// For TLS from the first byte, which is ours to speak.
pub(super) fn tls_connector(
    server: &MailServer,
) -> Result<(TlsConnector, ServerName<'static>), MailerError> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in own_authorities(server)? {
        roots
            .add(certificate)
            .map_err(|error| bad_authority(server, error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(server.host.clone())
        .map_err(|_| MailerError::Host(server.host.clone()))?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}
