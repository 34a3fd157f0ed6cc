//! The open window: what a person sees in it, and what they do with it.
//!
//! Elements are named by their `data-testid`. Everything that is looked for is waited for; nothing is slept for.

use crate::picture::Picture;
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long anything may take to come into sight. Far more than it needs: this is no benchmark.
const PATIENCE: Duration = Duration::from_secs(30);
/// A window in which nothing changes for so long is at rest.
const REST: Duration = Duration::from_millis(300);

pub struct Window {
    client: Client,
    /// Where the display is kept.
    display: PathBuf,
    log: PathBuf,
}

impl Window {
    pub fn new(client: Client, display: PathBuf, log: PathBuf) -> Self {
        Self { client, display, log }
    }

    /// The element in sight.
    pub async fn see(&self, id: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(element) = in_time(self.client.find(Locator::Css(&css(id)))).await
                && element.is_displayed().await.unwrap_or_default()
            {
                return element;
            }
            assert!(Instant::now() < deadline, "{id} is not in sight");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until no such element is in sight: none is there, or it is hidden or outside of the window.
    pub async fn is_hidden(&self, id: &str) {
        self.until(&format!(
            "[...document.querySelectorAll({})].every(one => {{ const box = one.getBoundingClientRect(); \
             return !one.checkVisibility({{ visibilityProperty: true }}) || box.right <= 0 || box.left >= innerWidth; }})",
            json!(css(id))
        ))
        .await;
    }

    /// Waits until an element says this, somewhere in its words.
    pub async fn reads(&self, id: &str, words: &str) {
        self.until(&format!(
            "[...document.querySelectorAll({})].some(one => one.innerText.includes({}))",
            json!(css(id)),
            json!(words)
        ))
        .await;
    }

    pub async fn click(&self, id: &str) {
        self.see(id).await.click().await.unwrap();
    }

    /// Puts words into a field, in place of what it holds.
    pub async fn fill(&self, id: &str, words: &str) {
        let field = self.see(id).await;
        field.click().await.unwrap();
        self.press("Control+a").await;
        self.press("Delete").await;
        // The driver refuses to type nothing.
        if !words.is_empty() {
            field.send_keys(words).await.unwrap();
        }
    }

    /// Types words where the cursor is.
    pub async fn write(&self, words: &str) {
        for letter in words.chars() {
            self.keys(&[letter]).await;
        }
    }

    /// Presses a key, written as on the help sheet: `r`, `Control+Enter`, `Delete`.
    pub async fn press(&self, chord: &str) {
        let keys: Vec<char> = chord.split('+').map(key).collect();
        self.keys(&keys).await;
    }

    async fn keys(&self, keys: &[char]) {
        let down = keys.iter().map(|&value| KeyAction::Down { value });
        let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
        let actions = down
            .chain(up)
            .fold(KeyActions::new("keys".to_owned()), InputSource::then);
        in_time(self.client.perform_actions(actions)).await.unwrap();
    }

    /// Presses the mouse at one place of the window and lets it go at another.
    pub async fn drag(&self, from: (i64, i64), to: (i64, i64)) {
        let go = |(x, y): (i64, i64)| PointerAction::MoveTo {
            duration: Some(Duration::ZERO),
            x: x as f64,
            y: y as f64,
        };
        let button = MOUSE_BUTTON_LEFT;
        let actions = MouseActions::new("mouse".to_owned())
            .then(go(from))
            .then(PointerAction::Down { button })
            .then(go(to))
            .then(PointerAction::Up { button });
        in_time(self.client.perform_actions(actions)).await.unwrap();
    }

    /// The value of an expression of JavaScript in the window.
    pub async fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        in_time(self.client.execute(&script, Vec::new())).await.unwrap()
    }

    /// Waits until an expression of JavaScript is true.
    pub async fn until(&self, expression: &str) {
        self.until_within(PATIENCE, expression).await;
    }

    /// The same for what takes its time.
    pub async fn until_within(&self, patience: Duration, expression: &str) {
        let deadline = Instant::now() + patience;
        while self.value(&format!("!!({expression})")).await != json!(true) {
            assert!(Instant::now() < deadline, "does not come true: {expression}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until so many elements are there.
    pub async fn until_count(&self, id: &str, count: usize) {
        self.until(&format!(
            "document.querySelectorAll({}).length === {count}",
            json!(css(id))
        ))
        .await;
    }

    /// Waits until every account has looked at its server and has nothing to do.
    pub async fn is_in_step(&self) {
        let in_step = "document.querySelector('[data-testid=status-foot]').innerText.includes('Up to date')";
        self.until_within(Duration::from_secs(60), in_step).await;
    }

    /// Waits until the keys go to that element.
    pub async fn has_focus(&self, id: &str) {
        self.until(&format!("document.activeElement.matches({})", json!(css(id))))
            .await;
    }

    /// Goes to that element by the Tab key, as whoever has no mouse.
    pub async fn tab_to(&self, id: &str) {
        self.see(id).await;
        let here = format!("document.activeElement.matches({})", json!(css(id)));
        for _ in 0..60 {
            if self.value(&here).await == json!(true) {
                return;
            }
            self.press("Tab").await;
        }
        panic!("Tab does not lead to {id}");
    }

    /// Opens the mailbox of that name from the sidebar.
    pub async fn open_mailbox(&self, name: &str) {
        let item = format!(
            "[...document.querySelectorAll('[data-mailbox-id]')].find(one => one.querySelector('.name').innerText === {})",
            json!(name)
        );
        self.until(&item).await;
        let id = self.value(&format!("{item}.dataset.mailboxId")).await;
        self.click(&format!("mailbox-item[data-mailbox-id={id}]")).await;
    }

    /// Waits until the list has so many letters, in view or not.
    pub async fn lists(&self, count: usize) {
        self.until(&format!(
            "Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') ?? 0) === {count}"
        ))
        .await;
    }

    /// Opens the letter with that subject from the list, by a click.
    pub async fn open_letter(&self, subject: &str) {
        let row = format!(
            "[...document.querySelectorAll('[data-testid=letter-row]')].find(row => row.querySelector('.subject').innerText.trim() === {})",
            json!(subject)
        );
        self.until(&row).await;
        let id = self.value(&format!("{row}.dataset.id")).await;
        self.click(&format!("letter-row[data-id={id}]")).await;
        self.reads("reader-subject", subject).await;
        self.until_in_letter("document.readyState === 'complete' && location.protocol === 'letter:'")
            .await;
    }

    /// Waits until an expression is true inside the letter's frame.
    pub async fn until_in_letter(&self, expression: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // A frame that is being replaced cannot be asked.
            if self.ask_letter(&format!("return !!({expression})")).await == Ok(json!(true)) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "does not come true in the letter: {expression}"
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The value of an expression inside the letter's frame, where no script of a letter ever gets; of a promise, what it
    /// comes to, or `failed: why`.
    pub async fn in_letter(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];\n\
             (async () => {expression})().then(done, (error) => done(`failed: ${{error}}`));"
        );
        self.ask_letter(&script).await.unwrap()
    }

    /// Clicks on something in the letter.
    pub async fn click_in_letter(&self, css: &str) {
        self.see("reader-frame").await.enter_frame().await.unwrap();
        let clicked = in_time(async { self.client.find(Locator::Css(css)).await?.click().await }).await;
        in_time(self.client.clone().enter_parent_frame()).await.unwrap();
        self.value("window.focus()").await;
        clicked.unwrap();
    }

    /// Where these words of the letter begin and end in the window.
    pub async fn letter_words(&self, words: &str) -> ((i64, i64), (i64, i64)) {
        let find = format!(
            "(() => {{ const walk = document.createTreeWalker(document.body, 4);\n\
             for (let text; (text = walk.nextNode());) {{\n\
               const at = text.data.indexOf({words});\n\
               if (at < 0) continue;\n\
               const range = document.createRange();\n\
               range.setStart(text, at); range.setEnd(text, at + {words}.length);\n\
               const box = range.getBoundingClientRect();\n\
               return [box.left, box.right, box.top + box.height / 2];\n\
             }} }})()",
            words = json!(words)
        );
        let inside = self.in_letter(&find).await;
        let frame = self
            .value("(() => { const box = document.querySelector('[data-testid=reader-frame]').getBoundingClientRect(); return [box.left, box.top] })()")
            .await;
        let at = |value: &Value, index: usize| value[index].as_f64().unwrap_or_else(|| panic!("{words}: {value}"));
        let (x, y) = (at(&frame, 0), at(&frame, 1) + at(&inside, 2));
        let place = |left: f64| ((x + left).round() as i64, y.round() as i64);
        (place(at(&inside, 0)), place(at(&inside, 1)))
    }

    /// Waits while the letter's frame has the keys, after a click in it or for a copy, until the list has them again.
    pub async fn lends_its_keys_to_the_letter(&self) {
        self.until("document.activeElement.tagName === 'IFRAME'").await;
        // What is pressed in the very moment of the change is heard by neither.
        let mut looks = 0;
        while looks < 3 {
            self.until("document.activeElement.getAttribute('role') === 'grid'")
                .await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            looks += 1;
        }
    }

    async fn ask_letter(&self, script: &str) -> Result<Value, String> {
        let inside = async {
            self.see("reader-frame").await.enter_frame().await?;
            if script.starts_with("return") {
                self.client.execute(script, Vec::new()).await
            } else {
                self.client.execute_async(script, Vec::new()).await
            }
        };
        let answer = in_time(inside).await;
        in_time(self.client.clone().enter_parent_frame()).await.unwrap();
        // A frame that the driver enters gets the keys: the window takes them back.
        self.value("window.focus()").await;
        answer.map_err(|error| error.to_string())
    }

    /// Fills the form of an account, and waits until its servers are found.
    pub async fn fill_account(&self, name: &str, email: &str, password: &str, mode: &str) {
        self.fill("welcome-name", name).await;
        self.fill("welcome-email", email).await;
        self.fill("welcome-password", password).await;
        self.click(&format!("mode-{mode}")).await;
        let host = format!("mail.{}", email.rsplit_once('@').unwrap().1);
        for side in ["incoming", "outgoing"] {
            self.until(&format!(
                "document.querySelector('[data-testid={side}-host]').value === {}",
                json!(host)
            ))
            .await;
        }
    }

    /// Makes the window this wide and high.
    pub async fn resize(&self, width: u32, height: u32) {
        in_time(self.client.set_window_size(width, height)).await.unwrap();
        self.until(&format!("innerWidth === {width} && innerHeight === {height}"))
            .await;
    }

    /// A picture of the window at rest, as PNG: of two in a row that are the same.
    async fn picture(&self) -> Vec<u8> {
        let size = self.value("[innerWidth, innerHeight]").await;
        let length = |at: usize| usize::try_from(size[at].as_u64().unwrap()).unwrap();
        let take = || Picture::take(&self.display, length(0), length(1)).unwrap();
        let deadline = Instant::now() + PATIENCE;
        let mut picture = take();
        loop {
            tokio::time::sleep(REST).await;
            let next = take();
            if picture == next || Instant::now() > deadline {
                return next.png().unwrap();
            }
            picture = next;
        }
    }

    /// Keeps a picture, when pictures are wanted, of the window at rest.
    pub async fn keep_picture(&self, name: &str) {
        if std::env::var_os("PLI_PICTURES").is_some() {
            self.until_count("toast", 0).await;
            self.keep_picture_with_toast(name).await;
        }
    }

    /// The same, whatever toasts there are.
    pub async fn keep_picture_with_toast(&self, name: &str) {
        if let Some(folder) = std::env::var_os("PLI_PICTURES") {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(Path::new(&folder).join(name), self.picture().await).unwrap();
        }
    }

    pub async fn close(self) {
        in_time(self.client.clone().close()).await.unwrap();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let path = std::env::temp_dir().join(format!("pli-{test}.png"));
        let picture = Picture::take(&self.display, usize::MAX, usize::MAX).and_then(|picture| picture.png());
        match picture.and_then(|picture| std::fs::write(&path, picture)) {
            Ok(()) => eprintln!("The window when it failed: {}", path.display()),
            Err(error) => eprintln!("No picture of the window: {error}"),
        }
        eprintln!("{}", std::fs::read_to_string(&self.log).unwrap_or_default());
    }
}

/// What is asked of the driver, which itself waits for ever.
async fn in_time<T>(asked: impl Future<Output = Result<T, CmdError>>) -> Result<T, CmdError> {
    tokio::time::timeout(PATIENCE, asked)
        .await
        .expect("the window does not answer")
}

/// `compose-to`, or `mailbox-item[data-role=inbox]`.
fn css(id: &str) -> String {
    let (name, rest) = id.split_at(id.find(['[', ' ']).unwrap_or(id.len()));
    format!("[data-testid=\"{name}\"]{rest}")
}

fn key(name: &str) -> char {
    match name {
        "Control" => '\u{e009}',
        "Shift" => '\u{e008}',
        "Enter" => '\u{e007}',
        "Escape" => '\u{e00c}',
        "Delete" => '\u{e017}',
        "Tab" => '\u{e004}',
        "Space" => ' ',
        "F5" => '\u{e035}',
        "F10" => '\u{e03a}',
        one => {
            let mut letters = one.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) => letter,
                _ => panic!("{one} is no key"),
            }
        }
    }
}
