//! Nothing outlives a test that is killed: these tests start themselves once more, in a process of its own, and kill that.

use pli_testkit::{Dovecot, Town, dovecot, town};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

async fn wait_to_be_killed(folder: &Path) {
    println!("FOLDER {}", folder.display());
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
#[ignore = "run by a_killed_test_leaves_no_dovecot"]
async fn has_a_dovecot() {
    let server = Dovecot::start(dovecot::Options::default()).await.unwrap();
    wait_to_be_killed(server.ca_pem_path().parent().unwrap()).await;
}

#[tokio::test]
#[ignore = "run by a_killed_test_leaves_no_town"]
async fn has_a_town() {
    let town = Town::start(town::Options::default()).await.unwrap();
    wait_to_be_killed(town.dir()).await;
}

/// Runs that test in a process of its own until it says where its folder is.
async fn start(test: &str) -> (Child, PathBuf) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", test])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap().expect("it says where its folder is");
        // The harness prints the test's name on the same line.
        if let Some((_, folder)) = line.split_once("FOLDER ") {
            return (child, folder.into());
        }
    }
}

/// Ids of the processes that have this text among their words.
fn processes(text: &Path) -> Vec<String> {
    let text = text.to_str().unwrap();
    let all = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| {
        std::fs::read(path.join("cmdline")).is_ok_and(|words| String::from_utf8_lossy(&words).contains(text))
    })
    .map(|path| path.display().to_string())
    .collect()
}

async fn leaves_nothing(test: &str) {
    let (mut child, folder) = start(test).await;
    assert!(folder.exists() && !processes(&folder).is_empty());
    child.kill().await.unwrap();
    for _ in 0..500 {
        if !folder.exists() && processes(&folder).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("left: {} {:?}", folder.display(), processes(&folder));
}

#[tokio::test]
async fn a_killed_test_leaves_no_dovecot() {
    leaves_nothing("killed::has_a_dovecot").await;
}

#[tokio::test]
async fn a_killed_test_leaves_no_town() {
    leaves_nothing("killed::has_a_town").await;
}
