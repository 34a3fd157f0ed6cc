//! A real IMAP and POP3 server on loopback, in a temporary folder, gone with the value.
//!
//! Runs as root or as anybody. Sign-in names are `alice` or `alice@anything`; passwords are checked, and unknown
//! users refused. Plain text, STARTTLS and implicit TLS are all served; the certificate is for `localhost` and
//! 127.0.0.1, signed by an authority of its own.

mod config;
mod imap_pipe;
mod mail_store;
mod maildir;
mod users;

pub use config::Storage;
pub(crate) use config::{Config, ForPostfix, Ports, mail_owner};
pub use imap_pipe::ImapPipe;
pub use mail_store::MailStore;
pub(crate) use users::Users;

use crate::error::{Doing, Error, Result};
use crate::leash::{Leash, tail};
use crate::{Authority, os, require};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// Where its folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// Among the system's temporary files.
    #[default]
    Temporary,
    /// In memory where the system has room for files there, else as above: for mailboxes of very many letters, since disks
    /// differ a lot in how fast they make files.
    Memory,
}

impl Place {
    /// Linux's file system in memory.
    const SHARED_MEMORY: &str = "/dev/shm";

    fn leash(self) -> Result<Leash> {
        let memory = Path::new(Self::SHARED_MEMORY);
        match self {
            Self::Memory if memory.is_dir() => Leash::within(memory, "dovecot", HOLD),
            Self::Memory | Self::Temporary => Leash::new("dovecot", HOLD),
        }
    }
}

/// How a [`Dovecot`] is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// How letters lie on its disk.
    pub storage: Storage,
    /// Where that disk is.
    pub place: Place,
    /// Name and password of those who may sign in.
    pub users: Vec<(String, String)>,
    /// Connections that one user may hold from one address; more are refused.
    pub max_connections: u32,
    /// Lines added to `dovecot.conf`, such as `imap_capability = IMAP4rev1` for a poorer server.
    pub extra: String,
}

impl Default for Options {
    /// Maildir; alice and bob with the password `secret`; ten connections, as Dovecot's own default.
    fn default() -> Self {
        let users = ["alice", "bob"]
            .map(|name| (name.to_owned(), "secret".to_owned()))
            .to_vec();
        Self {
            storage: Storage::default(),
            place: Place::default(),
            users,
            max_connections: 10,
            extra: String::new(),
        }
    }
}

/// A running Dovecot.
pub struct Dovecot {
    // Dropped in this order: first the hand on the process, then the leash that ends it.
    process: Option<Child>,
    store: MailStore,
    users: Users,
    ports: Ports,
    authority: Authority,
    conf: PathBuf,
    leash: Leash,
}

/// Ends the server once the test is gone: at one blow, since nobody reads its mail any more and an orderly end takes
/// Dovecot a second. The leash is told the process group of master and children at each start, 0 at each stop.
const HOLD: &str = r#"while read -r told; do group=$told; done
if [ "${group:-0}" -gt 1 ]; then kill -s KILL -- "-$group"; sleep 0.05; fi"#;

/// Tries at finding four ports that nobody takes between our looking and Dovecot's binding.
const ATTEMPTS: u32 = 8;

impl Dovecot {
    /// Starts a server and waits until it greets.
    pub async fn start(options: Options) -> Result<Self> {
        require::programs(&require::DOVECOT)?;
        for (protocol, package) in [("imap", "dovecot-imapd"), ("pop3", "dovecot-pop3d")] {
            require::file(&Path::new("/usr/lib/dovecot").join(protocol), package)?;
        }
        let leash = options.place.leash()?;
        let dir = leash.dir().to_owned();
        let owner = mail_owner()?;
        let authority = Authority::new()?;
        authority.save(&dir.join("ca.pem"))?;
        authority
            .issue(&["localhost", "127.0.0.1"])?
            .save(&dir.join("cert.pem"), &dir.join("key.pem"))?;
        for folder in ["run", "mail"] {
            std::fs::create_dir(dir.join(folder)).doing(folder)?;
        }
        os::open_to_all(&dir.join("run"))?;
        os::give(&dir.join("mail"), owner)?;
        let users = Users::new(dir.join("users"), &options.users)?;
        let conf = dir.join("dovecot.conf");
        let store = MailStore::new(&dir, options.storage, owner);
        let ports = Ports {
            imap: 0,
            imaps: 0,
            pop3: 0,
            pop3s: 0,
        };
        let mut server = Self {
            process: None,
            store,
            users,
            ports,
            authority,
            conf,
            leash,
        };
        let mut outcome = Ok(());
        for _ in 0..ATTEMPTS {
            server.ports = free_ports()?;
            let config = Config {
                dir: &dir,
                listen: Ipv4Addr::LOCALHOST,
                ports: server.ports,
                storage: options.storage,
                owner,
                max_connections: options.max_connections,
                postfix: None,
                extra: &options.extra,
            };
            std::fs::write(&server.conf, config.text()?).doing(server.conf.display())?;
            outcome = server.run().await;
            match &outcome {
                Err(Error::Server { log, .. }) if log.contains("Address already in use") => {}
                _ => break,
            }
        }
        outcome.map(|()| server)
    }

    /// IMAP, plain text and STARTTLS.
    pub fn imap(&self) -> SocketAddr {
        loopback(self.ports.imap)
    }

    /// IMAP, implicit TLS.
    pub fn imaps(&self) -> SocketAddr {
        loopback(self.ports.imaps)
    }

    /// POP3, plain text and STLS.
    pub fn pop3(&self) -> SocketAddr {
        loopback(self.ports.pop3)
    }

    /// POP3, implicit TLS.
    pub fn pop3s(&self) -> SocketAddr {
        loopback(self.ports.pop3s)
    }

    /// The authority that signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The authority's root as a PEM file, for `SSL_CERT_FILE`.
    pub fn ca_pem_path(&self) -> PathBuf {
        self.leash.dir().join("ca.pem")
    }

    /// The letters it holds: to fill it, and to look at what it really has.
    pub fn store(&self) -> &MailStore {
        &self.store
    }

    /// Lets someone sign in, at once, also while it runs. A changed password may be noticed a second late.
    pub fn add_user(&self, name: &str, password: &str) -> Result<()> {
        self.users.set(name, password)
    }

    /// Puts raw letters into a mailbox; see [`MailStore::import`].
    pub async fn import(
        &self,
        user: &str,
        mailbox: &str,
        letters: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<usize> {
        self.store.import(user, mailbox, letters).await
    }

    /// What the server serves of a mailbox; see [`MailStore::raw_letters`].
    pub async fn raw_letters(&self, user: &str, mailbox: &str) -> Result<Vec<Vec<u8>>> {
        self.store.raw_letters(user, mailbox).await
    }

    /// Another mail client, from behind; see [`MailStore::imap_pipe`].
    pub async fn imap_pipe(&self, user: &str) -> Result<ImapPipe> {
        self.store.imap_pipe(user).await
    }

    /// Runs `doveadm` against this server; see [`MailStore::doveadm`].
    pub async fn doveadm(&self, args: &[&str]) -> Result<String> {
        self.store.doveadm(args).await
    }

    /// Ends the server in good order, which takes a second: connections are closed, new ones refused. Its ports and
    /// mail stay its own.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut process) = self.process.take() else {
            return Ok(());
        };
        let _ = Command::new(program("dovecot")?)
            .arg("-c")
            .arg(&self.conf)
            .arg("stop")
            .output()
            .await
            .doing("dovecot stop")?;
        let ended = tokio::time::timeout(Duration::from_secs(10), process.wait()).await;
        if ended.is_err() {
            return Err(self.broken("dovecot does not end"));
        }
        self.leash.tell(0)
    }

    /// Starts it again, with the ports and mail it had.
    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await?;
        self.run().await
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        tail(&self.leash.dir().join("dovecot.log"))
    }

    async fn run(&mut self) -> Result<()> {
        let mut command = std::process::Command::new(program("dovecot")?);
        os::detach(&mut command).arg("-F").arg("-c").arg(&self.conf);
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.leash.dir().join("dovecot.log"));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.doing("dovecot.log")?);
        let mut process = Command::from(command).spawn().doing("dovecot")?;
        self.leash.tell(process.id().unwrap_or_default())?;
        for _ in 0..1000 {
            if greets(self.imap()).await {
                self.process = Some(process);
                return Ok(());
            }
            if let Some(status) = process.try_wait().doing("dovecot")? {
                return Err(self.broken(&format!("dovecot ended at once ({status})")));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.process = Some(process);
        Err(self.broken("dovecot does not greet"))
    }

    fn broken(&self, what: &str) -> Error {
        Error::Server {
            what: what.to_owned(),
            log: self.log(),
        }
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

pub(crate) fn program(name: &str) -> Result<PathBuf> {
    require::find(name).ok_or_else(|| Error::Missing {
        what: name.to_owned(),
        remedy: "Install it.".to_owned(),
    })
}

/// Whether an IMAP server greets there, with its authentication ready.
async fn greets(addr: SocketAddr) -> bool {
    let ask = async {
        let mut lines = BufReader::new(TcpStream::connect(addr).await.ok()?).lines();
        // Before its authentication is up Dovecot says `* OK Waiting ...`.
        while let Some(line) = lines.next_line().await.ok()? {
            if line.contains("[CAPABILITY") {
                return Some(());
            }
        }
        None
    };
    matches!(tokio::time::timeout(Duration::from_secs(5), ask).await, Ok(Some(())))
}

/// Four ports that are free now. Below the range that the system hands out to clients, so that no connection of
/// another test takes one meanwhile.
fn free_ports() -> Result<Ports> {
    let free = || -> Result<u16> {
        let seed = u64::from(any_number());
        for step in 0..2000_u64 {
            let port = 20_000 + u16::try_from((seed + step * 7) % 12_000).unwrap_or_default();
            if std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(port);
            }
        }
        Err(Error::Server {
            what: "no free port".to_owned(),
            log: String::new(),
        })
    };
    Ok(Ports {
        imap: free()?,
        imaps: free()?,
        pop3: free()?,
        pop3s: free()?,
    })
}

/// A number that differs at every call and between processes.
fn any_number() -> u32 {
    use std::hash::{BuildHasher, Hasher};
    let hash = std::collections::hash_map::RandomState::new().build_hasher().finish();
    u32::try_from(hash >> 32).unwrap_or_default()
}
