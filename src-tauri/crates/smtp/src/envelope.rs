//! The envelope as commands: MAIL with the parameters this letter needs and this server knows, and RCPT.

use crate::{SmtpErrorKind, address, extensions::Extensions};
use lettre::transport::smtp::{
    commands::{Mail, Rcpt},
    extension::{MailBodyParameter, MailParameter},
};
use pli_model::Submission;

/// The commands of one transaction, line ends included.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub mail: String,
    /// In the order of the submission's recipients.
    pub recipients: Vec<String>,
}

impl Envelope {
    /// `letter` is the letter with its line ends as sent.
    pub(crate) fn new(submission: &Submission, letter: &[u8], offered: &Extensions) -> Result<Self, SmtpErrorKind> {
        if submission.recipients.is_empty() {
            return Err(SmtpErrorKind::BadAddress(String::new()));
        }
        // The empty sender is that of notifications (RFC 5321 §4.5.5).
        let sender = match submission.from.email.as_str() {
            "" => None,
            email => Some(address::for_envelope(email)?),
        };
        let recipients = submission
            .recipients
            .iter()
            .map(|one| address::for_envelope(&one.email))
            .collect::<Result<Vec<_>, _>>()?;
        let beyond_ascii = sender
            .iter()
            .chain(&recipients)
            .find(|address| !address.to_string().is_ascii());
        if let Some(address) = beyond_ascii.filter(|_| !offered.smtp_utf8) {
            return Err(SmtpErrorKind::Utf8NotOffered(address.to_string()));
        }
        let size = u64::try_from(letter.len()).unwrap_or(u64::MAX);
        if let Some(limit) = offered.size.filter(|limit| *limit > 0 && size > *limit) {
            return Err(SmtpErrorKind::TooLarge { size, limit });
        }
        let mut parameters = Vec::new();
        if offered.size.is_some() {
            parameters.push(MailParameter::Size(letter.len()));
        }
        if offered.eight_bit_mime && !letter.is_ascii() {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        // Only where an address cannot do without: one relay on the way that lacks it, and the letter comes back
        // for every recipient. Raw bytes in a header, which letters passed on may have, travel without it as they
        // always did.
        if beyond_ascii.is_some() {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        Ok(Self {
            mail: Mail::new(sender, parameters).to_string(),
            recipients: recipients
                .into_iter()
                .map(|address| Rcpt::new(address, Vec::new()).to_string())
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pli_model::Address;

    fn submission(from: &str, to: &[&str]) -> Submission {
        let recipients = to.iter().map(|email| Address::bare(*email)).collect();
        Submission {
            from: Address::bare(from),
            recipients,
            raw: Vec::new(),
        }
    }

    fn everything() -> Extensions {
        Extensions {
            pipelining: true,
            eight_bit_mime: true,
            smtp_utf8: true,
            size: Some(1000),
            auth: Vec::new(),
        }
    }

    #[test]
    fn parameters_only_where_needed_and_offered() {
        let ann_to_bob = submission("ann@north.test", &["bob@süd.test"]);
        let plain = Envelope::new(&ann_to_bob, b"A: b\r\n\r\nc\r\n", &everything()).unwrap();
        assert_eq!(plain.mail, "MAIL FROM:<ann@north.test> SIZE=11\r\n");
        assert_eq!(plain.recipients, ["RCPT TO:<bob@xn--sd-xka.test>\r\n"]);
        let eight_bit = "A: b\r\n\r\nç\r\n".as_bytes();
        let mail = Envelope::new(&ann_to_bob, eight_bit, &everything()).unwrap().mail;
        assert_eq!(mail, "MAIL FROM:<ann@north.test> SIZE=12 BODY=8BITMIME\r\n");
        let mail = Envelope::new(&ann_to_bob, "A: ç\r\n\r\nb\r\n".as_bytes(), &everything())
            .unwrap()
            .mail;
        assert_eq!(mail, "MAIL FROM:<ann@north.test> SIZE=12 BODY=8BITMIME\r\n");
        assert_eq!(
            Envelope::new(&ann_to_bob, eight_bit, &Extensions::default())
                .unwrap()
                .mail,
            "MAIL FROM:<ann@north.test>\r\n"
        );
        assert_eq!(
            Envelope::new(&submission("", &["a@b.test"]), b"", &Extensions::default())
                .unwrap()
                .mail,
            "MAIL FROM:<>\r\n"
        );
    }

    #[test]
    fn what_cannot_go_is_said_before_anything_goes() {
        let to_aenne = submission("ann@north.test", &["änne@south.test"]);
        assert!(
            Envelope::new(&to_aenne, b"", &everything())
                .unwrap()
                .mail
                .ends_with(" SMTPUTF8\r\n")
        );
        let error = Envelope::new(&to_aenne, b"", &Extensions::default()).unwrap_err();
        assert!(matches!(error, SmtpErrorKind::Utf8NotOffered(_)), "{error:?}");
        let error = Envelope::new(
            &submission("ann@north.test", &["bob@south.test"]),
            &[b'x'; 1001],
            &everything(),
        )
        .unwrap_err();
        assert!(
            matches!(
                error,
                SmtpErrorKind::TooLarge {
                    size: 1001,
                    limit: 1000
                }
            ),
            "{error:?}"
        );
        let error = Envelope::new(&submission("ann@north.test", &[]), b"", &everything()).unwrap_err();
        assert!(matches!(error, SmtpErrorKind::BadAddress(_)), "{error:?}");
    }
}
