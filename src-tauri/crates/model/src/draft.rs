//! A letter being written.

use crate::{AccountId, Address};

/// Where an attachment's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentSource {
    /// A file on this computer, read when the letter is sent.
    File(std::path::PathBuf),
    /// The bytes themselves.
    Bytes(Vec<u8>),
}

/// A file that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftAttachment {
    /// File name the recipient sees.
    pub name: String,
    /// MIME type, such as `application/pdf`; empty to be guessed from the name.
    pub mime_type: String,
    /// The content.
    pub source: AttachmentSource,
}

/// A letter being written. Recipients are text as typed: they are checked when it is sent, not before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The account it will be sent from.
    pub account: AccountId,
    /// Recipients as typed, one entry each.
    pub to: Vec<String>,
    /// Copy recipients.
    pub cc: Vec<String>,
    /// Hidden recipients: in the envelope, never in the header.
    pub bcc: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Plain text body, LF line ends.
    pub text: String,
    /// HTML alternative; empty for none.
    pub html: String,
    /// `Message-ID` of the answered letter, without brackets; empty for none.
    pub in_reply_to: String,
    /// Thread ids, oldest first, without brackets.
    pub references: Vec<String>,
    /// Files.
    pub attachments: Vec<DraftAttachment>,
}

impl Draft {
    /// An empty draft of that account.
    pub fn new(account: AccountId) -> Self {
        Self {
            account,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            in_reply_to: String::new(),
            references: Vec::new(),
            attachments: Vec::new(),
        }
    }

    /// Every recipient that parses, in order, without doubles.
    pub fn recipients(&self) -> Result<Vec<Address>, crate::AddressError> {
        let mut all: Vec<Address> = Vec::new();
        for typed in self
            .to
            .iter()
            .chain(&self.cc)
            .chain(&self.bcc)
            .filter(|typed| !typed.trim().is_empty())
        {
            let address = Address::parse(typed)?;
            if !all.iter().any(|known| known.email.eq_ignore_ascii_case(&address.email)) {
                all.push(address);
            }
        }
        Ok(all)
    }
}
