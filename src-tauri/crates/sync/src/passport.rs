//! The account's passport: what its server was found to be good at and where it was wrong, kept between connections.

use crate::{Context, Result};
use pli_model::{Passport, Quirk, Timestamp};
use pli_remote::{Extension, Remote};

/// Writes down what a connection found out.
pub async fn keep_findings(context: &Context, remote: &mut dyn Remote) -> Result<()> {
    let findings = remote.take_findings();
    if findings.is_empty() {
        return Ok(());
    }
    change(context, move |passport, now| {
        if !findings.software.is_empty() {
            passport.software.clone_from(&findings.software);
        }
        if !findings.in_use.is_empty() {
            // In use, though not checked yet, or checked at that time.
            passport
                .verified
                .retain(|name, _| findings.in_use.iter().any(|used| used.name() == name));
            for extension in &findings.in_use {
                passport
                    .verified
                    .entry(extension.name().to_owned())
                    .or_insert(Timestamp(0));
            }
        }
        for (extension, detail) in &findings.quirks {
            passport.verified.remove(extension.name());
            passport.quirks.retain(|quirk| quirk.name != extension.name());
            passport.quirks.push(Quirk {
                name: extension.name().to_owned(),
                detail: detail.clone(),
                since: now,
            });
        }
    })
    .await
}

/// The server's word by that extension was true just now.
pub async fn verified(context: &Context, extension: Extension) -> Result<()> {
    change(context, move |passport, now| {
        passport.verified.insert(extension.name().to_owned(), now);
    })
    .await
}

async fn change(context: &Context, change: impl FnOnce(&mut Passport, Timestamp) + Send + 'static) -> Result<()> {
    let (account, now) = (context.account, context.clock.now());
    context
        .store
        .write(move |writer| {
            let before = writer.passport(account)?;
            let mut passport = before.clone();
            change(&mut passport, now);
            match passport == before {
                true => Ok(()),
                false => writer.set_passport(account, &passport),
            }
        })
        .await?;
    Ok(())
}
