//! Reads the command line, calls the library; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    tnld::cli::run(std::env::args_os())
}
