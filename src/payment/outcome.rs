//! What `tradePay` said, and what it means for the screen. Never more than a hint: only the server's
//! word makes an order paid or failed.

/// What the wire can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TradePayCode {
    /// 9000: paid, says the wallet's app.
    Paid,
    /// 8000: in the making.
    Processing,
    /// 4000: failed.
    Failed,
    /// 6001: the shopper closed the cashier.
    Cancelled,
    /// 6002: network trouble.
    Network,
    /// 6004: unknown; the money may have moved.
    Unknown,
    /// 99: left by "forgot password".
    ForgotPassword,
    /// 4: this mini program may not call `tradePay`.
    NotAuthorised,
    /// The bridge itself failed: no cashier was seen.
    BridgeFailed,
    /// The mini program came back to the foreground and no answer ever came.
    Lost,
    /// Anything else.
    Other(String),
}

/// What the screen must decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TradePayOutcome {
    /// The shopper left: the same cashier can be opened again.
    Left,
    /// No cashier was seen: it can be opened again, and something is wrong.
    NotOpened,
    /// It may be paid, now or soon: wait for the server.
    SaidPaid,
    /// Nobody knows: wait for the server; the same cashier may be looked at again.
    Undecided,
    /// Likewise, and the answer may still come.
    Lost,
}

impl TradePayCode {
    /// Reads what the host said; `None`: the bridge failed.
    pub fn parse(code: Option<&str>) -> Self {
        match code {
            None => Self::BridgeFailed,
            Some("9000") => Self::Paid,
            Some("8000") => Self::Processing,
            Some("4000") => Self::Failed,
            Some("6001") => Self::Cancelled,
            Some("6002") => Self::Network,
            Some("6004") => Self::Unknown,
            Some("99") => Self::ForgotPassword,
            Some("4") => Self::NotAuthorised,
            Some(other) => Self::Other(other.to_owned()),
        }
    }

    /// The hint for the server: 1 to 32 characters.
    pub fn hint(&self) -> String {
        match self {
            Self::Paid => "9000".to_owned(),
            Self::Processing => "8000".to_owned(),
            Self::Failed => "4000".to_owned(),
            Self::Cancelled => "6001".to_owned(),
            Self::Network => "6002".to_owned(),
            Self::Unknown => "6004".to_owned(),
            Self::ForgotPassword => "99".to_owned(),
            Self::NotAuthorised => "4".to_owned(),
            Self::BridgeFailed => "fail".to_owned(),
            Self::Lost => "lost".to_owned(),
            Self::Other(code) if code.is_empty() => "empty".to_owned(),
            Self::Other(code) => code.chars().take(32).collect(),
        }
    }

    /// What it means for the screen.
    pub fn outcome(&self) -> TradePayOutcome {
        match self {
            Self::Cancelled | Self::ForgotPassword => TradePayOutcome::Left,
            Self::NotAuthorised | Self::BridgeFailed => TradePayOutcome::NotOpened,
            Self::Paid => TradePayOutcome::SaidPaid,
            Self::Processing | Self::Failed | Self::Network | Self::Unknown | Self::Other(_) => {
                TradePayOutcome::Undecided
            }
            Self::Lost => TradePayOutcome::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_code_has_its_meaning_and_goes_back_as_it_came() {
        use TradePayOutcome::{Left, NotOpened, SaidPaid, Undecided};
        for (code, outcome) in [
            ("9000", SaidPaid),
            ("8000", Undecided),
            ("4000", Undecided),
            ("6001", Left),
            ("6002", Undecided),
            ("6004", Undecided),
            ("99", Left),
            ("4", NotOpened),
            ("8001", Undecided),
        ] {
            let parsed = TradePayCode::parse(Some(code));
            assert_eq!((parsed.hint().as_str(), parsed.outcome()), (code, outcome));
        }
        assert_eq!(TradePayCode::parse(None).outcome(), NotOpened);
    }

    #[test]
    fn a_hint_is_one_to_32_characters() {
        for code in [String::new(), "é".repeat(100)] {
            let hint = TradePayCode::parse(Some(&code)).hint();
            assert!((1..=32).contains(&hint.chars().count()), "{hint:?}");
        }
    }
}
