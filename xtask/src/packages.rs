//! The Debian and Ubuntu packages that this repository needs, and their installation.

use crate::{Result, steps};
use pli_testkit::require;
use std::io::{IsTerminal, Write};
use std::process::Command;

/// To build the shell.
pub const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
    "libdbus-1-dev",
    "patchelf",
];

/// The mail servers.
pub const SERVERS: &[&str] = &require::PACKAGES;

/// What Pli is measured beside over IMAP.
pub const IMAP_PEERS: &[&str] = &["isync"];

/// What Pli is measured beside over POP3.
pub const POP_PEERS: &[&str] = &["mpop", "getmail6", "fetchmail"];

/// To open the window where nobody looks: a display, a session, a keychain, a driver, letters of all scripts.
pub const DESKTOP: &[&str] = &[
    "xvfb",
    "xauth",
    "xdotool",
    "imagemagick",
    "webkit2gtk-driver",
    "dbus",
    "gnome-keyring",
    "fonts-noto-core",
    "fonts-noto-cjk",
];

/// Whether packages may be installed without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// On CI or by an option.
    Given,
    /// Ask, where there is somebody to ask; else only say what is missing.
    Ask,
}

/// Sees to it that these packages are installed; errors with the line that installs them when they are not. On
/// machines without `dpkg` it does nothing: their owners know what their packages are called.
pub fn need(packages: &[&str], consent: Consent) -> Result {
    if !steps::has("dpkg-query", "--version") {
        return Ok(());
    }
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing packages: {}", missing.join(" "));
    let line = format!(
        "sudo DEBIAN_FRONTEND=noninteractive apt-get install --yes {}",
        missing.join(" ")
    );
    if consent == Consent::Ask && !agreed()? {
        return Err(format!("these packages are missing. Install them:\n\n  {line}\n"));
    }
    install(&missing)
}

fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let installed = |package: &str| {
        let query = Command::new("dpkg-query")
            .args(["--show", "--showformat=${db:Status-Status}", package])
            .output();
        query.is_ok_and(|output| output.stdout.starts_with(b"installed"))
    };
    packages.iter().copied().filter(|package| !installed(package)).collect()
}

fn agreed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!(
        "Install them with apt-get{}? [y/N] ",
        if is_root() { "" } else { " and sudo" }
    );
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(|error| error.to_string())?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Servers that come with the packages are for the tests to start, not for the machine: nothing is started now, and
/// what has just come is not started at the next boot.
const INSTALL: &str = r#"set -e
export DEBIAN_FRONTEND=noninteractive
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
apt-get update
apt-get install --yes --no-install-recommends "$@"
for package in "$@"; do
  case $package in
    postfix|dovecot-core|fetchmail) [ -d /run/systemd/system ] && systemctl disable --quiet "${package%-core}" || true ;;
  esac
done"#;

fn install(packages: &[&str]) -> Result {
    let mut command = Command::new(if is_root() { "sh" } else { "sudo" });
    if !is_root() {
        command.arg("sh");
    }
    command.args(["-c", INSTALL, "install"]).args(packages);
    steps::run("packages", command)
}

/// Whether this process is root.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Whether this is CI's machine.
pub fn on_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_missing() {
        if steps::has("dpkg-query", "--version") {
            assert_eq!(
                missing(&["dpkg", "no-such-package-anywhere"]),
                ["no-such-package-anywhere"]
            );
        }
    }
}
