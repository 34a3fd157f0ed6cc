//! The talk before TLS on a STARTTLS port: IMAP (RFC 9051 §6.2.1), POP3 (RFC 2595 §4), SMTP (RFC 3207).
//!
//! It ends with the server's consent and not one byte more. What was said before is forgotten; the caller asks
//! for capabilities again inside TLS.

use crate::{NetErrorKind, line::Lines};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

/// More lines than any greeting or capability list has.
const MOST_LINES: usize = 200;

/// What we call ourselves in EHLO. A client behind NAT has no domain of its own to name (RFC 5321 §4.1.4 allows a
/// literal), and the computer's real name is nobody's business: it would stand in every letter's trace.
pub const EHLO_NAME: &str = "[127.0.0.1]";

/// Which protocol's words ask for STARTTLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialect {
    /// `STARTTLS` after a greeting and CAPABILITY.
    Imap,
    /// `STLS` after a greeting and CAPA.
    Pop3,
    /// `STARTTLS` after a greeting and EHLO.
    Smtp {
        /// What we call ourselves in EHLO: a domain or a bracketed address literal.
        ehlo_name: String,
    },
}

/// Brings the connection to the point where the TLS handshake begins.
pub(crate) async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: S, dialect: &Dialect) -> Result<(), NetErrorKind> {
    let mut talk = Talk {
        lines: Lines::new(stream),
    };
    match dialect {
        Dialect::Imap => talk.imap().await?,
        Dialect::Pop3 => talk.pop3().await?,
        Dialect::Smtp { ehlo_name } => talk.smtp(ehlo_name).await?,
    }
    // Bytes here were sent by someone who hopes that we take them for an answer that came inside TLS.
    if talk.lines.has_more() {
        Err(NetErrorKind::Tampered("bytes were slipped in before encryption"))
    } else {
        Ok(())
    }
}

struct Talk<S> {
    lines: Lines<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    async fn imap(&mut self) -> Result<(), NetErrorKind> {
        let greeting = self.lines.next().await?;
        match (word(&greeting, 0), word(&greeting, 1)) {
            ("*", status) if status.eq_ignore_ascii_case("OK") => {}
            ("*", status) if status.eq_ignore_ascii_case("PREAUTH") => {
                return Err(NetErrorKind::Tampered("it claims to be signed in before encryption"));
            }
            ("*", status) if status.eq_ignore_ascii_case("BYE") => return Err(NetErrorKind::Refused(greeting)),
            _ => return Err(NetErrorKind::Protocol(greeting)),
        }
        // Most servers say what they can in the greeting already: one round trip less.
        if !lists(&greeting, "STARTTLS") && !self.imap_capability().await? {
            return Err(NetErrorKind::NoTls);
        }
        self.say("s STARTTLS\r\n").await?;
        let (_, status) = self.imap_answer("s").await?;
        if status.eq_ignore_ascii_case("OK") {
            Ok(())
        } else {
            Err(NetErrorKind::NoTls)
        }
    }

    async fn imap_capability(&mut self) -> Result<bool, NetErrorKind> {
        self.say("c CAPABILITY\r\n").await?;
        let (untagged, _) = self.imap_answer("c").await?;
        Ok(untagged
            .iter()
            .any(|line| word(line, 1).eq_ignore_ascii_case("CAPABILITY") && lists(line, "STARTTLS")))
    }

    /// The untagged lines up to the tagged one, and the status of that one.
    async fn imap_answer(&mut self, tag: &str) -> Result<(Vec<String>, String), NetErrorKind> {
        let mut untagged = Vec::new();
        for _ in 0..MOST_LINES {
            let line = self.lines.next().await?;
            match word(&line, 0) {
                "*" if word(&line, 1).eq_ignore_ascii_case("BYE") => return Err(NetErrorKind::Refused(line)),
                "*" => untagged.push(line),
                first if first == tag => return Ok((untagged, word(&line, 1).to_owned())),
                _ => return Err(NetErrorKind::Protocol(line)),
            }
        }
        Err(NetErrorKind::Protocol("an answer without end".to_owned()))
    }

    async fn pop3(&mut self) -> Result<(), NetErrorKind> {
        let greeting = self.lines.next().await?;
        match word(&greeting, 0) {
            "+OK" => {}
            "-ERR" => return Err(NetErrorKind::Refused(greeting)),
            _ => return Err(NetErrorKind::Protocol(greeting)),
        }
        if !self.pop3_offers_stls().await? {
            return Err(NetErrorKind::NoTls);
        }
        self.say("STLS\r\n").await?;
        let answer = self.lines.next().await?;
        match word(&answer, 0) {
            "+OK" => Ok(()),
            "-ERR" => Err(NetErrorKind::NoTls),
            _ => Err(NetErrorKind::Protocol(answer)),
        }
    }

    /// Whether CAPA lists STLS. A server without CAPA may still know it, so it is worth asking.
    async fn pop3_offers_stls(&mut self) -> Result<bool, NetErrorKind> {
        self.say("CAPA\r\n").await?;
        let answer = self.lines.next().await?;
        match word(&answer, 0) {
            "-ERR" => return Ok(true),
            "+OK" => {}
            _ => return Err(NetErrorKind::Protocol(answer)),
        }
        let mut offered = false;
        for _ in 0..MOST_LINES {
            let line = self.lines.next().await?;
            if line == "." {
                return Ok(offered);
            }
            offered |= word(&line, 0).eq_ignore_ascii_case("STLS");
        }
        Err(NetErrorKind::Protocol("an answer without end".to_owned()))
    }

    async fn smtp(&mut self, ehlo_name: &str) -> Result<(), NetErrorKind> {
        self.smtp_answer(220).await?;
        self.say(&format!("EHLO {ehlo_name}\r\n")).await?;
        let offers = self.smtp_answer(250).await?;
        // The first line is the server's name.
        if !offers
            .iter()
            .skip(1)
            .any(|line| word(line, 0).eq_ignore_ascii_case("STARTTLS"))
        {
            return Err(NetErrorKind::NoTls);
        }
        self.say("STARTTLS\r\n").await?;
        match self.smtp_answer(220).await {
            Err(NetErrorKind::Refused(_)) => Err(NetErrorKind::NoTls),
            outcome => outcome.map(drop),
        }
    }

    /// The texts of a reply's lines (RFC 5321 §4.2), which must carry that code.
    async fn smtp_answer(&mut self, expected: u16) -> Result<Vec<String>, NetErrorKind> {
        let mut texts = Vec::new();
        for _ in 0..MOST_LINES {
            let line = self.lines.next().await?;
            let code: Option<u16> = line.get(..3).and_then(|digits| digits.parse().ok());
            match code {
                Some(code) if code == expected => {}
                Some(400..=599) => return Err(NetErrorKind::Refused(line)),
                _ => return Err(NetErrorKind::Protocol(line)),
            }
            texts.push(line.get(4..).unwrap_or_default().to_owned());
            if !line.get(3..).is_some_and(|rest| rest.starts_with('-')) {
                return Ok(texts);
            }
        }
        Err(NetErrorKind::Protocol("an answer without end".to_owned()))
    }

    async fn say(&mut self, command: &str) -> Result<(), NetErrorKind> {
        let gone = |error| NetErrorKind::from_io(error, "before STARTTLS");
        self.lines.source().write_all(command.as_bytes()).await.map_err(gone)?;
        self.lines.source().flush().await.map_err(gone)
    }
}

fn word(line: &str, index: usize) -> &str {
    line.split_ascii_whitespace().nth(index).unwrap_or_default()
}

/// Whether a capability stands in that line, whatever brackets are around the list.
fn lists(line: &str, capability: &str) -> bool {
    line.split(|c: char| c.is_ascii_whitespace() || matches!(c, '[' | ']'))
        .any(|word| word.eq_ignore_ascii_case(capability))
}
