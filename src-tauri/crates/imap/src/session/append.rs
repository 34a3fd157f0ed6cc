//! APPEND.

use super::fetch::flag_list;
use super::{Session, Transport};
use crate::command::Command;
use crate::{Code, MailboxName, Result, date};
use pli_model::{Flags, Timestamp, Uid, UidValidity};

impl<S: Transport> Session<S> {
    /// Appends a letter with its flags and INTERNALDATE; answers where it went, where the server tells (APPENDUID).
    pub async fn append(
        &mut self,
        mailbox: &MailboxName,
        raw: &[u8],
        flags: Flags,
        received: Timestamp,
    ) -> Result<Option<(UidValidity, Uid)>> {
        let command = Command::new("APPEND")
            .mailbox(mailbox)?
            .raw(format!(" {} \"{}\" ", flag_list(flags), date::format(received)))
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
