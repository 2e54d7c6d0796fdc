//! One browser of one test: how it is started, how it looks at a page, how it ends.
//!
//! Invariants: it ends with its test, also with one that fails, which leaves a picture and the page's text first; what it
//! is told (width, language, dark) holds for every page it opens.

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::driver::{Driver, driver, missing};

/// How wide a screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// A desk's: 1280 by 900.
    Wide,
    /// A phone's: 390 by 844, touched.
    Narrow,
}

impl Width {
    /// Width and height in the page's pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Self::Wide => (1280, 900),
            Self::Narrow => (390, 844),
        }
    }
}

/// What language the browser asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// zh-CN.
    Chinese,
    /// en.
    English,
}

impl Language {
    /// As in the names of pictures.
    pub fn short(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    fn asked(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN,zh",
            Self::English => "en",
        }
    }
}

/// How a browser looks at pages.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub width: Width,
    pub language: Language,
    /// Whether the system is said to be dark.
    pub dark: bool,
}

impl Default for View {
    /// A desk, Chinese, light.
    fn default() -> Self {
        Self { width: Width::Wide, language: Language::Chinese, dark: false }
    }
}

impl View {
    /// Every width with every language, light.
    pub fn all() -> impl Iterator<Item = Self> {
        [Width::Wide, Width::Narrow].into_iter().flat_map(|width| {
            [Language::Chinese, Language::English].map(|language| Self { width, language, dark: false })
        })
    }
}

/// A command that only chromedriver knows.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// A browser.
pub struct Browser {
    /// Gone once it has been closed.
    client: Option<Client>,
    runtime: Runtime,
    agent: String,
    view: View,
    /// The profile, and what is downloaded.
    folder: TempDir,
}

impl Browser {
    /// Starts one; none where none is installed, which is said.
    pub fn start(view: View) -> Option<Self> {
        let Some(driver) = driver() else {
            missing("a browser", Driver::remedy());
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let options = json!({
            "binary": driver.chromium,
            "args": [
                "--headless=new",
                // The suites may run as root, in which case there is no sandbox.
                "--no-sandbox",
                "--remote-debugging-pipe",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--window-size=1280,900",
                profile,
            ],
            "prefs": {
                "credentials_enable_service": false,
                "profile.password_manager_leak_detection": false,
            },
        });
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
            "unhandledPromptBehavior": "ignore",
        });
        let Value::Object(wanted) = wanted else { unreachable!() };
        let wanted: Capabilities = wanted;
        let client = runtime
            .block_on(ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&driver.address))
            .expect("the browser did not start");
        let mut browser = Self { client: Some(client), runtime, agent: String::new(), view, folder };
        std::fs::create_dir(browser.downloads()).unwrap();
        let known = browser.cdp("Browser.getVersion", json!({}));
        browser.agent = known["userAgent"].as_str().unwrap().to_owned();
        browser.cdp("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": browser.downloads() }));
        browser.look(view);
        Some(browser)
    }

    /// From now on pages are looked at so. A page that is open already keeps the language it was asked for in.
    pub fn look(&mut self, view: View) {
        self.view = view;
        let ((width, height), touched) = (view.width.size(), view.width == Width::Narrow);
        // A phone's picture has as many pixels as make its text legible.
        let scale = if touched { 2 } else { 1 };
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": touched }),
        );
        self.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": touched }));
        self.cdp(
            "Emulation.setUserAgentOverride",
            json!({ "userAgent": self.agent, "acceptLanguage": view.language.asked() }),
        );
        let scheme = if view.dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            // Nothing is to be in the middle of a movement when it is looked at.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// How it looks at pages now.
    pub fn view(&self) -> View {
        self.view
    }

    /// Where downloads go.
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// A folder of the test's own, for files that it hands to pages.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A command of the DevTools protocol.
    pub fn cdp(&self, command: &str, parameters: Value) -> Value {
        let own = Own { path: "goog/cdp/execute", body: json!({ "cmd": command, "params": parameters }) };
        match self.with(|client| async move { client.issue_cmd(own).await }) {
            Ok(answer) => answer,
            Err(error) => panic!("{command}: {error}"),
        }
    }

    /// What the browser complained about since this was last asked: errors of scripts, what the content policy kept from
    /// being loaded or run, requests that failed. The list is empty afterwards.
    pub fn complaints(&self) -> Vec<String> {
        let own = Own { path: "se/log", body: json!({ "type": "browser" }) };
        let entries = self.with(|client| async move { client.issue_cmd(own).await }).unwrap();
        let entries = entries.as_array().cloned().unwrap_or_default();
        let loud = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        loud.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Fails if the browser complained about anything. `expected` are parts of complaints that are no fault, such as
    /// "status of 422" after a form was refused.
    pub fn assert_quiet(&self, expected: &[&str]) {
        let mut loud = self.complaints();
        loud.retain(|complaint| !expected.iter().any(|part| complaint.contains(part)));
        assert!(loud.is_empty(), "the browser complains at {}: {loud:#?}", self.url());
    }

    /// Asks the driver.
    pub(super) fn with<T, F: Future<Output = T>>(&self, ask: impl FnOnce(Client) -> F) -> T {
        let client = self.client.clone().expect("the browser is open until it is dropped");
        self.runtime.block_on(async {
            tokio::time::timeout(Duration::from_mins(1), ask(client)).await.expect("the browser does not answer")
        })
    }

    /// What a failing test leaves to look at. Nothing in it may fail.
    fn last_words(&self) {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let look = std::panic::AssertUnwindSafe(|| {
            let picture = self.picture(&format!("failed-{test}"));
            let text = self.text_of("body");
            let text: String = text.chars().take(1_500).collect();
            eprintln!("--- the browser was at {}, see {}\n{text}\n---", self.url(), picture.display());
        });
        if std::panic::catch_unwind(look).is_err() {
            eprintln!("--- the browser could not show what it saw");
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.last_words();
        }
        if let Some(client) = self.client.take() {
            // It may be gone already.
            let _ =
                self.runtime.block_on(async { tokio::time::timeout(Duration::from_secs(10), client.close()).await });
        }
    }
}
