//! `dovecot.conf`, written from what differs between the servers of this crate.

use crate::error::{Doing, Result};
use crate::os::{self, Ids};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;

/// How letters lie on the server's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Storage {
    /// One file a letter, the name carrying its flags.
    #[default]
    Maildir,
    /// Dovecot's own one-file-a-letter format with an index.
    Sdbox,
}

impl Storage {
    const fn location(self) -> &'static str {
        match self {
            Self::Maildir => "maildir:%h/mail:LAYOUT=fs:UTF-8",
            Self::Sdbox => "sdbox:%h/mail:UTF-8",
        }
    }
}

/// Where a Dovecot listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ports {
    pub imap: u16,
    pub imaps: u16,
    pub pop3: u16,
    pub pop3s: u16,
}

/// Sockets for a Postfix beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ForPostfix {
    /// Where letters are handed in (RFC 2033).
    pub lmtp: SocketAddrV4,
    /// Dovecot's SASL server for submission.
    pub auth: SocketAddrV4,
}

/// Everything that differs between one Dovecot and another.
pub(crate) struct Config<'a> {
    /// Folder of the server: configuration, sockets, mail, log.
    pub dir: &'a Path,
    pub listen: Ipv4Addr,
    pub ports: Ports,
    pub storage: Storage,
    /// Who owns the mail. Dovecot never lets root.
    pub owner: Ids,
    /// Connections that one user may hold from one address.
    pub max_connections: u32,
    pub postfix: Option<ForPostfix>,
    /// More lines for the end of the file.
    pub extra: &'a str,
}

/// The user that owns mail: ourselves, or `mail` where we are root.
pub(crate) fn mail_owner() -> Result<Ids> {
    let me = os::me()?;
    if me.uid != 0 {
        return Ok(me);
    }
    let passwd = std::fs::read_to_string("/etc/passwd").doing("/etc/passwd")?;
    let entry = passwd.lines().find_map(|line| {
        let mut fields = line.strip_prefix("mail:")?.split(':').skip(1);
        Some(Ids {
            uid: fields.next()?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    });
    // 8 is `mail` on every Debian; a number needs no entry to be used.
    Ok(entry.unwrap_or(Ids { uid: 8, gid: 8 }))
}

impl Config<'_> {
    /// The whole file.
    pub fn text(&self) -> Result<String> {
        let dir = self.dir.display();
        let Ids { uid, gid } = self.owner;
        let mut text = format!(
            "base_dir = {dir}/run\nstate_dir = {dir}/run\ninstance_name = pli-{pid}\nlog_path = {dir}/dovecot.log\n\
             protocols = imap pop3{lmtp}\nlisten = {listen}\n\
             ssl = yes\nssl_cert = <{dir}/cert.pem\nssl_key = <{dir}/key.pem\nssl_min_protocol = TLSv1.2\n\
             auth_mechanisms = plain login\nauth_username_format = %Ln\nauth_failure_delay = 0\n\
             mail_location = {location}\nmail_uid = {uid}\nmail_gid = {gid}\nfirst_valid_uid = 1\nmail_fsync = never\n\
             mail_max_userip_connections = {max}\nrecipient_delimiter = +\nlmtp_save_to_detail_mailbox = no\n\
             passdb {{\n  driver = passwd-file\n  args = {dir}/users/%Ln\n}}\n\
             userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={dir}/mail/%n\n}}\n",
            pid = std::process::id(),
            lmtp = if self.postfix.is_some() { " lmtp" } else { "" },
            listen = self.listen,
            location = self.storage.location(),
            max = self.max_connections,
        );
        text.push_str(&mailboxes());
        self.write_services(&mut text);
        if os::me()?.uid != 0 {
            text.push_str(&unprivileged()?);
        }
        text.push_str(self.extra);
        text.push('\n');
        Ok(text)
    }

    fn write_services(&self, text: &mut String) {
        let Ports {
            imap,
            imaps,
            pop3,
            pop3s,
        } = self.ports;
        for (service, plain, tls) in [("imap", imap, imaps), ("pop3", pop3, pop3s)] {
            let _ = write!(
                text,
                "service {service}-login {{\n  inet_listener {service} {{\n    port = {plain}\n  }}\n  \
                 inet_listener {service}s {{\n    port = {tls}\n    ssl = yes\n  }}\n}}\n"
            );
        }
        // Without the penalty a test of wrong passwords does not slow down the sign-ins after it.
        text.push_str("service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}\n");
        if let Some(ForPostfix { lmtp, auth }) = self.postfix {
            for (service, socket) in [("lmtp", lmtp), ("auth", auth)] {
                let _ = write!(
                    text,
                    "service {service} {{\n  inet_listener {service} {{\n    address = {}\n    port = {}\n  }}\n}}\n",
                    socket.ip(),
                    socket.port()
                );
            }
        }
    }
}

fn mailboxes() -> String {
    let mut text = "namespace inbox {\n  inbox = yes\n  separator = /\n".to_owned();
    for name in ["Drafts", "Sent", "Trash", "Junk", "Archive"] {
        let _ = write!(
            text,
            "  mailbox {name} {{\n    special_use = \\{name}\n    auto = subscribe\n  }}\n"
        );
    }
    text.push_str("}\n");
    text
}

/// What a Dovecot without root must not try: changing user, and chroot.
fn unprivileged() -> Result<String> {
    let Ids { uid, gid } = os::me()?;
    let name = |file: &str, id: u32| -> Result<String> {
        let table = std::fs::read_to_string(file).doing(file)?;
        let entry = table
            .lines()
            .find(|line| line.split(':').nth(2) == Some(&id.to_string()));
        Ok(entry
            .and_then(|line| line.split(':').next())
            .map_or_else(|| id.to_string(), str::to_owned))
    };
    let (user, group) = (name("/etc/passwd", uid)?, name("/etc/group", gid)?);
    let mut text =
        format!("default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n");
    for service in [
        "anvil",
        "imap-login",
        "pop3-login",
        "imap-urlauth-login",
        "submission-login",
    ] {
        let _ = write!(text, "service {service} {{\n  chroot =\n}}\n");
    }
    Ok(text)
}
