//! The supervisors' console: pages and deeds, each of which is a JSON endpoint too.
//!
//! Floor: above `report`, `intake`, `import`, `author`, below `api`, which routes to it; knows nothing of SQL, axum or
//! sockets. Invariants: what a page shows is one serialisable model, so that page and endpoint cannot differ; everything
//! written goes through the server's own replica in the name of whoever signed in; who asks, when and from where is a
//! parameter; names and telephones in a model are masked unless they were revealed to this session.

mod asked;
pub(crate) mod assets;
mod charts;
mod desk;
pub(crate) mod fields;
mod forms;
mod kept;
pub(crate) mod lockout;
mod mask;
mod moment;
pub(crate) mod names;
pub(crate) mod pages;
pub(crate) mod shell;
mod told;
mod trouble;
pub(crate) mod words;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use asked::{Asked, Drawn, Via};
pub(crate) use desk::Desk;
pub(crate) use forms::Upload;
pub(crate) use kept::{Kept, Waiting};
pub(crate) use moment::Moment;
pub(crate) use shell::{Lang, Shell};
pub(crate) use trouble::Trouble;

/// Something to look at.
pub(crate) trait Page: 'static {
    /// The operation's name in the API's description.
    const ID: &'static str;
    /// What it is, in a line.
    const SUMMARY: &'static str;
    /// Fields of the model that change by themselves, as a clock does: they are no news.
    const FLEETING: &'static [&'static str] = &[];
    /// What may be asked for: names in braces of the path, and the query.
    type Query: DeserializeOwned + JsonSchema + Send + 'static;
    /// What is shown.
    type Model: Serialize + JsonSchema + Send + 'static;

    /// Puts it together.
    fn read(asked: &Asked<'_>, query: Self::Query) -> Result<Self::Model, Trouble>;

    /// Writes it as a page.
    fn show(shell: &Shell, model: &Self::Model) -> askama::Result<String>;
}

/// Something to do.
pub(crate) trait Deed: 'static {
    /// The operation's name in the API's description.
    const ID: &'static str;
    /// What it is, in a line.
    const SUMMARY: &'static str;
    /// Whether a file is part of it, which may be large.
    const TAKES_FILE: bool = false;
    /// What must be said: names in braces of the path, and the body.
    type Form: DeserializeOwned + JsonSchema + Send + 'static;

    /// Does it.
    fn perform(asked: &Asked<'_>, form: Self::Form) -> Result<Done, Trouble>;
}

/// Something to take along.
pub(crate) trait File: 'static {
    /// The operation's name in the API's description.
    const ID: &'static str;
    /// What it is, in a line.
    const SUMMARY: &'static str;
    /// Its media types.
    const MEDIA: &'static [&'static str];
    /// What may be asked for: names in braces of the path, and the query.
    type Query: DeserializeOwned + JsonSchema + Send + 'static;

    /// Makes it.
    fn make(asked: &Asked<'_>, query: Self::Query) -> Result<Made, Trouble>;
}

/// A file.
pub(crate) struct Made {
    /// What it is called.
    pub(crate) name: String,
    /// Its media type: one of [`File::MEDIA`].
    pub(crate) media: &'static str,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// What came of a deed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Done {
    /// Where to look next.
    pub(crate) next: String,
    /// What was done, in the language asked for.
    pub(crate) said: String,
    /// The record that was made, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// What is shown this once and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) once: Option<Once>,
    /// Whether the second factor was shown by it: a session that is all the way in begins.
    #[serde(skip)]
    pub(crate) enter: bool,
}

/// Something that is shown once.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Once {
    /// What it is and what to do with it.
    pub(crate) about: String,
    /// The codes, or the one.
    pub(crate) codes: Vec<String>,
    /// The same as a QR picture, as SVG, where there is one to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) qr: Option<String>,
}

impl Done {
    /// Done, and where to look next.
    pub(crate) fn new(asked: &Asked<'_>, next: impl Into<String>, zh: &str, en: &str) -> Self {
        Self { next: next.into(), said: asked.lang.pick(zh, en).to_owned(), id: None, once: None, enter: false }
    }

    /// With the record that was made.
    pub(crate) fn with_id(self, id: impl std::fmt::Display) -> Self {
        Self { id: Some(id.to_string()), ..self }
    }
}

/// A QR picture of a text, as SVG that takes its colours from the page.
pub(crate) fn qr(text: &str) -> Option<String> {
    use qrcode::render::svg;
    let code = qrcode::QrCode::new(text).ok()?;
    let mut drawn = code.render::<svg::Color<'_>>();
    // A scanner wants dark on light, whatever the page's mode is.
    drawn.min_dimensions(220, 220).dark_color(svg::Color("#000")).light_color(svg::Color("#fff"));
    let svg = drawn.build();
    // What stands before the element is for files of their own.
    svg.find("<svg").map(|at| svg[at..].to_owned())
}
