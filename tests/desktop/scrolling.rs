//! A long list in the real window: every row comes as it is scrolled to. How evenly it runs is printed, not asserted:
//! machines differ. `PLI_CORPUS` is a folder of `.eml` files to take instead of generated letters.

use crate::desk::{Desk, Look};
use crate::letters::ALICE;
use crate::window::Window;
use pli_model::Timestamp;
use pli_testkit::letters::{Letter, bulk};
use std::path::Path;
use std::time::Duration;

const GENERATED: usize = 2_000;
/// Generated letters were received in the hours before this moment.
const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

fn letters() -> Vec<Vec<u8>> {
    let Some(folder) = std::env::var_os("PLI_CORPUS") else {
        return bulk(GENERATED, NOW).map(|letter| letter.raw).collect();
    };
    let files = std::fs::read_dir(Path::new(&folder)).unwrap().flatten();
    files.filter_map(|file| std::fs::read(file.path()).ok()).collect()
}

/// A wheel's notch, in pixels.
const NOTCH: u32 = 120;
/// Frames of scrolling by the wheel, and of flying from end to end.
const FRAMES: u32 = 600;

/// Scrolls on by so many pixels each frame, from the top to the end of the list or for [`FRAMES`] frames, and notes how long
/// each frame took and whether the rows in view were there.
fn scroll(step: &str) -> String {
    format!(
        "(() => {{
            const list = document.querySelector('[role=grid]');
            const frames = [];
            let bare = 0, last;
            window.scrolled = undefined;
            list.scrollTop = 0;
            const step = {step};
            const isInView = (row) => {{
                const at = row.getBoundingClientRect(), view = list.getBoundingClientRect();
                return at.bottom > view.top && at.top < view.bottom;
            }};
            const frame = (now) => {{
                if (last !== undefined) frames.push(now - last);
                last = now;
                // Rows that are there are not measured: measuring costs a layout.
                if ([...list.querySelectorAll('[role=row]:not([data-testid])')].some(isInView)) bare += 1;
                const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
                if (atEnd || frames.length >= {FRAMES}) window.scrolled = {{ frames, bare }};
                else {{ list.scrollTop += step; requestAnimationFrame(frame); }}
            }};
            requestAnimationFrame(frame);
            return true;
        }})()"
    )
}

/// Scrolls in that way and prints how it went.
async fn scrolls(window: &Window, how: &str, step: &str) {
    window.value(&scroll(step)).await;
    window
        .until_within(Duration::from_secs(60), "window.scrolled !== undefined")
        .await;
    let scrolled = window.value("window.scrolled").await;
    let frames = scrolled["frames"].as_array().unwrap();
    let mut frames: Vec<f64> = frames.iter().filter_map(|ms| ms.as_f64()).collect();
    frames.sort_by(f64::total_cmp);
    let at = |share: f64| frames[((frames.len() - 1) as f64 * share) as usize];
    eprintln!(
        "{how}: {} frames: median {:.1} ms, p95 {:.1} ms, longest {:.1} ms; {} frames with a row that was not there yet",
        frames.len(),
        at(0.5),
        at(0.95),
        at(1.0),
        scrolled["bare"]
    );
}

#[tokio::test]
async fn a_long_list_scrolls_from_end_to_end() {
    let desk = Desk::in_town().await;
    let letters = letters();
    let count = letters.len();
    desk.town()
        .fill(ALICE, letters.into_iter().map(Letter::from))
        .await
        .unwrap();
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.fill_account("Alice North", ALICE, "secret", "imap").await;
    window.click("add-account").await;
    window.see("letter-row").await;
    let all = format!("document.querySelector('[role=grid]').ariaRowCount === '{count}'");
    window.until_within(Duration::from_secs(180), &all).await;
    eprintln!("{count} letters");
    scrolls(&window, "by the wheel", &NOTCH.to_string()).await;
    let flight = format!("Math.max({NOTCH}, (list.scrollHeight - list.clientHeight) / ({FRAMES} - 2))");
    scrolls(&window, "from end to end", &flight).await;
    // At rest the last rows are there, whatever happened on the way.
    let last = format!("document.querySelector('[aria-rowindex=\"{count}\"]')?.dataset.testid === 'letter-row'");
    window.until(&last).await;
    window.close().await;
}
