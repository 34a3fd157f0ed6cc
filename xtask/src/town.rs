//! `cargo xtask town`: a mail town to try things in, until Ctrl-C.

use crate::Result;
use clap::Args;
use pli_model::Timestamp;
use pli_testkit::letters::{Letter, Owner, letters};
use pli_testkit::{Town, town};

#[derive(Args)]
pub struct Options {
    /// So many letters in each mailbox from the start.
    #[arg(long, default_value_t = 0)]
    fill: usize,
}

/// Who lives in the town.
pub const ALICE: Owner = Owner {
    name: "Alice North",
    email: "alice@north.test",
};
/// Reads by POP3.
pub const BOB: Owner = Owner {
    name: "Bob South",
    email: "bob@south.test",
};

pub fn run(options: Options) -> Result {
    runtime()?.block_on(async {
        let town = Town::start(town::Options::default())
            .await
            .map_err(|error| error.to_string())?;
        fill(&town, options.fill).await?;
        explain(&town);
        tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
    })
}

pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
}

/// Fills both mailboxes.
pub async fn fill(town: &Town, count: usize) -> Result {
    for (owner, letters) in [(ALICE, of_alice(count)), (BOB, of_bob(count))] {
        town.fill(owner.email, letters)
            .await
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Alice's letters, in all her mailboxes.
pub fn of_alice(count: usize) -> Vec<Letter> {
    letters(1, count, ALICE, now()).collect()
}

/// Bob's: by POP3 there is only the inbox, so nothing of his is filed.
pub fn of_bob(count: usize) -> Vec<Letter> {
    let letters = letters(2, count, BOB, now()).filter(|letter| !matches!(letter.mailbox.as_str(), "Sent" | "Junk"));
    letters
        .map(|letter| Letter {
            mailbox: "INBOX".to_owned(),
            ..letter
        })
        .collect()
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    Timestamp::from_secs(i64::try_from(since.as_secs()).unwrap_or_default())
}

fn explain(town: &Town) {
    let ca = town.ca_pem_path();
    println!(
        "The town is up. Users alice@north.test and bob@south.test, password: secret\n\n\
         servers   mail.north.test, mail.south.test: IMAP 143 993, POP3 110 995, SMTP 25 587 465\n\
         trust     SSL_CERT_FILE={ca}\n\
         logs      {dir}\n\
         at home   nsenter --target {home} --net --mount -- COMMAND\n\n\
         for example\n  nsenter --target {home} --net --mount -- curl --cacert {ca} imaps://mail.north.test --user alice:secret\n\n\
         Ctrl-C ends it.",
        ca = ca.display(),
        dir = town.dir().display(),
        home = town.home().pid(),
    );
}
