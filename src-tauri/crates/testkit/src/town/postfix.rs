//! A provider's Postfix: `main.cf` and `master.cf`, and the commands that run it.

use super::host::{Host, run, run_async};
use super::provider::Site;
use crate::dovecot::ForPostfix;
use crate::error::{Doing, Error, Result};
use crate::leash::tail;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The Postfix of one provider.
pub(super) struct Postfix {
    dir: PathBuf,
    host: Host,
    process: Option<Child>,
}

impl Postfix {
    /// Writes its configuration into `dir`, which holds the provider's certificate.
    pub fn new(dir: &Path, site: &Site, host: Host, dovecot: ForPostfix, authority: &Path) -> Result<Self> {
        let postfix = Self {
            dir: dir.to_owned(),
            host,
            process: None,
        };
        for folder in ["postfix", "queue", "data"] {
            std::fs::create_dir(dir.join(folder)).doing(folder)?;
        }
        run(Command::new("chown").arg("postfix:").arg(dir.join("data")))?;
        std::fs::write(postfix.config().join("main.cf"), main_cf(dir, site, dovecot, authority)).doing("main.cf")?;
        std::fs::write(postfix.config().join("master.cf"), MASTER_CF).doing("master.cf")?;
        Ok(postfix)
    }

    /// Who is known at RCPT. Takes effect with the next start or [`Self::reload`].
    pub fn write_recipients(&self, addresses: impl Iterator<Item = String>) -> Result<()> {
        let table: String = addresses.map(|address| format!("{address} ok\n")).collect();
        std::fs::write(self.dir.join("recipients"), table).doing("recipients")
    }

    /// Starts it, unless it runs.
    pub fn start(&mut self) -> Result<()> {
        if self.process.is_some() {
            return Ok(());
        }
        let out = std::fs::File::create(self.dir.join("postfix.out")).doing("postfix.out")?;
        let mut command = self.host.server("postfix");
        command
            .arg("-c")
            .arg(self.config())
            .arg("start-fg")
            .stdout(out.try_clone().doing("postfix.out")?)
            .stderr(out);
        self.process = Some(command.spawn().doing("postfix")?);
        Ok(())
    }

    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut process) = self.process.take() else {
            return Ok(());
        };
        run_async(self.host.server("postfix").arg("-c").arg(self.config()).arg("stop")).await?;
        process.wait().doing("postfix").map(|_| ())
    }

    pub fn reload(&self) -> Result<()> {
        run(self.host.server("postfix").arg("-c").arg(self.config()).arg("reload")).map(|_| ())
    }

    /// Hands a letter in as a program on that host would, and so into the queue.
    pub fn sendmail(&self, from: &str, to: &str, raw: &[u8]) -> Result<()> {
        use std::io::Write as _;
        let mut command = self.host.server("sendmail");
        command.arg("-C").arg(self.config()).args(["-i", "-f", from, "--", to]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .doing("sendmail")?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(raw).doing("sendmail")?;
        }
        let output = child.wait_with_output().doing("sendmail")?;
        if output.status.success() {
            return Ok(());
        }
        let output = (
            String::from_utf8_lossy(&output.stderr).into_owned(),
            output.status.to_string(),
        );
        Err(Error::Command {
            command: format!("sendmail {to}"),
            status: output.1,
            output: output.0,
        })
    }

    /// One JSON object for each letter in the queue (`postqueue -j`).
    pub fn queue(&self) -> Result<String> {
        run(self.host.server("postqueue").arg("-c").arg(self.config()).arg("-j"))
    }

    /// Tries everything in the queue now.
    pub fn flush(&self) -> Result<()> {
        run(self.host.server("postqueue").arg("-c").arg(self.config()).arg("-f")).map(|_| ())
    }

    /// Errors when it has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        let Some(process) = &mut self.process else {
            return Ok(());
        };
        match process.try_wait().doing("postfix")? {
            None => Ok(()),
            Some(status) => Err(Error::Server {
                what: format!("postfix ended at once ({status})"),
                log: self.log(),
            }),
        }
    }

    pub fn log(&self) -> String {
        format!(
            "{}\n{}",
            tail(&self.dir.join("postfix.out")),
            tail(&self.dir.join("postfix.log"))
        )
    }

    /// Whether a letter for that address is let in.
    pub fn accepts(&self, address: &str) -> bool {
        use std::io::{Read as _, Write as _};
        let patience = Duration::from_secs(2);
        let Ok(mut stream) = self.host.connect(super::at(self.host.address(), 25), patience) else {
            return false;
        };
        let _ = stream.set_read_timeout(Some(patience));
        let mut said = Vec::new();
        // Whoever talks before the greeting may be taken for a spammer, but not by this Postfix.
        let asked =
            stream.write_all(format!("EHLO home.test\r\nMAIL FROM:<>\r\nRCPT TO:<{address}>\r\nQUIT\r\n").as_bytes());
        asked.and_then(|()| stream.read_to_end(&mut said)).is_ok()
            && String::from_utf8_lossy(&said).contains("250 2.1.5")
    }

    /// Whether every port takes connections.
    pub fn greets(&self) -> bool {
        let patience = Duration::from_secs(2);
        [25, 587, 465].into_iter().all(|port| {
            self.host
                .connect(super::at(self.host.address(), port), patience)
                .is_ok()
        })
    }

    fn config(&self) -> PathBuf {
        self.dir.join("postfix")
    }
}

/// Letters for the domain go to Dovecot by LMTP, everything else by MX; relaying takes a sign-in. A letter that
/// cannot leave is tried again after seconds, where the world waits for minutes.
fn main_cf(dir: &Path, site: &Site, dovecot: ForPostfix, authority: &Path) -> String {
    let (dir, authority, domain) = (dir.display(), authority.display(), site.domain);
    let ForPostfix { lmtp, auth } = dovecot;
    format!(
        "compatibility_level = 3.6\nmyhostname = mail.{domain}\nmyorigin = {domain}\nmydestination =\n\
         mynetworks = 127.0.0.0/8\ninet_interfaces = all\ninet_protocols = ipv4\n\
         queue_directory = {dir}/queue\ndata_directory = {dir}/data\n\
         maillog_file = {dir}/postfix.log\nmaillog_file_prefixes = {dir}, /var\n\
         virtual_mailbox_domains = {domain}\nvirtual_mailbox_maps = texthash:{dir}/recipients\n\
         virtual_transport = lmtp:inet:{lmtp}\nrecipient_delimiter = +\n\
         smtpd_tls_cert_file = {dir}/cert.pem\nsmtpd_tls_key_file = {dir}/key.pem\nsmtpd_tls_security_level = may\n\
         smtpd_tls_received_header = yes\nsmtp_tls_security_level = may\nsmtp_tls_CAfile = {authority}\n\
         smtpd_sasl_type = dovecot\nsmtpd_sasl_path = inet:{auth}\nsmtpd_sasl_authenticated_header = no\n\
         smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination\n\
         smtpd_recipient_restrictions =\nsmtpd_error_sleep_time = 0\n\
         alias_maps =\nalias_database =\nlocal_recipient_maps =\nappend_dot_mydomain = no\nbiff = no\n\
         mail_owner = postfix\nsetgid_group = postdrop\nmessage_size_limit = 52428800\n\
         queue_run_delay = 2s\nminimal_backoff_time = 2s\nmaximal_backoff_time = 4s\nsmtp_connect_timeout = 5s\n"
    )
}

/// Every service without chroot: the queue is in a temporary folder that has no `/etc`.
const MASTER_CF: &str = "\
smtp       inet  n - n - - smtpd
submission inet  n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
smtps      inet  n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
pickup     unix  n - n 60 1 pickup
cleanup    unix  n - n - 0 cleanup
qmgr       unix  n - n 300 1 qmgr
tlsmgr     unix  - - n 1000? 1 tlsmgr
rewrite    unix  - - n - - trivial-rewrite
bounce     unix  - - n - 0 bounce
defer      unix  - - n - 0 bounce
trace      unix  - - n - 0 bounce
verify     unix  - - n - 1 verify
flush      unix  n - n 1000? 0 flush
proxymap   unix  - - n - - proxymap
proxywrite unix  - - n - 1 proxymap
smtp       unix  - - n - - smtp
relay      unix  - - n - - smtp
error      unix  - - n - - error
retry      unix  - - n - - error
discard    unix  - - n - - discard
lmtp       unix  - - n - - lmtp
anvil      unix  - - n - 1 anvil
scache     unix  - - n - 1 scache
postlog    unix-dgram n - n - 1 postlogd
";
