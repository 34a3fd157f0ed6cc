//! A desk at home in a mail town: a display, a session bus and a driver, a profile, and the shell's window on it.
//!
//! Everything runs in the town's process namespace, so that the kernel ends it with the town, however the test ends.

use crate::{shell, window::Window};
use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use pli_testkit::require::{self, Program};
use pli_testkit::{Town, town};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use serde_json::json;
use std::fs::TryLockError;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NEEDED: [Program; 3] = [
    program("Xvfb", "xvfb"),
    program("dbus-run-session", "dbus"),
    program("WebKitWebDriver", "webkit2gtk-driver"),
];

const fn program(name: &'static str, package: &'static str) -> Program {
    Program { name, package }
}

/// Where the driver listens, on home's loopback: each town has a home of its own.
const DRIVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4444);

/// A session bus that starts nothing by itself. Of the services that a machine has, the portal would tell the window
/// about light and dark in its own time, and the keychain would ask.
const BUS: &str = "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>\
    <policy context='default'><allow send_destination='*'/><allow receive_sender='*'/><allow own='*'/></policy></busconfig>";

/// How long the window may take to open, and to be gone once it is closed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Light or dark, as the desktop has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Light,
    Dark,
}

pub struct Desk {
    town: Town,
    folder: PathBuf,
    programs: Vec<Child>,
}

impl Desk {
    /// A town and a desk in it. The thread of the caller moves into the home's network: what it connects to and listens
    /// on from now on is there. So its runtime must be of the current thread.
    pub async fn in_town() -> Self {
        require::programs(&NEEDED).unwrap();
        let town = Town::start(town::Options::default()).await.unwrap();
        let folder = town.dir().join("desk");
        for name in ["home", "config/gtk-3.0", "runtime", "profile", "bin", "display"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        std::fs::write(folder.join("bus.conf"), BUS).unwrap();
        let opener = folder.join("bin/xdg-open");
        std::fs::write(&opener, "#!/bin/sh\nprintf '%s\\n' \"$1\" >>\"$HOME/opened\"\n").unwrap();
        std::fs::set_permissions(&opener, PermissionsExt::from_mode(0o755)).unwrap();
        let mut desk = Self {
            town,
            folder,
            programs: Vec::new(),
        };
        let display = desk.start_display();
        desk.start_driver(&display).await;
        desk
    }

    pub fn town(&self) -> &Town {
        &self.town
    }

    pub fn profile(&self) -> PathBuf {
        self.folder.join("profile")
    }

    /// Where the display server keeps what is on the display.
    fn display(&self) -> PathBuf {
        self.folder.join("display")
    }

    /// What the window handed to the desktop to be opened: links and files, in order.
    pub fn opened(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.join("home/opened")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Waits until so much was handed to the desktop.
    pub async fn until_opened(&self, count: usize) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.opened().len() < count {
            assert!(
                Instant::now() < deadline,
                "only {:?} were opened\n{}",
                self.opened(),
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.opened()
    }

    /// Opens the window. At most one is open at a time.
    pub async fn open(&self, look: Look) -> Window {
        let settings = format!(
            "[Settings]\ngtk-enable-animations=0\ngtk-application-prefer-dark-theme={}\ngtk-cursor-blink=0\n",
            u8::from(look == Look::Dark)
        );
        std::fs::write(self.folder.join("config/gtk-3.0/settings.ini"), settings).unwrap();
        let options = json!({ "binary": shell::program(), "args": ["--profile", self.profile()] });
        let wanted = [("webkitgtk:browserOptions".to_owned(), options)];
        self.profile_is_free().await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted.into_iter().collect());
        let address = format!("http://{DRIVER}");
        let client = tokio::time::timeout(PATIENCE, builder.connect(&address))
            .await
            .unwrap_or_else(|_| panic!("the window does not open\n{}", self.log()))
            .unwrap_or_else(|error| panic!("the window does not open: {error}\n{}", self.log()));
        Window::new(client, self.display(), self.folder.join("driver.log"))
    }

    /// Waits until the window that was closed before is gone: the driver does not. A process that ends loses its words
    /// first, and what it holds later: its lock on the profile tells.
    async fn profile_is_free(&self) {
        let deadline = Instant::now() + PATIENCE;
        while is_running_with(&self.profile()) || is_locked(&self.profile().join("lock")) {
            assert!(Instant::now() < deadline, "the window does not close\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A display that nobody sees. It is on the machine's own network, where its number is the only one of its kind; the
    /// window finds it by its socket's path.
    fn start_display(&mut self) -> String {
        let mut command = self.enter(&["--pid"]);
        command.args([
            "Xvfb",
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
            "-fbdir",
        ]);
        command.arg(self.display());
        let mut server = command
            .stdout(Stdio::piped())
            .stderr(self.log_file("display.log"))
            .spawn()
            .unwrap();
        let mut number = String::new();
        let read = BufReader::new(server.stdout.take().unwrap()).read_line(&mut number);
        assert!(
            read.is_ok() && !number.is_empty(),
            "Xvfb does not start\n{}",
            self.log()
        );
        self.programs.push(server);
        format!(":{}", number.trim())
    }

    async fn start_driver(&mut self, display: &str) {
        let mut command = self.enter(&["--net", "--mount", "--pid"]);
        // Entering a mount namespace leads to its root folder.
        command.arg("env").arg("-C").arg(&self.folder);
        command
            .arg("dbus-run-session")
            .arg("--config-file")
            .arg(self.folder.join("bus.conf"));
        command.args(["--", "WebKitWebDriver"]);
        command.args([format!("--port={}", DRIVER.port()), format!("--host={}", DRIVER.ip())]);
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env("PATH", format!("{}:{path}", self.folder.join("bin").display()))
            .env("DISPLAY", display)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .envs([
                ("GDK_BACKEND", "x11"),
                ("NO_AT_BRIDGE", "1"),
                ("LANG", "C.UTF-8"),
                ("TZ", "UTC"),
                ("TAURI_WEBVIEW_AUTOMATION", "true"),
                ("PLI_VAULT_PASSPHRASE", "correct horse battery staple"),
            ])
            .env("SSL_CERT_FILE", self.town.ca_pem_path())
            .env("HOME", self.folder.join("home"))
            .env("XDG_DATA_HOME", self.folder.join("home"))
            .env("XDG_CACHE_HOME", self.folder.join("home"))
            .env("XDG_CONFIG_HOME", self.folder.join("config"))
            .env("XDG_RUNTIME_DIR", self.folder.join("runtime"))
            .stdout(Stdio::null())
            .stderr(self.log_file("driver.log"));
        self.programs.push(command.spawn().unwrap());

        let network = std::fs::File::open(format!("/proc/{}/ns/net", self.town.home().pid())).unwrap();
        move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(DRIVER).is_err() {
            assert!(Instant::now() < deadline, "the driver does not start\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A command in some of the home's namespaces.
    fn enter(&self, namespaces: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--target={}", self.town.home().pid()))
            .args(namespaces)
            .arg("--")
            .stdin(Stdio::null());
        command
    }

    fn log_file(&self, name: &str) -> std::fs::File {
        std::fs::File::create(self.folder.join(name)).unwrap()
    }

    fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(Path::new(&self.folder).join(name)).unwrap_or_default();
        format!("{}\n{}", read("display.log"), read("driver.log"))
    }
}

impl Drop for Desk {
    /// The way into the namespaces is a process here; what it leads to ends with the town.
    fn drop(&mut self) {
        for program in &mut self.programs {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// Whether a program holds that lock.
fn is_locked(path: &Path) -> bool {
    std::fs::File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Whether a program runs that was started with this path among its words.
fn is_running_with(path: &Path) -> bool {
    let wanted = path.as_os_str().as_bytes();
    let words = |entry: std::fs::DirEntry| std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .any(|entry| words(entry).split(|byte| *byte == 0).any(|word| word == wanted))
}
