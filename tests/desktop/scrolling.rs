//! A long list in the real window: every row comes as it is scrolled to. How evenly it runs is printed, not asserted:
//! machines differ. `PLI_CORPUS` is a folder of `.eml` files to take instead of generated letters.

use crate::desk::{Desk, Look};
use crate::letters::ALICE;
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

/// Scrolls the list from end to end, a wheel's notch each frame, and notes how long each frame took and whether the rows in
/// view were there.
const SCROLL: &str = "(() => {
    const list = document.querySelector('[role=grid]');
    const frames = [];
    let bare = 0, last = performance.now();
    window.scrolled = undefined;
    list.scrollTop = 0;
    const step = Math.max(120, (list.scrollHeight - list.clientHeight) / 600);
    const frame = (now) => {
        frames.push(now - last);
        last = now;
        const rows = [...list.querySelectorAll('[role=row]')];
        const view = list.getBoundingClientRect();
        const inView = rows.filter((row) => {
            const at = row.getBoundingClientRect();
            return at.bottom > view.top && at.top < view.bottom;
        });
        if (inView.some((row) => row.dataset.testid !== 'letter-row')) bare += 1;
        if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) window.scrolled = { frames, bare };
        else { list.scrollTop += step; requestAnimationFrame(frame); }
    };
    requestAnimationFrame(frame);
    return true;
})()";

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
    window.value(SCROLL).await;
    window
        .until_within(Duration::from_secs(60), "window.scrolled !== undefined")
        .await;
    let scrolled = window.value("window.scrolled").await;
    let mut frames: Vec<f64> = scrolled["frames"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|ms| ms.as_f64())
        .collect();
    frames.sort_by(f64::total_cmp);
    let at = |share: f64| frames[((frames.len() - 1) as f64 * share) as usize];
    eprintln!(
        "{count} letters, {} frames: median {:.1} ms, p95 {:.1} ms, longest {:.1} ms; {} frames with a row that was not there yet",
        frames.len(),
        at(0.5),
        at(0.95),
        at(1.0),
        scrolled["bare"]
    );
    // At rest the last rows are there, whatever happened on the way.
    let last = format!("document.querySelector('[aria-rowindex=\"{count}\"]')?.dataset.testid === 'letter-row'");
    window.until(&last).await;
    window.close().await;
}
