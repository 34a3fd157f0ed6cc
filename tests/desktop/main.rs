//! The real window, driven through WebKitWebDriver.
