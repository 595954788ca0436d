//! The `offerform` program: everything it does is in the library.

use std::process::ExitCode;

/// Documents are trees of small values, and planning a thousand offers allocates tens of millions of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    offerform::cli::main()
}
