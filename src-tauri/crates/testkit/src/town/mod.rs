//! The mail town: a small internet of real servers, in namespaces of its own.
//!
//! | host | address | what it is |
//! |---|---|---|
//! | home | 10.77.0.2 | where Pli runs |
//! | dns | 10.77.0.53 | dnsmasq: MX, A, SRV, PTR |
//! | north | 10.77.0.10 | provider of north.test: Postfix 25/587/465, Dovecot 143/993/110/995 |
//! | south | 10.77.0.20 | provider of south.test: the same |
//!
//! A letter sent at one finds the other through DNS and really arrives. `alice@north.test` and `bob@south.test` have
//! the password `secret`; unknown people are refused at RCPT, wrong passwords at sign-in.
//!
//! A town is a process, mount and network namespace with more network namespaces in it. Nothing of it has a name
//! outside, so any number of towns stand side by side, and the machine's own network is not touched. When the process
//! that started it goes, the kernel ends every server of it (`switch.sh`, [`crate::leash`]).

mod dns;
mod door;
mod host;
mod postfix;
mod provider;

pub use host::{Cut, Host};
pub use provider::Provider;

use crate::dovecot::{Storage, program};
use crate::error::{Doing, Error, Result};
use crate::leash::{Leash, tail};
use crate::letters::Letter;
use crate::{Authority, require};
use door::Door;
use provider::Site;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::time::Duration;

/// How a [`Town`] is to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How letters lie on the providers' disks.
    pub storage: Storage,
}

/// A running town.
pub struct Town {
    north: Provider,
    south: Provider,
    home: Host,
    authority: Authority,
    doors: Mutex<Vec<Door>>,
    dnsmasq: Child,
    leash: Leash,
}

const HOME: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
const DNS: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 53);
const SITES: [Site; 2] = [
    Site {
        name: "north",
        domain: "north.test",
        address: Ipv4Addr::new(10, 77, 0, 10),
        user: "alice",
    },
    Site {
        name: "south",
        domain: "south.test",
        address: Ipv4Addr::new(10, 77, 0, 20),
        user: "bob",
    },
];

/// Waits for the word that the folder is filled, then is the town until the pipe closes.
const HOLD: &str = r#"if read -r go; then
unshare --pid --net --mount --propagation private --fork --kill-child=KILL sh "$1/switch.sh" "$1" $(cat "$1/hosts")
fi"#;

impl Town {
    /// Builds a town and waits until every server greets. Takes root on Linux, and about two seconds.
    pub async fn start(options: Options) -> Result<Self> {
        require::programs(&require::DOVECOT)?;
        require::programs(&require::TOWN)?;
        for (part, package) in [
            ("imap", "dovecot-imapd"),
            ("pop3", "dovecot-pop3d"),
            ("lmtp", "dovecot-lmtpd"),
        ] {
            require::file(&Path::new("/usr/lib/dovecot").join(part), package)?;
        }
        require::root()?;
        let mut leash = Leash::new("town", HOLD)?;
        let dir = leash.dir().to_owned();
        let authority = Authority::new()?;
        authority.save(&dir.join("ca.pem"))?;
        lay_ground(&mut leash).await?;

        let host =
            |name, address| -> Result<Host> { Ok(Host::new(name, address, pid(&dir, name)?, pid(&dir, "switch")?)) };
        let dns = host("dns", DNS)?;
        std::fs::write(dir.join("dnsmasq.conf"), dns::config(&dir, DNS, HOME, &SITES)).doing("dnsmasq.conf")?;
        let mut dnsmasq = dns.server(program("dnsmasq")?);
        dnsmasq
            .arg("-C")
            .arg(dir.join("dnsmasq.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let dnsmasq = dnsmasq.spawn().doing("dnsmasq")?;

        let provider =
            |site: Site| Provider::start_new(&dir, site, host(site.name, site.address)?, &authority, options.storage);
        let [north, south] = SITES;
        let (mut north, mut south) = (provider(north)?, provider(south)?);
        north.ready().await?;
        south.ready().await?;
        let home = host("home", HOME)?;
        let mut town = Self {
            north,
            south,
            home,
            authority,
            doors: Mutex::new(Vec::new()),
            dnsmasq,
            leash,
        };
        town.dns_answers().await?;
        Ok(town)
    }

    /// The reader's own machine.
    pub fn home(&self) -> &Host {
        &self.home
    }

    /// The provider of north.test.
    pub fn north(&mut self) -> &mut Provider {
        &mut self.north
    }

    /// The provider of south.test.
    pub fn south(&mut self) -> &mut Provider {
        &mut self.south
    }

    /// The authority that signed every server's certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Its root as a PEM file, for `SSL_CERT_FILE`.
    pub fn ca_pem_path(&self) -> PathBuf {
        self.leash.dir().join("ca.pem")
    }

    /// The town's folder; gone with the town. Logs are in it.
    pub fn dir(&self) -> &Path {
        self.leash.dir()
    }

    /// A port on this machine's loopback that leads to a provider's port, as if from home: for code that runs in this
    /// process. The server's certificate is good for `localhost` too.
    pub async fn door(&self, domain: &str, port: u16) -> Result<SocketAddr> {
        let to = at(self.at_domain(domain)?.host().address(), port);
        let door = Door::open(self.home.clone(), to).await?;
        let addr = door.addr();
        if let Ok(mut doors) = self.doors.lock() {
            doors.push(door);
        }
        Ok(addr)
    }

    /// Gives `user@domain` a mailbox and a password.
    pub async fn add_user(&mut self, address: &str, password: &str) -> Result<()> {
        let (user, domain) = split(address)?;
        let provider = if domain == self.north.domain() {
            &mut self.north
        } else {
            &mut self.south
        };
        if domain != provider.domain() {
            return Err(nobody(address));
        }
        provider.add_user(user, password).await
    }

    /// Lays a raw letter into somebody's inbox through their provider's MDA, as if it had just come from elsewhere.
    pub fn deliver(&self, to: &str, raw: &[u8]) -> Result<()> {
        let (user, domain) = split(to)?;
        self.at_domain(domain)?.deliver(user, "postmaster@elsewhere.test", raw)
    }

    /// Has somebody's provider send a raw letter, as its web mail would. It travels the whole way by itself.
    pub fn post(&self, from: &str, to: &str, raw: &[u8]) -> Result<()> {
        self.at_domain(split(from)?.1)?.sendmail(from, to, raw)
    }

    /// Fills somebody's mailboxes, past all servers. Answers how many letters it was.
    pub async fn fill(&self, address: &str, letters: impl IntoIterator<Item = Letter>) -> Result<usize> {
        let (user, domain) = split(address)?;
        self.at_domain(domain)?.store().import_letters(user, letters).await
    }

    /// What somebody's provider serves of a mailbox, oldest first.
    pub async fn letters(&self, address: &str, mailbox: &str) -> Result<Vec<Vec<u8>>> {
        let (user, domain) = split(address)?;
        self.at_domain(domain)?.store().raw_letters(user, mailbox).await
    }

    /// Waits until somebody's mailbox holds at least so many letters, and answers them all.
    pub async fn arrived(
        &self,
        address: &str,
        mailbox: &str,
        count: usize,
        patience: Duration,
    ) -> Result<Vec<Vec<u8>>> {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let letters = self.letters(address, mailbox).await?;
            if letters.len() >= count {
                return Ok(letters);
            }
            if tokio::time::Instant::now() > deadline {
                let what = format!("{address} has {} of {count} letters after {patience:?}", letters.len());
                return Err(Error::Server { what, log: self.log() });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The ends of all logs.
    pub fn log(&self) -> String {
        let dns = tail(&self.dir().join("dnsmasq.log"));
        format!(
            "== north\n{}\n== south\n{}\n== dns\n{dns}",
            self.north.log(),
            self.south.log()
        )
    }

    fn at_domain(&self, domain: &str) -> Result<&Provider> {
        let found = [&self.north, &self.south]
            .into_iter()
            .find(|provider| provider.domain() == domain);
        found.ok_or_else(|| nobody(domain))
    }

    async fn dns_answers(&mut self) -> Result<()> {
        for _ in 0..500 {
            if let Some(status) = self.dnsmasq.try_wait().doing("dnsmasq")? {
                let log = tail(&self.dir().join("dnsmasq.log"));
                return Err(Error::Server {
                    what: format!("dnsmasq ended at once ({status})"),
                    log,
                });
            }
            if self.home.connect(at(DNS, 53), Duration::from_secs(1)).is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(Error::Server {
            what: "dnsmasq does not answer".to_owned(),
            log: tail(&self.dir().join("dnsmasq.log")),
        })
    }
}

/// Writes what the namespaces are made from, has them made, and waits for the switch.
async fn lay_ground(leash: &mut Leash) -> Result<()> {
    let dir = leash.dir().to_owned();
    let hosts = SITES
        .iter()
        .map(|site| (site.name, site.address))
        .chain([("home", HOME), ("dns", DNS)]);
    let hosts: String = hosts.map(|(name, address)| format!("{name}:{address}\n")).collect();
    let files = [
        ("switch.sh", include_str!("switch.sh")),
        ("hosts", &hosts),
        (
            "resolv.conf",
            &format!("nameserver {DNS}\noptions timeout:2 attempts:2\n"),
        ),
        (
            "nsswitch.conf",
            "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
        ),
    ];
    for (name, text) in files {
        std::fs::write(dir.join(name), text).doing(name)?;
    }
    leash.tell(1)?;
    for _ in 0..1000 {
        if dir.join("switch.pid").exists() {
            return Ok(());
        }
        if leash.has_ended() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(Error::Server {
        what: "the town's namespaces cannot be made".to_owned(),
        log: tail(&dir.join("leash.log")),
    })
}

fn pid(dir: &Path, name: &str) -> Result<u32> {
    let path = dir.join(format!("{name}.pid"));
    let text = std::fs::read_to_string(&path).doing(path.display())?;
    text.trim().parse().map_err(|_| Error::Server {
        what: format!("{}: {text:?}", path.display()),
        log: String::new(),
    })
}

fn at(address: Ipv4Addr, port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(address, port)
}

fn split(address: &str) -> Result<(&str, &str)> {
    address.rsplit_once('@').ok_or_else(|| nobody(address))
}

fn nobody(address: &str) -> Error {
    Error::Server {
        what: format!("{address}: the town has no such provider"),
        log: String::new(),
    }
}
