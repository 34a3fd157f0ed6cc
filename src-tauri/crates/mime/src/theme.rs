//! Light and dark: the colours of a letter's document.

/// The colours a letter is shown in. Letters that bring their own stand on white paper in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark ink on white.
    Light,
    /// Light ink on near-black.
    Dark,
}

/// CSS colours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tokens {
    pub scheme: &'static str,
    pub page: &'static str,
    pub ink: &'static str,
    pub quiet_ink: &'static str,
    pub line: &'static str,
    pub accent: &'static str,
}

impl Theme {
    pub(crate) const fn tokens(self) -> Tokens {
        match self {
            Self::Light => Tokens {
                scheme: "light",
                page: "#fff",
                ink: "#1c1c1a",
                quiet_ink: "#66665f",
                line: "#e7e7e2",
                accent: "#2457d6",
            },
            Self::Dark => Tokens {
                scheme: "dark",
                page: "#222327",
                ink: "#eceae4",
                quiet_ink: "#a5a39b",
                line: "#303135",
                accent: "#86a8ff",
            },
        }
    }
}
