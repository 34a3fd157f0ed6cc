//! `cargo xtask demo`: Pli as it would be after some years of use, against real servers, on a machine that had nothing
//! but Rust and Node. Everything it makes is gone when the window closes.

mod profile;
mod window;
mod world;

use crate::packages::{self, Consent};
use crate::{Result, shell, steps, town};
use clap::Args;
use profile::Profile;
use std::path::{Path, PathBuf};
use std::process::Command;
use world::World;

#[derive(Args)]
pub struct Options {
    /// Install missing packages without asking.
    #[arg(long)]
    yes: bool,
    /// A debug build: sooner there, slower in use.
    #[arg(long)]
    debug: bool,
    /// Letters in each account.
    #[arg(long, default_value_t = 400)]
    letters: usize,
    /// Open the window where nobody looks, write a picture of it there, close it, and make sure that nothing is left.
    #[arg(long, value_name = "PNG")]
    headless_check: Option<PathBuf>,
    /// The second half, as root, for the user of this uid:gid: the first has built everything.
    #[arg(long, hide = true, value_name = "UID:GID", requires = "programs")]
    built_by: Option<String>,
    /// Where the first half has put the programs.
    #[arg(long, hide = true, value_name = "DIR")]
    programs: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result {
    if let Some(programs) = &options.programs {
        return show(options, programs);
    }
    let consent = if options.yes || packages::on_ci() {
        Consent::Given
    } else {
        Consent::Ask
    };
    let mut needed = packages::BUILD.to_vec();
    needed.extend(packages::SERVERS);
    if options.headless_check.is_some() {
        needed.extend(packages::DESKTOP);
    }
    packages::need(&needed, consent)?;
    shell::build_cli(!options.debug)?;
    let shell = shell::build(!options.debug)?;
    let programs = shell.parent().unwrap_or(&shell);
    if cfg!(target_os = "linux") && !packages::is_root() && with_root(options, programs)? {
        return Ok(());
    }
    show(options, programs)
}

/// The town takes root, the window must not have it: builds stay with the user, and only the rest is started again by
/// sudo, which hands the window back to them. False when there is no sudo, or it is refused.
fn with_root(options: &Options, programs: &Path) -> Result<bool> {
    println!(
        "\nThe mail town is made of network namespaces, which takes root. Without it there are still real letters to read."
    );
    if !steps::has("sudo", "--version")
        || !Command::new("sudo")
            .arg("--validate")
            .status()
            .is_ok_and(|status| status.success())
    {
        return Ok(false);
    }
    let id = |flag: &str| -> Result<String> {
        let output = Command::new("id")
            .arg(flag)
            .output()
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let mut command = Command::new("sudo");
    command.arg("env");
    for name in [
        "HOME",
        "PATH",
        "DISPLAY",
        "XAUTHORITY",
        "WAYLAND_DISPLAY",
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "LANG",
    ] {
        if let Ok(value) = std::env::var(name) {
            command.arg(format!("{name}={value}"));
        }
    }
    command
        .arg(std::env::current_exe().map_err(|error| error.to_string())?)
        .arg("demo");
    command.args([
        "--letters",
        &options.letters.to_string(),
        "--built-by",
        &format!("{}:{}", id("-u")?, id("-g")?),
    ]);
    command.arg("--programs").arg(programs);
    if let Some(picture) = &options.headless_check {
        command.arg("--headless-check").arg(picture);
    }
    steps::run("demo", command).map(|()| true)
}

/// Everything but building.
fn show(options: &Options, programs: &Path) -> Result {
    let program = |name: &str| programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let (shell, pli) = (program("pli-desktop"), program("pli"));
    town::runtime()?.block_on(async {
        let world = World::build(options.letters).await?;
        println!("\n{}", world.explained());
        let profile = Profile::new(options.built_by.as_deref())?;
        world.add_accounts(&profile, &pli)?;
        match &options.headless_check {
            None => window::until_closed(profile.enter(world.command(&shell)), &world).await?,
            Some(picture) => {
                let [session, mark] = window::SESSION;
                let mut command = world.command(Path::new(session));
                command.arg(mark).arg(&shell);
                window::check(profile.enter(command), picture).await?;
            }
        }
        let traces = world.traces();
        drop((profile, world));
        if let Some(trace) = traces.iter().find(|trace| trace.exists()) {
            return Err(format!("{} is left", trace.display()));
        }
        println!("\nThe demo is over, and everything of it is gone.");
        Ok(())
    })
}
