//! The order inside `pay`, and the payer's device.

use serde::{Deserialize, Serialize};

use super::WireError;
use super::parts::{ExtendInfo, date_time, moment, same};
use crate::amount::Amount;
use crate::ids::ReferenceOrderId;
use crate::operation::order::{Buyer, Env, Goods, Merchant, Order, Shipping, TerminalType};
use crate::profile::{BuyerForm, EnvPlace, GoodsForm, MerchantPlace, WalletProfile};
use crate::time::DateTime;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireOrder {
    reference_order_id: ReferenceOrderId,
    order_description: String,
    order_amount: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_create_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merchant: Option<Merchant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference_merchant: Option<Merchant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    goods: Option<OneOrMany<Goods>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping: Option<Shipping>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    buyer: Option<Buyer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    env: Option<Env>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(Box<T>),
    Many(Vec<T>),
}

impl WireOrder {
    pub fn write(profile: &WalletProfile, order: Order, env: Option<&Env>) -> Self {
        let order = order.fitted();
        let seller = profile.merchant_of_record.clone().or(order.merchant.clone());
        let (merchant, reference_merchant) = match profile.wire.merchant {
            MerchantPlace::Merchant => (seller, None),
            MerchantPlace::ReferenceMerchant => (None, seller),
            MerchantPlace::None => (None, None),
        };
        let env = match profile.wire.env {
            EnvPlace::OrderEnv => env.cloned().map(Env::fitted),
            EnvPlace::Env | EnvPlace::EnvInfo | EnvPlace::OrderTerminalType | EnvPlace::None => None,
        };
        Self {
            goods: goods(profile.wire.goods, &order),
            reference_order_id: order.reference_order_id,
            order_description: order.description,
            order_amount: order.amount,
            order_create_time: date_time(profile, order.created_at),
            merchant,
            reference_merchant,
            shipping: order.shipping.filter(|_| profile.wire.shipping),
            buyer: order.buyer.and_then(|buyer| told(profile.wire.buyer, buyer)),
            env,
        }
    }

    /// The order, and the payer's device where it stands in here.
    pub fn read(self) -> Result<(Order, Option<Env>), WireError> {
        let merchant = same(self.merchant, self.reference_merchant, "merchant and referenceMerchant differ")?;
        let goods = match self.goods {
            None => Vec::new(),
            Some(OneOrMany::One(goods)) => vec![*goods],
            Some(OneOrMany::Many(goods)) => goods,
        };
        let order = Order {
            reference_order_id: self.reference_order_id,
            description: self.order_description,
            amount: self.order_amount,
            created_at: moment(self.order_create_time.as_ref()),
            merchant,
            goods,
            shipping: self.shipping,
            buyer: self.buyer,
        };
        Ok((order, self.env))
    }
}

fn goods(form: GoodsForm, order: &Order) -> Option<OneOrMany<Goods>> {
    match (form, order.goods.as_slice()) {
        (GoodsForm::None, _) | (_, []) => None,
        (GoodsForm::List, goods) => Some(OneOrMany::Many(goods.to_vec())),
        (GoodsForm::Single, [only]) => Some(OneOrMany::One(Box::new(only.clone()))),
        // There is room for one only, and one line of several would be a lie: the order stands for all.
        (GoodsForm::Single, _) => Some(OneOrMany::One(Box::new(Goods {
            reference_goods_id: order.reference_order_id.as_str().to_owned(),
            goods_name: order.description.clone(),
            goods_category: None,
            goods_unit_amount: Some(order.amount),
            goods_quantity: Some("1".to_owned()),
            goods_sku_name: None,
        }))),
    }
}

fn told(form: BuyerForm, buyer: Buyer) -> Option<Buyer> {
    match form {
        BuyerForm::Whole => Some(buyer),
        BuyerForm::ReferenceId => buyer.reference_buyer_id.map(|id| Buyer {
            reference_buyer_id: Some(id),
            buyer_name: None,
            buyer_phone_no: None,
        }),
        BuyerForm::None => None,
    }
}

/// `envInfo` of v1.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EnvInfo {
    #[serde(flatten)]
    env: Env,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl EnvInfo {
    pub fn write(profile: &WalletProfile, env: Option<&Env>) -> Option<Self> {
        let mut env = env?.clone().fitted();
        match profile.wire.env {
            EnvPlace::EnvInfo => Some(Self { env, extend_info: None }),
            EnvPlace::OrderTerminalType => {
                let terminal = env.terminal_type.take().map(String::from);
                let extended = ExtendInfo { customer_belongs_to: None, order_terminal_type: terminal };
                Some(Self { env, extend_info: extended.write() })
            }
            EnvPlace::Env | EnvPlace::OrderEnv | EnvPlace::None => None,
        }
    }

    pub fn read(self) -> Env {
        let extended = ExtendInfo::read(self.extend_info.as_deref()).order_terminal_type;
        let terminal_type = self.env.terminal_type.or(extended.map(TerminalType::from));
        Env { terminal_type, ..self.env }
    }
}
