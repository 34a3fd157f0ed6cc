//! Pli's desktop shell: one window on the engine. No mail logic.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod args;
mod call;
mod letter;
mod window;

use pli_engine::Engine;
use std::path::PathBuf;
use tauri::Manager;

fn main() {
    pli_machine::prepare();
    let (engine, opened) = match open(args::profile()) {
        Ok(open) => open,
        Err(message) => {
            window::say_and_quit(&message);
            return;
        }
    };
    let outcome = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .invoke_handler(tauri::generate_handler![call::call, call::subscribe])
        .register_asynchronous_uri_scheme_protocol("letter", letter::serve)
        .setup(move |app| {
            app.manage(engine);
            window::open(app.handle(), &opened)?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(error) = outcome {
        eprintln!("pli: the window could not be opened: {error}");
        std::process::exit(1);
    }
}

/// Opens the profile and starts its accounts before there is a window: the first screen has its letters at once.
/// Answers also the folder from which attachments are opened.
fn open(profile: Option<PathBuf>) -> Result<(Engine, PathBuf), String> {
    let mut options = pli_machine::options(profile)?;
    forget_passphrase();
    let folder = std::path::absolute(&options.profile).map_err(|error| error.to_string())?;
    options.profile.clone_from(&folder);
    let engine = tauri::async_runtime::block_on(async {
        let engine = Engine::open(options).await.map_err(|error| error.to_string())?;
        engine.start().await.map_err(|error| error.to_string())?;
        Ok::<_, String>(engine)
    })?;
    Ok((engine, without_links(folder).join("opened")))
}

/// WebKit's processes and the programs that open links inherit our environment: the passphrase must not be in it.
/// Called before there is a second thread. (Elsewhere the system starts them, not we.)
fn forget_passphrase() {
    #[cfg(target_os = "linux")]
    glib::unsetenv(pli_machine::PASSPHRASE);
}

/// Tauri compares paths without symbolic links. On Windows it takes those of a pattern out itself, and could not read
/// the verbatim form that they have without.
fn without_links(folder: PathBuf) -> PathBuf {
    if cfg!(windows) {
        return folder;
    }
    folder.canonicalize().unwrap_or(folder)
}
