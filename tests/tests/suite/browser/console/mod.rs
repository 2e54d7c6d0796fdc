//! The supervisors' console in a real browser, against a running server with the demo town.
//!
//! Each test has a copy of the demo town and a server of its own, so that what one does is never in another's way. The
//! demo town is made once a process, unless `QIAOMEN_DEMO_TOWN` names one that was made as below.

mod answer;
mod casework;
mod coverage;
mod entry;
mod records;
mod rooms;
mod sheets;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use qiaomen_core::record::{AreaId, PersonId, Role, Time};
use qiaomen_server::access::account;
use qiaomen_server::store::Account;

use super::Browser;
use super::second_factor::code;
use crate::harness::World;

/// The moment at which the demo town's days end.
pub const NOW: &str = "2026-03-20T10:00:00+08:00";
/// Everybody's password here.
pub const PASSWORD: &str = "tapping softly";

/// The demo town's folder, which stays as it is.
static DEMO: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(folder) = std::env::var_os("QIAOMEN_DEMO_TOWN") {
        return folder.into();
    }
    let folder = tempfile::tempdir().unwrap().keep().join("town");
    let made = Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["demo", folder.to_str().unwrap(), NOW])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "the demo town could not be made");
    folder
});

/// A server with the demo town, in which people sign in.
pub struct Site {
    pub world: World,
}

impl Site {
    pub fn new() -> Self {
        let mut site = Self { world: World::around(&DEMO, Time::parse(NOW).unwrap()) };
        // The files of the demo town name none.
        let administrator = site.world.person(Role::Administrator, site.world.root);
        site.world.edit_person(administrator, |person| {
            person.login = Some("admin".to_owned());
            person.name = "镇管理员".to_owned();
        });
        site
    }

    /// The server with a town in which there is nobody and nothing.
    pub fn empty() -> Self {
        Self { world: World::new() }
    }

    pub fn now(&self) -> Time {
        self.world.now()
    }

    /// An address of the site.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.world.address())
    }

    /// Somebody of the town.
    pub fn person(&self, login: &str) -> PersonId {
        self.world.town().person_of_login(login).unwrap().unwrap_or_else(|| panic!("nobody is called {login}"))
    }

    /// Gives somebody a password, and with `factor` a second factor, whose key for an app is returned.
    pub fn account(&mut self, login: &str, factor: bool) -> Option<String> {
        let (person, now) = (self.person(login), self.now());
        let store = self.world.town().store().clone();
        let random = &mut self.world.random;
        let password = account::password_hash(PASSWORD, random).unwrap();
        let totp = factor.then(|| account::totp_secret(random));
        let address = totp.as_deref().and_then(|secret| account::totp_address(secret, login));
        store.account_put(&Account { person, password, totp, confirmed: factor, changed: now }).unwrap();
        let (_, rest) = address.as_deref()?.split_once("secret=")?;
        rest.split('&').next().map(str::to_owned)
    }

    /// Signs somebody in, with a second factor where they need one; they stand in the room where they begin.
    pub fn sign_in(&mut self, browser: &Browser, login: &str) {
        // No code of a second factor counts twice.
        self.world.clock.pass(60_000);
        let needs = matches!(login, "supervisor" | "admin");
        let key = self.account(login, needs);
        browser.goto(&self.at("/sign-in"));
        browser.fill("[name=login]", login);
        browser.fill("[name=password]", PASSWORD);
        browser.click("main button");
        if let Some(key) = key {
            browser.wait_for("[name=code]");
            browser.fill("[name=code]", &code(&key, self.now()));
            browser.click("main button.primary");
        }
        let place = || browser.place();
        browser.wait_until("the console", || !["/sign-in", "/second-factor"].iter().any(|it| place().starts_with(it)));
        browser.wait_for(".top form");
    }

    /// Signs out whoever is signed in, by forgetting them, and somebody else in.
    pub fn turn(&mut self, browser: &Browser, login: &str) {
        browser.cdp("Network.clearBrowserCookies", serde_json::json!({}));
        self.sign_in(browser, login);
    }

    /// Opens a page that must be there.
    pub fn open(&self, browser: &Browser, path: &str) {
        browser.goto(&self.at(path));
        assert_eq!(browser.status(), 200, "{path}: {}", browser.text_of("body"));
    }

    /// An area of the town.
    pub fn area(&self, name: &str) -> AreaId {
        let areas = self.world.town().areas().unwrap();
        let found = areas.into_iter().find(|(_, area)| area.name == name);
        found.unwrap_or_else(|| panic!("no area is called {name}")).0
    }
}
