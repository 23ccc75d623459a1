//! A catalogue as CSV: one row a variant. The currencies come from flags, the shop's name from flags or stays;
//! what is taken off and added to prices stays.

use std::path::Path;

use csv::StringRecord;
use merchant_core::goods::{StoredCatalog, StoredCategory, StoredProduct, StoredVariant};
use merchant_core::pricing::{PriceList, standard};
use shop_api::{Currency, MinorUnits, Sku};

use super::check::{Checker, Places};
use super::json_file::{default_max_per_order, one};
use super::{CatalogError, Flaw, ShopFlags};

/// All columns. Each must be there, in any order.
const COLUMNS: [&str; 11] = [
    "category_id",
    "category_name",
    "product_id",
    "product_name",
    "description",
    "image",
    "sku",
    "variant_name",
    "price",
    "on_hand",
    "max_per_order",
];

/// Columns that may be there. Beside them `price_CODE` for each currency but the first.
const MORE_COLUMNS: [&str; 4] = ["tax_class", "step", "min_per_order", "max_per_customer"];

pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    flags: &ShopFlags,
    current: Option<&StoredCatalog>,
) -> Result<StoredCatalog, CatalogError> {
    let missing = |flag: &str| CatalogError {
        file: path.to_owned(),
        place: None,
        flaw: Flaw::Missing,
        what: format!("a CSV file doesn't say this, and the database doesn't yet; add {flag}"),
    };
    let shop_name = flags.shop_name.clone().or_else(|| current.map(|shop| shop.shop_name.clone()));
    let tagline = flags.tagline.clone().or_else(|| current.map(|shop| shop.tagline.clone()));
    let mut table = Table {
        path,
        catalog: StoredCatalog {
            shop_name: shop_name.ok_or_else(|| missing("--shop-name NAME"))?,
            tagline: tagline.unwrap_or_default(),
            // Never taken from the database: prices of another currency would become its prices.
            currency: flags.currencies.first().cloned().ok_or_else(|| CatalogError {
                what: "a CSV file doesn't name its currency; add --currency CODE:EXPONENT:SYMBOL, such as PHP:2:₱"
                    .to_owned(),
                ..missing("--currency")
            })?,
            more_currencies: flags.currencies.iter().skip(1).cloned().collect(),
            revision: 0,
            terms: current.map(|shop| shop.terms.clone()).unwrap_or_default(),
            categories: Vec::new(),
            products: Vec::new(),
        },
        places: CsvPlaces::default(),
    };
    table.read(bytes)?;
    Checker { file: path, places: &table.places }.check(&table.catalog)?;
    Ok(table.catalog)
}

struct Table<'a> {
    path: &'a Path,
    catalog: StoredCatalog,
    places: CsvPlaces,
}

impl Table<'_> {
    fn read(&mut self, bytes: &[u8]) -> Result<(), CatalogError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let headers = reader.headers().map_err(|error| self.syntax(&error))?.clone();
        self.check_columns(&headers)?;
        for record in reader.records() {
            let record = record.map_err(|error| self.syntax(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            self.row(&Row { record: &record, headers: &headers, line })?;
        }
        Ok(())
    }

    fn check_columns(&self, headers: &StringRecord) -> Result<(), CatalogError> {
        let of_currencies: Vec<_> = self.catalog.more_currencies.iter().map(price_column).collect();
        let may_be_there = MORE_COLUMNS.iter().copied().chain(of_currencies.iter().map(String::as_str));
        let known: Vec<_> = COLUMNS.iter().copied().chain(may_be_there).collect();
        let error = |what: String| {
            let what = format!("{what}; the columns are {}", known.join(", "));
            Err(self.error("line 1".to_owned(), Flaw::Syntax, what))
        };
        if let Some(unknown) = headers.iter().find(|name| !known.contains(name)) {
            return error(format!("there is no column `{unknown}`"));
        }
        match COLUMNS.iter().find(|name| headers.iter().all(|header| header != **name)) {
            Some(name) => error(format!("the column `{name}` is missing")),
            None => Ok(()),
        }
    }

    fn row(&mut self, row: &Row<'_>) -> Result<(), CatalogError> {
        self.category(row)?;
        let product = self.product(row)?;
        let max_per_customer = match row.get("max_per_customer") {
            "" => None,
            text => Some(self.number(row, "max_per_customer", text)?),
        };
        let variant = StoredVariant {
            sku: Sku(row.get("sku").to_owned()),
            name: row.get("variant_name").to_owned(),
            prices: self.prices(row)?,
            on_hand: self.number(row, "on_hand", row.get("on_hand"))?,
            reserved: 0,
            step: self.number_or(row, "step", one())?,
            min_per_order: self.number_or(row, "min_per_order", one())?,
            max_per_order: self.number_or(row, "max_per_order", default_max_per_order())?,
            max_per_customer,
        };
        if let (Some(found), Some(lines)) =
            (self.catalog.products.get_mut(product), self.places.variants.get_mut(product))
        {
            found.variants.push(variant);
            lines.push(row.line);
        }
        Ok(())
    }

    fn prices(&self, row: &Row<'_>) -> Result<PriceList, CatalogError> {
        let first = std::iter::once((&self.catalog.currency, "price".to_owned()));
        let more = self.catalog.more_currencies.iter().map(|currency| (currency, price_column(currency)));
        let mut prices = PriceList::new();
        for (currency, column) in first.chain(more) {
            let text = row.get(&column);
            // A variant that isn't sold in a currency has no price in it.
            if !text.is_empty() {
                let price =
                    MinorUnits::parse(text).map_err(|error| self.bad(row, &column, &error.to_string()))?;
                prices.insert(currency.code.clone(), price);
            }
        }
        Ok(prices)
    }

    fn category(&mut self, row: &Row<'_>) -> Result<(), CatalogError> {
        let (id, name) = (row.get("category_id"), row.get("category_name"));
        match self.catalog.categories.iter().find(|category| category.id == id) {
            Some(known) if known.name == name => Ok(()),
            Some(known) => {
                let what = format!(
                    "category `{id}` is called `{}` above; write the same name in all rows",
                    known.name
                );
                Err(self.bad(row, "category_name", &what))
            }
            None => {
                self.catalog.categories.push(StoredCategory { id: id.to_owned(), name: name.to_owned() });
                self.places.categories.push(row.line);
                Ok(())
            }
        }
    }

    /// The product's index; the product is added by its first row.
    fn product(&mut self, row: &Row<'_>) -> Result<usize, CatalogError> {
        let id = row.get("product_id");
        if let Some(index) = self.catalog.products.iter().position(|product| product.id == id) {
            if let Some(known) = self.catalog.products.get(index) {
                let repeated = [
                    ("product_name", &known.name),
                    ("description", &known.description),
                    ("image", &known.image),
                    ("category_id", &known.category_id),
                    ("tax_class", &known.tax_class),
                ];
                for (column, above) in repeated {
                    if (column, row.get(column)) != ("tax_class", "") && row.get(column) != above {
                        let what =
                            format!("product `{id}` has `{above}` above; write the same in all its rows");
                        return Err(self.bad(row, column, &what));
                    }
                }
            }
            return Ok(index);
        }
        self.catalog.products.push(StoredProduct {
            id: id.to_owned(),
            name: row.get("product_name").to_owned(),
            description: row.get("description").to_owned(),
            category_id: row.get("category_id").to_owned(),
            image: row.get("image").to_owned(),
            tax_class: match row.get("tax_class") {
                "" => standard(),
                class => class.to_owned(),
            },
            variants: Vec::new(),
        });
        self.places.products.push(row.line);
        self.places.variants.push(Vec::new());
        Ok(self.catalog.products.len() - 1)
    }

    fn number_or(&self, row: &Row<'_>, column: &str, default: u32) -> Result<u32, CatalogError> {
        match row.get(column) {
            "" => Ok(default),
            text => self.number(row, column, text),
        }
    }

    fn number(&self, row: &Row<'_>, column: &str, text: &str) -> Result<u32, CatalogError> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| text.parse().ok()).flatten();
        number.ok_or_else(|| self.bad(row, column, "it must be a whole number"))
    }

    fn bad(&self, row: &Row<'_>, column: &str, what: &str) -> CatalogError {
        self.error(format!("line {}, column {column}", row.line), Flaw::BadValue, what.to_owned())
    }

    fn syntax(&self, error: &csv::Error) -> CatalogError {
        let line = error.position().map_or(1, csv::Position::line);
        self.error(format!("line {line}"), Flaw::Syntax, format!("this isn't a row of UTF-8 CSV: {error}"))
    }

    fn error(&self, place: String, flaw: Flaw, what: String) -> CatalogError {
        CatalogError { file: self.path.to_owned(), place: Some(place), flaw, what }
    }
}

fn price_column(currency: &Currency) -> String {
    format!("price_{}", currency.code)
}

struct Row<'a> {
    record: &'a StringRecord,
    headers: &'a StringRecord,
    line: u64,
}

impl Row<'_> {
    /// Empty where the file has no such column.
    fn get(&self, column: &str) -> &str {
        let place = self.headers.iter().position(|name| name == column);
        place.and_then(|place| self.record.get(place)).unwrap_or("")
    }
}

/// The line in which each thing was seen first.
#[derive(Default)]
struct CsvPlaces {
    categories: Vec<u64>,
    products: Vec<u64>,
    variants: Vec<Vec<u64>>,
}

fn at(line: Option<&u64>, column: &str) -> String {
    format!("line {}, column {column}", line.copied().unwrap_or(0))
}

impl Places for CsvPlaces {
    fn shop(&self, field: &str) -> String {
        match field {
            "shopName" => "flag --shop-name".to_owned(),
            "tagline" => "flag --tagline".to_owned(),
            "products" => "line 2".to_owned(),
            // They stay as they were, but name categories and SKUs that this file may have dropped.
            field if field.starts_with("terms") => format!("{field} of the catalogue that is there"),
            _ => "flag --currency".to_owned(),
        }
    }

    fn category(&self, category: usize, field: &str) -> String {
        at(self.categories.get(category), if field == "id" { "category_id" } else { "category_name" })
    }

    fn product(&self, product: usize, field: &str) -> String {
        let column = match field {
            "id" => "product_id",
            "name" => "product_name",
            "categoryId" => "category_id",
            "taxClass" => "tax_class",
            other => other,
        };
        at(self.products.get(product), column)
    }

    fn variant(&self, product: usize, variant: usize, field: &str) -> String {
        let column = match field {
            "name" => "variant_name",
            "onHand" => "on_hand",
            "maxPerOrder" => "max_per_order",
            "minPerOrder" => "min_per_order",
            "maxPerCustomer" => "max_per_customer",
            "prices" => "price",
            other => other,
        };
        at(self.variants.get(product).and_then(|lines| lines.get(variant)), column)
    }
}
