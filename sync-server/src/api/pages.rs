//! Pages and files of the console over HTTP: as HTML for browsers, as JSON for programs. Deeds are in `deeds`.
//!
//! Floor: api. Invariants: both come from one model and one permission; a link from elsewhere makes no file; every page
//! says that it may run no script and load no style but the server's own, and may not be kept.

use std::net::SocketAddr;
use std::sync::Arc;

use askama::Template as _;
use axum::Json;
use axum::extract::{ConnectInfo, Path, RawQuery, Request, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use qiaomen_core::protocol::{Code, Problem};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::poll::work_in;
use super::problem::Failure;
use super::said::{Places, read_pairs};
use super::visitor::{Around, LANG, Visitor, Wish, admit};
use super::{Shared, State};
use crate::access::{Action, Allowed};
use crate::console::shell::TroublePage;
use crate::console::{Asked, File, Made, Page, Shell, Trouble, Via};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// How something is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Browser,
    Program,
}

/// Where something waits for its turn: what may take long, among others of the sort.
fn turns(state: &Shared, slow: bool) -> &Arc<Semaphore> {
    if slow { &state.slow } else { &state.turns }
}

/// Puts on an answer what every answer to a browser has.
pub(super) fn guarded(mut response: Response, visitor: &Visitor) -> Response {
    let headers = response.headers_mut();
    let put = [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
    ];
    for (name, value) in put {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if visitor.secure {
        headers.insert("strict-transport-security", HeaderValue::from_static("max-age=31536000"));
    }
    response
}

pub(super) fn page_html(status: StatusCode, html: String) -> Response {
    let media = [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
    (status, media, html).into_response()
}

pub(super) fn language(response: &mut Response, visitor: &Visitor, query: &str) {
    // Somebody has chosen one with the switch.
    if query.split('&').any(|pair| pair.starts_with("lang=")) {
        let cookie = visitor.cookie(LANG, visitor.lang.word().to_owned(), 60 * 24 * 365);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Why not, with the shell of whoever asked where they are known.
pub(super) struct Refused {
    pub(super) trouble: Trouble,
    pub(super) shell: Option<Box<Shell>>,
}

impl From<Failure> for Refused {
    fn from(Failure(code): Failure) -> Self {
        let trouble = match code {
            Code::NotPermitted => Trouble::forbidden(),
            Code::NotFound => Trouble::not_found(),
            code => Trouble::new(code, words(code), code.title()),
        };
        Self { trouble, shell: None }
    }
}

impl From<crate::store::StoreError> for Refused {
    fn from(error: crate::store::StoreError) -> Self {
        Failure::from(error).into()
    }
}

/// A code's words in Chinese, where a browser may be told of it.
const fn words(code: Code) -> &'static str {
    match code {
        Code::SignInNeeded => "请先登录。",
        Code::SecondFactorNeeded => "请先完成第二步验证。",
        Code::FormExpired => "这个表单已过期，请重新打开页面再提交。",
        Code::TooLarge => "内容太大，请分开提交。",
        Code::Busy | Code::NotReady => "服务器正忙，请稍后再试。",
        Code::Malformed => "提交的内容无法读取。",
        Code::MediaTypeUnsupported => "提交的内容类型不对。",
        Code::Invalid => "提交的内容不符合要求。",
        _ => "服务器内部出错，已记录。",
    }
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Why not, as JSON.
pub(super) fn problem(visitor: &Visitor, trouble: Trouble) -> Response {
    let Problem { kind, status: number, code, title, .. } = Problem::from(trouble.code);
    let mut body = json!({
        "type": kind, "status": number, "code": code, "title": title,
        "detail": visitor.lang.pick(&trouble.zh, &trouble.en),
    });
    if let (Value::Object(body), Some(field)) = (&mut body, trouble.field) {
        body.insert("field".to_owned(), field.into());
    }
    let mut response = (status(trouble.code), Json(body)).into_response();
    let media = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

/// Why not, as a page: where nobody has signed in, the one on which they do.
pub(super) fn sorry(visitor: &Visitor, refused: Refused, here: &str) -> Response {
    let Refused { trouble, shell } = refused;
    if trouble.code == Code::SecondFactorNeeded {
        let next = serde_html_form::to_string([("next", here)]).unwrap_or_default();
        return see_other(&format!("/second-factor?{next}"));
    }
    let bare = Shell { lang: visitor.lang, here: here.to_owned(), ..Shell::default() };
    let shell = shell.map_or(bare, |shell| *shell);
    if trouble.code == Code::SignInNeeded {
        return super::sign_in::page(&shell, StatusCode::UNAUTHORIZED, here, "", None);
    }
    let title = match trouble.code.status() {
        403 => shell.w("没有权限", "Not allowed"),
        404 => shell.w("找不到", "Not found"),
        409 => shell.w("已有变化", "It has changed"),
        500.. => shell.w("出错了", "Something went wrong"),
        _ => shell.w("没有完成", "Not done"),
    };
    let text = shell.w(&trouble.zh, &trouble.en);
    let html = TroublePage { shell: &shell, title, text }.render().unwrap_or_default();
    page_html(status(trouble.code), html)
}

fn elsewhere() -> Trouble {
    Trouble::new(
        Code::FormExpired,
        "这个下载链接来自别的网站，没有执行。请在本系统的页面上下载。",
        "This link to a file stands on another site, so nothing was made. Take the file from a page here.",
    )
}

pub(super) fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

pub(super) fn shell(asked: &Asked<'_>, around: &Around, here: &str) -> Result<Shell, Trouble> {
    let names = asked.names()?;
    let said = match asked.via {
        Via::Session(session) => asked.desk.said(session),
        Via::Token(_) => None,
    };
    Ok(Shell {
        lang: asked.lang,
        here: here.to_owned(),
        person: names.person(asked.person),
        may: Action::ALL.iter().copied().filter(|action| asked.may(*action)).collect(),
        csrf: around.csrf.clone(),
        said,
        now: asked.moment(asked.now).minute(),
        fingerprint: String::new(),
        pulse: 0,
    })
}

fn fingerprint(model: &impl serde::Serialize, fleeting: &[&str]) -> String {
    let bytes = match fleeting {
        [] => serde_json::to_vec(model),
        _ => serde_json::to_value(model).and_then(|mut value| {
            if let Some(fields) = value.as_object_mut() {
                fields.retain(|name, _| !fleeting.contains(&name.as_str()));
            }
            serde_json::to_vec(&value)
        }),
    };
    let bytes = bytes.unwrap_or_default();
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) struct Came {
    pub(super) visitor: Visitor,
    pub(super) here: String,
    query: String,
    pub(super) places: Places,
    peeks: bool,
}

pub(super) fn came(headers: &HeaderMap, peer: SocketAddr, path: &str, query: Option<String>, places: Places) -> Came {
    let query = query.unwrap_or_default();
    let here = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let visitor = Visitor::of(headers, peer, &query);
    Came { visitor, here, query, places, peeks: headers.contains_key("x-qiaomen-peek") }
}

/// A page.
async fn html<P: Page>(
    (action, slow): (Action, bool),
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(places): Path<Places>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let came = came(request.headers(), peer, request.uri().path(), query, places);
    let (visitor, query) = (came.visitor.clone(), came.query.clone());
    let here = came.here.clone();
    let shown = work_in(turns(&state, slow), &state, move |state| Ok(render::<P>(state, action, &came))).await;
    let (shown, cookie) = shown.unwrap_or_else(|failure| (Err(Box::new(failure.into())), None));
    let mut response = shown.unwrap_or_else(|refused| sorry(&visitor, *refused, &here));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    language(&mut response, &visitor, &query);
    guarded(response, &visitor)
}

/// What is shown, or why not, and either way the session's next token.
type Rendered = (Result<Response, Box<Refused>>, Option<HeaderValue>);

fn render<P: Page>(state: &State, action: Action, came: &Came) -> Rendered {
    let now = state.clock.now();
    let wish = Wish { action, rotates: !came.peeks, counts: !came.peeks };
    let admitted = match admit(state, &came.visitor, wish, now) {
        Ok(admitted) => admitted,
        Err(failure) => return (Err(Box::new(failure.into())), None),
    };
    let (mut asked, around) = admitted.asked(state, &came.visitor, now);
    asked.peeks = came.peeks;
    let shown = written::<P>(&asked, &around, action, came);
    (shown, around.rotated(state, &came.visitor, now))
}

fn written<P: Page>(asked: &Asked<'_>, around: &Around, action: Action, came: &Came) -> Result<Response, Box<Refused>> {
    let within = |trouble: Trouble| {
        let shell = shell(asked, around, &came.here).ok().map(Box::new);
        Box::new(Refused { trouble, shell })
    };
    // Before the page is read: what is committed while it is, counts as news.
    let pulse = *asked.town.subscribe().borrow();
    let model = read_pairs(&came.places, &came.query).and_then(|query| P::read(asked, query)).map_err(within)?;
    let print = fingerprint(&model, P::FLEETING);
    if came.peeks {
        return Ok(Json(json!({ "fingerprint": print })).into_response());
    }
    let mut shell = shell(asked, around, &came.here).map_err(within)?;
    // Whoever is not in yet is told of no changes.
    if action.allowed() != Allowed::HalfIn {
        shell.fingerprint = print;
        shell.pulse = pulse;
    }
    let html = P::show(&shell, &model).map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        within(Failure(Code::Unexpected).into_trouble())
    })?;
    Ok(page_html(StatusCode::OK, html))
}

impl Failure {
    pub(super) fn into_trouble(self) -> Trouble {
        Refused::from(self).trouble
    }
}

/// A page as JSON.
async fn model<P: Page>(
    (action, slow): (Action, bool),
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(places): Path<Places>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let came = came(request.headers(), peer, request.uri().path(), query, places);
    let visitor = came.visitor.clone();
    let read = work_in(turns(&state, slow), &state, move |state| {
        let now = state.clock.now();
        let wish = Wish { action, rotates: false, counts: true };
        let admitted = admit(state, &came.visitor, wish, now)?;
        let (asked, _) = admitted.asked(state, &came.visitor, now);
        Ok(read_pairs(&came.places, &came.query)
            .and_then(|query| P::read(&asked, query))
            .map(|model| Json(model).into_response()))
    });
    let response = match read.await {
        Ok(Ok(response)) => response,
        Ok(Err(trouble)) => problem(&visitor, trouble),
        Err(failure) => problem(&visitor, failure.into_trouble()),
    };
    guarded(response, &visitor)
}

/// A file.
async fn file<F: File>(
    (action, manner): (Action, Manner),
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(places): Path<Places>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let came = came(request.headers(), peer, request.uri().path(), query, places);
    let (visitor, here) = (came.visitor.clone(), came.here.clone());
    let foreign = visitor.is_foreign(request.headers());
    let made = work_in(turns(&state, true), &state, move |state| {
        let now = state.clock.now();
        let wish = Wish { action, rotates: false, counts: true };
        let admitted = admit(state, &came.visitor, wish, now)?;
        // A link that stands elsewhere makes no file, and no entry in the trail that one was taken.
        if foreign && matches!(admitted.via, Via::Session(_)) {
            return Ok(Err(elsewhere()));
        }
        let (asked, _) = admitted.asked(state, &came.visitor, now);
        Ok(read_pairs(&came.places, &came.query).and_then(|query| F::make(&asked, query)))
    });
    let trouble = match made.await {
        Ok(Ok(Made { name, media, bytes })) => {
            let plain: String = name.chars().map(|c| if c.is_ascii_graphic() && c != '"' { c } else { '_' }).collect();
            let encoded = serde_html_form::to_string([("n", &name)]).unwrap_or_default();
            let encoded = encoded.trim_start_matches("n=").replace('+', "%20");
            let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
            let mut response = bytes.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
            if let Ok(disposition) = HeaderValue::from_str(&disposition) {
                headers.insert(header::CONTENT_DISPOSITION, disposition);
            }
            return guarded(response, &visitor);
        }
        Ok(Err(trouble)) => trouble,
        Err(failure) => failure.into_trouble(),
    };
    let response = match manner {
        Manner::Program => problem(&visitor, trouble),
        Manner::Browser => sorry(&visitor, Refused { trouble, shell: None }, &here),
    };
    guarded(response, &visitor)
}

fn page<P: Page>(how: (Action, bool)) -> MethodRouter<Shared> {
    axum::routing::get(move |state, peer, places, query, request| html::<P>(how, state, peer, places, query, request))
}

fn model_of<P: Page>(how: (Action, bool)) -> MethodRouter<Shared> {
    axum::routing::get(move |state, peer, places, query, request| model::<P>(how, state, peer, places, query, request))
}

pub(super) fn page_route<P: Page>(action: Action) -> MethodRouter<Shared> {
    page::<P>((action, false))
}

pub(super) fn model_route<P: Page>(action: Action) -> MethodRouter<Shared> {
    model_of::<P>((action, false))
}

pub(super) fn slow_page_route<P: Page>(action: Action) -> MethodRouter<Shared> {
    page::<P>((action, true))
}

pub(super) fn slow_model_route<P: Page>(action: Action) -> MethodRouter<Shared> {
    model_of::<P>((action, true))
}

pub(super) fn file_route<F: File>(action: Action) -> MethodRouter<Shared> {
    let how = (action, Manner::Browser);
    axum::routing::get(move |state, peer, places, query, request| file::<F>(how, state, peer, places, query, request))
}

pub(super) fn made_route<F: File>(action: Action) -> MethodRouter<Shared> {
    let how = (action, Manner::Program);
    axum::routing::get(move |state, peer, places, query, request| file::<F>(how, state, peer, places, query, request))
}
