//! The functions of templates.

mod cidr;
mod condition;
mod list;
mod lookup;
mod reference;
mod sub;
mod text;

pub(crate) use reference::listed;
