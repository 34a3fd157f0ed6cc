//! How long a program runs and how much memory it holds.

use crate::Result;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One run of a reader.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Run {
    /// From the start of the process to its end.
    pub seconds: f64,
    /// The most memory that it held at any moment, in MiB; `None` where the system does not tell.
    pub peak_mib: Option<u64>,
}

/// Runs a command to a good end.
pub fn measure(mut command: Command) -> Result<Run> {
    let name = command.get_program().to_string_lossy().into_owned();
    let errors = tempfile::tempfile().map_err(|error| error.to_string())?;
    let told = errors.try_clone().map_err(|error| error.to_string())?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(told);
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = None;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| format!("{name}: {error}"))? {
            break status;
        }
        // The kernel keeps the highest mark: it is read again and again because it goes with the process.
        peak = high_water_kib(&status_file).or(peak);
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("{name}: {status}\n{}", text(errors)));
    }
    Ok(Run {
        seconds,
        peak_mib: peak.map(|kib| kib / 1024),
    })
}

fn high_water_kib(status_file: &str) -> Option<u64> {
    let status = std::fs::read_to_string(status_file).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn text(mut file: std::fs::File) -> String {
    use std::io::{Read, Seek};
    let mut bytes = Vec::new();
    let _ = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).trim_end().to_owned()
}
