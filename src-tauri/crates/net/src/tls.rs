//! TLS: which certificates are trusted, and what a failed handshake means.

use crate::NetErrorKind;
use rustls::{
    CertificateError, ClientConfig,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use std::{io, sync::Arc};

/// A configuration that trusts the operating system's authorities and those of `extra_roots_pem`.
pub(crate) fn client_config(extra_roots_pem: &[u8]) -> Result<Arc<ClientConfig>, NetErrorKind> {
    let unusable = |error: &dyn std::fmt::Display| NetErrorKind::Trust(error.to_string());
    let extra: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(extra_roots_pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(&error))?;
    if extra.is_empty() && !extra_roots_pem.trim_ascii().is_empty() {
        return Err(NetErrorKind::Trust(
            "the extra ones hold no certificate in PEM form".to_owned(),
        ));
    }
    // Named here and not taken from a process-wide default, so that no order of start-up can make it another.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra, provider.clone()).map_err(|error| unusable(&error))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The name the certificate must carry.
pub(crate) fn server_name(host: &str) -> Result<ServerName<'static>, NetErrorKind> {
    ServerName::try_from(host.to_owned()).map_err(|_| NetErrorKind::HostNotFound("it is not a host name".to_owned()))
}

/// What a failed handshake means.
pub(crate) fn explain(error: io::Error) -> NetErrorKind {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(reason)) => NetErrorKind::CertificateNotTrusted(sentence(reason)),
        Some(rustls::Error::InvalidMessage(_)) => {
            NetErrorKind::TlsFailed("it does not speak TLS on this port (perhaps it wants STARTTLS)".to_owned())
        }
        Some(other) => NetErrorKind::TlsFailed(other.to_string()),
        None => NetErrorKind::Disconnected,
    }
}

fn sentence(reason: &CertificateError) -> String {
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet (is this computer's clock right?)".to_owned()
        }
        CertificateError::UnknownIssuer => "its certificate was issued by nobody this computer trusts".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate belongs to another name".to_owned()
        }
        CertificateError::BadSignature => "its certificate is forged (a wrong signature)".to_owned(),
        CertificateError::Revoked => "its certificate has been revoked".to_owned(),
        other => format!("its certificate was not accepted ({other})"),
    }
}
