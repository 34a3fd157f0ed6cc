//! The `letter` scheme: each letter's page as a document of its own, shown in a sandboxed frame.
//!
//! The third wall around hostile HTML: the response carries its own Content-Security-Policy, which allows nothing
//! to be fetched and nothing to run, whatever the cleaning let through. Only the app's own document may frame it.

use pli_engine::{Engine, PAGE_CSP, Theme};
use pli_model::PlacementId;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

/// Answers `letter://localhost/<id>?theme=light|dark`.
pub fn serve<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let engine = Engine::clone(&context.app_handle().state::<Engine>());
    tauri::async_runtime::spawn(async move { responder.respond(answer(&engine, &request).await) });
}

async fn answer(engine: &Engine, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let Ok(id) = request.uri().path().trim_matches('/').parse() else {
        return respond(StatusCode::NOT_FOUND, String::new());
    };
    let theme = match request.uri().query() {
        Some(query) if query.split('&').any(|pair| pair == "theme=dark") => Theme::Dark,
        _ => Theme::Light,
    };
    match engine.page(PlacementId(id), theme).await {
        Ok(Some(page)) => respond(StatusCode::OK, page.html),
        Ok(None) => respond(StatusCode::NOT_FOUND, String::new()),
        Err(error) => {
            tracing::warn!(%error, "a letter's page could not be made");
            respond(StatusCode::INTERNAL_SERVER_ERROR, String::new())
        }
    }
}

fn respond(status: StatusCode, html: String) -> Response<Vec<u8>> {
    let mut response = Response::new(html.into_bytes());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, PAGE_CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}
