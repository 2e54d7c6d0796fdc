//! What pages need beside their text: a stylesheet, a script, an icon; all in the binary.
//!
//! Floor: console; pure. Invariant: their mark is made of what they hold, so that a browser never keeps an old one.

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

/// Each by its name, with its media type and what it holds.
const ASSETS: [(&str, &str, &str); 3] = [
    ("console.css", "text/css; charset=utf-8", include_str!("../../assets/console.css")),
    ("console.js", "text/javascript; charset=utf-8", include_str!("../../assets/console.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../assets/icon.svg")),
];

/// The media type and text of an asset.
pub(crate) fn asset(name: &str) -> Option<(&'static str, &'static str)> {
    ASSETS.iter().find(|(have, ..)| *have == name).map(|(_, media, text)| (*media, *text))
}

/// What they hold, in short.
pub(crate) fn mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let mut all = Sha256::new();
        for (name, _, text) in ASSETS {
            all.update(name);
            all.update(text);
        }
        all.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    })
}
