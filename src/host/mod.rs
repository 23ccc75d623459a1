//! The only room that knows JavaScript: it carries out effects and turns what comes of them into events.
//!
//! Values cross as trees of plain data, by one reader and one writer (`convert`): serde-wasm-bindgen
//! would read the same types with ten kilobytes more of text formatting for errors that nobody sees.

mod convert;
mod exports;
mod http;
mod my;
mod runner;
mod storage;
