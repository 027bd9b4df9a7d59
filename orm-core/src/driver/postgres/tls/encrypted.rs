//! Streams that rustls encrypts, and how a server's certificate is verified.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::driver::postgres::protection::{Protection, Roots};
use crate::driver::postgres::wire::{Traffic, Watched, Wire};
use crate::error::{Error, Result};

type Plain = Watched<Wire>;
type Handshake = <MakeRustlsConnect as MakeTlsConnect<Plain>>::TlsConnect;
type Stream = <MakeRustlsConnect as MakeTlsConnect<Plain>>::Stream;

/// An encrypted stream, whose messages are counted within the encryption.
pub(crate) type Encrypted = Watched<Stream>;

/// Makes an encrypted stream of a plain one.
pub(crate) struct Connector {
    handshake: Option<Handshake>,
    traffic: Arc<Traffic>,
}

/// The connector for a server with some name.
pub(crate) fn connector(protection: &Protection, name: Option<&str>, traffic: &Arc<Traffic>) -> Result<Connector> {
    let handshake = match (config(protection)?, name) {
        (Some(mut config), Some(name)) => {
            // Required for direct TLS, without a request first.
            config.alpn_protocols = vec![b"postgresql".to_vec()];
            let made = MakeTlsConnect::<Plain>::make_tls_connect(&mut MakeRustlsConnect::new(config), name);
            let Ok(handshake) = made;
            Some(handshake)
        }
        _ => None,
    };
    Ok(Connector { handshake, traffic: Arc::clone(traffic) })
}

impl TlsConnect<Plain> for Connector {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, stream: Plain) -> Self::Future {
        Box::pin(async move {
            let Some(handshake) = self.handshake else {
                return Err(io::Error::other(
                    "the address of the server has no host name to verify its certificate against",
                ));
            };
            Ok(Watched::new(handshake.connect(stream).await?, self.traffic))
        })
    }
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream().channel_binding()
    }
}

fn config(protection: &Protection) -> Result<Option<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Error::invalid(format!("TLS cannot be set up: {error}")))?;
    Ok(Some(match protection {
        Protection::Off => return Ok(None),
        Protection::Named(roots) => builder.with_root_certificates(authorities(roots)?).with_no_client_auth(),
        Protection::Known(roots) => {
            let chain = WebPkiServerVerifier::builder_with_provider(authorities(roots)?.into(), Arc::clone(&provider));
            let chain = chain.build().map_err(|error| Error::invalid(format!("TLS cannot be set up: {error}")))?;
            let verifier = Arc::new(Lenient { chain: Some(chain), provider });
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
        Protection::Encrypted => {
            let verifier = Arc::new(Lenient { chain: None, provider });
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
    }))
}

fn authorities(roots: &Roots) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    match roots {
        Roots::System => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Roots::File(path) => {
            for certificate in read(path)? {
                store.add(certificate).map_err(|error| unreadable(path, &error))?;
            }
        }
    }
    if store.is_empty() {
        return Err(Error::invalid(match roots {
            Roots::System => "the system has no root certificates; name a file with `sslrootcert`".to_owned(),
            Roots::File(path) => format!("`{}` holds no certificate", path.display()),
        }));
    }
    Ok(store)
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(path, &error))?;
    certificates.collect::<Result<_, _>>().map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::invalid(format!("the certificates of `{}` cannot be read: {error}", path.display()))
}

/// Verifies a certificate without its host name.
#[derive(Debug)]
struct Lenient {
    /// Requires a known authority; without it, any server is trusted.
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(end_entity, intermediates, name, response, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
