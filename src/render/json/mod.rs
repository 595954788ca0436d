//! The JSON others script against, one module a version. These structures are frozen: they follow
//! `schemas/` and never the program's own types.

pub mod v1;
