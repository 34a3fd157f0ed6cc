//! `cargo xtask layers`: who may depend on whom.
//!
//! The lists are complete: an edge that is not in them is refused, and so is a crate. A new edge is a reviewed change here.
//! Only what ends up in the program counts; tests may look everywhere.

use crate::{Result, places};
use cargo_metadata::DependencyKind;

/// A crate, and those of ours that it may use, from the ground up.
const ROOMS: &[(&str, &[&str])] = &[
    ("pli-model", &[]),
    ("pli-mime", &["pli-model"]),
    ("pli-store", &["pli-model"]),
    ("pli-net", &["pli-model"]),
    ("pli-imap", &["pli-model"]),
    ("pli-pop", &["pli-model", "pli-net"]),
    ("pli-smtp", &["pli-model", "pli-net"]),
    ("pli-vault", &["pli-model"]),
    (
        "pli-remote",
        &["pli-model", "pli-net", "pli-imap", "pli-pop", "pli-smtp"],
    ),
    (
        "pli-sync",
        &[
            "pli-model",
            "pli-mime",
            "pli-net",
            "pli-store",
            "pli-remote",
            "pli-vault",
        ],
    ),
    (
        "pli-engine",
        &[
            "pli-model",
            "pli-mime",
            "pli-net",
            "pli-store",
            "pli-remote",
            "pli-vault",
            "pli-sync",
        ],
    ),
    ("pli-machine", &["pli-model", "pli-engine"]),
    ("pli-api", &["pli-model", "pli-engine"]),
    ("pli-cli", &["pli-model", "pli-engine", "pli-machine", "pli-api"]),
    ("pli-desktop", &["pli-model", "pli-engine", "pli-machine", "pli-api"]),
    ("pli-testkit", &["pli-model"]),
    ("pli-tests", &["pli-model", "pli-testkit"]),
    ("xtask", &["pli-model", "pli-testkit"]),
];

/// A dependency from outside that only these may use: what it brings is their subject. `*` at an end stands for
/// anything.
const OWNED: &[(&str, &[&str])] = &[
    ("tauri*", &["pli-desktop"]),
    ("rusqlite", &["pli-store"]),
    ("tokio-rustls", &["pli-net", "pli-testkit"]),
    ("rustls-platform-verifier", &["pli-net"]),
    ("hickory-*", &["pli-net"]),
    ("async-imap", &["pli-imap"]),
    ("imap-proto", &["pli-imap"]),
    ("async-pop", &["pli-pop"]),
    ("lettre", &["pli-smtp"]),
    ("keyring*", &["pli-vault"]),
    ("*keyring-store", &["pli-vault"]),
    ("dirs", &["pli-machine"]),
    // The wire's forms are declared in one place. The store keeps operations as JSON in a column, the vault its file.
    (
        "serde*",
        &["pli-api", "pli-cli", "pli-desktop", "pli-vault", "pli-store"],
    ),
];

/// An edge of the real graph: the user, the used, and whether that is ours.
struct Edge {
    from: String,
    to: String,
}

pub fn run() -> Result {
    let metadata = places::metadata()?;
    let edges = metadata.packages.iter().flat_map(|package| {
        let used = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development);
        used.map(|dependency| Edge {
            from: package.name.to_string(),
            to: dependency.name.clone(),
        })
    });
    let names: Vec<String> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let edges: Vec<Edge> = edges.collect();
    let wrong = violations(&names, &edges);
    if wrong.is_empty() {
        println!("\n== layers: ok, {} crates, {} dependencies", names.len(), edges.len());
        return Ok(());
    }
    Err(format!(
        "layers:\n  {}\nAllowed edges are listed in xtask/src/layers.rs.",
        wrong.join("\n  ")
    ))
}

fn violations(names: &[String], edges: &[Edge]) -> Vec<String> {
    let unknown = names.iter().filter(|name| room(name).is_none());
    let unknown = unknown.map(|name| format!("{name} is a new crate: say what it may use"));
    let wrong = edges.iter().filter_map(|Edge { from, to }| {
        if names.contains(to) {
            let allowed = room(from)?;
            return (!allowed.contains(&to.as_str())).then(|| format!("{from} must not know {to}"));
        }
        let (_, owners) = OWNED
            .iter()
            .find(|(pattern, owners)| fits(pattern, to) && !owners.contains(&from.as_str()))?;
        Some(format!("{from} must not use {to}: that is for {}", owners.join(", ")))
    });
    unknown.chain(wrong).collect()
}

fn room(name: &str) -> Option<&'static [&'static str]> {
    ROOMS
        .iter()
        .find(|(room, _)| *room == name)
        .map(|(_, allowed)| *allowed)
}

fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(start)) => name.starts_with(start),
        _ => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edges: &[(&str, &str)]) -> Vec<String> {
        let names: Vec<String> = ["pli-model", "pli-store", "pli-engine", "pli-desktop", "pli-vault"]
            .map(str::to_owned)
            .to_vec();
        let edges: Vec<Edge> = edges
            .iter()
            .map(|(from, to)| Edge {
                from: (*from).to_owned(),
                to: (*to).to_owned(),
            })
            .collect();
        violations(&names, &edges)
    }

    #[test]
    fn what_is_listed_is_allowed() {
        let allowed = [
            ("pli-engine", "pli-store"),
            ("pli-desktop", "tauri-plugin-opener"),
            ("pli-store", "rusqlite"),
            ("pli-model", "thiserror"),
        ];
        assert_eq!(check(&allowed), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_is_named() {
        let wrong = check(&[
            ("pli-store", "pli-engine"),
            ("pli-engine", "tauri"),
            ("pli-engine", "serde_json"),
            ("pli-store", "zbus-secret-service-keyring-store"),
        ]);
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert_eq!(wrong[0], "pli-store must not know pli-engine");
        assert!(wrong[1].starts_with("pli-engine must not use tauri: that is for pli-desktop"));
        let new = violations(&["pli-new".to_owned()], &[]);
        assert!(new[0].contains("pli-new is a new crate"), "{new:?}");
    }

    #[test]
    fn the_lists_have_no_circles_and_no_strangers() {
        for (place, (name, allowed)) in ROOMS.iter().enumerate() {
            for used in *allowed {
                assert!(
                    ROOMS[..place].iter().any(|(below, _)| below == used),
                    "{name} uses {used}, which does not stand below it"
                );
            }
        }
        for (pattern, owners) in OWNED {
            assert!(owners.iter().all(|owner| room(owner).is_some()), "{pattern}");
        }
    }
}
