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
        currency: Some(Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() }),
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
    let flags = ShopFlags { currency: php().currency, ..ShopFlags::default() };
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
