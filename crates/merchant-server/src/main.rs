//! The `merchant-server` program; everything is in the library.

fn main() -> std::process::ExitCode {
    merchant_server::cli::main()
}
