//! A provider: one host with Postfix (25, 587, 465) and Dovecot (143, 993, 110, 995), as many small ones are.

use super::host::{Host, run_async};
use super::postfix::Postfix;
use crate::dovecot::{Config, ForPostfix, MailStore, Ports, Storage, Users, mail_owner};
use crate::error::{Doing, Error, Result};
use crate::leash::tail;
use crate::{Authority, os};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

/// Where a provider is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    pub name: &'static str,
    pub domain: &'static str,
    pub address: Ipv4Addr,
    /// Who lives there from the start, with the password `secret`.
    pub user: &'static str,
}

/// A provider with its servers. Sign-in names are `alice` or `alice@north.test`.
pub struct Provider {
    site: Site,
    host: Host,
    dir: PathBuf,
    users: Users,
    names: Vec<String>,
    store: MailStore,
    dovecot: Option<Child>,
    postfix: Postfix,
}

const PORTS: Ports = Ports {
    imap: 143,
    imaps: 993,
    pop3: 110,
    pop3s: 995,
};

impl Provider {
    /// Writes everything down and starts both servers, without waiting for them.
    pub(super) fn start_new(
        town: &Path,
        site: Site,
        host: Host,
        authority: &Authority,
        storage: Storage,
    ) -> Result<Self> {
        let dir = town.join(site.name);
        for folder in ["", "run", "mail"] {
            std::fs::create_dir(dir.join(folder)).doing(dir.display())?;
            os::open_to_all(&dir.join(folder))?;
        }
        let owner = mail_owner()?;
        os::give(&dir.join("mail"), owner)?;
        // Also for `localhost`, where [`super::Town::door`] leads in.
        let names = [&format!("mail.{}", site.domain), site.domain, "localhost", "127.0.0.1"];
        authority
            .issue(&names)?
            .save(&dir.join("cert.pem"), &dir.join("key.pem"))?;
        let for_postfix = ForPostfix {
            lmtp: super::at(Ipv4Addr::LOCALHOST, 24),
            auth: super::at(Ipv4Addr::LOCALHOST, 12345),
        };
        let config = Config {
            dir: &dir,
            listen: Ipv4Addr::UNSPECIFIED,
            ports: PORTS,
            storage,
            owner,
            max_connections: 10,
            postfix: Some(for_postfix),
            extra: "",
        };
        std::fs::write(dir.join("dovecot.conf"), config.text()?).doing("dovecot.conf")?;
        let postfix = Postfix::new(&dir, &site, host.clone(), for_postfix, &town.join("ca.pem"))?;
        let users = Users::new(dir.join("users"), &[(site.user.to_owned(), "secret".to_owned())])?;
        let store = MailStore::new(&dir, storage, owner);
        let mut provider = Self {
            site,
            host,
            dir,
            users,
            names: vec![site.user.to_owned()],
            store,
            dovecot: None,
            postfix,
        };
        provider.write_recipients()?;
        provider.spawn()?;
        Ok(provider)
    }

    /// Its domain, such as `north.test`. Its host is `mail.` and that.
    pub fn domain(&self) -> &'static str {
        self.site.domain
    }

    /// The host, to cut its network.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The letters it holds.
    pub fn store(&self) -> &MailStore {
        &self.store
    }

    /// Gives somebody a mailbox and a password; at once, also while the servers run.
    pub async fn add_user(&mut self, name: &str, password: &str) -> Result<()> {
        self.users.set(name, password)?;
        self.names.push(name.to_lowercase());
        self.write_recipients()?;
        if !self.postfix.greets() {
            return Ok(());
        }
        self.postfix.reload()?;
        // A process that still holds the old list may answer for a moment.
        let address = format!("{name}@{}", self.site.domain);
        for _ in 0..200 {
            if self.postfix.accepts(&address) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(Error::Server {
            what: format!("{address} stays unknown"),
            log: self.log(),
        })
    }

    fn write_recipients(&self) -> Result<()> {
        self.postfix
            .write_recipients(self.names.iter().map(|name| format!("{name}@{}", self.site.domain)))
    }

    /// Ends both servers in good order: connections are closed, new ones refused. Mail and queue stay.
    pub async fn stop(&mut self) -> Result<()> {
        self.stop_postfix().await?;
        self.stop_dovecot().await
    }

    /// Starts what is stopped, and waits until it greets.
    pub async fn start(&mut self) -> Result<()> {
        self.spawn()?;
        self.ready().await
    }

    /// Ends Dovecot alone: no reading, no sign-in for submission, and letters wait in the queue.
    pub async fn stop_dovecot(&mut self) -> Result<()> {
        let Some(mut process) = self.dovecot.take() else {
            return Ok(());
        };
        run_async(self.host.server("dovecot").arg("-c").arg(self.conf()).arg("stop")).await?;
        process.wait().doing("dovecot").map(|_| ())
    }

    /// Ends Postfix alone: nothing is submitted, sent or received.
    pub async fn stop_postfix(&mut self) -> Result<()> {
        self.postfix.stop().await
    }

    /// The letters that wait in its queue, one JSON object a line (`postqueue -j`).
    pub fn queue(&self) -> Result<String> {
        self.postfix.queue()
    }

    /// Has its queue tried again now.
    pub fn flush(&self) -> Result<()> {
        self.postfix.flush()
    }

    /// The end of both servers' logs.
    pub fn log(&self) -> String {
        format!("{}\n{}", tail(&self.dir.join("dovecot.log")), self.postfix.log())
    }

    pub(super) fn sendmail(&self, from: &str, to: &str, raw: &[u8]) -> Result<()> {
        self.postfix.sendmail(from, to, raw)
    }

    /// Gives a letter to the MDA, as if it had just been relayed here.
    pub(super) fn deliver(&self, user: &str, from: &str, raw: &[u8]) -> Result<()> {
        use std::io::Write as _;
        let mut command = self.host.server("/usr/lib/dovecot/dovecot-lda");
        command.arg("-c").arg(self.conf()).args(["-e", "-d", user, "-f", from]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .doing("dovecot-lda")?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(raw).doing("dovecot-lda")?;
        }
        let output = child.wait_with_output().doing("dovecot-lda")?;
        if output.status.success() {
            return Ok(());
        }
        let log = format!("{}\n{}", String::from_utf8_lossy(&output.stderr), self.log());
        Err(Error::Server {
            what: format!("{user} gets no letter ({})", output.status),
            log,
        })
    }

    fn spawn(&mut self) -> Result<()> {
        if self.dovecot.is_none() {
            let mut command = self.host.server("dovecot");
            let out = std::fs::File::create(self.dir.join("dovecot.out")).doing("dovecot.out")?;
            command
                .arg("-F")
                .arg("-c")
                .arg(self.conf())
                .stdout(Stdio::null())
                .stderr(out);
            self.dovecot = Some(command.spawn().doing("dovecot")?);
        }
        self.postfix.start()
    }

    /// Waits until both servers greet on all their ports.
    pub(super) async fn ready(&mut self) -> Result<()> {
        for _ in 0..1500 {
            if let Some(Some(status)) = self.dovecot.as_mut().and_then(|process| process.try_wait().ok()) {
                let log = format!("{}\n{}", tail(&self.dir.join("dovecot.out")), self.log());
                return Err(Error::Server {
                    what: format!("dovecot ended at once ({status})"),
                    log,
                });
            }
            self.postfix.check()?;
            if self.dovecot_greets() && self.postfix.greets() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(Error::Server {
            what: format!("{} does not come up", self.site.domain),
            log: self.log(),
        })
    }

    /// On IMAP with its authentication ready, which is the last of it.
    fn dovecot_greets(&self) -> bool {
        use std::io::Read as _;
        let patience = Duration::from_secs(2);
        let Ok(mut stream) = self.host.connect(super::at(self.site.address, PORTS.imap), patience) else {
            return false;
        };
        let _ = stream.set_read_timeout(Some(patience));
        let mut greeting = [0; 1024];
        let count = stream.read(&mut greeting).unwrap_or_default();
        String::from_utf8_lossy(greeting.get(..count).unwrap_or_default()).contains("[CAPABILITY")
    }

    fn conf(&self) -> PathBuf {
        self.dir.join("dovecot.conf")
    }
}
