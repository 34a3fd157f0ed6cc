//! The town: a letter really travels, strangers are refused, what is stopped or cut is gone and comes back, and
//! nothing is left of it.

use pli_testkit::Town;
use pli_testkit::town::{Cut, Options};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LETTER: &[u8] = b"From: alice@north.test\r\nTo: bob@south.test\r\nSubject: the whole way\r\n\r\nHello Bob\r\n";
const PATIENCE: Duration = Duration::from_secs(20);

fn in_home(town: &Town, script: &str) -> String {
    let output = town.home().command("sh").args(["-c", script]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn talk(addr: std::net::SocketAddr, lines: &[&str]) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut said = String::new();
    for line in lines {
        let mut part = vec![0; 4096];
        let count = stream.read(&mut part).await.unwrap();
        said += &String::from_utf8_lossy(&part[..count]);
        stream.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
    }
    let _ = stream.read_to_string(&mut said).await;
    said
}

#[tokio::test]
async fn a_letter_travels_the_whole_way_and_back() {
    let town = Town::start(Options::default()).await.unwrap();
    town.post("alice@north.test", "bob@south.test", LETTER).unwrap();
    let letters = town.arrived("bob@south.test", "INBOX", 1, PATIENCE).await.unwrap();
    let letter = String::from_utf8(letters[0].clone()).unwrap();
    assert!(
        letter.contains("Hello Bob") && letter.contains("from mail.north.test (mail.north.test [10.77.0.10])"),
        "{letter}"
    );
    assert!(
        letter.contains("by mail.south.test (Postfix) with ESMTPS") && letter.contains("LMTP"),
        "{letter}"
    );

    // To nobody: south refuses, north reports it.
    town.post("alice@north.test", "nobody@south.test", LETTER).unwrap();
    let letters = town.arrived("alice@north.test", "INBOX", 1, PATIENCE).await.unwrap();
    let report = String::from_utf8(letters[0].clone()).unwrap();
    assert!(
        report.contains("User unknown") && report.contains("multipart/report"),
        "{report}"
    );

    town.deliver("bob@south.test", b"Subject: by hand\r\n\r\nx\r\n")
        .unwrap();
    assert_eq!(town.letters("bob@south.test", "INBOX").await.unwrap().len(), 2);
    assert!(town.deliver("nobody@south.test", LETTER).is_err());
    assert!(town.letters("nobody@elsewhere.test", "INBOX").await.is_err());
}

#[tokio::test]
async fn who_may_enter() {
    let mut town = Town::start(Options::default()).await.unwrap();
    let smtp = town.door("north.test", 25).await.unwrap();
    let said = talk(
        smtp,
        &[
            "EHLO home.test",
            "MAIL FROM:<x@home.test>",
            "RCPT TO:<nobody@north.test>",
            "RCPT TO:<bob@south.test>",
            "RCPT TO:<alice+tag@north.test>",
            "QUIT",
        ],
    )
    .await;
    assert!(
        said.contains("550 5.1.1") && said.contains("554 5.7.1") && said.contains("250 2.1.5"),
        "{said}"
    );

    let submission = town.door("north.test", 587).await.unwrap();
    let said = talk(
        submission,
        &["EHLO home.test", "AUTH PLAIN AGFsaWNlAHNlY3JldA==", "QUIT"],
    )
    .await;
    assert!(said.contains("STARTTLS") && said.contains("530 5.7.0"), "{said}");

    town.add_user("carol@north.test", "another").await.unwrap();
    let imap = town.door("north.test", 143).await.unwrap();
    let said = talk(imap, &["a LOGIN carol@north.test secret", "b LOGOUT"]).await;
    assert!(!said.contains("a OK"), "{said}");
    town.post("bob@south.test", "carol@north.test", LETTER).unwrap();
    town.arrived("carol@north.test", "INBOX", 1, PATIENCE).await.unwrap();
    assert!(town.add_user("x@elsewhere.test", "x").await.is_err());
}

#[tokio::test]
async fn home_finds_its_servers_and_loses_them() {
    let mut town = Town::start(Options::default()).await.unwrap();
    let dns = in_home(
        &town,
        "getent hosts mail.north.test; getent ahostsv4 mail.south.test | head -1; cat /etc/resolv.conf",
    );
    assert!(
        dns.contains("10.77.0.10") && dns.contains("10.77.0.20") && dns.contains("nameserver 10.77.0.53"),
        "{dns}"
    );
    let ca = town.ca_pem_path();
    let tls = format!(
        "openssl s_client -CAfile {} -verify_return_error -verify_hostname mail.north.test -connect mail.north.test:993 </dev/null 2>&1",
        ca.display()
    );
    assert!(in_home(&town, &tls).contains("Verify return code: 0 (ok)"));

    let connect = "timeout 2 bash -c 'exec 3<>/dev/tcp/mail.south.test/587 && head -c 3 <&3'; true";
    assert!(in_home(&town, connect).starts_with("220"));
    town.south().host().cut(Cut::Silent).unwrap();
    let start = Instant::now();
    assert!(!in_home(&town, connect).contains("220"));
    assert!(start.elapsed() >= Duration::from_secs(2), "the silence lasts");
    town.south().host().heal().unwrap();
    assert!(in_home(&town, connect).starts_with("220"));
    town.home().cut(Cut::Down).unwrap();
    assert!(in_home(&town, "bash -c 'exec 3<>/dev/tcp/10.77.0.20/587'").contains("unreachable"));
    town.home().heal().unwrap();
    assert!(in_home(&town, connect).starts_with("220"));
}

#[tokio::test]
async fn a_provider_stops_and_the_letter_waits_for_it() {
    let mut town = Town::start(Options::default()).await.unwrap();
    town.south().stop().await.unwrap();
    town.post("alice@north.test", "bob@south.test", LETTER).unwrap();
    for _ in 0..200 {
        if town.north().queue().unwrap().contains("refused") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        town.north()
            .queue()
            .unwrap()
            .contains("\"address\": \"bob@south.test\""),
        "{}",
        town.log()
    );
    town.south().start().await.unwrap();
    town.north().flush().unwrap();
    town.arrived("bob@south.test", "INBOX", 1, PATIENCE).await.unwrap();
}

#[tokio::test]
async fn two_towns_do_not_meet_and_nothing_is_left() {
    let (one, two) = tokio::join!(Town::start(Options::default()), Town::start(Options::default()));
    let (one, two) = (one.unwrap(), two.unwrap());
    one.post("alice@north.test", "bob@south.test", LETTER).unwrap();
    one.arrived("bob@south.test", "INBOX", 1, PATIENCE).await.unwrap();
    assert!(two.letters("bob@south.test", "INBOX").await.unwrap().is_empty());
    let dirs = [one.dir().to_owned(), two.dir().to_owned()];
    drop((one, two));
    for dir in dirs {
        assert!(!dir.exists(), "{}", dir.display());
        let processes = std::process::Command::new("ps").args(["-eo", "args"]).output().unwrap();
        assert!(!String::from_utf8_lossy(&processes.stdout).contains(&*dir.to_string_lossy()));
    }
}
