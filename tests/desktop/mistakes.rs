//! What is mistyped is said where it is mended.

use crate::desk::{Desk, Look};
use crate::letters::{self, ALICE};
use crate::window::Window;
use serde_json::json;

/// Waits for the error of that code, and that the field which it belongs to is that one, with the cursor in it.
async fn is_told(window: &Window, field: &str, code: &str) {
    window.see(&format!("field-error[data-code={code}]")).await;
    let input = format!("document.querySelector('[data-testid={field}]')");
    window
        .until(&format!(
            "{input}.getAttribute('aria-invalid') === 'true' && document.activeElement === {input}"
        ))
        .await;
    let described = format!("document.getElementById({input}.getAttribute('aria-describedby'))?.dataset.code");
    assert_eq!(window.value(&described).await, json!(code));
    window.until_count("field-error", 1).await;
}

#[tokio::test]
async fn a_mistake_is_told_at_its_field() {
    let desk = Desk::in_town().await;
    desk.town().deliver(ALICE, &letters::plain("Hello", "There.")).unwrap();
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.fill_account("", ALICE, "not the secret", "imap").await;
    window.click("add-account").await;
    is_told(&window, "welcome-password", "sign_in_refused").await;
    window.keep_picture("wrong-password.png").await;

    window.fill("welcome-password", "secret").await;
    window.fill("incoming-host", "nowhere.north.test").await;
    window.click("add-account").await;
    is_told(&window, "incoming-host", "host_not_found").await;

    window.fill("incoming-host", "mail.north.test").await;
    window.fill("outgoing-port", "466").await;
    window.click("add-account").await;
    is_told(&window, "outgoing-host", "unreachable").await;

    window.fill("outgoing-port", "465").await;
    window.click("add-account").await;
    window.until_count("letter-row", 1).await;
    window.close().await;
}
