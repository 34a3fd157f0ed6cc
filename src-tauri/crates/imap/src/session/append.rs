//! APPEND.

use super::store::list;
use super::{Session, Transport};
use crate::command::Command;
use crate::{Code, Error, MailboxName, Result, date};
use pli_model::{Flags, Timestamp, Uid, UidValidity, is_keyword};

impl<S: Transport> Session<S> {
    /// Appends a letter with its flags, keywords and INTERNALDATE; answers where it went, where the server tells (APPENDUID).
    pub async fn append(
        &mut self,
        mailbox: &MailboxName,
        raw: &[u8],
        flags: Flags,
        keywords: &[String],
        received: Timestamp,
    ) -> Result<Option<(UidValidity, Uid)>> {
        if !keywords.iter().all(|keyword| is_keyword(keyword)) {
            return Err(Error::Unsendable("the keyword"));
        }
        let keywords: Vec<&str> = keywords.iter().map(String::as_str).collect();
        let command = Command::new("APPEND")
            .mailbox(mailbox)?
            .raw(format!(" {} \"{}\" ", list(flags, &keywords), date::format(received)))
            .literal(raw);
        let done = self.run(command, Some).await?;
        Ok(match done.code {
            Some(Code::AppendUid { uid_validity, uids }) => {
                uids.iter().next().map(|uid| (UidValidity(uid_validity), uid))
            }
            _ => None,
        })
    }
}
