//! A letter that tries everything reaches nothing: not the network, not the app, not another page.

use crate::desk::{Desk, Look};
use crate::letters::{self, ALICE};
use crate::window::Window;
use serde_json::json;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// Where the window has its engine look for a way to the network, so that there is none.
const NOWHERE: &str = "127.0.0.1:9";

/// What never happens cannot be waited for: this is as long as a page gets to do what it would have done at once.
const LONG_ENOUGH: Duration = Duration::from_millis(1500);

/// Counts who connects, at home where the window is.
struct Spy {
    address: String,
    count: Arc<AtomicUsize>,
}

impl Spy {
    async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        tokio::spawn(async move {
            // A visitor is let go at once: it is the visit that counts.
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { address, count }
    }

    /// How many came since this was asked last. One of our own comes behind them, which proves that they would have been
    /// counted.
    async fn visits(&self) -> usize {
        let before = self.count.load(Ordering::SeqCst);
        drop(TcpStream::connect(&self.address).unwrap());
        while self.count.load(Ordering::SeqCst) == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.count.swap(0, Ordering::SeqCst) - 1
    }
}

#[tokio::test]
async fn a_hostile_letter_does_nothing() {
    let desk = Desk::in_town().await;
    // The address that the letter names, and the one that the window's engine would ask for the way there.
    let named = Spy::at("127.0.0.1:0").await;
    let nowhere = Spy::at(NOWHERE).await;
    let spy = named.address.as_str();
    desk.town().deliver(ALICE, &letters::hostile(spy)).unwrap();
    desk.town().deliver(ALICE, &letters::plain("Hello", "There.")).unwrap();
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.fill_account("Alice North", ALICE, "secret", "imap").await;
    window.click("add-account").await;
    window.until_count("letter-row", 2).await;

    window.open_letter("You have won").await;
    window
        .until_in_letter("document.body.innerText.includes('The last words of it.')")
        .await;
    is_untouched(&window, &desk).await;
    assert_eq!((named.visits().await, nowhere.visits().await), (0, 0));
    window.keep_picture("hostile.png").await;

    // The first wall, the cleaning, is thought away: the driver does inside the frame what a letter would do whose markup
    // came through whole, or whose script ran.
    reach_the_network(&window, spy).await;
    lead_away(&window, spy).await;
    call_the_app(&window).await;
    is_untouched(&window, &desk).await;
    assert_eq!((named.visits().await, nowhere.visits().await), (0, 0));

    // Here WebKit asks no policy. What holds is that its engine has no network.
    insert(&window, &format!("<link rel=preconnect href=\"http://{spy}\">")).await;
    is_untouched(&window, &desk).await;
    assert_eq!(named.visits().await, 0);
    window.close().await;
}

/// The letter and the app are as they were.
async fn is_untouched(window: &Window, desk: &Desk) {
    tokio::time::sleep(LONG_ENOUGH).await;
    let place = window.in_letter("location.href").await;
    assert!(place.as_str().unwrap().starts_with("letter://localhost/"), "{place}");
    assert_eq!(window.value("location.href").await, "tauri://localhost");
    assert_eq!(window.value("document.title").await, "Pli");
    window.reads("reader-subject", "You have won").await;
    window.until_count("letter-row", 2).await;
    window.until_count("mailbox-item[data-role=inbox]", 1).await;
    assert_eq!(desk.opened(), Vec::<String>::new());
}

/// Puts markup into the letter, past the cleaning.
async fn insert(window: &Window, markup: &str) {
    let insert = format!("void document.body.insertAdjacentHTML('beforeend', {})", json!(markup));
    window.in_letter(&insert).await;
}

async fn is_refused(window: &Window, promise: &str) {
    let answer = window.in_letter(promise).await;
    assert!(
        answer.as_str().unwrap_or_default().starts_with("failed"),
        "{promise}: {answer}"
    );
}

async fn reach_the_network(window: &Window, spy: &str) {
    let markup = format!(
        "<img src=\"http://{spy}/1\"><link rel=stylesheet href=\"http://{spy}/2\"><iframe src=\"http://{spy}/3\"></iframe>\
         <video src=\"http://{spy}/4\" poster=\"http://{spy}/5\"></video><object data=\"http://{spy}/6\"></object>\
         <link rel=prefetch href=\"http://{spy}/7\"><link rel=preload as=image href=\"http://{spy}/8\">\
         <style>@import \"http://{spy}/9\"; p {{ background: url(http://{spy}/10) }}</style>\
         <svg><image href=\"http://{spy}/11\"/></svg><form id=out action=\"http://{spy}/12\"></form>"
    );
    insert(window, &markup).await;
    let fetch = format!("fetch('http://{spy}/13', {{ mode: 'no-cors' }}).then(() => 'reached')");
    is_refused(window, &fetch).await;
    window
        .in_letter(&format!("void navigator.sendBeacon('http://{spy}/14', 'x')"))
        .await;
    window.in_letter(&format!("void new WebSocket('ws://{spy}/15')")).await;
    window.in_letter("void document.getElementById('out').submit()").await;
}

async fn lead_away(window: &Window, spy: &str) {
    let spy = format!("http://{spy}/away");
    for to in [
        &spy,
        "tauri://localhost/",
        "file:///etc/passwd",
        "https://example.test/",
    ] {
        let refresh = format!("<meta http-equiv=refresh content=\"0; url={to}\">");
        insert(window, &refresh).await;
        for way in [
            format!("location.href = {to:?}"),
            format!("top.location.href = {to:?}"),
            // A link that stays in the frame, as none does that was cleaned.
            format!(
                "document.body.appendChild(Object.assign(document.createElement('a'), {{ href: {to:?} }})).click()"
            ),
            format!("open({to:?})"),
        ] {
            window.in_letter(&format!("void ({way})")).await;
        }
    }
}

async fn call_the_app(window: &Window) {
    let hands = "typeof window.__TAURI_INTERNALS__ + ' ' + typeof window.__TAURI__";
    assert_eq!(window.in_letter(hands).await, "undefined undefined");
    let remove = json!({ "name": "accounts_remove", "args": { "account": 1 } });
    let call = format!(
        "fetch('ipc://localhost/call', {{ method: 'POST', body: JSON.stringify({remove}), headers: {{ \
         'Content-Type': 'application/json', 'Tauri-Callback': '1', 'Tauri-Error': '2' }} }}).then((answer) => answer.text())"
    );
    is_refused(window, &call).await;
    is_refused(window, "fetch('letter://localhost/2').then((answer) => answer.text())").await;
    is_refused(window, "Promise.resolve(top.document.title)").await;
    // WebKit gives its message handler to every frame; without the key of the window's own page it is deaf.
    let message = json!({
        "cmd": "call", "callback": 1, "error": 2, "payload": remove, "options": {}, "__TAURI_INVOKE_KEY__": "guessed",
    });
    let post = format!(
        "void webkit.messageHandlers.ipc.postMessage({})",
        json!(message.to_string())
    );
    window.in_letter(&post).await;
}
