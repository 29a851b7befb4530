//! Programs that tests start for themselves and that must not outlive them.

use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Runs `script` in a shell that ends with this process, however it ends: the script waits on its
/// standard input, which the operating system closes then, and cleans up after itself.
///
/// A static's destructor would not run at the end of the tests, and none runs after a kill.
pub fn start(mut shell: Command, script: &str, arguments: &[&str]) -> (Child, ChildStdout) {
    std::os::unix::process::CommandExt::process_group(&mut shell, 0);
    shell.arg("-c").arg(script).arg("watched").args(arguments);
    let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell starts");
    let output = child.stdout.take().expect("its output is piped");
    (child, output)
}

/// The first program of these names on `PATH` or in one of `folders`.
pub fn find(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places: Vec<PathBuf> = std::env::split_paths(&path).chain(folders.iter().cloned()).collect();
    names.iter().flat_map(|name| places.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}
