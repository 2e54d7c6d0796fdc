//! What forms hold besides words.
//!
//! Floor: console; pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Trouble;

/// A file that somebody sends.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Upload {
    /// What it is called.
    pub(crate) name: String,
    /// Its bytes, in base64.
    content: String,
}

impl Upload {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Trouble> {
        STANDARD.decode(&self.content).map_err(|_| {
            Trouble::field("file", "文件内容不是有效的 base64。", "The file's content is not valid base64.")
        })
    }

    /// As it stands in a form that is turned to JSON.
    pub(crate) fn value(name: &str, bytes: &[u8]) -> serde_json::Value {
        serde_json::json!({ "name": name, "content": STANDARD.encode(bytes) })
    }
}
