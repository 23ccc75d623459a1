//! Parts that several messages share.

use serde::{Deserialize, Deserializer, Serialize};

use super::WireError;
use crate::ids::{PartnerId, PaymentId, PaymentRequestId};
use crate::operation::PaymentStatus;
use crate::operation::result::{ResultCode, ResultStatus, WireResult};
use crate::profile::{BelongsToPlace, PaymentIds, WalletProfile};
use crate::time::{self, DateTime};

/// A payment's two ids, under either pair of names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PaymentNames {
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    payment_id: Option<PaymentId>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    acquirement_id: Option<PaymentId>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    payment_request_id: Option<PaymentRequestId>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    merchant_trans_id: Option<PaymentRequestId>,
}

impl PaymentNames {
    pub fn write(
        profile: &WalletProfile,
        payment_id: Option<&PaymentId>,
        payment_request_id: Option<&PaymentRequestId>,
    ) -> Self {
        let (payment_id, payment_request_id) = (payment_id.cloned(), payment_request_id.cloned());
        match profile.wire.payment_ids {
            PaymentIds::PaymentId => Self { payment_id, payment_request_id, ..Self::default() },
            PaymentIds::AcquirementId => {
                Self { acquirement_id: payment_id, merchant_trans_id: payment_request_id, ..Self::default() }
            }
        }
    }

    /// Both ids; a request that has neither says nothing.
    pub fn read_one(self) -> Result<(Option<PaymentId>, Option<PaymentRequestId>), WireError> {
        match self.read()? {
            (None, None) => Err(WireError::missing("paymentId or paymentRequestId")),
            ids => Ok(ids),
        }
    }

    pub fn read(self) -> Result<(Option<PaymentId>, Option<PaymentRequestId>), WireError> {
        let payment_id = same(self.payment_id, self.acquirement_id, "paymentId and acquirementId differ")?;
        let request_id = same(
            self.payment_request_id,
            self.merchant_trans_id,
            "paymentRequestId and merchantTransId differ",
        )?;
        Ok((payment_id, request_id))
    }
}

/// A request that names a payment and says nothing else.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WhichPayment {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partner_id: Option<PartnerId>,
    #[serde(flatten)]
    pub names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl WhichPayment {
    pub fn write(
        profile: &WalletProfile,
        payment_id: Option<&PaymentId>,
        payment_request_id: Option<&PaymentRequestId>,
    ) -> Self {
        Self {
            partner_id: profile.partner_id.clone(),
            names: PaymentNames::write(profile, payment_id, payment_request_id),
            extend_info: extend_info(profile),
        }
    }
}

/// The one of two spellings that is there; two that differ are a contradiction.
pub(super) fn same<T: PartialEq>(
    one: Option<T>,
    other: Option<T>,
    contradiction: &'static str,
) -> Result<Option<T>, WireError> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(WireError::contradiction(contradiction)),
        (one, other) => Ok(one.or(other)),
    }
}

/// How a payment stands by a message that may say it as a status, as results, or both; saying two things
/// is a contradiction.
pub(super) fn stated_status(
    status: Option<&PaymentStatus>,
    results: &[Option<&WireResult>],
) -> Result<Option<PaymentStatus>, WireError> {
    let mut results = results.iter().flatten();
    if results.clone().any(|result| result.contradicts_itself()) {
        return Err(WireError::contradiction("resultStatus and resultCode say different things"));
    }
    results.try_fold(status.cloned(), |said, result| {
        same(said, Some(by_result(result)), "paymentStatus, paymentResult and result say different things")
    })
}

fn by_result(result: &WireResult) -> PaymentStatus {
    match &result.result_status {
        ResultStatus::Success => PaymentStatus::Success,
        // Never final, whatever its status.
        ResultStatus::Failed if result.result_code == ResultCode::RequestTrafficExceedLimit => {
            PaymentStatus::Processing
        }
        ResultStatus::Failed => PaymentStatus::Fail,
        ResultStatus::Unknown | ResultStatus::Accepted => PaymentStatus::Processing,
        ResultStatus::Other(text) => PaymentStatus::Other(text.clone()),
    }
}

/// `extendInfo`: JSON inside a string.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ExtendInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_belongs_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_terminal_type: Option<String>,
}

impl ExtendInfo {
    /// What is inside; nothing where it isn't such JSON, because wallets put other things in there too.
    pub fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

/// `extendInfo` of a request: where this wallet wants `customerBelongsTo` in it, that.
pub(super) fn extend_info(profile: &WalletProfile) -> Option<String> {
    let customer_belongs_to = profile.customer_belongs_to.clone()?;
    match profile.wire.customer_belongs_to {
        BelongsToPlace::ExtendInfo => {
            ExtendInfo { customer_belongs_to: Some(customer_belongs_to), order_terminal_type: None }.write()
        }
        BelongsToPlace::Member | BelongsToPlace::None => None,
    }
}

/// `customerBelongsTo` as a member of its own, where this wallet wants it so.
pub(super) fn customer_belongs_to(profile: &WalletProfile) -> Option<String> {
    match profile.wire.customer_belongs_to {
        BelongsToPlace::Member => profile.customer_belongs_to.clone(),
        BelongsToPlace::ExtendInfo | BelongsToPlace::None => None,
    }
}

/// A point in time as this wallet writes it in a body.
pub(super) fn date_time(profile: &WalletProfile, time: Option<jiff::Timestamp>) -> Option<DateTime> {
    time.map(|time| DateTime::new(time, profile.time_format))
}

/// Some wallets write `""` for "absent".
pub(super) fn unless_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String>,
    T::Error: core::fmt::Display,
{
    let text = Option::<String>::deserialize(deserializer)?;
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| T::try_from(text).map_err(serde::de::Error::custom)).transpose()
}

/// Some wallets write `null` for "absent", also where absent means none, false or empty.
pub(crate) fn unless_null<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A text that informs and decides nothing: one that can't be read is as good as none.
pub(super) fn readable<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Option::<Written>::deserialize(deserializer)? {
        Some(Written::Text(text)) => T::try_from(text).ok(),
        Some(Written::Other(_)) | None => None,
    })
}

/// A time that informs and decides nothing: one that can't be read is as good as none. Wallets write it as
/// text or as a number.
pub(super) fn readable_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Millis(i64),
        Other(serde::de::IgnoredAny),
    }
    let text = match Option::<Written>::deserialize(deserializer)? {
        Some(Written::Text(text)) => text,
        Some(Written::Millis(millis)) => millis.to_string(),
        Some(Written::Other(_)) | None => return Ok(None),
    };
    Ok(time::parse(&text).ok().map(|time| DateTime::new(time, time::TimeFormat::IsoMillis)))
}

/// The point in time of a member that was read.
pub(super) fn moment(time: Option<&DateTime>) -> Option<jiff::Timestamp> {
    time.map(DateTime::timestamp)
}
