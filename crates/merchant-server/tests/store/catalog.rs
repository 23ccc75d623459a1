//! The catalogue and its import.

use merchant_core::goods::StoredCatalog;
use merchant_server::store::{ImportReport, Imported};
use shop_api::{Currency, MinorUnits, Sku};

use crate::support::{Shop, accepted, catalog, catalog_with, failed, paid, placement, terms};

fn report(imported: Imported) -> ImportReport {
    match imported {
        Imported::Done(report) => report,
        other => panic!("{other:?}"),
    }
}

pub async fn a_catalogue_is_read_as_it_was_imported(shop: Shop) {
    assert_eq!(shop.store.catalog().await.unwrap(), Some(catalog()));
    let mut other = catalog();
    other.more_currencies = vec![Currency { code: "JPY".into(), exponent: 0, symbol: "¥".into() }];
    other.terms = terms();
    let first = &mut other.products[0];
    first.tax_class = "food".into();
    first.variants[0].prices.insert("JPY".into(), MinorUnits::new(7).unwrap());
    (first.variants[0].step, first.variants[0].min_per_order) = (2, 4);
    first.variants[0].max_per_customer = Some(8);
    other.products.reverse();
    let mut second = other.products[0].variants[0].clone();
    second.sku = Sku::from("ANOTHER");
    other.products[0].variants.push(second);
    other.products.remove(1);
    assert_eq!(shop.store.import_catalog(other.clone(), true).await.unwrap(), Imported::NotEmpty);
    assert_eq!(shop.store.catalog().await.unwrap(), Some(catalog()));
    let done = report(shop.store.import_catalog(other.clone(), false).await.unwrap());
    assert_eq!((done.added, done.kept, done.removed), (1, 3, 1));
    assert_eq!(shop.store.catalog().await.unwrap(), Some(StoredCatalog { revision: 2, ..other }));
}

pub async fn the_catalogue_of_some_skus_is_theirs_with_the_stock_of_now(shop: Shop) {
    let skus = ["TEA", "NO-SUCH", "MUG"].map(Sku::from);
    let mut expected = catalog();
    expected.products.retain(|product| ["tea", "mug"].contains(&product.id.as_str()));
    assert_eq!(expected.products.len(), 2);
    assert_eq!(shop.store.catalog_of(&skus).await.unwrap().as_ref(), Some(&expected));
    shop.placed("o1", "ana", &[("TEA", 3)]).await;
    let tea = |catalog: &StoredCatalog| {
        let variants = catalog.products.iter().flat_map(|product| &product.variants);
        variants.filter(|variant| variant.sku == skus[0]).map(|tea| (tea.on_hand, tea.reserved)).next()
    };
    let before = tea(&expected).unwrap();
    let now = shop.store.catalog_of(&skus).await.unwrap().unwrap();
    assert_eq!(tea(&now), Some((before.0, before.1 + 3)));
    let mut other = catalog();
    other.products[0].variants.iter_mut().for_each(|variant| variant.name = "renamed".into());
    shop.store.import_catalog(other.clone(), false).await.unwrap();
    let now = shop.store.catalog_of(&[other.products[0].variants[0].sku.clone()]).await.unwrap().unwrap();
    assert_eq!((now.revision, now.products.len()), (2, 1));
    assert_eq!(now.products[0].variants[0].name, "renamed");
    assert_eq!(shop.store.catalog_of(&[]).await.unwrap().unwrap().products, []);
}

pub async fn an_import_keeps_reservations_and_what_was_sold(shop: Shop) {
    shop.paid("o1", "ana", &[("TEA", 4)]).await;
    shop.placed("o2", "ben", &[("TEA", 3), ("MUG", 2)]).await;
    let fewer = catalog_with(&[("TEA", 2), ("MUG", 9)]);
    let done = report(shop.store.import_catalog(fewer, false).await.unwrap());
    assert_eq!(done.raised_to_reserved, [Sku::from("TEA")]);
    assert_eq!(shop.stock_of("o2", "TEA").await, (3, 3, 4));
    assert_eq!(shop.stock_of("o2", "MUG").await, (9, 2, 0));
    let mut without = catalog();
    without.products.retain(|product| product.id != "tea");
    shop.store.import_catalog(without, false).await.unwrap();
    assert_eq!(shop.stock_of("o2", "TEA").await, (3, 3, 4), "what isn't sold any more is there still");
    let order = shop.load("o2").await;
    let order = shop.happen(&order, accepted(&order, "p2")).await;
    shop.happen(&order, paid(&order)).await;
    assert_eq!(shop.stock_of("o2", "TEA").await, (0, 0, 7));
}

pub async fn a_currency_stays_while_orders_in_it_are_unpaid(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let mut yen = catalog();
    yen.currency = Currency { code: "JPY".into(), exponent: 0, symbol: "¥".into() };
    let refused = shop.store.import_catalog(yen.clone(), false).await.unwrap();
    assert_eq!(refused, Imported::CurrencyInUse { current: "PHP".into(), open_orders: 1 });
    let order = shop.happen(&order, failed(&order)).await;
    let gone = merchant_core::lifecycle::Event::CancelRequested;
    shop.happen(&order, gone).await;
    let kept = merchant_server::store::QuoteRow {
        id: "q".into(),
        customer: crate::support::customer("ana"),
        currency: catalog().currency,
        lines: placement("o2", "ana", &[("TEA", 1)]).lines,
        breakdown: placement("o2", "ana", &[("TEA", 1)]).breakdown,
        coupon: None,
        address: None,
        payee: String::new(),
        created_at: crate::support::NOW,
        expires_at: crate::support::NOW,
    };
    shop.store.add_quote(kept).await.unwrap();
    report(shop.store.import_catalog(yen, false).await.unwrap());
    assert_eq!(shop.store.quote(&"q".into()).await.unwrap(), None, "a quote in the old currency is void");
}
