//! One shopper who presses every button twenty times at once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use wallet_api::clock::Clock;

use crate::world::audit::Auditor;
use crate::world::merchant::run_due;
use crate::world::shopper::{Shopper, cashier_of, text};
use crate::world::{Setup, Wallet, fresh_database, until};

const TIMES: usize = 20;

/// Presses twenty times at once; the answers.
async fn presses<F>(shopper: &Arc<Shopper>, press: impl Fn(Arc<Shopper>) -> F) -> Vec<Value>
where
    F: Future<Output = crate::world::client::Answer> + Send + 'static,
{
    let mut pressing = JoinSet::new();
    for _ in 0..TIMES {
        pressing.spawn(press(Arc::clone(shopper)));
    }
    let answers = pressing.join_all().await;
    let all_fine = answers.iter().all(|answer| matches!(answer.status, 200..=202));
    assert!(all_fine, "{answers:?}");
    answers.iter().map(|answer| answer.json()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pressing_twenty_times_buys_once() {
    let wallet = Wallet::start().await;
    let database = fresh_database();
    let setup = Setup::of(&wallet, "generic-v2", &database, 100).await;
    let clock: Arc<dyn Clock> = wallet.clock.clone();
    let server = setup.serve(clock, |ports| ports).await;
    let audit = Auditor::new(server.admin, 100);
    let shopper = Arc::new(Shopper::with_session(&server, "c-ana").await);
    let quote = shopper.quote(&[("TEA", 2)]).await.unwrap();
    let placed = presses(&shopper, |shopper| {
        let quote = quote.clone();
        async move { shopper.place(&quote, None).await.unwrap() }
    })
    .await;
    let order = text(&placed[0]["orderId"]);
    assert!(placed.iter().all(|answer| answer["orderId"] == order.as_str()), "one order");
    assert_eq!(audit.orders().await.len(), 1);
    // The wallet refuses the first payment, and the shopper presses "pay again" twenty times.
    wallet.refuse_next("c-ana").await;
    wallet.confirm(&cashier_of(&shopper.read(&order).await.unwrap()).unwrap(), "c-ana").await;
    until("the failure is told", async || {
        shopper.read(&order).await.unwrap()["attempt"]["status"] == "failed"
    })
    .await;
    let failed = shopper.read(&order).await.unwrap();
    presses(&shopper, |shopper| {
        let failed = failed.clone();
        async move { shopper.pay_again(&failed).await.unwrap() }
    })
    .await;
    assert_eq!(audit.order(&order).await["attempts"].as_array().unwrap().len(), 2, "one more attempt");
    wallet.confirm(&cashier_of(&shopper.read(&order).await.unwrap()).unwrap(), "c-ana").await;
    until("the payment is told", async || shopper.read(&order).await.unwrap()["status"] == "paid").await;
    let returned = shopper.read(&order).await.unwrap();
    presses(&shopper, |shopper| {
        let returned = returned.clone();
        async move { shopper.returned(&returned, "9000").await.unwrap() }
    })
    .await;
    let quote = shopper.quote(&[("MUG", 1)]).await.unwrap();
    let given_up = text(&shopper.place(&quote, None).await.unwrap().expect(201)["orderId"]);
    presses(&shopper, |shopper| {
        let given_up = given_up.clone();
        async move { shopper.cancel(&given_up).await.unwrap() }
    })
    .await;
    until("it is cancelled", async || {
        wallet.clock.advance(Duration::from_secs(1));
        run_due(&server.app).await;
        shopper.read(&given_up).await.unwrap()["status"] == "cancelled"
    })
    .await;
    let ledger = wallet.ledger().await;
    let paid = ledger["payments"].as_array().unwrap().iter().filter(|payment| payment["status"] == "SUCCESS");
    assert_eq!(paid.count(), 1);
    until("everything is settled", async || {
        wallet.clock.advance(Duration::from_secs(30));
        run_due(&server.app).await.is_none()
    })
    .await;
    audit.audit(&wallet, false).await;
}
