//! The engine and the contract against other people's data, and against inputs that are made to break the rules.
//!
//! The reference data lie beside the repository and are not part of it: a test that needs them prints `skipped` and
//! passes where they are missing. Every run goes through [`harness::Check`], which feeds the same bytes whole and in
//! small pieces and compares all that comes out.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its fixture has nothing better to do than to panic")]

mod cases;
mod contracts;
mod csv_spectrum;
mod csvw;
mod dialects;
mod duckdb;
mod encodings;
mod files;
mod frictionless;
mod harness;
mod keys;
mod limits;
mod masking;
mod output;
mod paths;
mod pollock;
mod positions;
mod quality;
mod real;
mod structure;
mod table;
mod temporal;
mod values;
mod with_data;
