//! Every page of the console as people see it: at a desk's width and a phone's, in both languages, light and dark.
//!
//! The pages come from the table of routes, so that a new one is walked as soon as it is routed; what its path needs is
//! found in the demo town ([`Site::example`]), and a page that cannot be opened fails. A walk goes on past a fault and
//! tells all of them at its end. Pictures are named after the path: `/alerts/{alert}/dossier` is `alert-dossier`.

use std::path::Path;
use std::time::{Duration, Instant};

use qiaomen_core::record::{HouseholdId, Resident, ResidentId, Role, Scope};
use qiaomen_server::access::Allowed;
use qiaomen_server::api::{ROUTES, Route};
use serde_json::json;

use super::Site;
use crate::browser::{Browser, Impact, Language, View, Width};
use crate::harness::records;

/// Who walks: each page is walked in full by the first of them who may open it.
const WALKERS: [(&str, Role); 4] = [
    ("supervisor", Role::Supervisor),
    ("admin", Role::Administrator),
    ("head1", Role::TeamHead),
    ("worker1", Role::GridWorker),
];

/// What somebody else than its walker sees differently enough to be looked at as well.
const ALSO: [(&str, &[&str]); 3] = [
    ("admin", &["/people", "/people/{person}", "/imports", "/settings"]),
    ("head1", &["/today", "/alerts", "/alerts/{alert}", "/work", "/coverage"]),
    (
        "worker1",
        &[
            "/work",
            "/work/alerts/{alert}",
            "/work/grids/{grid}",
            "/work/grids/{grid}/new-door",
            "/work/doors/{household}",
        ],
    ),
];

/// Every page, without the files that are downloaded.
fn pages() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| {
        route.method == "GET"
            && route.api.is_some()
            && !route.path.ends_with("{format}")
            && !route.path.ends_with("/population")
    })
}

fn walker(route: &Route) -> Option<&'static str> {
    let may = |role: &Role| match route.action.allowed() {
        Allowed::HalfIn | Allowed::SignedIn => true,
        Allowed::Roles(roles) | Allowed::TownRoles(roles) => roles.contains(role),
        _ => false,
    };
    WALKERS.iter().find(|(_, role)| may(role)).map(|(login, _)| *login)
}

/// A picture's name: the path's words; what is named in braces stands for the word of the list before it.
fn name_of(path: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(one)
                if words.last().is_some_and(|list| list.starts_with(&one[..one.len() - 1]) || one == "person") =>
            {
                words.pop();
                words.push(one.to_owned());
            }
            Some(one) => words.push(one.to_owned()),
            None => words.push(part.to_owned()),
        }
    }
    words.join("-")
}

impl Site {
    /// The first link on a page, as whoever is signed in sees it.
    fn link(&self, browser: &Browser, page: &str, selector: &str) -> String {
        self.open(browser, page);
        assert!(browser.count(selector) > 0, "the demo town has no {selector} at {page}");
        browser.attribute(selector, "href").unwrap()
    }

    /// Sends a form as a page would, and says where that leads.
    fn send(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> String {
        self.open(browser, "/account");
        let script = "const [path, fields] = arguments;
            const data = new FormData();
            data.append('csrf', document.querySelector('[name=csrf]').value);
            for (const [name, value] of fields) {
                const file = name === 'file' ? new Blob([value], { type: 'text/csv' }) : undefined;
                if (file) data.append(name, file, 'messy.csv'); else data.append(name, value);
            }
            const said = data.has('file') ? data : new URLSearchParams(data);
            return fetch(path, { method: 'POST', body: said, headers: { Accept: 'application/json' } })
                .then(answer => answer.json());";
        let said = browser.run(script, vec![json!(path), json!(fields)]);
        said["next"].as_str().unwrap_or_else(|| panic!("{path}: {said:#}")).to_owned()
    }

    /// An address of this page in the demo town, with something to see on it.
    pub fn example(&self, browser: &Browser, path: &str) -> String {
        let grid = self.area("南溪第一网格");
        let household = || {
            self.link(
                browser,
                &format!("/work/grids/{grid}{}", self.on_behalf(browser, "worker1")),
                "a[href^='/work/doors/']",
            )
        };
        let id = |link: String, at: usize| link.split(['/', '?']).nth(at).unwrap().to_owned();
        match path {
            "/work" => format!("/work{}", self.on_behalf(browser, "head1")),
            "/work/grids/{grid}" | "/work/grids/{grid}/new-door" => {
                path.replace("{grid}", &grid.to_string()) + &self.on_behalf(browser, "worker1")
            }
            "/work/doors/{household}" => household(),
            "/work/alerts/{alert}" => {
                let work = format!("/work{}", self.on_behalf(browser, "head1"));
                if self.is_at(browser, &work, "a[href^='/work/alerts/']") {
                    return self.link(browser, &work, "a[href^='/work/alerts/']");
                }
                // A worker who was sent to one that is somebody else's.
                let scopes = self.world.town().scopes_of(self.person("worker1")).unwrap();
                let sent =
                    scopes.into_iter().find_map(|scope| if let Scope::CaseFile(id) = scope { Some(id) } else { None });
                format!("/work/alerts/{}", sent.expect("the demo town sends worker1 nowhere"))
            }
            "/alerts/{alert}" | "/alerts/{alert}/dossier" => {
                // One at which much has been done.
                let seen = if self.is_at(browser, "/alerts?only=accident", "a.cover") { "?only=accident" } else { "" };
                let link = self.link(browser, &format!("/alerts{seen}"), ".lines a.cover");
                path.replace("/alerts/{alert}", &link)
            }
            "/people/{person}" => self.link(browser, "/people", "a[href^='/people/']:not([href*='?'])"),
            "/areas/{area}/doors" => format!("/areas/{grid}/doors"),
            "/moves/{plan}" => {
                let door = id(household(), 3);
                let to = self.area("南溪第二网格").to_string();
                self.send(browser, &format!("/areas/{grid}/moves"), &[("to", &to), ("doors", &door)])
            }
            "/imports/staged/{ticket}" => {
                let rows =
                    "网格,地址,姓名,电话\n南溪第一网格,88栋1单元101,周一,12000008801\n无此网格,88栋1单元102,吴二,\n";
                self.send(browser, "/imports/new", &[("noun", "households"), ("file", rows)])
            }
            "/imports/{number}" => self.link(browser, "/imports", "th a[href^='/imports/']"),
            "/households/{household}" => {
                self.link(browser, "/households", "main a[href^='/households/']:not([download])")
            }
            "/households/{household}/residents/{resident}/dossier" => {
                let door = self.link(browser, "/households", "main a[href^='/households/']:not([download])");
                self.link(browser, &door, "a[href$='/dossier']")
            }
            "/reviews/{record}" => self.link(browser, "/reviews", "a.cover"),
            "/conflicts/doubles/{keep}/{gone}" => {
                self.link(browser, "/conflicts/doubles", "a[href^='/conflicts/doubles/']")
            }
            "/accountability/look" => {
                let alert = id(self.link(browser, "/alerts", ".lines a.cover"), 2);
                format!("/accountability/look?alert={alert}&at=2026-03-19T18:00")
            }
            "/accountability/samples/{draw}" => {
                let fields =
                    [("seed", "20260320 开盘 3412.5"), ("count", "5"), ("from", "2026-03-01"), ("to", "2026-03-20")];
                self.send(browser, "/accountability/samples", &fields)
            }
            "/coverage/list" => "/coverage/list?what=never".to_owned(),
            _ => {
                assert!(!path.contains('{'), "say where an example of {path} is to be found");
                path.to_owned()
            }
        }
    }

    /// Three doors that two people entered each.
    fn enter_twice(&mut self) {
        let grid = self.area("南溪第一网格");
        for (room, name, telephone) in
            [("301", "周小满", "12000007701"), ("402", "吴立秋", "12000007702"), ("503", "郑白露", "12000007703")]
        {
            for building in ["77", "七十七号楼"] {
                let id = HouseholdId::fresh(self.now(), &mut self.world.random);
                let who = ResidentId::fresh(self.now(), &mut self.world.random);
                let mut household = records::household(room);
                household.address.building = Some(building.to_owned());
                let telephones = [telephone.to_owned()].into();
                household.residents.insert(who, Resident { telephones, ..records::resident(name) });
                self.world.create(id.into(), household, Scope::Grid(grid));
            }
        }
    }

    /// Whether there is such an element on a page.
    fn is_at(&self, browser: &Browser, page: &str, selector: &str) -> bool {
        self.open(browser, page);
        browser.count(selector) > 0
    }

    /// What an office's addresses of this worker's work carry; nothing for workers themselves.
    fn on_behalf(&self, browser: &Browser, login: &str) -> String {
        self.open(browser, "/work");
        let is_office = browser.count("select[name=for]") > 0;
        if is_office { format!("?for={}", self.person(login)) } else { String::new() }
    }
}

/// One walk through the console.
struct Walk {
    site: Site,
    browser: Browser,
    faults: Vec<String>,
    pages: usize,
    /// The status that pages answer with.
    status: u64,
    begun: Instant,
    /// What loading, pictures and axe took.
    took: [Duration; 3],
}

impl Walk {
    fn of(login: &'static str) -> Option<Self> {
        let mut walk = Self::of_nobody()?;
        walk.site.enter_twice();
        walk.site.sign_in(&walk.browser, login);
        Some(walk)
    }

    /// A walk of somebody who has not signed in.
    fn of_nobody() -> Option<Self> {
        let browser = Browser::start(View::default())?;
        let (site, begun, took) = (Site::new(), Instant::now(), [Duration::ZERO; 3]);
        Some(Self { site, browser, faults: Vec::new(), pages: 0, status: 200, begun, took })
    }

    /// Looks at a page in a view; what is wrong with it is kept.
    fn look(&mut self, name: &str, address: &str, view: View, with_axe: bool) {
        let begun = Instant::now();
        self.browser.look(view);
        let more = if address.contains('?') { '&' } else { '?' };
        self.browser.goto(&self.site.at(&format!("{address}{more}lang={}", view.language.short())));
        self.took[0] += begun.elapsed();
        self.pages += 1;
        let mut wrong = |what: String| self.faults.push(format!("{name} ({address}, {view:?}): {what}"));
        let status = self.browser.status();
        if status != self.status {
            wrong(format!("answered with {status}"));
            self.browser.complaints();
            return;
        }
        let language = self.browser.attribute("html", "lang").unwrap_or_default();
        if !language.starts_with(view.language.short()) {
            wrong(format!("is in {language}"));
        }
        let begun = Instant::now();
        self.browser.picture(name);
        self.took[1] += begun.elapsed();
        let outside = self.browser.outside();
        if !outside.is_empty() {
            wrong(format!("is too wide: {outside:#?}"));
        }
        if with_axe {
            let begun = Instant::now();
            let found = self.browser.axe();
            self.took[2] += begun.elapsed();
            for found in found.into_iter().filter(|found| found.impact >= Some(Impact::Moderate)) {
                wrong(found.to_string());
            }
        }
        // The browser itself complains of a page that answers with another status than 200.
        let expected = format!("status of {}", self.status);
        for complaint in self.browser.complaints().into_iter().filter(|complaint| !complaint.contains(&expected)) {
            wrong(complaint);
        }
    }

    /// Looks at a page in every view.
    fn look_well(&mut self, name: &str, path: &str) {
        self.browser.look(View::default());
        let address = self.site.example(&self.browser, path);
        for view in View::all() {
            self.look(name, &address, view, view.language == Language::Chinese);
        }
        self.look(name, &address, View { dark: true, ..View::default() }, true);
    }

    fn finish(self) {
        let [load, picture, axe] = self.took.map(|took| took.as_secs());
        let whole = self.begun.elapsed().as_secs();
        println!("{} looks in {whole} s: loading {load}, pictures {picture}, axe {axe}", self.pages);
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

/// Walks every page of somebody's, or every `of`-th from the `part`-th on: several walk at the same time.
fn walk(login: &'static str, part: usize, of: usize) {
    let Some(mut walk) = Walk::of(login) else { return };
    for route in pages().filter(|route| walker(route) == Some(login)).skip(part).step_by(of) {
        walk.look_well(&name_of(route.path), route.path);
    }
    let also = ALSO.iter().find(|(who, _)| *who == login).map_or(&[][..], |(_, pages)| pages);
    for path in also.iter().filter(|path| pages().any(|route| route.path == **path)) {
        walk.browser.look(View::default());
        let (name, address) = (format!("{}-{login}", name_of(path)), walk.site.example(&walk.browser, path));
        for width in [Width::Wide, Width::Narrow] {
            walk.look(&name, &address, View { width, ..View::default() }, width == Width::Narrow);
        }
    }
    walk.finish();
}

#[test]
fn every_page_is_somebody_s_to_walk() {
    for route in pages() {
        assert!(walker(route).is_some(), "nobody walks {}", route.path);
    }
    let names: Vec<String> = pages().map(|route| name_of(route.path)).collect();
    for name in &names {
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "two pictures are called {name}");
    }
}

#[test]
fn a_supervisor_s_pages_one() {
    walk("supervisor", 0, 3);
}

#[test]
fn a_supervisor_s_pages_two() {
    walk("supervisor", 1, 3);
}

#[test]
fn a_supervisor_s_pages_three() {
    walk("supervisor", 2, 3);
}

/// What a resident sees who looks up who stands at the door (Q7).
#[test]
fn a_resident_s_page() {
    let Some(mut walk) = Walk::of_nobody() else { return };
    let person = walk.site.person("worker1");
    let phone = walk.site.world.phone(person);
    let badge = phone.replica().badge("", &phone.reading()).unwrap();
    let look = |name: &str, address: &str, status: u64, walk: &mut Walk| {
        walk.status = status;
        for view in View::all() {
            walk.look(name, address, view, view.language == Language::Chinese);
        }
        walk.look(name, address, View { dark: true, ..View::default() }, true);
    };
    look("badge", &badge.url, 200, &mut walk);
    look("badge-of-nobody", "/badge/-", 404, &mut walk);
    walk.site.world.clock.pass(11 * 60_000);
    look("badge-over", &badge.url, 410, &mut walk);
    walk.site.world.town().revoke_person(person, walk.site.now()).unwrap();
    look("badge-revoked", &badge.url, 410, &mut walk);
    walk.finish();
}

#[test]
fn an_administrator_s_pages() {
    walk("admin", 0, 1);
}

#[test]
fn a_team_head_s_pages() {
    walk("head1", 0, 1);
}

#[test]
fn a_worker_s_pages() {
    walk("worker1", 0, 1);
}

/// Writes the pictures that the READMEs show, as they are seen without scrolling:
/// `cargo test --workspace --no-default-features --features qiaomen-server/demo --test suite -- --ignored pictures_for`.
#[test]
#[ignore = "writes docs/pictures, by hand"]
fn pictures_for_the_readme() {
    let Some(mut walk) = Walk::of("supervisor") else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let wide = View::default();
    for (name, path, view) in [
        ("today", "/today", wide),
        ("today-phone", "/today", View { width: Width::Narrow, ..wide }),
        ("alert", "/alerts/{alert}", wide),
        ("coverage", "/coverage", wide),
        ("reviews", "/reviews", wide),
        ("doubles", "/conflicts/doubles", wide),
    ] {
        walk.browser.look(View::default());
        let address = walk.site.example(&walk.browser, path);
        walk.browser.look(view);
        walk.site.open(&walk.browser, &address);
        let file = folder.join(format!("{name}.png"));
        walk.browser.shot(&file);
        let size = std::fs::metadata(&file).unwrap().len();
        assert!(size < 300_000, "{name} takes {size} bytes");
    }
}

#[test]
fn pictures_are_named_after_their_pages() {
    for (path, name) in [
        ("/today", "today"),
        ("/alerts", "alerts"),
        ("/alerts/{alert}", "alert"),
        ("/alerts/{alert}/dossier", "alert-dossier"),
        ("/people/{person}", "person"),
        ("/conflicts/doubles/{keep}/{gone}", "conflicts-doubles-keep-gone"),
    ] {
        assert_eq!(name_of(path), name, "{path}");
    }
}
