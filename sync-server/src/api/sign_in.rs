//! Signing in, one-time links, what every page needs, and what has changed.
//!
//! Floor: api. Invariants: whether a login is known cannot be told from an answer; a link is spent by the form, never by
//! whoever merely looks at its address.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use askama::Template as _;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use qiaomen_core::identity::secret;
use qiaomen_core::protocol::Code;
use qiaomen_core::record::{
    Area, AreaLevel, Assignment, AssignmentId, DocumentId, Person, PersonId, Role, Scope, Time,
};
use serde::Deserialize;

use super::body::read_any;
use super::pages::{guarded, page_html, see_other};
use super::poll::{work, work_in};
use super::problem::Failure;
use super::visitor::{Visitor, Wish, admit, begin, stage_of};
use super::{Shared, State};
use crate::access::{Action, SYSTEM, account};
use crate::author::{Author, Draft};
use crate::console::lockout::{Tried, is_noted};
use crate::console::pages::account::{check, is_inside};
use crate::console::shell::{LinkPage, SignInPage};
use crate::console::{Shell, Trouble, assets};
use crate::store::{AuditEntry, Link, LinkUse, Stage};

/// The most bytes of a form.
const MAX_FORM: usize = 8 * 1024;
/// How often those who look are told that something has changed, at most.
const TELL_EVERY: Duration = Duration::from_millis(1500);
/// How long they are told before they ask anew, whether they may still.
const TELL_FOR: Duration = Duration::from_secs(240);

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let Some((media, text)) = assets::asset(&name) else { return Failure(Code::NotFound).into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, text).into_response()
}

/// The page on which somebody signs in.
pub(super) fn page(shell: &Shell, status: StatusCode, next: &str, login: &str, wrong: Option<&str>) -> Response {
    let next = if is_inside(next) { next } else { "/" };
    page_html(status, SignInPage { shell, next, login, wrong }.render().unwrap_or_default())
}

fn shell(visitor: &Visitor, here: &str) -> Shell {
    Shell { lang: visitor.lang, here: here.to_owned(), ..Shell::default() }
}

pub(super) async fn show(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let visitor = Visitor::of(&headers, peer, &query);
    let pairs: Vec<(String, String)> = serde_html_form::from_str(&query).unwrap_or_default();
    let next = pairs.into_iter().find(|(name, _)| name == "next").map_or_else(|| "/".to_owned(), |(_, next)| next);
    let mut response = page(&shell(&visitor, "/sign-in"), StatusCode::OK, &next, "", None);
    super::pages::language(&mut response, &visitor, &query);
    guarded(response, &visitor)
}

/// Where whoever has signed in begins.
pub(super) async fn home(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let visitor = Visitor::of(&headers, peer, &query.unwrap_or_default());
    let asks = visitor.clone();
    let room = work(&state, move |state| {
        let now = state.clock.now();
        let wish = Wish { action: Action::OwnAccount, rotates: false, counts: true };
        let (asked, _) = admit(state, &asks, wish, now)?.asked(state, &asks, now);
        let may: Vec<Action> = Action::ALL.iter().copied().filter(|action| asked.may(*action)).collect();
        Ok(Shell::first_room(&may))
    });
    let response = match room.await {
        Ok(room) => see_other(room),
        Err(Failure(Code::SecondFactorNeeded)) => see_other("/second-factor"),
        Err(_) => see_other("/sign-in"),
    };
    guarded(response, &visitor)
}

#[derive(Deserialize)]
struct SignInForm {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn form<T: serde::de::DeserializeOwned>(state: &Shared, headers: &HeaderMap, body: Body) -> Result<T, Failure> {
    let held = read_any(state, headers, body, MAX_FORM).await?;
    serde_html_form::from_bytes(&held.frame).map_err(|_| Failure(Code::Malformed))
}

pub(super) async fn enter(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let visitor = Visitor::of(&headers, peer, "");
    let shell = shell(&visitor, "/sign-in");
    if visitor.is_foreign(&headers) {
        let wrong = shell.w("这个表单来自别的网站。", "This form came from another site.");
        return guarded(page(&shell, StatusCode::FORBIDDEN, "/", "", Some(wrong)), &visitor);
    }
    let said: SignInForm = match form(&state, &headers, body).await {
        Ok(said) => said,
        Err(_) => {
            let wrong = shell.w("请填写用户名和密码。", "Give your login and password.");
            return guarded(page(&shell, StatusCode::BAD_REQUEST, "/", "", Some(wrong)), &visitor);
        }
    };
    let (login, next) = (said.login.trim().to_owned(), said.next.clone());
    let asks = visitor.clone();
    let entered = work_in(&state.entries, &state, move |state| sign_in(state, &asks, &said)).await;
    let response = match entered {
        Ok(Entered::In(cookie, known)) => {
            let next = if is_inside(&next) { next } else { "/".to_owned() };
            let mut response = see_other(&next);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response.headers_mut().append(header::SET_COOKIE, known);
            response
        }
        Ok(Entered::HalfIn(cookie)) => {
            let next = serde_html_form::to_string([("next", &next)]).unwrap_or_default();
            let mut response = see_other(&format!("/second-factor?{next}"));
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Ok(Entered::Wait(minutes)) => {
            let wrong = match shell.lang.word() {
                "zh" => format!("尝试次数过多，请 {minutes} 分钟后再试。"),
                _ => format!("Too many attempts. Try again in {minutes} min."),
            };
            page(&shell, StatusCode::TOO_MANY_REQUESTS, &next, &login, Some(&wrong))
        }
        Ok(Entered::Wrong) => {
            let wrong = shell.w("用户名或密码不对。", "Login or password is wrong.");
            page(&shell, StatusCode::UNAUTHORIZED, &next, &login, Some(wrong))
        }
        Err(failure) => failure.into_response(),
    };
    guarded(response, &visitor)
}

enum Entered {
    In(HeaderValue, HeaderValue),
    HalfIn(HeaderValue),
    Wait(i64),
    Wrong,
}

fn sign_in(state: &State, visitor: &Visitor, said: &SignInForm) -> Result<Entered, Failure> {
    let (store, now) = (state.town.store(), state.clock.now());
    let login = said.login.trim();
    let person = if login.is_empty() { None } else { state.town.person_of_login(login)? };
    let (tried, source) = (Tried::SignIn(login), visitor.source(state, person)?);
    let lockout = &state.desk.lockout;
    let minutes = lockout.wait(tried, &source, now);
    if minutes > 0 {
        return Ok(Entered::Wait(minutes));
    }
    let account = match person {
        Some(person) => store.account(person)?,
        None => None,
    };
    let works_here = match person {
        Some(person) => !store.standing(person)?.left,
        None => false,
    };
    let right = account::password_is(account.as_ref(), &said.password);
    let (true, true, Some(person)) = (right, works_here, person) else {
        if is_noted(lockout.failed(tried, &source, person.is_none(), now)) {
            note(state, visitor, person, "wrong_password", now)?;
        }
        return Ok(Entered::Wrong);
    };
    lockout.passed(tried, &source);
    let stage = stage_of(state, person)?;
    let cookie = begin(state, visitor, person, stage, now)?;
    if stage == Stage::In {
        note(state, visitor, Some(person), "in", now)?;
        return Ok(Entered::In(cookie, visitor.made_known(state, person)?));
    }
    note(state, visitor, Some(person), "password", now)?;
    Ok(Entered::HalfIn(cookie))
}

fn note(
    state: &State,
    visitor: &Visitor,
    person: Option<PersonId>,
    detail: &str,
    now: Time,
) -> Result<(), crate::store::StoreError> {
    state.town.store().audit_add(&AuditEntry {
        at: now,
        person,
        action: Action::SignIn.word().to_owned(),
        subject: None,
        detail: Some(detail.to_owned()),
        address: visitor.address.map(|address| address.to_string()),
    })
}

/// What the page of a link needs to know.
#[derive(Clone, Debug, Default)]
struct Linked {
    first: bool,
    empty: bool,
    login: String,
    name: String,
    town: String,
}

type Looked = Option<(Link, Linked)>;

fn look(state: &State, token: &str, now: Time) -> Result<Looked, Failure> {
    let Some(token) = secret::token_from(token) else { return Ok(None) };
    let Some(link) = state.town.store().link(&secret::token_hash(&token), now)? else { return Ok(None) };
    let mut linked = Linked { first: link.purpose == LinkUse::First, ..Linked::default() };
    if linked.first {
        linked.empty = state.town.rows("area")?.is_empty();
    }
    if let Some(who) = link.person {
        let people = state.town.people()?;
        let Some((_, person)) = people.into_iter().find(|(id, person)| *id == who && !person.left) else {
            return Ok(None);
        };
        linked.login = person.login.unwrap_or_default();
        linked.name = person.name;
    }
    Ok(Some((link, linked)))
}

fn link_page(shell: &Shell, status: StatusCode, token: &str, linked: &Linked, wrong: Option<&str>) -> Response {
    let Linked { first, empty, login, name, town } = linked;
    let page = LinkPage { shell, token, first: *first, empty: *empty, login, name, town, wrong };
    page_html(status, page.render().unwrap_or_default())
}

fn no_link(visitor: &Visitor) -> Response {
    let shell = shell(visitor, "/sign-in");
    let wrong = shell.w(
        "这个链接已用过或已过期，请向管理员要一个新的。",
        "This link was used or has expired. Ask an administrator for a new one.",
    );
    page(&shell, StatusCode::NOT_FOUND, "/", "", Some(wrong))
}

pub(super) async fn show_link(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let visitor = Visitor::of(&headers, peer, &query);
    let asked = token.clone();
    let response = match work(&state, move |state| look(state, &asked, state.clock.now())).await {
        Ok(Some((_, linked))) => {
            let here = format!("/link/{token}");
            link_page(&shell(&visitor, &here), StatusCode::OK, &token, &linked, None)
        }
        Ok(None) => no_link(&visitor),
        Err(failure) => failure.into_response(),
    };
    guarded(response, &visitor)
}

#[derive(Clone, Deserialize)]
struct LinkForm {
    #[serde(default)]
    town: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    password: String,
    again: String,
}

pub(super) async fn use_link(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let visitor = Visitor::of(&headers, peer, "");
    if visitor.is_foreign(&headers) {
        return guarded(no_link(&visitor), &visitor);
    }
    let Ok(said) = form::<LinkForm>(&state, &headers, body).await else {
        return guarded(no_link(&visitor), &visitor);
    };
    let (asks, asked, words) = (visitor.clone(), token.clone(), said.clone());
    let used = work_in(&state.entries, &state, move |state| follow(state, &asks, &asked, &words)).await;
    let response = match used {
        Ok(Followed::In(cookie)) => {
            let mut response = see_other("/second-factor");
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Ok(Followed::Wrong(linked, trouble)) => {
            let here = format!("/link/{token}");
            let shell = shell(&visitor, &here);
            let linked = Linked {
                login: if linked.first { said.login } else { linked.login },
                name: if linked.first { said.name } else { linked.name },
                town: said.town,
                ..linked
            };
            let wrong = shell.w(&trouble.zh, &trouble.en);
            link_page(&shell, StatusCode::UNPROCESSABLE_ENTITY, &token, &linked, Some(wrong))
        }
        Ok(Followed::Gone) => no_link(&visitor),
        Err(failure) => failure.into_response(),
    };
    guarded(response, &visitor)
}

enum Followed {
    In(HeaderValue),
    Wrong(Linked, Trouble),
    Gone,
}

fn follow(state: &State, visitor: &Visitor, token: &str, said: &LinkForm) -> Result<Followed, Failure> {
    let now = state.clock.now();
    let Some((link, linked)) = look(state, token, now)? else { return Ok(Followed::Gone) };
    let login = if linked.first { said.login.trim() } else { &linked.login };
    let wrong = check(&said.password, login).err().or_else(|| {
        (said.password != said.again)
            .then(|| Trouble::field("again", "两次输入的密码不一样。", "The two passwords differ."))
    });
    if let Some(trouble) = wrong {
        return Ok(Followed::Wrong(linked, trouble));
    }
    // What could be refused is made before the link is spent.
    let drafts = if linked.first {
        match first(state, said, linked.empty, now)? {
            Ok(drafts) => drafts,
            Err(trouble) => return Ok(Followed::Wrong(linked, trouble)),
        }
    } else {
        First { person: link.person, drafts: Vec::new() }
    };
    let Some(person) = drafts.person else { return Ok(Followed::Gone) };
    let hash = secret::token_from(token).map(|token| secret::token_hash(&token)).unwrap_or_default();
    let store = state.town.store();
    if !store.link_spend(&hash, now)? {
        return Ok(Followed::Gone);
    }
    if !drafts.drafts.is_empty() {
        let mut author = Author::new(&state.town, SYSTEM, now, &mut state.random())?;
        let written = author.write(drafts.drafts, now, &mut state.random());
        if !written.is_ok_and(|written| written.iter().all(crate::author::Written::is_done)) {
            tracing::error!("the first administrator could not be made");
            return Err(Failure(Code::Unexpected));
        }
    }
    if account::set_password(&**store, person, &said.password, now, &mut state.random())?.is_none() {
        return Err(Failure(Code::Unexpected));
    }
    note(state, visitor, Some(person), if linked.first { "first_administrator" } else { "link" }, now)?;
    Ok(Followed::In(begin(state, visitor, person, stage_of(state, person)?, now)?))
}

struct First {
    person: Option<PersonId>,
    drafts: Vec<Draft>,
}

/// The town and its first administrator.
fn first(state: &State, said: &LinkForm, empty: bool, now: Time) -> Result<Result<First, Trouble>, Failure> {
    let login = said.login.trim().to_owned();
    if state.town.person_of_login(&login)?.is_some() {
        return Ok(Err(Trouble::field("login", "这个用户名已有人用。", "This login is taken.")));
    }
    let mut drafts = Vec::new();
    let area = if empty {
        let name = said.town.trim().to_owned();
        let area = Area { name, level: AreaLevel::Town, parent: None, code: None, telephone: None };
        let id = DocumentId::fresh(now, &mut state.random());
        let area: qiaomen_core::record::Record = area.into();
        if let Err(invalid) = area.validate() {
            return Ok(Err(invalid.inside("town").into()));
        }
        drafts.push(Draft::Create { id, record: Box::new(area), scope: Scope::Town });
        Some(id.into())
    } else {
        crate::report::area_tree(&state.town)?.only_root()
    };
    // A town with several roots was imported; whoever comes first is administrator of it all.
    let area = area.unwrap_or(crate::import::EVERYWHERE);
    let role = Assignment { role: Role::Administrator, area, ended: false };
    let person = Person {
        name: said.name.trim().to_owned(),
        login: Some(login),
        telephone: None,
        left: false,
        assignments: BTreeMap::from([(AssignmentId::fresh(now, &mut state.random()), role)]),
    };
    let person: qiaomen_core::record::Record = person.into();
    if let Err(invalid) = person.validate() {
        return Ok(Err(invalid.into()));
    }
    let id = PersonId::fresh(now, &mut state.random());
    drafts.push(Draft::Create { id: id.into(), record: Box::new(person), scope: Scope::Town });
    Ok(Ok(First { person: Some(id), drafts }))
}

/// What a page, or a stream that was cut, has seen of what was committed; none where it does not say.
fn seen(headers: &HeaderMap, query: Option<&str>) -> Option<u64> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let since = || query?.split('&').find_map(|pair| pair.strip_prefix("since="));
    last.or_else(since)?.parse().ok()
}

/// Says whenever something was committed, for pages that look again then; at once, where something was since the page was
/// read or the stream was cut.
pub(super) async fn events(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let visitor = Visitor::of(&headers, peer, "");
    let asks = visitor.clone();
    let admitted = work(&state, move |state| {
        let wish = Wish { action: Action::OwnAccount, rotates: false, counts: false };
        admit(state, &asks, wish, state.clock.now()).map(drop)
    });
    if let Err(failure) = admitted.await {
        return guarded(failure.into_response(), &visitor);
    }
    let mut news = state.town.subscribe();
    if seen(&headers, query.as_deref()).is_some_and(|seen| seen != *news.borrow()) {
        news.mark_changed();
    }
    let mut closing = state.closing.clone();
    let stream = stream_of(async move |yielder: tokio::sync::mpsc::Sender<Event>| {
        let over = tokio::time::sleep(TELL_FOR);
        tokio::pin!(over);
        loop {
            tokio::select! {
                changed = news.changed() => {
                    let now = news.borrow_and_update().to_string();
                    let told = Event::default().event("changed").id(now).data("1");
                    if changed.is_err() || yielder.send(told).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(TELL_EVERY).await;
                }
                _ = closing.changed() => return,
                () = &mut over => return,
                () = yielder.closed() => return,
            }
        }
    });
    guarded(Sse::new(stream).keep_alive(KeepAlive::default()).into_response(), &visitor)
}

/// What a task sends, as a stream.
fn stream_of<F>(
    work: impl FnOnce(tokio::sync::mpsc::Sender<Event>) -> F,
) -> impl futures_core::Stream<Item = Result<Event, Infallible>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (send, receive) = tokio::sync::mpsc::channel(1);
    tokio::spawn(work(send));
    Received(receive)
}

struct Received(tokio::sync::mpsc::Receiver<Event>);

impl futures_core::Stream for Received {
    type Item = Result<Event, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}
