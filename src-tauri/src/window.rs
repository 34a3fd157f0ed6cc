//! The main window: shown once it has painted, confined to the app's own pages.

use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Url, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_opener::OpenerExt;

/// Opens the main window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let links = app.clone();
    WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Pli")
        .inner_size(1280.0, 800.0)
        .min_inner_size(360.0, 480.0)
        .visible(false)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                let _ = window.show();
            }
        })
        // No page of the world is ever shown in this window, not even in a frame.
        .on_navigation(|url| is_ours(url))
        // A link in a letter asks for a new window: it goes to the browser instead.
        .on_new_window(move |url, _| {
            open_outside(&links, &url);
            NewWindowResponse::Deny
        })
        .build()?;
    Ok(())
}

fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" | "letter" | "ipc" | "about" => true,
        "http" | "https" => {
            matches!(
                url.host_str(),
                Some("tauri.localhost" | "letter.localhost" | "ipc.localhost")
            ) || (cfg!(debug_assertions) && url.host_str() == Some("localhost"))
        }
        _ => false,
    }
}

fn open_outside(app: &AppHandle, url: &Url) {
    if matches!(url.scheme(), "http" | "https" | "mailto")
        && let Err(error) = app.opener().open_url(url.as_str(), None::<&str>)
    {
        tracing::warn!(%error, "the link could not be opened");
    }
}

/// Says why Pli cannot start, where there is no window yet: on standard error and in a dialog.
pub fn say_and_quit(message: &str) {
    use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
    eprintln!("pli: {message}");
    let words = message.to_owned();
    let shown = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            let handle = app.handle().clone();
            app.dialog()
                .message(words)
                .title("Pli cannot start")
                .kind(MessageDialogKind::Error)
                .show(move |_| handle.exit(1));
            Ok(())
        })
        .run(tauri::generate_context!());
    if shown.is_err() {
        std::process::exit(1);
    }
}
