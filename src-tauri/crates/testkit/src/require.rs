//! What the machine must have. Nothing is skipped for a missing server: the caller gets an error that says what is
//! missing and how to get it, and its test fails.

use crate::error::{Error, Result};
use crate::os;
use std::path::{Path, PathBuf};

/// A program and the Debian package that brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// File name of the executable.
    pub name: &'static str,
    /// Debian or Ubuntu package.
    pub package: &'static str,
}

/// The IMAP and POP3 server.
pub const DOVECOT: [Program; 2] = [
    Program {
        name: "dovecot",
        package: "dovecot-core",
    },
    Program {
        name: "doveadm",
        package: "dovecot-core",
    },
];

/// What the town is made of besides Dovecot.
pub const TOWN: [Program; 5] = [
    Program {
        name: "postfix",
        package: "postfix",
    },
    Program {
        name: "dnsmasq",
        package: "dnsmasq-base",
    },
    Program {
        name: "ip",
        package: "iproute2",
    },
    Program {
        name: "unshare",
        package: "util-linux",
    },
    Program {
        name: "nsenter",
        package: "util-linux",
    },
];

/// Debian packages of every server the tests use, for one `apt-get install` line.
pub const PACKAGES: [&str; 7] = [
    "dovecot-core",
    "dovecot-imapd",
    "dovecot-pop3d",
    "dovecot-lmtpd",
    "postfix",
    "dnsmasq-base",
    "iproute2",
];

/// Where executables are looked for: `PATH`, and the system folders that Debian leaves out of a user's.
fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .collect()
}

/// The full path of a program, if it is installed.
pub fn find(name: &str) -> Option<PathBuf> {
    folders()
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Errors unless all of these are installed.
pub fn programs(needed: &[Program]) -> Result<()> {
    let missing: Vec<&Program> = needed.iter().filter(|program| find(program.name).is_none()).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_programs(&missing))
    }
}

/// Errors unless a file that a package brings is there.
pub fn file(path: &Path, package: &'static str) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    Err(loud(
        path.display().to_string(),
        format!("Install it: apt-get install --yes {package}"),
    ))
}

/// Errors unless this process is root, which it takes to make network namespaces.
pub fn root() -> Result<()> {
    if os::me()?.uid == 0 {
        return Ok(());
    }
    Err(loud(
        "the right to make network namespaces (root on Linux)".to_owned(),
        "The mail town needs it: run as root, or in a privileged container.".to_owned(),
    ))
}

fn missing_programs(missing: &[&Program]) -> Error {
    let names: Vec<&str> = missing.iter().map(|program| program.name).collect();
    let remedy = if cfg!(target_os = "linux") {
        let mut packages: Vec<&str> = missing.iter().map(|program| program.package).chain(PACKAGES).collect();
        packages.sort_unstable();
        packages.dedup();
        format!(
            "Install it: DEBIAN_FRONTEND=noninteractive apt-get install --yes {}",
            packages.join(" ")
        )
    } else {
        "The real mail servers run on Linux only: run these tests there, or in a container.".to_owned()
    };
    loud(names.join(", "), remedy)
}

/// Also on standard error at once: a caller that swallows the error must not hide it.
fn loud(what: String, remedy: String) -> Error {
    let error = Error::Missing { what, remedy };
    eprintln!("{error}");
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_remedy() {
        let ghost = Program {
            name: "no-such-mail-server",
            package: "no-such-package",
        };
        let error = programs(&[ghost]).unwrap_err().to_string();
        assert!(error.contains("MISSING: no-such-mail-server"), "{error}");
        if cfg!(target_os = "linux") {
            assert!(
                error.contains("apt-get install --yes") && error.contains("no-such-package"),
                "{error}"
            );
        }
        assert!(programs(&[]).is_ok());
    }
}
