//! The real window: the shell as it is shipped, in WebKitGTK on a display of its own, at home in a mail town, driven
//! by keys and clicks through WebKitWebDriver.
//!
//! `PLI_PICTURES=DIR` keeps the pictures that are taken on the way. When a test fails, a picture of its window is left
//! in the temporary folder. Linux only: the webviews of other systems have no such driver.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy's own exception does not reach the functions that tests share"
)]

mod desk;
mod first_day;
mod hostile;
mod last_copy;
mod letters;
mod mistakes;
mod offline;
mod picture;
mod pictures;
mod scrolling;
mod shell;
mod switching;
mod window;
