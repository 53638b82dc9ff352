//! (module)

pub mod demo;
