//! Encryption: always with a server whose certificate was verified, name and all.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, Encryption};
use crate::store::StoreError;

pub(super) fn connector(address: &Address) -> Result<Option<MakeRustlsConnect>, StoreError> {
    let Encryption::Verified { roots } = &address.encryption else { return Ok(None) };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = || -> Result<ClientConfig, Box<dyn std::error::Error>> {
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let Some(file) = roots else { return Ok(builder.with_platform_verifier()?.with_no_client_auth()) };
        let mut trusted = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file)? {
            trusted.add(certificate?)?;
        }
        Ok(builder.with_root_certificates(trusted).with_no_client_auth())
    };
    let config = config().map_err(|error| StoreError::Unsuitable {
        database: address.to_string(),
        what: match roots {
            Some(file) => format!(
                "can't be verified: {}: {error}; sslrootcert must name a PEM file with certificates",
                file.display()
            ),
            None => format!("can't be verified: {error}; install the system's certificates"),
        },
    })?;
    Ok(Some(MakeRustlsConnect::new(config)))
}
