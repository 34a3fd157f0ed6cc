//! The main window: shown once it has painted, confined to the app's own pages.

use std::path::{Path, PathBuf};
use tauri::ipc::CapabilityBuilder;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_opener::OpenerExt;

/// Opens the main window. Of all files it may hand only those below `opened` to other programs.
pub fn open(app: &AppHandle, opened: &Path) -> tauri::Result<()> {
    app.add_capability(CapabilityBuilder::new("opened").window("main").permission_scoped(
        "opener:allow-open-path",
        vec![serde_json::json!({ "path": below(opened) })],
        Vec::new(),
    ))?;
    let links = app.clone();
    let builder = WebviewWindowBuilder::new(app, "main", WebviewUrl::default());
    let window = without_network(builder)
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
        .on_navigation(is_ours)
        // A link in a letter asks for a new window: it goes to the browser instead.
        .on_new_window(move |url, _| {
            open_outside(&links, &url);
            NewWindowResponse::Deny
        })
        .build()?;
    #[cfg(target_os = "linux")]
    graphics::suit(&window)?;
    #[cfg(not(target_os = "linux"))]
    drop(window);
    Ok(())
}

/// How WebKitGTK paints.
#[cfg(target_os = "linux")]
mod graphics {
    use tauri::WebviewWindow;
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

    /// Without a graphics card WebKit paints as if there were one, and has it emulated: a frame of a scrolled list takes
    /// three times as long as when it paints by itself.
    pub fn suit(window: &WebviewWindow) -> tauri::Result<()> {
        if has_card() {
            return Ok(());
        }
        window.with_webview(|webview| {
            if let Some(settings) = webview.inner().settings() {
                settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            }
        })
    }

    /// Whether the kernel has a card that programs may render with.
    fn has_card() -> bool {
        let nodes = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
        nodes
            .map(|node| node.file_name())
            .any(|name| name.to_string_lossy().starts_with("renderD"))
    }
}

/// The screen and its letters come from the program itself, so their engine needs no way to the network. WebKit asks no
/// policy before `<link rel=preconnect>`: with a proxy where nobody listens, that leads nowhere too.
fn without_network<'a, M: Manager<tauri::Wry>>(
    builder: WebviewWindowBuilder<'a, tauri::Wry, M>,
) -> WebviewWindowBuilder<'a, tauri::Wry, M> {
    // The port of the discard protocol (RFC 863): reserved, and what did listen there would answer nothing.
    match Url::parse("http://127.0.0.1:9") {
        Ok(nowhere) if cfg!(target_os = "linux") && !tauri::is_dev() => builder.proxy_url(nowhere),
        _ => builder,
    }
}

/// The pattern of everything below a folder. What the folder's own name has of the signs of patterns stands for itself.
fn below(folder: &Path) -> PathBuf {
    let name: String = folder
        .to_string_lossy()
        .chars()
        .map(|c| {
            if matches!(c, '?' | '*' | '[' | ']') {
                format!("[{c}]")
            } else {
                c.to_string()
            }
        })
        .collect();
    Path::new(&name).join("**")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_shown() {
        for ours in [
            "tauri://localhost/",
            "letter://localhost/5?theme=dark",
            "http://letter.localhost/5",
            "about:blank",
        ] {
            assert!(is_ours(&ours.parse().unwrap()), "{ours}");
        }
        for other in [
            "https://north.test/",
            "http://letter.localhost.north.test/",
            "http://127.0.0.1:8080/",
            "file:///etc/passwd",
            "data:text/html,x",
            "blob:null/1",
            "javascript:void 0",
        ] {
            assert!(!is_ours(&other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn a_folder_is_no_pattern() {
        assert_eq!(
            below(Path::new("/home/a[1]*/opened")),
            Path::new("/home/a[[]1[]][*]/opened/**")
        );
    }
}
