//! The lone Dovecot: what is put in comes out, it can be stopped, and nothing is left of it.

use pli_model::{Flags, Timestamp};
use pli_testkit::dovecot::{Dovecot, Options, Storage};
use pli_testkit::letters::{Letter, in_mailboxes, with_keywords};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn letter(n: usize) -> Vec<u8> {
    format!("From: a@north.test\r\nSubject: {n}\r\n\r\nBody {n}\r\n").into_bytes()
}

/// What a server says to these lines until it closes the connection.
async fn talk(addr: std::net::SocketAddr, lines: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(lines.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await.unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

/// Whether nobody listens there any more, a moment after the kill at the latest.
async fn closes(addr: std::net::SocketAddr) -> bool {
    for _ in 0..100 {
        if TcpStream::connect(addr).await.is_err() {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    false
}

async fn keeps_letters(storage: Storage) {
    let server = Dovecot::start(Options {
        storage,
        ..Options::default()
    })
    .await
    .unwrap();
    let letters: Vec<Vec<u8>> = (0..1200).map(letter).collect();
    assert_eq!(server.import("alice", "INBOX", &letters).await.unwrap(), 1200);
    assert_eq!(server.raw_letters("alice", "INBOX").await.unwrap(), letters);
    assert!(server.raw_letters("bob", "INBOX").await.unwrap().is_empty());

    let filed = Letter {
        flags: Flags::SEEN | Flags::FLAGGED,
        keywords: vec!["$Forwarded".to_owned(), "work".to_owned()],
        received: Timestamp::from_secs(1_000_000_000),
        mailbox: "Reisen/Zürich 東京".to_owned(),
        ..Letter::from(letter(7))
    };
    server.store().import_letters("alice", [filed]).await.unwrap();
    let said = talk(
        server.imap(),
        "a LOGIN alice secret\r\nb LIST \"\" Reisen/*\r\nc SELECT \"Reisen/Z&APw-rich &Z3FOrA-\"\r\n\
         d FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)\r\ne LOGOUT\r\n",
    )
    .await;
    assert!(said.contains("Z&APw-rich &Z3FOrA-"), "{said}");
    assert!(
        said.contains("\\Flagged \\Seen") || said.contains("\\Seen \\Flagged"),
        "{said}"
    );
    assert!(said.contains("$Forwarded") && said.contains("work"), "{said}");
    assert!(
        said.contains("09-Sep-2001") && said.contains("RFC822.SIZE 42"),
        "{said}"
    );
}

#[tokio::test]
async fn maildir_keeps_letters() {
    keeps_letters(Storage::Maildir).await;
}

#[tokio::test]
async fn sdbox_keeps_letters() {
    keeps_letters(Storage::Sdbox).await;
}

#[tokio::test]
async fn another_client_on_a_pipe() {
    let server = Dovecot::start(Options::default()).await.unwrap();
    server.import("alice", "INBOX", [letter(1), letter(2)]).await.unwrap();
    let mut other = server.imap_pipe("alice").await.unwrap();
    other.ask("SELECT INBOX").await.unwrap();
    let told = other
        .ask("UID FETCH 2 (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)] FLAGS)")
        .await
        .unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].contains("UID 2") && told[0].contains("\r\nSubject: 2\r\n") && told[0].contains("FLAGS ("),
        "{told:?}"
    );
    let moved = other.ask("UID MOVE 1 Trash").await.unwrap();
    assert!(moved.iter().any(|line| line.contains("COPYUID")), "{moved:?}");
    assert!(other.ask("SELECT Nowhere").await.is_err());
    other.close().await.unwrap();
    assert_eq!(server.raw_letters("alice", "Trash").await.unwrap(), [letter(1)]);
}

#[tokio::test]
async fn many_mailboxes_at_once() {
    let server = Dovecot::start(Options::default()).await.unwrap();
    let letters = in_mailboxes(20, 3, Timestamp::from_secs(1_790_000_000));
    let count = server.store().import_letters("alice", with_keywords(letters)).await;
    assert_eq!(count.unwrap(), 60);
    let status = server
        .doveadm(&["mailbox", "status", "-u", "alice", "messages", "Box *"])
        .await;
    let status = status.unwrap();
    assert_eq!(
        status.lines().filter(|line| line.ends_with("messages=3")).count(),
        20,
        "{status}"
    );
    let all = server
        .doveadm(&["search", "-u", "alice", "mailbox", "*", "keyword", "work"])
        .await;
    assert!(all.unwrap().lines().count() > 5);
}

#[tokio::test]
async fn passwords_are_checked_and_users_can_be_added() {
    let server = Dovecot::start(Options::default()).await.unwrap();
    let said = talk(
        server.imap(),
        "a LOGIN alice wrong\r\nb LOGIN nobody secret\r\nc LOGIN alice secret\r\nd LOGOUT\r\n",
    )
    .await;
    assert!(
        said.contains("a NO [AUTHENTICATIONFAILED]") && said.contains("b NO") && said.contains("c OK"),
        "{said}"
    );
    server.add_user("carol", "s:e{c}r t").unwrap();
    let said = talk(server.imap(), "a LOGIN carol \"s:e{c}r t\"\r\nb LOGOUT\r\n").await;
    assert!(said.contains("a OK"), "{said}");
    let said = talk(
        server.pop3(),
        "USER bob@anywhere.test\r\nPASS secret\r\nSTAT\r\nQUIT\r\n",
    )
    .await;
    assert!(said.contains("+OK 0 0"), "{said}");
}

#[tokio::test]
async fn stop_refuses_and_restart_keeps_port_and_mail() {
    let mut server = Dovecot::start(Options::default()).await.unwrap();
    server.import("bob", "INBOX", [letter(1)]).await.unwrap();
    let addr = server.imaps();
    server.stop().await.unwrap();
    assert!(TcpStream::connect(addr).await.is_err());
    server.restart().await.unwrap();
    assert!(TcpStream::connect(addr).await.is_ok());
    assert_eq!(server.raw_letters("bob", "INBOX").await.unwrap(), [letter(1)]);
    assert!(server.doveadm(&["user", "bob"]).await.unwrap().contains("mail/bob"));
    assert!(server.doveadm(&["user", "stranger"]).await.is_err());
}

#[tokio::test]
async fn many_at_once_do_not_meet() {
    let servers = tokio::join!(
        Dovecot::start(Options::default()),
        Dovecot::start(Options::default()),
        Dovecot::start(Options::default()),
        Dovecot::start(Options::default()),
    );
    for server in [servers.0, servers.1, servers.2, servers.3] {
        let server = server.unwrap();
        let (dir, port) = (server.ca_pem_path(), server.imap());
        assert!(dir.exists());
        drop(server);
        assert!(!dir.exists() && closes(port).await);
    }
}
