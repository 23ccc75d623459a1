//! Codes, tokens, and what a merchant learns with them.

use super::*;
use crate::wallet::customer::Channel;

const DAY: u64 = 24 * 60 * 60;

impl Scene {
    fn code(&mut self, code: &str) {
        let code = AuthCode::new(code).unwrap();
        let events = self.wallet.decide_auth_code(self.now, &customer("c-ana"), code).unwrap();
        self.happen(events);
    }

    fn exchange(&mut self, code: &str, fresh: &str) -> Result<Tokens, ResultCode> {
        let code = AuthCode::new(code).unwrap();
        let decided = self.wallet.decide_tokens(self.now, &shop(), &code, fresh_tokens(fresh));
        self.done(decided)
    }

    fn refresh(&mut self, old: &Tokens, fresh: &str) -> Result<Tokens, ResultCode> {
        let decided = self.wallet.decide_refresh(self.now, &shop(), &old.refresh_token, fresh_tokens(fresh));
        self.done(decided)
    }

    fn give_back(&mut self, tokens: &Tokens) -> Result<(), ResultCode> {
        let decided = self.wallet.decide_cancel_tokens(self.now, &shop(), &tokens.access_token);
        self.done(decided)
    }

    fn whose(&self, tokens: &Tokens) -> Result<CustomerId, ResultCode> {
        let found = self.wallet.customer_of_token(self.now, &shop(), &tokens.access_token);
        found.map(|(id, _)| id.clone()).map_err(|refusal| refusal.code)
    }

    fn tokens(&mut self) -> Tokens {
        self.code("code-1");
        self.exchange("code-1", "1").unwrap()
    }
}

#[test]
fn an_auth_code_is_good_once_and_not_for_long() {
    let mut scene = Scene::new();
    scene.code("first");
    scene.code("late");
    let tokens = scene.exchange("first", "1").unwrap();
    assert_eq!((&tokens.customer_id, tokens.access_expires_at), (&customer("c-ana"), at(DAY)));
    assert_eq!(scene.exchange("first", "2"), Err(ResultCode::UsedAuthCode));
    assert_eq!(scene.exchange("never", "2"), Err(ResultCode::InvalidAuthCode));
    scene.now = at(300);
    assert_eq!(scene.exchange("late", "2"), Err(ResultCode::ExpiredAuthCode));
}

#[test]
fn an_access_token_tells_its_merchant_who_the_customer_is_until_it_expires() {
    let mut scene = Scene::new();
    let tokens = scene.tokens();
    let found = scene.wallet.customer_of_token(scene.now, &shop(), &tokens.access_token);
    let (_, ana) = found.unwrap();
    assert_eq!((ana.name.as_str(), ana.profile.nick_name.as_deref()), ("Ana Reyes", Some("Ana")));
    let logins: Vec<_> = ana.profile.login_ids.iter().map(|login| login.channel).collect();
    assert_eq!(logins, [Channel::MobilePhone, Channel::Email]);
    assert!(ana.profile.login_ids.iter().all(|login| login.masked.contains('*')));
    assert_eq!(ana.profile.contacts[0].number, "ana.reyes@example.com");

    let other = ClientId::new("OTHER").unwrap();
    let stolen = scene.wallet.customer_of_token(scene.now, &other, &tokens.access_token);
    assert_eq!(stolen.unwrap_err().code, ResultCode::InvalidAccessToken);
    scene.now = at(DAY - 1);
    assert_eq!(scene.whose(&tokens), Ok(customer("c-ana")));
    scene.now = at(DAY);
    assert_eq!(scene.whose(&tokens), Err(ResultCode::ExpiredAccessToken));
    assert_eq!(scene.give_back(&tokens), Err(ResultCode::ExpiredAccessToken));
}

#[test]
fn a_refresh_token_buys_one_new_pair_and_the_old_access_token_dies() {
    let mut scene = Scene::new();
    let old = scene.tokens();
    scene.now = at(2 * DAY);
    let new = scene.refresh(&old, "2").unwrap();
    assert_eq!((&new.customer_id, new.access_expires_at), (&customer("c-ana"), at(3 * DAY)));
    assert_eq!(scene.whose(&new), Ok(customer("c-ana")));
    assert_eq!(scene.whose(&old), Err(ResultCode::InvalidAccessToken));
    assert_eq!(scene.refresh(&old, "3"), Err(ResultCode::UsedRefreshToken));
    assert_eq!(scene.whose(&new), Ok(customer("c-ana")));
    scene.now = at(32 * DAY);
    assert_eq!(scene.refresh(&new, "3"), Err(ResultCode::ExpiredRefreshToken));
}

#[test]
fn an_old_access_token_is_dead_before_its_time() {
    let mut scene = Scene::new();
    let old = scene.tokens();
    scene.refresh(&old, "2").unwrap();
    assert_eq!(scene.whose(&old), Err(ResultCode::InvalidAccessToken));
}

#[test]
fn a_refresh_token_is_worth_nothing_to_another_merchant_or_if_never_issued() {
    let mut scene = Scene::new();
    let tokens = scene.tokens();
    let other = ClientId::new("OTHER").unwrap();
    let stolen = scene.wallet.decide_refresh(scene.now, &other, &tokens.refresh_token, fresh_tokens("2"));
    assert_eq!(stolen.unwrap_err().code, ResultCode::InvalidRefreshToken);
    let never = RefreshToken::new("never").unwrap();
    let refused = scene.wallet.decide_refresh(scene.now, &shop(), &never, fresh_tokens("2"));
    assert_eq!(refused.unwrap_err().code, ResultCode::InvalidRefreshToken);
}

#[test]
fn giving_a_pair_back_kills_both_tokens() {
    let mut scene = Scene::new();
    let tokens = scene.tokens();
    scene.give_back(&tokens).unwrap();
    assert_eq!(scene.whose(&tokens), Err(ResultCode::InvalidAccessToken));
    assert_eq!(scene.refresh(&tokens, "2"), Err(ResultCode::InvalidRefreshToken));
    assert_eq!(scene.give_back(&tokens), Err(ResultCode::InvalidAccessToken));
}

#[test]
fn tokens_are_never_printed() {
    let mut scene = Scene::new();
    scene.tokens();
    let printed = format!("{:?}", scene.journal);
    assert!(!printed.contains("access-1") && !printed.contains("refresh-1"), "{printed}");
}
