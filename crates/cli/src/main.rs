//! atalaya
fn main(){}
