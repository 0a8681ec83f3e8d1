//! The structure of an ODCS document, as data, for each edition of the standard.
//!
//! The tables in this folder say in our own words what the published schemas say: which fields a mapping has, of
//! which type, since and until which edition. The walker in [`check`] compares a document with them and reports every
//! difference with its place and a hint.

mod advice;
mod check;
mod context;
mod edition;
mod fields;
mod logical_type;
mod pattern;
mod quality;
mod schema;
mod servers;
mod shape;

pub(crate) use check::check;
pub(crate) use edition::{Edition, identify};
