//! What a profile's types can't say: lengths, ranges, addresses, and what must fit together.

use url::{Host, Url};

use super::error::ProfileError;
use super::fields::{ApiVersion, ContractKey, Fields, Mode};
use super::spelling::{BelongsToPlace, UserInfoPath};

/// # Errors
/// [`ProfileError`] for the first thing that is wrong.
pub(super) fn check(fields: &Fields) -> Result<(), ProfileError> {
    require(is_name(&fields.name), "name", "1 to 32 lower-case letters, digits and dashes")?;
    addresses(fields)?;
    contract(fields)?;
    numbers(fields)?;
    wire(fields)
}

fn require(holds: bool, key: &str, expected: &str) -> Result<(), ProfileError> {
    if holds { Ok(()) } else { Err(ProfileError::must_be(key, expected)) }
}

fn addresses(fields: &Fields) -> Result<(), ProfileError> {
    let origin = "scheme and host without a path, such as https://open.wallet.example";
    let base = Url::parse(&fields.base_url).ok().filter(|url| is_origin(url, &fields.base_url));
    let base = base.ok_or_else(|| ProfileError::must_be("base_url", origin))?;
    require(
        allowed_scheme(&base, fields.mode),
        "base_url",
        "https (http is for mode = \"simulator\" on loopback only)",
    )?;
    require(
        is_path(&fields.path_prefix),
        "path_prefix",
        "empty, or a path such as /api/open, without a slash at its end and without dots alone",
    )?;
    require(!fields.cashier_hosts.is_empty(), "cashier_hosts", "a list of at least one host")?;
    require(
        fields.cashier_hosts.iter().all(|host| is_host(host)),
        "cashier_hosts",
        "hosts such as cashier.wallet.example, without scheme and path",
    )
}

fn contract(fields: &Fields) -> Result<(), ProfileError> {
    for key in &fields.requires {
        let (given, key) = match key {
            ContractKey::AppId => (fields.app_id.is_some(), "app_id"),
            ContractKey::PartnerId => (fields.partner_id.is_some(), "partner_id"),
            ContractKey::ProductCode => (fields.product_code.is_some(), "product_code"),
            ContractKey::SalesCode => (fields.sales_code.is_some(), "sales_code"),
            ContractKey::CustomerBelongsTo => (fields.customer_belongs_to.is_some(), "customer_belongs_to"),
        };
        if !given {
            let fault = format!("is missing: {} requires it; it is in your contract", fields.preset);
            return Err(ProfileError::new(key, fault));
        }
    }
    for (key, code) in [
        ("product_code", &fields.product_code),
        ("sales_code", &fields.sales_code),
        ("customer_belongs_to", &fields.customer_belongs_to),
    ] {
        let fits = code.as_ref().is_none_or(|code| (1..=32).contains(&code.chars().count()));
        require(fits, key, "1 to 32 characters, or left out")?;
    }
    let Some(merchant) = &fields.merchant_of_record else { return Ok(()) };
    for (key, text, max) in [
        ("merchant_of_record.referenceMerchantId", &merchant.reference_merchant_id, 32),
        ("merchant_of_record.merchantMCC", &merchant.merchant_mcc, 32),
        ("merchant_of_record.merchantName", &merchant.merchant_name, 256),
    ] {
        require((1..=max).contains(&text.chars().count()), key, &format!("1 to {max} characters"))?;
    }
    let fits = merchant.clone().fitted() == *merchant;
    require(fits, "merchant_of_record", "within the platform's lengths, without @, # and ? in ids")
}

fn numbers(fields: &Fields) -> Result<(), ProfileError> {
    let day = |seconds: u32| (1..=86_400).contains(&seconds);
    require(day(fields.clock_skew_seconds), "clock_skew_seconds", "1 to 86400")?;
    require(day(fields.notification_window_seconds), "notification_window_seconds", "1 to 86400")?;
    require((100..=30_000).contains(&fields.connect_timeout_ms), "connect_timeout_ms", "100 to 30000")?;
    let total = |milliseconds: u32| (500..=60_000).contains(&milliseconds);
    require(total(fields.timeout_ms), "timeout_ms", "500 to 60000")?;
    for (operation, timeout) in &fields.timeouts_ms {
        require(total(*timeout), &format!("timeouts_ms.{}", operation.as_str()), "500 to 60000")?;
    }
    require(fields.minimum_amount >= 1, "minimum_amount", "1 or more")?;
    require(fields.amount_multiple >= 1, "amount_multiple", "1 or more")?;
    for (currency, exponent) in &fields.currency_exponents {
        require(*exponent <= 4, &format!("currency_exponents.{currency}"), "0 to 4")?;
    }
    Ok(())
}

fn wire(fields: &Fields) -> Result<(), ProfileError> {
    require(
        fields.version == ApiVersion::V1 || fields.wire.user_info == UserInfoPath::Users,
        "wire.user_info",
        "\"/users/inquiryUserInfo\" with version = \"v2\": the other path exists in v1 only",
    )?;
    require(
        fields.customer_belongs_to.is_none() || fields.wire.customer_belongs_to != BelongsToPlace::None,
        "wire.customer_belongs_to",
        "\"customerBelongsTo\" or \"extendInfo\" when customer_belongs_to is given, or it would be lost",
    )
}

fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether the text is an origin as it stands: requests are sent to the text, not to what parsing makes of it.
fn is_origin(url: &Url, text: &str) -> bool {
    let is_odd = |c: char| c == '\\' || c == '@' || c.is_whitespace() || c.is_control();
    url.has_host()
        && text.contains("://")
        && !text.contains(is_odd)
        && url.path() == "/"
        && !text.ends_with('/')
        && url.query().is_none()
        && url.fragment().is_none()
}

fn is_path(path: &str) -> bool {
    let is_segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    path.is_empty() || path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_segment))
}

/// Whether a host is all that stands there.
fn is_host(host: &str) -> bool {
    Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.path() == "/")
        && !host.contains(['/', '\\', '?', '#', '@'])
}

pub(super) fn allowed_scheme(url: &Url, mode: Mode) -> bool {
    match (url.scheme(), mode) {
        ("https", _) => true,
        ("http", Mode::Simulator) => is_loopback(url),
        _ => false,
    }
}

/// Whether the address is this machine's own.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
