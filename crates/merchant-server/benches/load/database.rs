//! The databases that the server is measured on.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

pub enum Database {
    /// A file in a folder of the bench's own.
    Sqlite(TempDir),
}

impl Database {
    pub fn all() -> Vec<Self> {
        vec![Self::Sqlite(TempDir::new().unwrap())]
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
        }
    }

    /// What the server's CPU may be, in the CPU of the RSA operations of an order.
    pub fn cpu_over_rsa(&self) -> f64 {
        match self {
            Self::Sqlite(_) => 3.0,
        }
    }

    /// Forgets everything.
    pub async fn empty(&self) {
        match self {
            Self::Sqlite(_) => {
                for suffix in ["", "-wal", "-shm"] {
                    let mut file = self.file().into_os_string();
                    file.push(suffix);
                    // Missing before the first server.
                    let _ = std::fs::remove_file(file);
                }
            }
        }
    }

    /// Lets the program use it.
    pub fn choose(&self, command: &mut Command) {
        match self {
            Self::Sqlite(_) => command.env("MERCHANT_SERVER__DATABASE", self.file()),
        };
    }

    pub fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite(folder) => folder.path().join("shop.db"),
        }
    }
}
