//! Signing in: passwords, second factors, links, sessions, forms from elsewhere.

use qiaomen_core::identity::secret;
use qiaomen_core::record::{PersonId, Record, Role, Time};
use qiaomen_server::access::account as accounts;
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::store::{AuditWanted, LinkUse, Stage};

use super::{Client, account};
use crate::Fixture;
use crate::http::Running;

const PASSWORD: &str = "tapping softly";

fn now() -> Time {
    SystemClock.now()
}

/// A supervisor who has signed in.
fn signed_in(fixture: &mut Fixture) -> (Running, Client) {
    let person = fixture.person(Role::Supervisor, fixture.root);
    let secret = account(fixture, person, "wang", PASSWORD, true).unwrap();
    let server = Running::new(fixture.town.clone());
    let mut browser = Client::new(server.address);
    let answer = browser.form("/sign-in", &[("login", "wang"), ("password", PASSWORD), ("next", "/account")]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/second-factor?next=%2Faccount")));
    let csrf = browser.csrf("/second-factor");
    let code = accounts::totp_code(&secret, now()).unwrap();
    let answer = browser.form("/second-factor", &[("csrf", &csrf), ("code", &code), ("next", "/account")]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account")), "{}", answer.body);
    (server, browser)
}

#[test]
fn a_supervisor_signs_in_with_a_second_factor_and_out_again() {
    let mut fixture = Fixture::new();
    let (_server, mut browser) = signed_in(&mut fixture);
    let page = browser.get("/today");
    assert_eq!(page.status, 200);
    for (name, part) in [
        ("content-security-policy", "default-src 'none'"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert!(page.header(name).is_some_and(|value| value.contains(part)), "{name}: {page:?}");
    }
    assert!(!page.body.contains("style=\"") && !page.body.contains("<style") && !page.body.contains("onclick"));
    // A colleague's link is opened in Chinese unless they chose English.
    assert!(page.body.contains("lang=\"zh-CN\"") && browser.get("/today?lang=en").body.contains("<html lang=\"en\""));
    assert!(browser.get("/today").body.contains("<html lang=\"en\""));
    let csrf = browser.csrf("/today");
    assert_eq!(browser.form("/sign-out", &[("csrf", &csrf)]).status, 303);
    assert_eq!(browser.get("/today").status, 401);
    let trail = fixture.town.store().audit(&AuditWanted { limit: 10, ..AuditWanted::default() }).unwrap();
    let words: Vec<&str> = trail.iter().rev().map(|(_, entry)| entry.action.as_str()).collect();
    assert_eq!(words, ["sign_in", "second_factor", "own_account"]);
}

#[test]
fn a_code_works_once_and_a_recovery_code_too() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Supervisor, fixture.root);
    let secret = account(&mut fixture, person, "wang", PASSWORD, true).unwrap();
    let store = fixture.town.store().clone();
    let recovery = accounts::recovery_codes(&*store, person, &mut fixture.random).unwrap().remove(0);
    let server = Running::new(fixture.town.clone());
    let try_with = |code: &str| {
        let mut browser = Client::new(server.address);
        browser.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]);
        let csrf = browser.csrf("/second-factor");
        browser.extra.push(("Accept".to_owned(), "application/json".to_owned()));
        browser.form("/second-factor", &[("csrf", &csrf), ("code", code)]).status
    };
    let code = accounts::totp_code(&secret, now()).unwrap();
    assert_eq!(try_with(&code), 200);
    assert_eq!(try_with(&code), 422);
    assert_eq!(try_with(&recovery), 200);
    assert_eq!(try_with(&recovery), 422);
    assert_eq!(store.recovery_left(person).unwrap(), 9);
}

#[test]
fn strangers_who_guess_wait_and_lock_nobody_out() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::GridWorker, fixture.grids[0]);
    account(&mut fixture, person, "li", PASSWORD, false);
    let server = Running::new(fixture.town.clone());
    let mut own = Client::new(server.address);
    assert_eq!(own.form("/sign-in", &[("login", "li"), ("password", PASSWORD)]).status, 303);
    let mut stranger = Client::new(server.address);
    let mut last = 0;
    for guess in 0..8 {
        last = stranger.form("/sign-in", &[("login", "li"), ("password", &format!("guess {guess} guess"))]).status;
    }
    assert_eq!(last, 429);
    // The right password does not help a stranger now.
    assert_eq!(stranger.form("/sign-in", &[("login", "li"), ("password", PASSWORD)]).status, 429);
    // From the browser that is known, the person gets in.
    own.cookies.remove("qm_session");
    assert_eq!(own.form("/sign-in", &[("login", "li"), ("password", PASSWORD)]).status, 303);
    assert_eq!(own.get("/account").status, 200);
}

/// Somebody with the right password who guesses the code, until they must wait.
fn guesses_codes(browser: &mut Client) {
    assert_eq!(browser.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 303);
    let csrf = browser.csrf("/second-factor");
    let mut last = 0;
    for _ in 0..7 {
        last = browser.form("/second-factor", &[("csrf", &csrf), ("code", "000000")]).status;
    }
    assert_eq!(last, 429);
}

#[test]
fn whoever_guesses_codes_keeps_nobody_out_but_themselves() {
    let mut fixture = Fixture::new();
    let (server, mut own) = signed_in(&mut fixture);
    let person = fixture.town.person_of_login("wang").unwrap().unwrap();
    let codes = accounts::recovery_codes(&**fixture.town.store(), person, &mut fixture.random).unwrap();
    // Somebody who has found the password out, from elsewhere.
    let mut stranger = Client::new(server.address);
    stranger.extra.push(("X-Forwarded-For".to_owned(), "203.0.113.9".to_owned()));
    guesses_codes(&mut stranger);
    // The person may still mistype a password once, and signs in again, here and from where nobody knows them.
    let csrf = own.csrf("/account");
    let wrong = own.form("/account/password", &[("csrf", &csrf), ("old", "not it at all"), ("new", "knocking gently")]);
    assert_eq!(wrong.status, 422);
    own.cookies.remove("qm_session");
    for (mut browser, code) in [own, Client::new(server.address)].into_iter().zip(&codes) {
        assert_eq!(browser.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 303);
        let csrf = browser.csrf("/second-factor");
        assert_eq!(browser.form("/second-factor", &[("csrf", &csrf), ("code", code)]).status, 303);
    }
}

#[test]
fn a_known_browser_that_is_taken_keeps_no_other_out() {
    let mut fixture = Fixture::new();
    let (server, own) = signed_in(&mut fixture);
    let person = fixture.town.person_of_login("wang").unwrap().unwrap();
    let codes = accounts::recovery_codes(&**fixture.town.store(), person, &mut fixture.random).unwrap();
    let enter = |browser: &mut Client, code: &str| {
        let password = browser.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status;
        if password != 303 {
            return password;
        }
        let csrf = browser.csrf("/second-factor");
        browser.form("/second-factor", &[("csrf", &csrf), ("code", code)]).status
    };
    let mut second = Client::new(server.address);
    assert_eq!(enter(&mut second, &codes[0]), 303);
    assert_ne!(own.cookies["qm_known"], second.cookies["qm_known"]);
    // The same browser stays the same one.
    let before = second.cookies["qm_known"].clone();
    assert_eq!(enter(&mut second, &codes[1]), 303);
    assert_eq!(before, second.cookies["qm_known"]);
    let mut taken = second.clone();
    taken.cookies.remove("qm_session");
    for _ in 0..6 {
        taken.form("/sign-in", &[("login", "wang"), ("password", "a guess of theirs")]);
    }
    assert_eq!(enter(&mut taken, &codes[2]), 429);
    let mut own = own;
    own.cookies.remove("qm_session");
    assert_eq!(enter(&mut own, &codes[2]), 303);
    // A cookie that the server did not make makes no browser known.
    let mut forged = Client::new(server.address);
    forged.cookies.insert("qm_known".to_owned(), before.replacen(&before[..8], "00000000", 1));
    for _ in 0..6 {
        forged.form("/sign-in", &[("login", "wang"), ("password", "a guess of theirs")]);
    }
    let mut beside = Client::new(server.address);
    assert_eq!(enter(&mut beside, &codes[3]), 429, "counted by the address that both have");
}

#[test]
fn whoever_waits_is_told_so_and_does_not_fail_again() {
    let mut fixture = Fixture::new();
    let (_server, mut browser) = signed_in(&mut fixture);
    let csrf = browser.csrf("/account");
    let mut change = |old: &str| {
        browser.form("/account/password", &[("csrf", &csrf), ("old", old), ("new", "knocking gently")]).status
    };
    assert_eq!([0; 6].map(|_| change("not it at all")), [422, 422, 422, 422, 422, 429]);
    assert_eq!(change(PASSWORD), 429);
    let person = fixture.town.person_of_login("wang").unwrap().unwrap();
    let wanted = AuditWanted { person: Some(person), limit: 50, ..AuditWanted::default() };
    let trail = fixture.town.store().audit(&wanted).unwrap();
    let wrong = trail.iter().filter(|(_, entry)| entry.detail.as_deref() == Some("wrong_password")).count();
    assert_eq!(wrong, 2, "the first, and the one after which they waited");
}

#[test]
fn whoever_guesses_leaves_a_trace_and_does_not_fill_the_trail() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::GridWorker, fixture.grids[0]);
    account(&mut fixture, person, "li", PASSWORD, false);
    let server = Running::new(fixture.town.clone());
    let entries = |person: Option<PersonId>| {
        let wanted = AuditWanted { action: Some("sign_in".to_owned()), limit: 99, ..AuditWanted::default() };
        let trail = fixture.town.store().audit(&wanted).unwrap();
        trail.iter().filter(|(_, entry)| entry.person == person).count()
    };
    let mut stranger = Client::new(server.address);
    for guess in 0..20 {
        let login = format!("nobody {guess}");
        assert_eq!(stranger.form("/sign-in", &[("login", &login), ("password", "whatever it is")]).status, 401);
    }
    assert_eq!(entries(None), 4, "the first, the fifth, the eighth, the sixteenth");
    for _ in 0..5 {
        assert_eq!(stranger.form("/sign-in", &[("login", "li"), ("password", "whatever it is")]).status, 401);
    }
    assert_eq!(entries(Some(person)), 2);
    // Somebody else's failure from there is noted as its own.
    assert_eq!(entries(None), 4);
}

#[test]
fn somebody_unknown_is_answered_as_somebody_who_mistypes() {
    let mut fixture = Fixture::new();
    for (login, factor) in [("lili", false), ("wang", true)] {
        let person = fixture.person(Role::GridWorker, fixture.grids[0]);
        account(&mut fixture, person, login, PASSWORD, factor);
    }
    // Somebody who has left.
    let left = fixture.person(Role::GridWorker, fixture.grids[0]);
    account(&mut fixture, left, "zhou", PASSWORD, false);
    let (_, document) = fixture.town.document(left.into()).unwrap().unwrap();
    let before = document.fields();
    let Record::Person(mut record) = document.record().unwrap() else { unreachable!() };
    record.left = true;
    let edits = before.difference(&Record::from(record).fields());
    fixture.system_writes(Draft::Edit { id: left.into(), edits });
    let server = Running::new(fixture.town.clone());
    let answers = |login: &str, address: &str| {
        let mut stranger = Client::new(server.address);
        stranger.extra.push(("X-Forwarded-For".to_owned(), address.to_owned()));
        (0..8)
            .map(|_| {
                let answer = stranger.form("/sign-in", &[("login", login), ("password", "a guess of theirs")]);
                let names: Vec<String> = answer.headers.iter().map(|(name, _)| name.clone()).collect();
                (answer.status, names, answer.body.replace(login, "LOGIN"))
            })
            .collect::<Vec<_>>()
    };
    let unknown = answers("nope", "203.0.113.1");
    assert_eq!(
        unknown.iter().map(|(status, ..)| *status).collect::<Vec<_>>(),
        [401, 401, 401, 401, 401, 429, 429, 429]
    );
    for (login, address) in [("lili", "203.0.113.2"), ("wang", "203.0.113.3"), ("zhou", "203.0.113.4")] {
        assert_eq!(answers(login, address), unknown, "{login}");
    }
}

#[test]
fn a_form_from_elsewhere_does_nothing() {
    let mut fixture = Fixture::new();
    let (_server, mut browser) = signed_in(&mut fixture);
    let csrf = browser.csrf("/account");
    let tokens = |fixture: &Fixture| {
        let people = fixture.town.people().unwrap();
        people.iter().map(|(id, _)| fixture.town.store().user_tokens(*id).unwrap().len()).sum::<usize>()
    };
    assert_eq!(browser.form("/account/tokens", &[("label", "mine")]).status, 403);
    assert_eq!(browser.form("/account/tokens", &[("label", "mine"), ("csrf", "0123")]).status, 403);
    let mut foreign = browser.clone();
    foreign.extra.push(("Origin".to_owned(), "https://elsewhere.example".to_owned()));
    assert_eq!(foreign.form("/account/tokens", &[("label", "mine"), ("csrf", &csrf)]).status, 403);
    let mut foreign = browser.clone();
    foreign.extra.push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
    assert_eq!(foreign.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 403);
    // A program's address takes no cookie without the token of a form either.
    assert_eq!(browser.post("/api/v1/account/tokens", &serde_json::json!({ "label": "mine" })).status, 403);
    assert_eq!(tokens(&fixture), 0);
    let once = browser.form("/account/tokens", &[("label", "mine"), ("password", PASSWORD), ("csrf", &csrf)]);
    assert!(once.status == 200 && once.body.contains("qmu_"), "{once:?}");
    assert_eq!(tokens(&fixture), 1);
    // What was shown once acts as its owner, and stands in no later page.
    let (_, rest) = once.body.split_once("qmu_").unwrap();
    let token = format!("qmu_{}", &rest[..64]);
    let mut program = Client::with_token(browser.address(), &token);
    assert_eq!(program.get("/api/v1/today").status, 200);
    assert!(!browser.get("/account").body.contains(&token));
}

#[test]
fn the_first_administrator_is_made_by_a_link_that_works_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = qiaomen_core::record::SeededRandom::new(3);
    let town = qiaomen_server::town::Town::open(folder.path(), now(), &mut random).unwrap();
    let town = std::sync::Arc::new(town);
    let link = accounts::link(&**town.store(), LinkUse::First, None, now(), &mut random).unwrap();
    let older = link;
    let link = accounts::link(&**town.store(), LinkUse::First, None, now(), &mut random).unwrap();
    let server = Running::new(town.clone());
    let mut browser = Client::new(server.address);
    assert_eq!(browser.get(&format!("/link/{older}")).status, 404);
    let path = format!("/link/{link}");
    assert_eq!(browser.get(&path).status, 200);
    let said = |password: &'static str, again: &'static str| {
        [("town", "石桥镇"), ("name", "Zhao"), ("login", "zhao"), ("password", password), ("again", again)]
    };
    assert_eq!(browser.form(&path, &said("short", "short")).status, 422);
    assert_eq!(browser.form(&path, &said(PASSWORD, "tapping loudly")).status, 422);
    let answer = browser.form(&path, &said(PASSWORD, PASSWORD));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/second-factor")), "{}", answer.body);
    assert_eq!(browser.form(&path, &said(PASSWORD, PASSWORD)).status, 404);
    // The second factor is set up before anything else.
    assert_eq!(browser.get("/account").status, 303);
    let page = browser.get("/second-factor");
    let (_, rest) = page.body.split_once("data-secret>").unwrap();
    let key = rest.split('<').next().unwrap();
    let person = town.person_of_login("zhao").unwrap().unwrap();
    let secret = town.store().account(person).unwrap().unwrap().totp.unwrap();
    assert!(accounts::totp_address(&secret, "zhao").unwrap().contains(key));
    let csrf = browser.csrf("/second-factor");
    let code = accounts::totp_code(&secret, now()).unwrap();
    let once = browser.form("/second-factor", &[("csrf", &csrf), ("code", &code)]);
    assert!(once.status == 200 && once.body.matches("<code>").count() == 10, "{once:?}");
    assert_eq!(browser.get("/account").status, 200);
    assert_eq!(town.store().sessions(person).unwrap().len(), 1);
    assert_eq!(town.store().sessions(person).unwrap()[0].stage, Stage::In);
    let roles: Vec<Role> = town.store().standing(person).unwrap().roles.into_iter().map(|(role, _)| role).collect();
    assert_eq!(roles, [Role::Administrator]);
}

#[test]
fn a_page_that_ends_in_an_error_still_hands_over_the_next_token() {
    let mut fixture = Fixture::new();
    let (_server, mut browser) = signed_in(&mut fixture);
    let store = fixture.town.store().clone();
    let hash = |browser: &Client| secret::token_hash(&secret::token_from(&browser.cookies["qm_session"]).unwrap());
    let nowhere = "/alerts/018f0000-0000-7000-8000-000000000001";
    // What is not there, what a role may not do, what cannot be read: each of them at the moment that the token changes.
    for (path, status) in [(nowhere, 404), ("/work/grids/none", 403), ("/audit?from=never", 422), ("/today", 200)] {
        let before = hash(&browser);
        let (session, _) = store.session_by_token(&before).unwrap().unwrap();
        let aged = [session.number.to_le_bytes()[0]; 32].map(|byte| byte ^ before[0]);
        store.session_rotate(session.number, (&before, &secret::token_hash(&aged)), now().plus_minutes(-20)).unwrap();
        browser.cookies.insert("qm_session".to_owned(), secret::token_text(&aged));
        assert_eq!(browser.get(path).status, status, "{path}");
        let (session, is_present) = store.session_by_token(&hash(&browser)).unwrap().unwrap();
        assert!(is_present && now().minutes_since(session.rotated) < 5, "{path}: {session:?}");
    }
    let person = store.session_by_token(&hash(&browser)).unwrap().unwrap().0.person;
    assert_eq!(store.sessions(person).unwrap().len(), 1);
    assert_eq!(browser.get("/today").status, 200);
}

#[test]
fn a_page_of_another_role_leaves_the_session_as_it_is() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::GridWorker, fixture.grids[0]);
    account(&mut fixture, person, "li", PASSWORD, false);
    let server = Running::new(fixture.town.clone());
    let mut browser = Client::new(server.address);
    assert_eq!(browser.form("/sign-in", &[("login", "li"), ("password", PASSWORD)]).status, 303);
    let store = fixture.town.store().clone();
    let before = secret::token_hash(&secret::token_from(&browser.cookies["qm_session"]).unwrap());
    let number = store.sessions(person).unwrap()[0].number;
    let aged = [7; 32];
    store.session_rotate(number, (&before, &secret::token_hash(&aged)), now().plus_minutes(-20)).unwrap();
    browser.cookies.insert("qm_session".to_owned(), secret::token_text(&aged));
    assert_eq!(browser.get("/audit").status, 403);
    let held = secret::token_hash(&secret::token_from(&browser.cookies["qm_session"]).unwrap());
    assert!(store.session_by_token(&held).unwrap().unwrap().1, "the browser holds the present token");
}

#[test]
fn nobody_is_led_elsewhere_by_a_link_to_sign_in() {
    let mut fixture = Fixture::new();
    let worker = fixture.person(Role::GridWorker, fixture.grids[0]);
    account(&mut fixture, worker, "li", PASSWORD, false);
    let person = fixture.person(Role::Supervisor, fixture.root);
    account(&mut fixture, person, "wang", PASSWORD, true);
    let codes = accounts::recovery_codes(&**fixture.town.store(), person, &mut fixture.random).unwrap();
    let server = Running::new(fixture.town.clone());
    let elsewhere =
        ["/\t/evil.example", "/\u{b}/evil.example", "//evil.example", "/\\evil.example", "https://evil.example"];
    for (next, code) in elsewhere.into_iter().zip(codes) {
        let mut browser = Client::new(server.address);
        let page = browser.get("/sign-in?next=/%09/evil.example");
        assert!(page.status == 200 && !page.body.contains("evil.example"), "{}", page.body);
        let answer = browser.form("/sign-in", &[("login", "li"), ("password", PASSWORD), ("next", next)]);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{next:?}");
        let mut browser = Client::new(server.address);
        browser.form("/sign-in", &[("login", "wang"), ("password", PASSWORD), ("next", next)]);
        let csrf = browser.csrf("/second-factor");
        let answer = browser.form("/second-factor", &[("csrf", &csrf), ("code", &code), ("next", next)]);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{next:?}");
    }
}

#[test]
fn a_new_password_ends_every_session() {
    let mut fixture = Fixture::new();
    let (server, mut browser) = signed_in(&mut fixture);
    let csrf = browser.csrf("/account");
    let wrong =
        browser.form("/account/password", &[("csrf", &csrf), ("old", "not it at all"), ("new", "knocking gently")]);
    assert_eq!(wrong.status, 422);
    let weak = browser.form("/account/password", &[("csrf", &csrf), ("old", PASSWORD), ("new", "0123456789")]);
    assert_eq!(weak.status, 422);
    let right = browser.form("/account/password", &[("csrf", &csrf), ("old", PASSWORD), ("new", "knocking gently")]);
    assert_eq!(right.status, 303);
    assert_eq!(browser.get("/account").status, 401);
    let mut again = Client::new(server.address);
    assert_eq!(again.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 401);
    assert_eq!(again.form("/sign-in", &[("login", "wang"), ("password", "knocking gently")]).status, 303);
}

/// A token that somebody made for a program of theirs.
fn program(browser: &mut Client) -> Client {
    let csrf = browser.csrf("/account");
    let once = browser.form("/account/tokens", &[("csrf", &csrf), ("label", "mine"), ("password", PASSWORD)]);
    let (_, rest) = once.body.split_once("qmu_").unwrap_or_else(|| panic!("{once:?}"));
    Client::with_token(browser.address(), &format!("qmu_{}", &rest[..64]))
}

#[test]
fn what_outlives_a_session_is_made_by_whoever_knows_the_password() {
    let mut fixture = Fixture::new();
    let (_server, mut browser) = signed_in(&mut fixture);
    let csrf = browser.csrf("/account");
    let person = fixture.town.person_of_login("wang").unwrap().unwrap();
    let store = fixture.town.store().clone();
    for (path, first) in [("/account/tokens", ("label", "mine")), ("/account/recovery", ("x", "x"))] {
        assert_eq!(browser.form(path, &[("csrf", &csrf), first]).status, 422, "{path}");
        let wrong = browser.form(path, &[("csrf", &csrf), first, ("password", "not it at all")]);
        assert_eq!(wrong.status, 422, "{path}");
    }
    assert!(store.user_tokens(person).unwrap().is_empty() && store.recovery_left(person).unwrap() == 0);
    let codes = browser.form("/account/recovery", &[("csrf", &csrf), ("password", PASSWORD)]);
    assert!(codes.status == 200 && store.recovery_left(person).unwrap() == 10, "{codes:?}");
    assert_eq!(program(&mut browser).get("/api/v1/today").status, 200);
}

#[test]
fn a_new_password_ends_the_tokens_too() {
    let mut fixture = Fixture::new();
    let (_server, mut browser) = signed_in(&mut fixture);
    let mut program = program(&mut browser);
    let csrf = browser.csrf("/account");
    let said = [("csrf", csrf.as_str()), ("old", PASSWORD), ("new", "knocking gently")];
    assert_eq!(browser.form("/account/password", &said).status, 303);
    assert_eq!(program.get("/api/v1/today").status, 401);
}

#[test]
fn an_administrator_ends_sessions_and_tokens_with_the_phones_or_the_second_factor() {
    for what in ["revoke", "second-factor/reset"] {
        let mut fixture = Fixture::new();
        let (server, mut browser) = signed_in(&mut fixture);
        let administrator = fixture.person(Role::Administrator, fixture.root);
        let held = super::token(&mut fixture, administrator);
        let mut administrator = Client::with_token(server.address, &held);
        let person = fixture.town.person_of_login("wang").unwrap().unwrap();
        let mut program = program(&mut browser);
        assert_eq!(program.get("/api/v1/today").status, 200);
        let path = format!("/api/v1/people/{person}/{what}");
        assert_eq!(administrator.post(&path, &serde_json::json!({})).status, 200, "{what}");
        assert_eq!((program.get("/api/v1/today").status, browser.get("/account").status), (401, 401), "{what}");
    }
}

#[test]
fn after_signing_in_nobody_is_led_to_where_only_a_form_goes() {
    let mut fixture = Fixture::new();
    let (server, browser) = signed_in(&mut fixture);
    let mut nobody = Client::new(server.address);
    let page = nobody.form("/account/password", &[("old", PASSWORD)]);
    assert!(page.status == 401 && page.body.contains("name=\"next\" value=\"/\""), "{}", page.body);
    assert!(nobody.get("/account").body.contains("name=\"next\" value=\"/account\""));
    let mut half = Client::new(server.address);
    assert_eq!(half.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 303);
    let led = half.form("/account/password", &[("old", PASSWORD)]);
    assert_eq!((led.status, led.header("location")), (303, Some("/second-factor?next=%2F")));
    drop(browser);
}

#[test]
fn by_the_password_alone_nobody_ends_another_session() {
    let mut fixture = Fixture::new();
    let (server, mut browser) = signed_in(&mut fixture);
    let person = fixture.town.person_of_login("wang").unwrap().unwrap();
    let number = fixture.town.store().sessions(person).unwrap()[0].number.to_string();
    let mut half = Client::new(server.address);
    assert_eq!(half.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 303);
    let csrf = half.csrf("/second-factor");
    let answer = half.form("/sign-out", &[("csrf", &csrf), ("number", &number)]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/second-factor?next=%2F")));
    assert_eq!(browser.get("/account").status, 200);
    // Their own they may end, and whoever is in may end theirs.
    let csrf = browser.csrf("/account");
    let own = fixture.town.store().sessions(person).unwrap()[1].number.to_string();
    assert_eq!(browser.form("/sign-out", &[("csrf", &csrf), ("number", &own)]).status, 303);
    assert_eq!(half.get("/second-factor").status, 401);
}
