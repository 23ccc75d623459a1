//! Signing what goes out: answers and notifications.

use wallet_api::keys::{KeyError, Signer};
use wallet_api::signature::{CLIENT_ID, SIGNATURE, SignatureEncoding, SignedMessage};

use crate::transcript::Verdict;

/// A message before it is signed.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    /// The path that is signed.
    pub uri: &'a str,
    /// For which merchant.
    pub client_id: &'a str,
    /// Which header says when it was signed.
    pub time_header: &'static str,
    /// What it says.
    pub time: String,
    /// How this merchant reads signatures.
    pub encoding: SignatureEncoding,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// A message as it goes out.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// What the wallet itself makes of the signature.
    pub signature: Verdict,
}

impl Letter<'_> {
    /// Signs the message.
    ///
    /// # Errors
    /// [`KeyError::CannotSign`] when the key refuses.
    pub fn seal(self, signer: &dyn Signer) -> Result<Sealed, KeyError> {
        let Self { uri, client_id, time_header, time, encoding, body } = self;
        let message = SignedMessage { method: "POST", uri, client_id, time: &time, body: &body };
        let signature = message.sign_as(signer, encoding)?;
        let headers = vec![(CLIENT_ID, client_id.to_owned()), (time_header, time), (SIGNATURE, signature)];
        Ok(Sealed { headers, body, signature: Verdict::Valid })
    }
}
