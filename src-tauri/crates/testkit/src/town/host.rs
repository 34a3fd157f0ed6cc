//! A host of the town: a network namespace with its own resolver.

use crate::error::{Doing, Error, Result};
use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// How a host loses its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Its own interface is down: it knows at once that there is no network (flight mode).
    Down,
    /// The cable is pulled at the switch: it hears nothing any more, and finds out by waiting.
    Silent,
}

/// A host. Its namespace lives as long as the town.
#[derive(Debug, Clone)]
pub struct Host {
    name: &'static str,
    address: Ipv4Addr,
    /// The process that holds the namespace, as seen from here.
    pid: u32,
    /// The one that holds the switch.
    switch: u32,
}

impl Host {
    pub(super) fn new(name: &'static str, address: Ipv4Addr, pid: u32, switch: u32) -> Self {
        Self {
            name,
            address,
            pid,
            switch,
        }
    }

    /// Its address in the town.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// The process whose network and mount namespaces are this host's, as `nsenter --target` wants it.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// A command that runs there: on that host's network, asking the town's DNS. Otherwise it is an ordinary child
    /// process, with the files and the working folder that this process has at the time of the call.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.enter(&["--net", "--mount"]);
        // Entering a mount namespace leads to its root folder.
        if let Ok(here) = std::env::current_dir() {
            command.arg("env").arg("-C").arg(here);
        }
        command.arg(program);
        command
    }

    /// A command that dies with the town, however that ends.
    pub(super) fn server(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.enter(&["--net", "--mount", "--pid"]);
        crate::os::detach(&mut command).arg(program).stdin(Stdio::null());
        command
    }

    fn enter(&self, namespaces: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--target={}", self.pid)).args(namespaces).arg("--");
        command
    }

    /// Connects from this host. The connection may be used anywhere in this process.
    pub(super) fn connect(&self, to: SocketAddrV4, patience: Duration) -> std::io::Result<TcpStream> {
        let namespace = format!("/proc/{}/ns/net", self.pid);
        // A thread of its own: it stays in that namespace until it ends.
        let connecting = std::thread::spawn(move || {
            enter_network(&namespace)?;
            TcpStream::connect_timeout(&SocketAddr::V4(to), patience)
        });
        connecting
            .join()
            .unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into()))
    }

    /// Takes its network away.
    pub fn cut(&self, how: Cut) -> Result<()> {
        match how {
            Cut::Down => self.ip(self.pid, &["link", "set", "eth0", "down"]),
            Cut::Silent => self.ip(self.switch, &["link", "set", &format!("to-{}", self.name), "nomaster"]),
        }
    }

    /// Lets so many kilobits a second through to it, and no more. A change here is in force at once.
    pub fn narrow(&self, kilobits: u32) -> Result<()> {
        let (link, rate) = (format!("to-{}", self.name), format!("{kilobits}kbit"));
        let limit = ["tbf", "rate", &rate, "burst", "16kb", "latency", "1s"];
        let words = [&["qdisc", "replace", "dev", &link, "root"][..], &limit].concat();
        self.on(self.switch, "tc", &words)
    }

    /// Takes that limit away.
    pub fn widen(&self) -> Result<()> {
        let link = format!("to-{}", self.name);
        self.on(self.switch, "tc", &["qdisc", "del", "dev", &link, "root"])
    }

    /// Gives it its network back.
    pub fn heal(&self) -> Result<()> {
        self.ip(
            self.switch,
            &["link", "set", &format!("to-{}", self.name), "master", "switch"],
        )?;
        self.ip(self.pid, &["link", "set", "eth0", "up"])
    }

    fn ip(&self, pid: u32, args: &[&str]) -> Result<()> {
        self.on(pid, "ip", args)
    }

    fn on(&self, pid: u32, program: &str, args: &[&str]) -> Result<()> {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--target={pid}"))
            .args(["--net", "--", program])
            .args(args);
        run(&mut command).map(|_| ())
    }
}

#[cfg(target_os = "linux")]
fn enter_network(namespace: &str) -> std::io::Result<()> {
    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
    use std::os::fd::AsFd;
    let file = std::fs::File::open(namespace)?;
    Ok(move_into_link_name_space(
        file.as_fd(),
        Some(LinkNameSpaceType::Network),
    )?)
}

#[cfg(not(target_os = "linux"))]
fn enter_network(_: &str) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Runs a command to its end and answers what it printed.
pub(super) fn run(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}");
    let output = command.output().doing(&shown)?;
    judge(shown, &output)
}

/// The same for commands that take their time.
pub(super) async fn run_async(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}");
    let command = std::mem::replace(command, Command::new("true"));
    let output = tokio::process::Command::from(command).output().await.doing(&shown)?;
    judge(shown, &output)
}

fn judge(command: String, output: &Output) -> Result<String> {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Err(Error::Command {
        command,
        status: output.status.to_string(),
        output: text,
    })
}
