//! Pictures of pages.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::session::Browser;

/// The build folder.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

impl Browser {
    /// Writes the whole page, also what one would have to scroll to, as `target/console/NAME-WIDTH-LANGUAGE.png`; a dark
    /// one has `-dark` before the end.
    pub fn picture(&self, name: &str) -> PathBuf {
        let view = self.view();
        let size = self.cdp("Page.getLayoutMetrics", json!({}))["cssContentSize"].clone();
        let (width, height) = view.width.size();
        // No page is so long that a picture of all of it would be of use.
        let height = size["height"].as_f64().unwrap_or(0.0).clamp(f64::from(height), 5_000.0);
        let width = size["width"].as_f64().unwrap_or(0.0).max(f64::from(width));
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let shot = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken = self.cdp("Page.captureScreenshot", shot);
        let bytes = STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        let folder = target().join("console");
        std::fs::create_dir_all(&folder).unwrap();
        let dark = if view.dark { "-dark" } else { "" };
        let path = folder.join(format!("{name}-{}-{}{dark}.png", view.width.size().0, view.language.short()));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes what is on the screen, and nothing that one would have to scroll to.
    pub fn shot(&self, to: &Path) {
        let taken = self.cdp("Page.captureScreenshot", json!({ "format": "png" }));
        std::fs::write(to, STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()).unwrap();
    }
}
