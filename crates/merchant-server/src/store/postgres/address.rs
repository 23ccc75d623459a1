//! Where a PostgreSQL database is, and how it is reached: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
//!
//! The password is in here and in nothing that is shown. Over a network the connection is encrypted, and the
//! server's certificate verified, unless the address says otherwise.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::config::SslMode;
use url::{Host, Url};

/// How long connecting may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const PORT: u16 = 5432;

/// Where a PostgreSQL database is. Shows itself without its password.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Box<tokio_postgres::Config>,
    pub(super) encryption: Encryption,
    shown: String,
}

/// How the connection is kept from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Not at all.
    None,
    /// By TLS with a server whose certificate the system trusts, or somebody named in this file.
    Verified {
        /// PEM.
        roots: Option<PathBuf>,
    },
}

/// Why an address can't be used; its text says what to do and repeats no part that may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {remedy}")]
pub struct AddressError {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
}

impl Address {
    /// Whether a text is the address of a PostgreSQL database, right or wrong, and no file's.
    pub fn is_meant(text: &str) -> bool {
        ["postgres:", "postgresql:"]
            .iter()
            .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
    }

    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressError`] for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text).map_err(|error| wrong(format!("this isn't an address: {error}")))?;
        let parameters = Parameters::read(&url)?;
        let user = match &parameters.user {
            Some(user) if url.username().is_empty() => user.clone(),
            Some(_) => return Err(wrong("there are two users".to_owned())),
            None => decoded(url.username())?,
        };
        let name = decoded(url.path().trim_start_matches('/'))?;
        if user.is_empty() || name.is_empty() {
            return Err(wrong("user or database is missing".to_owned()));
        }
        let place = Place::read(&url, parameters.host.as_deref())?;
        let port = url.port().unwrap_or(PORT);
        let mut config = tokio_postgres::Config::new();
        config.user(&user).dbname(&name).port(port);
        if let Some(password) = url.password() {
            config.password(decoded(password)?);
        }
        let encryption = encryption(&place, &parameters)?;
        config.ssl_mode(match encryption {
            Encryption::None => SslMode::Disable,
            Encryption::Verified { .. } => SslMode::Require,
        });
        match &place {
            Place::Network(host) => config.host(host),
            Place::Socket(folder) => config.host_path(folder),
        };
        config.application_name(parameters.application_name.as_deref().unwrap_or("merchant-server"));
        // A machine that went away without a word is noticed by its silence.
        config.connect_timeout(CONNECT_TIMEOUT).tcp_user_timeout(Duration::from_secs(15));
        config.keepalives_idle(Duration::from_secs(10)).keepalives_interval(Duration::from_secs(5));
        config.keepalives_retries(3);
        let shown = format!("{name} at {place}, port {port}, as {user}");
        Ok(Self { config: Box::new(config), encryption, shown })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.shown)
    }
}

/// Where the server listens.
enum Place {
    Network(String),
    Socket(PathBuf),
}

impl Place {
    fn read(url: &Url, parameter: Option<&str>) -> Result<Self, AddressError> {
        let host = match (parameter, url.host()) {
            (Some(host), None) => host.to_owned(),
            (Some(_), Some(_)) => return Err(wrong("there are two hosts".to_owned())),
            (None, Some(Host::Ipv6(address))) => address.to_string(),
            (None, Some(Host::Ipv4(address))) => address.to_string(),
            (None, Some(Host::Domain(domain))) => decoded(domain)?,
            (None, None) => String::new(),
        };
        match host {
            host if host.is_empty() => Err(wrong("the host is missing".to_owned())),
            host if host.starts_with('/') => Ok(Self::Socket(host.into())),
            host if host.contains(',') => Err(wrong("there are several hosts".to_owned())),
            host => Ok(Self::Network(host)),
        }
    }

    /// Whether what is sent stays on this machine.
    fn is_local(&self) -> bool {
        match self {
            Self::Socket(_) => true,
            Self::Network(host) => {
                host == "localhost"
                    || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(host) => f.write_str(host),
            Self::Socket(folder) => folder.display().fmt(f),
        }
    }
}

/// What stands behind the question mark.
#[derive(Default)]
struct Parameters {
    user: Option<String>,
    host: Option<String>,
    sslmode: Option<String>,
    sslrootcert: Option<PathBuf>,
    application_name: Option<String>,
}

impl Parameters {
    fn read(url: &Url) -> Result<Self, AddressError> {
        let mut found = Self::default();
        for (name, value) in url.query_pairs() {
            let value = value.into_owned();
            match name.as_ref() {
                "user" => found.user = Some(value),
                "host" => found.host = Some(value),
                "sslmode" => found.sslmode = Some(value),
                "sslrootcert" => found.sslrootcert = Some(value.into()),
                "application_name" => found.application_name = Some(value),
                _ => {
                    return Err(AddressError {
                        what: "it has a parameter that isn't known".to_owned(),
                        remedy: "there are user, host, sslmode, sslrootcert and application_name",
                    });
                }
            }
        }
        Ok(found)
    }
}

fn encryption(place: &Place, parameters: &Parameters) -> Result<Encryption, AddressError> {
    let verified = Encryption::Verified { roots: parameters.sslrootcert.clone() };
    match (parameters.sslmode.as_deref(), place) {
        (Some("disable"), _) => Ok(Encryption::None),
        (Some("require" | "verify-full"), Place::Network(_)) => Ok(verified),
        (Some("require" | "verify-full"), Place::Socket(_)) => Err(AddressError {
            what: "a socket isn't encrypted".to_owned(),
            remedy: "leave sslmode out: it doesn't leave this machine",
        }),
        (Some(_), _) => Err(AddressError {
            what: "its sslmode isn't one that keeps a promise".to_owned(),
            remedy: "write require, which encrypts and verifies the server's certificate, or disable",
        }),
        (None, place) if place.is_local() => Ok(Encryption::None),
        (None, _) => Ok(verified),
    }
}

fn decoded(part: &str) -> Result<String, AddressError> {
    let text = percent_decode_str(part).decode_utf8();
    text.map(std::borrow::Cow::into_owned).map_err(|_| wrong("a part of it isn't UTF-8".to_owned()))
}

fn wrong(what: String) -> AddressError {
    AddressError {
        what,
        remedy: "write postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters as %40 and the like",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_itself_without_its_password() {
        let address = Address::parse("postgres://shop:s%40crt@db.example:5433/orders").unwrap();
        assert_eq!(address.to_string(), "orders at db.example, port 5433, as shop");
        assert_eq!(address.config.get_password(), Some(b"s@crt".as_slice()));
        for shown in [format!("{address:?}"), format!("{address}"), format!("{:?}", address.config)] {
            assert!(!shown.contains("crt"), "{shown}");
        }
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted_unless_told_otherwise() {
        let encryption = |text: &str| Address::parse(text).unwrap().encryption;
        let verified = Encryption::Verified { roots: None };
        assert_eq!(encryption("postgres://u@db.example/d"), verified);
        assert_eq!(encryption("postgresql://u@[2001:db8::1]/d"), verified);
        assert_eq!(encryption("postgres://u@db.example/d?sslmode=disable"), Encryption::None);
        assert_eq!(encryption("postgres://u@127.0.0.1/d"), Encryption::None);
        assert_eq!(encryption("postgres://u@localhost/d?sslmode=require"), verified);
        assert_eq!(encryption("postgres:///d?host=/run/postgresql&user=u"), Encryption::None);
        let own = Encryption::Verified { roots: Some("ca.pem".into()) };
        assert_eq!(encryption("postgres://u@db.example/d?sslmode=verify-full&sslrootcert=ca.pem"), own);
    }

    #[test]
    fn a_wrong_address_is_refused_without_repeating_it() {
        for text in [
            "postgres://",
            "postgres://u:secret@/d",
            "postgres://:secret@h/d",
            "postgres://u:secret@h",
            "postgres://u:secret@h/d?sslmode=prefer",
            "postgres://u:secret@h/d?pasword=secret",
            "postgres://u:secret@h,i/d",
            "postgres://u:secret@h:port/d",
            "postgres://u:secret@h/d?host=/run/secret",
            "postgres://u:%ff%fesecret@h/d",
            "postgres://u:secret@%2Frun/d?sslmode=require",
        ] {
            let error = Address::parse(text).unwrap_err();
            assert!(!format!("{error}{error:?}").contains("secret"), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_isnt_taken_for_an_address() {
        assert!(Address::is_meant("postgres://x") && Address::is_meant("PostgreSQL://x"));
        assert!(!Address::is_meant("var/postgres.db") && !Address::is_meant("sqlite:var/shop.db"));
    }
}
