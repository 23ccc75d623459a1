//! Catalogue files, good and bad.

use tempfile::TempDir;

use super::*;

const JSON: &str = r#"{
  "shopName": "Shop", "tagline": "",
  "currency": { "code": "PHP", "exponent": 2, "symbol": "₱" },
  "categories": [ { "id": "tea", "name": "Tea" } ],
  "products": [
    { "id": "green", "name": "Green", "description": "", "categoryId": "tea", "image": "green.svg",
      "variants": [ { "sku": "G-1", "name": "50 g", "price": "1000", "onHand": 5 },
                    { "sku": "G-2", "name": "100 g", "price": "1800", "onHand": 5, "maxPerOrder": 3 } ] }
  ]
}"#;

const CSV: &str = "sku,variant_name,price,on_hand,max_per_order,product_id,product_name,description,image,category_id,category_name
G-1,50 g,1000,5,,green,Green,,green.svg,tea,Tea
G-2,100 g,1800,5,3,green,Green,,green.svg,tea,Tea
";

fn php() -> ShopFlags {
    ShopFlags {
        shop_name: Some("Shop".into()),
        tagline: None,
        currencies: vec![Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() }],
    }
}

fn read_text(name: &str, text: &str, flags: &ShopFlags) -> Result<StoredCatalog, CatalogError> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    read(&file, flags, None)
}

fn json_with(old: &str, new: &str) -> CatalogError {
    assert!(JSON.contains(old), "{old}");
    read_text("shop.json", &JSON.replacen(old, new, 1), &ShopFlags::default()).unwrap_err()
}

fn csv_with(old: &str, new: &str) -> CatalogError {
    assert!(CSV.contains(old), "{old}");
    read_text("shop.csv", &CSV.replacen(old, new, 1), &php()).unwrap_err()
}

#[test]
fn json_and_csv_say_the_same() {
    let json = read_text("shop.json", JSON, &ShopFlags::default()).unwrap();
    let csv = read_text("shop.csv", CSV, &php()).unwrap();
    assert_eq!(json, csv);
    assert_eq!(json.products[0].variants[0].max_per_order, 99, "the default");
}

#[test]
fn flaws_in_json_are_named_by_path() {
    for (old, new, flaw, place) in [
        ("\"1000\"", "1000", Flaw::Syntax, "products[0].variants[0].price"),
        ("\"1000\"", "\"10.00\"", Flaw::Syntax, "products[0].variants[0].price"),
        ("\"onHand\": 5 }", "\"onHand\": -5 }", Flaw::Syntax, "products[0].variants[0].onHand"),
        ("\"G-2\"", "\"G-1\"", Flaw::Duplicate, "products[0].variants[1].sku"),
        ("\"G-2\"", "\"G 2\"", Flaw::BadValue, "products[0].variants[1].sku"),
        ("\"categoryId\": \"tea\"", "\"categoryId\": \"coffee\"", Flaw::Missing, "products[0].categoryId"),
        ("green.svg", "../green.svg", Flaw::BadValue, "products[0].image"),
        ("green.svg", "green.exe", Flaw::BadValue, "products[0].image"),
        ("\"maxPerOrder\": 3", "\"maxPerOrder\": 0", Flaw::BadValue, "products[0].variants[1].maxPerOrder"),
        ("\"PHP\"", "\"php\"", Flaw::BadValue, "currency.code"),
        ("\"shopName\": \"Shop\"", "\"shopName\": \"\"", Flaw::BadValue, "shopName"),
        ("\"name\": \"100 g\"", "\"name\": \"\"", Flaw::BadValue, "products[0].variants[1].name"),
    ] {
        let error = json_with(old, new);
        assert_eq!((error.flaw, error.place.as_deref()), (flaw, Some(place)), "{error}");
    }
    assert_eq!(json_with("\"tagline\"", "\"tagLine\"").flaw, Flaw::Syntax);
    assert_eq!(json_with("\"shopName\"", "\"shopName").flaw, Flaw::Syntax);
}

#[test]
fn flaws_in_csv_are_named_by_line_and_column() {
    for (old, new, flaw, place) in [
        ("G-1,50 g,1000", "G-1,50 g,10.00", Flaw::BadValue, "line 2, column price"),
        ("1800,5,3", "1800,five,3", Flaw::BadValue, "line 3, column on_hand"),
        ("1800,5,3", "1800,5,1000", Flaw::BadValue, "line 3, column max_per_order"),
        ("G-2,", "G-1,", Flaw::Duplicate, "line 3, column sku"),
        (
            "G-2,100 g,1800,5,3,green,Green",
            "G-2,100 g,1800,5,3,green,Grün",
            Flaw::BadValue,
            "line 3, column product_name",
        ),
        (",tea,Tea\nG-2", ",tea,Coffee\nG-2", Flaw::BadValue, "line 3, column category_name"),
        ("sku,variant_name", "SKU,variant_name", Flaw::Syntax, "line 1"),
        (",5,3,green", ",5,3,green,extra", Flaw::Syntax, "line 3"),
    ] {
        let error = csv_with(old, new);
        assert_eq!((error.flaw, error.place.as_deref()), (flaw, Some(place)), "{error}");
    }
}

#[test]
fn a_csv_file_never_gets_a_currency_by_default() {
    let current = read_text("shop.json", JSON, &ShopFlags::default()).unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("shop.csv");
    std::fs::write(&file, CSV).unwrap();
    let error = read(&file, &ShopFlags::default(), Some(&current)).unwrap_err();
    assert!(error.what.contains("--currency"), "{error}");
    let flags = ShopFlags { currencies: php().currencies, ..ShopFlags::default() };
    assert_eq!(read(&file, &flags, Some(&current)).unwrap().shop_name, "Shop", "the name stays");
}

#[test]
fn a_missing_picture_is_named_and_the_others_are_copied() {
    let folder = TempDir::new().unwrap();
    let (file, media) = (folder.path().join("shop.json"), folder.path().join("media"));
    let catalog = read_text("shop.json", JSON, &ShopFlags::default()).unwrap();
    let error = copy_images(&file, &catalog, &media).unwrap_err();
    assert_eq!(error.flaw, Flaw::Missing);
    assert!(error.file.ends_with("images/green.svg"));
    std::fs::create_dir(folder.path().join("images")).unwrap();
    std::fs::write(folder.path().join("images/green.svg"), "<svg/>").unwrap();
    assert_eq!(copy_images(&file, &catalog, &media).unwrap(), 1);
    assert_eq!(std::fs::read(media.join("green.svg")).unwrap(), b"<svg/>");
}

#[test]
fn the_sample_shops_can_be_imported() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut currencies = Vec::new();
    for entry in std::fs::read_dir(&samples).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "json") {
            let catalog = read(&file, &ShopFlags::default(), None).unwrap();
            let media = TempDir::new().unwrap();
            copy_images(&file, &catalog, media.path()).unwrap();
            assert!(catalog.products.len() >= 40, "{}", file.display());
            currencies.push(catalog.currency.exponent);
        }
    }
    currencies.sort_unstable();
    assert_eq!(currencies, [0, 2]);
}

const WITH_TERMS: &str = r#"{
  "shopName": "Shop", "tagline": "",
  "currency": { "code": "PHP", "exponent": 2, "symbol": "₱" },
  "moreCurrencies": [ { "code": "JPY", "exponent": 0, "symbol": "¥" } ],
  "categories": [ { "id": "tea", "name": "Tea" } ],
  "products": [
    { "id": "green", "name": "Green", "categoryId": "tea", "image": "green.svg", "taxClass": "food",
      "variants": [ { "sku": "G-1", "price": "1000", "prices": { "JPY": "30" }, "onHand": 60,
                      "step": 6, "minPerOrder": 6, "maxPerOrder": 48, "maxPerCustomer": 96 } ] }
  ],
  "terms": {
    "tax": { "label": "VAT", "included": true, "rates": { "standard": "12", "food": "8.5" } },
    "discounts": [ { "label": "Tea week", "per": "line", "takes": { "percent": "10" },
                     "items": { "categories": ["tea"] },
                     "valid": { "from": "2026-01-01T00:00:00Z", "until": "2026-01-08T00:00:00Z" } } ],
    "coupons": [ { "code": "welcome", "label": "Welcome", "takes": { "amount": { "PHP": "5000" } },
                   "minimum": { "PHP": "20000" }, "uses": 100, "usesPerCustomer": 1 } ],
    "delivery": [ { "id": "standard", "label": "Standard", "price": { "PHP": "8000", "JPY": "200" },
                    "freeFrom": { "PHP": "150000" }, "countries": ["PH"] } ],
    "customerLimitDays": 7
  }
}"#;

fn terms_with(old: &str, new: &str) -> CatalogError {
    assert!(WITH_TERMS.contains(old), "{old}");
    read_text("shop.json", &WITH_TERMS.replacen(old, new, 1), &ShopFlags::default()).unwrap_err()
}

#[test]
fn a_file_says_what_is_taken_off_and_added_to_prices() {
    let catalog = read_text("shop.json", WITH_TERMS, &ShopFlags::default()).unwrap();
    assert_eq!(
        catalog.currencies().map(|currency| currency.code.as_str()).collect::<Vec<_>>(),
        ["PHP", "JPY"]
    );
    let variant = &catalog.products[0].variants[0];
    assert_eq!((variant.prices["PHP"].value(), variant.prices["JPY"].value()), (1_000, 30));
    assert_eq!((variant.step, variant.min_per_order, variant.max_per_customer), (6, 6, Some(96)));
    let terms = &catalog.terms;
    assert_eq!(terms.rate("food").to_string(), "8.5");
    assert_eq!(terms.coupons[0].code.as_str(), "WELCOME");
    assert_eq!(terms.discounts[0].valid.from.map(|from| from.0), Some(1_767_225_600_000));
    assert!(terms.delivery[0].to_address, "unless the file says that it is a pick-up");
    let stored = serde_json::to_string(terms).unwrap();
    assert_eq!(
        serde_json::from_str::<merchant_core::pricing::Terms>(&stored).unwrap(),
        *terms,
        "as it is kept"
    );
    let plain = read_text("shop.json", JSON, &ShopFlags::default()).unwrap();
    assert_eq!(plain.terms, merchant_core::pricing::Terms::default(), "a file from before has none");
}

#[test]
fn flaws_in_terms_are_named_by_path() {
    for (old, new, flaw, place) in [
        ("\"percent\": \"10\"", "\"percent\": 10", Flaw::Syntax, "terms.discounts[0].takes.percent"),
        ("\"percent\": \"10\"", "\"percent\": \"101\"", Flaw::Syntax, "terms.discounts[0].takes.percent"),
        ("\"welcome\"", "\"w!\"", Flaw::Syntax, "terms.coupons[0].code"),
        ("2026-01-08", "2025-01-08", Flaw::BadValue, "terms.discounts[0].valid.until"),
        ("[\"tea\"] }", "[\"gear\"] }", Flaw::Missing, "terms.discounts[0].items.categories"),
        ("{ \"PHP\": \"5000\" }", "{ \"USD\": \"5000\" }", Flaw::Missing, "terms.coupons[0].takes.amount"),
        ("\"food\": \"8.5\"", "\"meat\": \"8.5\"", Flaw::Missing, "products[0].taxClass"),
        ("[\"PH\"]", "[\"XX\"]", Flaw::BadValue, "terms.delivery[0].countries"),
        ("\"JPY\": \"30\"", "\"USD\": \"30\"", Flaw::Missing, "products[0].variants[0].prices"),
        ("\"uses\": 100", "\"uses\": 0", Flaw::BadValue, "terms.coupons[0].uses"),
        ("\"minPerOrder\": 6", "\"minPerOrder\": 49", Flaw::BadValue, "products[0].variants[0].minPerOrder"),
        ("\"step\": 6", "\"step\": 49", Flaw::BadValue, "products[0].variants[0].minPerOrder"),
        (
            "\"maxPerCustomer\": 96",
            "\"maxPerCustomer\": 5",
            Flaw::BadValue,
            "products[0].variants[0].maxPerCustomer",
        ),
        ("\"code\": \"JPY\"", "\"code\": \"PHP\"", Flaw::Duplicate, "moreCurrencies[0].code"),
        ("\"customerLimitDays\": 7", "\"customerLimitDays\": 0", Flaw::BadValue, "terms.customerLimitDays"),
    ] {
        let error = terms_with(old, new);
        assert_eq!((error.flaw, error.place.as_deref()), (flaw, Some(place)), "{error}");
    }
}

#[test]
fn csv_has_columns_for_limits_tax_classes_and_more_currencies_and_keeps_the_terms() {
    let current = read_text("shop.json", WITH_TERMS, &ShopFlags::default()).unwrap();
    let csv = "sku,variant_name,price,price_JPY,on_hand,step,min_per_order,max_per_order,max_per_customer,product_id,\
               product_name,description,image,tax_class,category_id,category_name\n\
               G-1,,1000,30,60,6,6,48,96,green,Green,,green.svg,food,tea,Tea\n";
    let flags = ShopFlags { currencies: current.currencies().cloned().collect(), ..ShopFlags::default() };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("shop.csv");
    std::fs::write(&file, csv).unwrap();
    assert_eq!(read(&file, &flags, Some(&current)).unwrap(), current);
    std::fs::write(&file, csv.replace("price_JPY", "price_USD")).unwrap();
    let error = read(&file, &flags, Some(&current)).unwrap_err();
    assert!(error.what.contains("no column `price_USD`"), "{error}");
    std::fs::write(&file, csv.replace(",1000,30,", ",,,")).unwrap();
    let error = read(&file, &flags, Some(&current)).unwrap_err();
    assert_eq!(error.place.as_deref(), Some("line 2, column price"));
    std::fs::write(&file, csv.replace(",tea,Tea", ",herbs,Herbs")).unwrap();
    let error = read(&file, &flags, Some(&current)).unwrap_err();
    assert!(
        error.place.unwrap().contains("terms.discounts[0].items.categories"),
        "the terms that stay name it"
    );
}

#[test]
fn the_example_of_the_documentation_can_be_read() {
    let page = include_str!("../../../../docs/pricing.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let terms: std::collections::HashMap<String, merchant_core::pricing::Terms> =
        serde_json::from_str(&format!("{{{example}}}")).unwrap();
    let terms = &terms["terms"];
    assert_eq!((terms.discounts.len(), terms.coupons.len(), terms.delivery.len()), (2, 1, 2));
}
