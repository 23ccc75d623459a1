//! How a wallet spells its messages. Values are named for the member on the wire, where there is one.
//!
//! Reading accepts every spelling of every wallet; this says how we write to one, and how the simulator of
//! one writes to us.

use serde::{Deserialize, Serialize};

/// The table `[wire]` of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spelling {
    /// What a payment's ids are called.
    pub payment_ids: PaymentIds,
    /// Where the order stands in `pay`.
    pub order: OrderPlace,
    /// Where the merchant stands in the order.
    pub merchant: MerchantPlace,
    /// How the order's goods are told.
    pub goods: GoodsForm,
    /// How much is told of the buyer.
    pub buyer: BuyerForm,
    /// Whether the order says where it goes.
    pub shipping: bool,
    /// Where the payer's device is described.
    pub env: EnvPlace,
    /// Whether `pay` has a `paymentOrderTitle` (v1).
    pub payment_order_title: bool,
    /// Whether `paymentFactor.isCashierPayment` is sent as true (v1).
    pub is_cashier_payment: bool,
    /// What the address to which a browser returns is called.
    pub return_url: ReturnUrlMember,
    /// Where `customerBelongsTo` stands.
    pub customer_belongs_to: BelongsToPlace,
    /// How `applyToken` says for which client and program it asks.
    pub token_client: TokenClient,
    /// Where user information is asked for.
    pub user_info: UserInfoPath,
    /// What says in a notification how the payment ended.
    pub notification: NotificationMember,
    /// Where the answer to `pay` has the cashier's address.
    pub cashier_url: CashierUrlMember,
    /// How the answer to `pay` says that the cashier is open.
    pub accepted: AcceptedAnswer,
}

/// What a payment's ids are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentIds {
    /// `paymentId` and `paymentRequestId`.
    #[serde(rename = "paymentId")]
    PaymentId,
    /// `acquirementId` and `merchantTransId`: older wallets.
    #[serde(rename = "acquirementId")]
    AcquirementId,
}

/// Where the order stands in `pay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderPlace {
    /// `order`
    #[serde(rename = "order")]
    Order,
    /// `paymentOrder`
    #[serde(rename = "paymentOrder")]
    PaymentOrder,
    /// `extraParams.ORDER`, as JSON inside a string.
    #[serde(rename = "extraParams")]
    ExtraParams,
    /// `extraParams.ORDER`, as an object.
    #[serde(rename = "extraParamsObject")]
    ExtraParamsObject,
    /// It isn't sent.
    #[serde(rename = "none")]
    None,
}

/// Where the merchant stands in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MerchantPlace {
    /// `merchant`
    #[serde(rename = "merchant")]
    Merchant,
    /// `referenceMerchant`
    #[serde(rename = "referenceMerchant")]
    ReferenceMerchant,
    /// It isn't sent.
    #[serde(rename = "none")]
    None,
}

/// How the order's goods are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodsForm {
    /// All lines, as an array.
    List,
    /// One object: the only line, or the order itself where there are several.
    Single,
    /// They aren't sent.
    None,
}

/// How much is told of the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuyerForm {
    /// Id, name and phone.
    Whole,
    /// The merchant's id of the buyer only.
    ReferenceId,
    /// Nothing.
    None,
}

/// Where the payer's device is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnvPlace {
    /// `envInfo`
    #[serde(rename = "envInfo")]
    EnvInfo,
    /// `envInfo`, whose `extendInfo` has the kind of program as `orderTerminalType`.
    #[serde(rename = "orderTerminalType")]
    OrderTerminalType,
    /// `env` beside the order (Antom).
    #[serde(rename = "env")]
    Env,
    /// `env` inside the order.
    #[serde(rename = "order.env")]
    OrderEnv,
    /// It isn't sent.
    #[serde(rename = "none")]
    None,
}

/// What the address to which a browser returns is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnUrlMember {
    /// `paymentReturnUrl`
    #[serde(rename = "paymentReturnUrl")]
    PaymentReturnUrl,
    /// `paymentRedirectUrl`
    #[serde(rename = "paymentRedirectUrl")]
    PaymentRedirectUrl,
}

/// Where `customerBelongsTo` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BelongsToPlace {
    /// A member of its own in `pay` and `applyToken`.
    #[serde(rename = "customerBelongsTo")]
    Member,
    /// Inside the JSON string `extendInfo`, in every call that has one.
    #[serde(rename = "extendInfo")]
    ExtendInfo,
    /// It isn't sent.
    #[serde(rename = "none")]
    None,
}

/// How `applyToken` says for which client and program it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenClient {
    /// `appId` and `authClientId` (v2).
    #[serde(rename = "authClientId")]
    AuthClientId,
    /// `referenceClientId` (v1).
    #[serde(rename = "referenceClientId")]
    ReferenceClientId,
    /// Not at all: the `Client-Id` header is enough.
    #[serde(rename = "none")]
    None,
}

/// Where user information is asked for, behind prefix and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserInfoPath {
    /// `/customers/user/inquiryUserInfoByAccessToken`
    #[serde(rename = "/customers/user/inquiryUserInfoByAccessToken")]
    ByAccessToken,
    /// `/users/inquiryUserInfo`
    #[serde(rename = "/users/inquiryUserInfo")]
    Users,
}

/// What says in a notification how the payment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotificationMember {
    /// `paymentStatus`, with `paymentFailReason` (v1 as documented).
    #[serde(rename = "paymentStatus")]
    PaymentStatus,
    /// `paymentResult` (v2, and v1 in practice).
    #[serde(rename = "paymentResult")]
    PaymentResult,
    /// `result`, with `notifyType` (Antom).
    #[serde(rename = "result")]
    Result,
}

/// Where the answer to `pay` has the cashier's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CashierUrlMember {
    /// `redirectActionForm.redirectUrl`
    #[serde(rename = "redirectActionForm")]
    RedirectActionForm,
    /// `actionForm.redirectionUrl`
    #[serde(rename = "actionForm")]
    ActionForm,
    /// `paymentUrl`
    #[serde(rename = "paymentUrl")]
    PaymentUrl,
    /// `normalUrl`
    #[serde(rename = "normalUrl")]
    NormalUrl,
    /// `checkoutUrl`
    #[serde(rename = "checkoutUrl")]
    CheckoutUrl,
}

/// How the answer to `pay` says that the cashier is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AcceptedAnswer {
    /// A, `ACCEPT`.
    #[serde(rename = "ACCEPT")]
    Accept,
    /// U, `PAYMENT_IN_PROCESS`, with an address (Antom).
    #[serde(rename = "PAYMENT_IN_PROCESS")]
    PaymentInProcess,
}
