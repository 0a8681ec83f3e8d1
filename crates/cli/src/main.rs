//! atalaya
fn main() {}
