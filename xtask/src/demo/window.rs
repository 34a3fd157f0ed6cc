//! Pli's window: open until the person closes it, or opened on a display of its own, looked at and closed.

use super::world::World;
use crate::Result;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::time::{Instant, sleep};

/// Runs the window to its end, or to Ctrl-C. A letter arrives a little after it has opened.
pub async fn until_closed(command: Command, world: &World) -> Result {
    let mut child = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("Pli: {error}"))?;
    let greeting = sleep(Duration::from_secs(15));
    tokio::pin!(greeting);
    let mut greeted = false;
    loop {
        tokio::select! {
            status = child.wait() => {
                let status = status.map_err(|error| error.to_string())?;
                return if status.success() { Ok(()) } else { Err(format!("Pli ended with {status}")) };
            }
            () = &mut greeting, if !greeted => {
                world.greet();
                greeted = true;
            }
            _ = tokio::signal::ctrl_c() => {
                let id = child.id().map(|id| id.to_string()).unwrap_or_default();
                return end(child, &id).await;
            }
        }
    }
}

/// How long the window may take to show itself. Far more than it needs: machines of CI are slow, and this is no benchmark.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program of a desktop session of its own; the window's goes behind it.
pub const SESSION: [&str; 2] = ["dbus-run-session", "--"];

/// Opens the window on a display of its own, waits until letters are on it, writes a picture of it, and closes it.
/// `command` begins with [`SESSION`].
pub async fn check(mut command: Command, picture: &Path) -> Result {
    let mut display = Display::open().await?;
    command
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .env("GDK_BACKEND", "x11")
        .env("NO_AT_BRIDGE", "1");
    let mut session = tokio::process::Command::from(command)
        .spawn()
        .map_err(|error| format!("Pli: {error}"))?;
    let outcome = look(&display, &mut session, picture).await;
    // The session ends with its program, but not the other way round: it is the program that must be asked to end.
    let program = session.id().and_then(window_of).unwrap_or_default();
    end(session, &program).await?;
    display.server.kill().await.map_err(|error| error.to_string())?;
    outcome
}

/// The process of the window among a session's children.
fn window_of(session: u32) -> Option<String> {
    let children = std::fs::read_to_string(format!("/proc/{session}/task/{session}/children")).ok()?;
    let is_window =
        |id: &&str| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe.ends_with("pli-desktop"));
    children.split_whitespace().find(is_window).map(str::to_owned)
}

async fn look(display: &Display, child: &mut Child, picture: &Path) -> Result {
    let deadline = Instant::now() + PATIENCE;
    let (mut best, mut unchanged) = (0, 0);
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("Pli ended before its window was there ({status})"));
        }
        sleep(Duration::from_millis(500)).await;
        if display
            .ask("xdotool", &["search", "--onlyvisible", "--name", "Pli"])
            .await
            .is_err()
        {
            continue;
        }
        let path = picture.to_string_lossy();
        display.ask("import", &["-window", "root", &path]).await?;
        // A blank window has a few colours; one with letters on it hundreds, and it comes to rest.
        let colours = display
            .ask("identify", &["-format", "%k", &path])
            .await?
            .trim()
            .parse()
            .unwrap_or(0);
        (best, unchanged) = if colours == best {
            (best, unchanged + 1)
        } else {
            (colours, 0)
        };
        if best > 100 && unchanged >= 3 {
            println!("The window is there: {path}, {best} colours.");
            return Ok(());
        }
    }
    Err(format!(
        "no window with letters on it within {PATIENCE:?} ({best} colours)"
    ))
}

/// Asks a process to end, and waits for the child that is it, or that goes with it.
async fn end(mut child: Child, process: &str) -> Result {
    let _ = Command::new("kill").arg(process).stderr(Stdio::null()).status();
    if tokio::time::timeout(Duration::from_secs(10), child.wait())
        .await
        .is_err()
    {
        let _ = Command::new("kill").args(["-s", "KILL", process]).status();
        child.kill().await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// A display that nobody sees.
struct Display {
    name: String,
    server: Child,
}

impl Display {
    async fn open() -> Result<Self> {
        let mut command = tokio::process::Command::new("Xvfb");
        // It chooses a free number itself and says which.
        command.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut server = command.spawn().map_err(|error| format!("Xvfb: {error}"))?;
        let mut lines = BufReader::new(server.stdout.take().ok_or("Xvfb: no output")?).lines();
        let number = tokio::time::timeout(Duration::from_secs(20), lines.next_line()).await;
        match number {
            Ok(Ok(Some(number))) => Ok(Self {
                name: format!(":{number}"),
                server,
            }),
            _ => Err("Xvfb does not start".to_owned()),
        }
    }

    async fn ask(&self, program: &str, words: &[&str]) -> Result<String> {
        let output = tokio::process::Command::new(program)
            .args(words)
            .env("DISPLAY", &self.name)
            .output()
            .await;
        let output = output.map_err(|error| format!("{program}: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
