//! A real browser at the web console: Debian's Chromium, headless, driven over WebDriver.
//!
//! A test begins with `let Some(browser) = Browser::start(View::default()) else { return };`. Where Chromium is not
//! installed that says so loudly and gives none, and where `QIAOMEN_REQUIRE_ALL` is set (`tests/run` sets it) it fails
//! instead. Pictures go to `target/console/`. Every test has a browser of its own, with a fresh profile, that resolves no
//! name of any host: a page that asks for something from outside does not get it, and the test is told.

mod axe;
mod driver;
pub mod files;
mod page;
mod picture;
mod second_factor;
mod session;

mod console;
mod tools;

pub use self::axe::Impact;
pub use self::session::{Browser, Language, View, Width};
