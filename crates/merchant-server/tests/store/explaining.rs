//! A driver that asks the database how it would run each statement, before it runs it.

use std::sync::{Arc, Mutex, PoisonError};

use merchant_server::store::StoreError;
use merchant_server::store::sql::{Answer, Dialect, Driver, Hold, Outcome, Sql, Statement};

/// A statement and how the database would run it, a step a line.
pub type Plan = (String, Vec<String>);

/// A driver that asks how each statement would be run before it runs it.
pub struct Explaining<D> {
    pub driver: D,
    pub explain: &'static str,
    pub plans: Arc<Mutex<Vec<Plan>>>,
}

/// Its transactions.
struct Explained<'a> {
    db: &'a mut dyn Sql,
    explain: &'static str,
    plans: &'a Mutex<Vec<Plan>>,
}

impl<D: Driver> Driver for Explaining<D> {
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError> + Send + 'static,
    {
        let (explain, plans) = (self.explain, Arc::clone(&self.plans));
        self.driver.write(move |db| work(&mut Explained { db, explain, plans: &plans })).await
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    {
        let (explain, plans) = (self.explain, Arc::clone(&self.plans));
        self.driver.read(move |db| work(&mut Explained { db, explain, plans: &plans })).await
    }

    async fn read_long<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    {
        let (explain, plans) = (self.explain, Arc::clone(&self.plans));
        self.driver.read_long(move |db| work(&mut Explained { db, explain, plans: &plans })).await
    }

    fn is_shared(&self) -> bool {
        self.driver.is_shared()
    }
}

impl Explained<'_> {
    fn note(&mut self, statement: &Statement) -> Result<(), StoreError> {
        let sql = format!("{} {}", self.explain, statement.sql);
        let rows = self.db.query(sql, statement.values.clone())?;
        let steps = rows.into_iter().map(|mut row| {
            // SQLite has three numbers before the text.
            (0..3).find_map(|_| row.take::<String>().ok()).or_else(|| row.take().ok()).unwrap_or_default()
        });
        let plan = (statement.sql.clone().into_owned(), steps.collect());
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
        Ok(())
    }
}

impl Sql for Explained<'_> {
    fn run(&mut self, statements: Vec<Statement>) -> Result<Vec<Answer>, StoreError> {
        let mut answers = Vec::new();
        for statement in statements {
            self.note(&statement)?;
            answers.extend(self.db.run(vec![statement])?);
        }
        Ok(answers)
    }

    fn later(&mut self, statement: Statement) -> Result<(), StoreError> {
        self.note(&statement)?;
        self.db.later(statement)
    }

    fn lock(&mut self, name: &str, hold: Hold) -> Result<(), StoreError> {
        self.db.lock(name, hold)
    }

    fn dialect(&self) -> &'static Dialect {
        self.db.dialect()
    }
}
