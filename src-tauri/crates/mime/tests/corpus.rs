//! Real letters and known attacks from a folder that is not part of this repository.
//!
//! `PLI_CORPUS` names it: `fixtures/` with the published test vectors of other projects, `list-archive/` with
//! letters. Run with `cargo test --release -p pli-mime --test corpus -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // A test may end at the first surprise.

mod safety;

use pli_mime::{Theme, attachment, page, read, summarize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn corpus(folder: &str) -> PathBuf {
    let root = std::env::var_os("PLI_CORPUS").expect("PLI_CORPUS names the unpacked corpus folder");
    let path = Path::new(&root).join(folder);
    assert!(path.is_dir(), "{} is missing", path.display());
    path
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}

fn assert_safe_markup(name: &str, markup: &str) {
    let raw = format!("Content-Type: text/html; charset=utf-8\r\n\r\n{markup}");
    for theme in [Theme::Light, Theme::Dark] {
        assert_eq!(
            safety::violations(&page(raw.as_bytes(), theme).html),
            Vec::<String>::new(),
            "{name}: {markup}"
        );
    }
}

#[test]
#[ignore = "needs PLI_CORPUS"]
fn attack_vectors_needs_pli_corpus() {
    let fixtures = corpus("fixtures");
    let json =
        |path: &str| -> serde_json::Value { serde_json::from_slice(&fs::read(fixtures.join(path)).unwrap()).unwrap() };
    let mut tried = 0;
    for item in json("dompurify/expect.json").as_array().unwrap() {
        assert_safe_markup("dompurify", item["payload"].as_str().unwrap());
        tried += 1;
    }
    for item in json("h5sc/items.json").as_array().unwrap() {
        let vector = item["data"]
            .as_str()
            .unwrap()
            .replace("%js_alert%", "alert(1)")
            .replace("%js_uri_alert%", "javascript:alert(1)")
            .replace("%js_alert_only%", "alert");
        assert_safe_markup("h5sc", &vector);
        tried += 1;
    }
    for path in files(&fixtures.join("bleach"))
        .iter()
        .chain(&files(&fixtures.join("html5lib")))
        .chain(&files(&fixtures.join("email-blueprints")))
    {
        let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let pieces: Vec<&str> = if path.extension().is_some_and(|extension| extension == "dat") {
            text.split("#data\n")
                .filter_map(|test| test.split("\n#").next())
                .collect()
        } else {
            vec![&text]
        };
        for piece in pieces {
            assert_safe_markup(&path.display().to_string(), piece);
            tried += 1;
        }
    }
    println!("{tried} vectors");
    assert!(tried > 1_500);
}

/// Reads every file as a letter, whatever it is.
fn read_all(paths: &[PathBuf]) -> BTreeMap<String, usize> {
    let mut defects = BTreeMap::new();
    for path in paths {
        let raw = fs::read(path).unwrap();
        let letter = read(&raw);
        summarize(&raw);
        for defect in &letter.defects {
            *defects.entry(format!("{defect:?}")).or_default() += 1;
        }
        for file in &letter.attachments {
            assert!(attachment(&raw, file.part).is_some(), "{}", path.display());
        }
        let shown = page(&raw, Theme::Dark);
        assert_eq!(
            safety::violations(&shown.html),
            Vec::<String>::new(),
            "{}",
            path.display()
        );
    }
    defects
}

#[test]
#[ignore = "needs PLI_CORPUS"]
fn fixtures_of_other_parsers_needs_pli_corpus() {
    let fixtures = corpus("fixtures");
    for folder in [
        "mail-parser",
        "mime4j",
        "mime-tools-perl",
        "ruby-mail",
        "cpython-email",
        "rspamd",
        "tnefparse",
        "spamassassin-public-corpus",
    ] {
        let paths = files(&fixtures.join(folder));
        assert!(!paths.is_empty());
        let start = Instant::now();
        let defects = read_all(&paths);
        println!(
            "{folder}: {} files in {:?}; defects {defects:?}",
            paths.len(),
            start.elapsed()
        );
    }
}

#[test]
#[ignore = "needs PLI_CORPUS"]
fn list_archive_needs_pli_corpus() {
    let paths = files(&corpus("list-archive"));
    assert!(paths.len() > 10_000);
    let defects = read_all(&paths);
    println!("defects {defects:?}");
    assert!(!defects.contains_key("Unreadable"));

    let letters: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let bytes: usize = letters.iter().map(Vec::len).sum();
    let rate = |what: &str, work: &dyn Fn(&[u8])| {
        let start = Instant::now();
        letters.iter().for_each(|raw| work(raw));
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{what}: {:.0} letters/s, {:.0} MB/s",
            letters.len() as f64 / seconds,
            bytes as f64 / 1e6 / seconds
        );
    };
    rate("envelope", &|raw| drop(pli_mime::envelope(raw)));
    rate("summarize", &|raw| drop(summarize(raw)));
    rate("read", &|raw| drop(read(raw)));
    rate("page", &|raw| drop(page(raw, Theme::Light)));
    let snippets = letters.iter().filter(|raw| summarize(raw).snippet.is_empty()).count();
    println!("{snippets} letters without a snippet");
    assert!(snippets * 20 < letters.len());
}
