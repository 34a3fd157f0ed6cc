//! The shell's program: the one that `cargo xtask test` names in `PLI_DESKTOP`, else the one beside this test, made
//! when it is missing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match std::env::var_os("PLI_DESKTOP") {
        Some(path) => PathBuf::from(path),
        None => beside(),
    })
}

fn beside() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let program = folder.join("pli-desktop");
    if !program.exists() {
        build(folder);
    }
    assert!(program.exists(), "{} could not be built", program.display());
    program
}

/// What `cargo xtask test` does before it starts the tests.
fn build(folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let ui = root.join("ui");
    if !ui.join("node_modules").exists() {
        succeeds(
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&ui),
        );
    }
    succeeds(Command::new("npm").args(["run", "--silent", "build"]).current_dir(&ui));
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "build",
            "--package",
            "pli-desktop",
            "--features",
            "tauri/custom-protocol",
        ])
        .arg("--target-dir")
        .arg(folder.parent().unwrap())
        .current_dir(root);
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    succeeds(&mut cargo);
}

fn succeeds(command: &mut Command) {
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}. Install Node.js 20.19 or newer with npm, and Rust."));
    assert!(status.success(), "{command:?}: {status}");
}
