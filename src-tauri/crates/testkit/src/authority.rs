//! A certificate authority of one's own, for servers that exist only as long as a test.

use crate::error::{Doing, Error, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::Path;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// A root that signs server certificates. Its key is never written anywhere.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

/// A server certificate and its key.
pub struct Identity {
    /// The certificate, PEM.
    pub cert_pem: String,
    /// The private key, PKCS #8 PEM.
    pub key_pem: String,
    cert: CertificateDer<'static>,
    key: Vec<u8>,
}

/// What is wrong with a certificate, for tests of its refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// It ran out yesterday.
    Expired,
}

impl Authority {
    /// A fresh root.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).map_err(certificate)?;
        params.distinguished_name.push(DnType::CommonName, "Pli test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = OffsetDateTime::now_utc() - Duration::days(30);
        params.not_after = OffsetDateTime::now_utc() + Duration::days(365);
        let key = KeyPair::generate().map_err(certificate)?;
        let root = params.self_signed(&key).map_err(certificate)?;
        Ok(Self {
            pem: root.pem(),
            der: root.der().clone(),
            issuer: Issuer::new(params, key),
        })
    }

    /// A certificate for these DNS names or IP addresses.
    pub fn issue(&self, names: &[&str]) -> Result<Identity> {
        self.issue_flawed(names, Flaw::None)
    }

    /// A certificate for these names that a client must refuse for its flaw.
    pub fn issue_flawed(&self, names: &[&str], flaw: Flaw) -> Result<Identity> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names.clone()).map_err(certificate)?;
        params
            .distinguished_name
            .push(DnType::CommonName, names.first().map_or("server", String::as_str));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let days = if flaw == Flaw::Expired { -1 } else { 90 };
        params.not_before = OffsetDateTime::now_utc() - Duration::days(20);
        params.not_after = OffsetDateTime::now_utc() + Duration::days(days);
        let key = KeyPair::generate().map_err(certificate)?;
        let cert = params.signed_by(&key, &self.issuer).map_err(certificate)?;
        Ok(Identity {
            cert_pem: cert.pem(),
            key_pem: key.serialize_pem(),
            cert: cert.der().clone(),
            key: key.serialize_der(),
        })
    }

    /// The root certificate, PEM: what a client is to trust.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The root certificate, DER.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// Writes the root certificate to a file, as `SSL_CERT_FILE` wants it.
    pub fn save(&self, path: &Path) -> Result<()> {
        std::fs::write(path, &self.pem).doing(path.display())
    }
}

impl Identity {
    /// Writes certificate and key. The key is readable by its owner only.
    pub fn save(&self, cert: &Path, key: &Path) -> Result<()> {
        std::fs::write(cert, &self.cert_pem).doing(cert.display())?;
        std::fs::write(key, &self.key_pem).doing(key.display())?;
        crate::os::private(key)
    }

    /// A rustls server with this certificate.
    pub fn server_config(&self) -> Result<Arc<rustls::ServerConfig>> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(vec![self.cert.clone()], key)
            })
            .map_err(certificate)?;
        Ok(Arc::new(config))
    }
}

fn certificate(error: impl std::fmt::Display) -> Error {
    Error::Certificate(error.to_string())
}
