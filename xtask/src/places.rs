//! Where things are in the repository.

use crate::Result;
use cargo_metadata::{Metadata, MetadataCommand};
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default()
}

/// What cargo knows of the workspace.
pub fn metadata() -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| error.to_string())
}

/// Where cargo puts a program.
pub fn program(name: &str, release: bool) -> Result<PathBuf> {
    let target = metadata()?.target_directory.into_std_path_buf();
    Ok(target
        .join(if release { "release" } else { "debug" })
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// A program that cargo has built.
pub fn built(name: &str, release: bool) -> Result<PathBuf> {
    let path = program(name, release)?;
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("{} has not been built", path.display()))
    }
}
