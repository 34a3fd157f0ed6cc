//! What `pli` says before it touches any profile. (That there is a test here also makes every test run build `pli`
//! itself, which the tests against real servers drive.)

use std::process::{Command, Output};

fn pli(words: &[&str]) -> Output {
    let nowhere = std::env::temp_dir().join("pli-no-such-profile");
    Command::new(env!("CARGO_BIN_EXE_pli"))
        .arg("--profile")
        .arg(nowhere)
        .args(words)
        .output()
        .unwrap_or_else(|error| unreachable!("pli does not start: {error}"))
}

#[test]
fn wrong_usage_is_exit_code_two() {
    for words in [
        &["no-such-command"][..],
        &["list", "--limit", "many"],
        &["show"],
        &["account", "add", "--email", "a@b.test"],
        &["export", "--mbox", "a", "--eml", "b"],
        &["help", "nothing"],
    ] {
        let output = pli(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(!output.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn help_names_every_command_and_the_json_names() {
    let help = String::from_utf8_lossy(&pli(&["help"]).stdout).into_owned();
    for command in [
        "account",
        "sync",
        "mailboxes",
        "list",
        "show",
        "flag",
        "move",
        "delete",
        "send",
        "outbox",
        "import",
        "export",
        "doctor",
    ] {
        assert!(help.contains(command), "{command}");
    }
    let json = String::from_utf8_lossy(&pli(&["help", "json"]).stdout).into_owned();
    for name in ["has_attachments", "message_id", "thread", "updated"] {
        assert!(json.contains(name), "{name}");
    }
}
