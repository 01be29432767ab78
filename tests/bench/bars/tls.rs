//! TLS before the Secrets Manager stand-in, and the round trips that a start is compared with.

use crate::wire;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::io::{BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned,
};

/// Takes TLS connections, with a certificate of its own authority, and hands what is in them to the
/// stand-in.
pub struct Front {
    address: SocketAddr,
    authority: PathBuf,
    client: Arc<ClientConfig>,
    _runtime: Runtime,
}

impl Front {
    pub fn start(behind: SocketAddr) -> Self {
        let authority_key = KeyPair::generate().expect("there is randomness");
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = authority
            .self_signed(&authority_key)
            .expect("the authority signs");
        let pem = certificate.pem();
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-authority.pem");
        std::fs::write(&path, pem).expect("the target directory can be written to");

        let key = KeyPair::generate().expect("there is randomness");
        let leaf = CertificateParams::new([Ipv4Addr::LOCALHOST.to_string()]);
        let issuer = Issuer::new(authority, authority_key);
        let leaf = leaf.and_then(|leaf| leaf.signed_by(&key, &issuer));
        let leaf = leaf.expect("the authority signs");
        let server = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .expect("key and certificate belong together");

        let mut roots = RootCertStore::empty();
        roots
            .add(certificate.der().clone())
            .expect("a fresh certificate is good");
        let mut client = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.resumption = Resumption::disabled();

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime starts");
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .expect("a port is free");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        runtime.spawn(serve(listener, TlsAcceptor::from(Arc::new(server)), behind));
        Self {
            address,
            authority: path,
            client: Arc::new(client),
            _runtime: runtime,
        }
    }

    pub fn endpoint(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The path of the authority's certificate.
    pub fn authority(&self) -> String {
        self.authority.display().to_string()
    }

    /// The time of a connection, a full handshake, and a request for the secret.
    pub fn round_trip(&self, secret: &str) -> Duration {
        let started = Instant::now();
        let name = ServerName::from(IpAddr::from(Ipv4Addr::LOCALHOST));
        let connection = ClientConnection::new(Arc::clone(&self.client), name);
        let stream = connect(self.address);
        let stream = StreamOwned::new(connection.expect("the settings are good"), stream);
        ask(stream, secret);
        started.elapsed()
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, behind: SocketAddr) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let Ok(mut outer) = acceptor.accept(stream).await else {
                return;
            };
            let Ok(mut inner) = tokio::net::TcpStream::connect(behind).await else {
                return;
            };
            let _ = inner.set_nodelay(true);
            let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
        });
    }
}

/// The time of a connection and a request for the secret.
pub fn plain_round_trip(address: SocketAddr, secret: &str) -> Duration {
    let started = Instant::now();
    ask(connect(address), secret);
    started.elapsed()
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the stand-in listens");
    let _ = stream.set_nodelay(true);
    stream
}

fn ask(mut stream: impl Read + Write, secret: &str) {
    let body = format!(r#"{{"SecretId":"{secret}"}}"#);
    let request = format!(
        "POST / HTTP/1.1\r\nhost: stand-in\r\nx-amz-target: secretsmanager.GetSecretValue\r\n\
         content-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .expect("the stand-in listens");
    let answer = wire::read(&mut BufReader::new(stream)).expect("the stand-in answers");
    let answer = answer.expect("the stand-in answers");
    assert!(answer.first_line.contains(" 200 "), "{}", answer.first_line);
}
