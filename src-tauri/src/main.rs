//! Pli's desktop shell: one window on the engine. No mail logic.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod args;
mod call;
mod letter;
mod window;

use pli_engine::Engine;
use tauri::Manager;

fn main() {
    pli_machine::prepare();
    let profile = args::profile();
    let engine = match open(profile) {
        Ok(engine) => engine,
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
            window::open(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(error) = outcome {
        eprintln!("pli: the window could not be opened: {error}");
        std::process::exit(1);
    }
}

/// Opens the profile and starts its accounts before there is a window: the first screen has its letters at once.
fn open(profile: Option<std::path::PathBuf>) -> Result<Engine, String> {
    let options = pli_machine::options(profile)?;
    tauri::async_runtime::block_on(async {
        let engine = Engine::open(options).await.map_err(|error| error.to_string())?;
        engine.start().await.map_err(|error| error.to_string())?;
        Ok(engine)
    })
}
