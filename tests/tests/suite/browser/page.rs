//! What a person does at a page, and what they see there. Elements are named by CSS selectors.
//!
//! Invariant: everything waits for the element that it needs, and a test that waits in vain is told what for.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use serde_json::{Value, json};

use super::session::Browser;

/// How long anything may take. The machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads an element's text as it is seen, without blanks around it.
const TEXT: &str = "const found = document.querySelector(arguments[0]); return found ? found.innerText.trim() : null;";

impl Browser {
    /// Opens an address, and waits until it is loaded.
    pub fn goto(&self, url: &str) {
        self.with(|client| async move { client.goto(url).await }).unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Loads the page anew.
    pub fn reload(&self) {
        self.with(|client| async move { client.refresh().await }).unwrap();
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.with(|client| async move { client.current_url().await }).unwrap().to_string()
    }

    /// Where it is, without the server: path and question.
    pub fn place(&self) -> String {
        let url = self.url();
        let from = url.find("://").map_or(0, |at| at + 3);
        url[from..].find('/').map_or_else(String::new, |at| url[from + at..].to_owned())
    }

    /// The page's title.
    pub fn title(&self) -> String {
        self.with(|client| async move { client.title().await }).unwrap()
    }

    /// The status with which the page itself was answered.
    pub fn status(&self) -> u64 {
        self.run("return performance.getEntriesByType('navigation')[0].responseStatus;", vec![]).as_u64().unwrap()
    }

    /// Runs a script in the page: the body of a function with `arguments`.
    pub fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let ran = self.with(|client| async move { client.execute(script, arguments).await });
        ran.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    fn element(&self, selector: &str) -> Element {
        let found = self.with(|client| async move {
            client.wait().at_most(PATIENCE).every(Duration::from_millis(50)).for_element(Locator::Css(selector)).await
        });
        found.unwrap_or_else(|error| panic!("no {selector} at {}: {error}", self.url()))
    }

    /// Does something to an element; again where the page put another in its place meanwhile.
    fn at<F: Future<Output = Result<(), CmdError>>>(&self, selector: &str, act: impl Fn(Element) -> F) {
        let begun = Instant::now();
        loop {
            let element = self.element(selector);
            match self.with(|_| act(element)) {
                Ok(()) => return,
                Err(error) if begun.elapsed() > PATIENCE => panic!("{selector} at {}: {error}", self.url()),
                Err(CmdError::Standard(_)) => std::thread::sleep(Duration::from_millis(50)),
                Err(error) => panic!("{selector} at {}: {error}", self.url()),
            }
        }
    }

    /// Clicks an element, and waits for the page that this opens, if any.
    pub fn click(&self, selector: &str) {
        self.at(selector, |element| async move { element.click().await });
    }

    /// Clicks what shows this text: a button, a link, a summary or a label, in `within`.
    pub fn click_text(&self, within: &str, text: &str) {
        let script = "const [within, text] = arguments;
            for (const it of document.querySelectorAll('[data-test-clicked]')) it.removeAttribute('data-test-clicked');
            const all = [...document.querySelector(within)?.querySelectorAll('button, a, summary, label') ?? []];
            const found = all.find(it => it.innerText.trim() === text) ?? all.find(it => it.innerText.includes(text));
            found?.setAttribute('data-test-clicked', '');
            return found !== undefined;";
        self.wait_until(&format!("“{text}” in {within}"), || {
            self.run(script, vec![json!(within), json!(text)]) == Value::Bool(true)
        });
        self.click("[data-test-clicked]");
    }

    /// Says yes to what the page asks in a window of its own.
    pub fn agree(&self) {
        let agreed = || self.with(|client| async move { client.accept_alert().await }).is_ok();
        let begun = Instant::now();
        while !agreed() {
            assert!(begun.elapsed() < PATIENCE, "the page asked nothing");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Writes into a field, in the place of what is there.
    pub fn fill(&self, selector: &str, text: &str) {
        self.at(selector, |element| async move {
            element.clear().await?;
            element.send_keys(text).await
        });
    }

    /// Sets a field whose form depends on the browser's language (dates, times, ranges), as a person's picking would.
    pub fn set(&self, selector: &str, value: &str) {
        self.element(selector);
        let script = "const it = document.querySelector(arguments[0]); it.value = arguments[1];
            for (const kind of ['input', 'change']) it.dispatchEvent(new Event(kind, { bubbles: true }));";
        self.run(script, vec![json!(selector), json!(value)]);
    }

    /// Chooses the option with this value in a list.
    pub fn choose(&self, selector: &str, value: &str) {
        self.at(selector, |element| async move { element.select_by_value(value).await });
    }

    /// Chooses the option that shows this text in a list.
    pub fn choose_text(&self, selector: &str, text: &str) {
        self.at(selector, |element| async move { element.select_by_label(text).await });
    }

    /// Gives a file to a field for files.
    pub fn attach(&self, selector: &str, file: &Path) {
        let file = file.to_str().unwrap();
        self.at(selector, |element| async move { element.send_keys(file).await });
    }

    /// Presses keys (see [`fantoccini::key::Key`]) where the focus is.
    pub fn press(&self, keys: &str) {
        let pressed = self.with(|client| async move { client.active_element().await?.send_keys(keys).await });
        pressed.unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    }

    /// The text of an element, as it is seen.
    pub fn text_of(&self, selector: &str) -> String {
        self.element(selector);
        self.run(TEXT, vec![json!(selector)]).as_str().unwrap_or_default().to_owned()
    }

    /// The texts of all elements there are now.
    pub fn texts_of(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(it => it.innerText.trim());";
        let texts = self.run(script, vec![json!(selector)]);
        texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// How many such elements there are now.
    pub fn count(&self, selector: &str) -> usize {
        let counted = self.run("return document.querySelectorAll(arguments[0]).length;", vec![json!(selector)]);
        usize::try_from(counted.as_u64().unwrap()).unwrap()
    }

    /// An attribute of an element.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let element = self.element(selector);
        self.with(|_| async move { element.attr(name).await }).unwrap()
    }

    /// What a field holds.
    pub fn value_of(&self, selector: &str) -> String {
        let element = self.element(selector);
        self.with(|_| async move { element.prop("value").await }).unwrap().unwrap_or_default()
    }

    /// Waits until there is such an element.
    pub fn wait_for(&self, selector: &str) {
        self.element(selector);
    }

    /// Waits until there is no such element any more.
    pub fn wait_gone(&self, selector: &str) {
        self.wait_until(&format!("{selector} to go"), || self.count(selector) == 0);
    }

    /// Waits until one of these elements shows this text somewhere in it.
    pub fn wait_for_text(&self, selector: &str, text: &str) {
        self.wait_until(&format!("“{text}” in {selector}"), || {
            self.texts_of(selector).iter().any(|found| found.contains(text))
        });
    }

    /// Waits until the place begins with this path.
    pub fn wait_for_place(&self, path: &str) {
        self.wait_until(&format!("the page {path}"), || self.place().starts_with(path));
    }

    /// Waits until something is so.
    pub fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {what} at {}", self.url());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What sticks out of the screen sideways.
    pub fn outside(&self) -> Vec<String> {
        let script = "const wide = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= wide) return [];
            const all = [...document.body.querySelectorAll('*')];
            const outside = all.filter(it => it.getBoundingClientRect().right > wide + 1);
            return outside.slice(0, 5).map(it => it.outerHTML.slice(0, 160)).concat(`of ${wide}`);";
        serde_json::from_value(self.run(script, vec![])).unwrap()
    }

    /// Fails if the page is wider than the screen.
    pub fn assert_fits(&self) {
        let outside = self.outside();
        assert!(outside.is_empty(), "{} is too wide ({:?}): {outside:#?}", self.url(), self.view());
    }
}
