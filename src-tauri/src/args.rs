//! The shell's own words: `--profile DIR`.

use std::path::PathBuf;

/// The profile folder named on the command line. Unknown words are left alone: desktops add their own.
pub fn profile() -> Option<PathBuf> {
    let mut words = std::env::args_os().skip(1);
    while let Some(word) = words.next() {
        if word == "--profile" {
            return words.next().map(PathBuf::from);
        }
        if let Some(path) = word.to_str().and_then(|text| text.strip_prefix("--profile=")) {
            return Some(PathBuf::from(path));
        }
    }
    None
}
