//! The checkout as a whole, against a host by script.

mod buying;
mod choosing;
mod interrupted;
mod misuse;
mod random;
mod views;
