//! Drawings from outside: every panel becomes a picture, and what is in it stays inside.

mod panels;
mod pictures;
mod properties;
