//! The `gradus` program: everything is in the library; see `gradus::cli`.

fn main() -> std::process::ExitCode {
    gradus::cli::main()
}
