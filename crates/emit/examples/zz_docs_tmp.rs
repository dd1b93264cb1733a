#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::print_stdout, clippy::unwrap_used)]
fn main(){ for d in std::env::args().skip(1){ let c=tidings_catalog::Catalog::load(&d).unwrap(); std::fs::write(format!("{d}/catalog.md"), tidings_emit::docs::catalog_md(&c)).unwrap(); } }
