//! Lets Tauri read its configuration and make the permissions of the window: the app's two commands are named
//! here, so that a window or frame has them only where a capability says so.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["call", "subscribe"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        println!("cargo::error={error:#}");
    }
}
