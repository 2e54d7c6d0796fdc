//! Pages, deeds and files of the console over HTTP: as HTML for browsers, as JSON for programs.
//!
//! Floor: api. Invariants: both come from one model and one permission; a form from elsewhere does nothing; every page
//! says that it may run no script and load no style but the server's own, and may not be kept.

use std::collections::HashMap;
use std::net::SocketAddr;

use askama::Template as _;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::multipart::Multipart;
use axum::extract::{ConnectInfo, FromRequest as _, Path, RawQuery, Request, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use qiaomen_core::protocol::{Code, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::body::read_any;
use super::poll::work;
use super::problem::Failure;
use super::visitor::{Admitted, Around, LANG, Visitor, Wish, admit, begin};
use super::{Shared, State};
use crate::access::{Action, Allowed};
use crate::console::shell::{OncePage, TroublePage};
use crate::console::{Asked, Deed, Done, File, Made, Page, Shell, Trouble, Upload, Via, fields};
use crate::store::Stage;

/// The most bytes of a form or JSON body.
const MAX_FORM: usize = 256 * 1024;
/// The most bytes of a form with a file.
const MAX_UPLOAD: usize = 24 * 1024 * 1024;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Names in braces of the path.
type Places = HashMap<String, String>;

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
struct Refused {
    trouble: Trouble,
    shell: Option<Box<Shell>>,
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
fn problem(visitor: &Visitor, trouble: Trouble) -> Response {
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
fn sorry(visitor: &Visitor, refused: Refused, here: &str) -> Response {
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

pub(super) fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

fn shell(asked: &Asked<'_>, around: &Around, here: &str) -> Result<Shell, Trouble> {
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

/// Reads names of the path and of the query, or of a form; what was left empty was not said.
fn read_pairs<T: DeserializeOwned>(places: &Places, query: &str) -> Result<T, Trouble> {
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(query).map_err(|_| malformed())?;
    pairs.retain(|(name, value)| !value.trim().is_empty() && !places.contains_key(name));
    pairs.extend(places.iter().map(|(name, value)| (name.clone(), value.clone())));
    let text = serde_html_form::to_string(&pairs).map_err(|_| malformed())?;
    serde_html_form::from_str(&text).map_err(|error| shape(&error.to_string()))
}

fn malformed() -> Trouble {
    Trouble::new(Code::Malformed, "提交的内容无法读取。", "What was sent could not be read.")
}

/// What is wrong with the shape of what was sent, without what stands in it.
fn shape(error: &str) -> Trouble {
    let field = error.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match field {
        Some(field) => {
            Trouble::field(field, format!("请填写“{}”。", fields::called(field)), format!("`{field}` must be given."))
        }
        None => Trouble::invalid(
            "有一项的写法不对，请检查数字和选项。",
            "A field holds another type than it takes. Check numbers and choices.",
        ),
    }
}

fn fingerprint(model: &impl serde::Serialize) -> String {
    let bytes = serde_json::to_vec(model).unwrap_or_default();
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

struct Came {
    visitor: Visitor,
    here: String,
    query: String,
    places: Places,
    peeks: bool,
}

fn came(headers: &HeaderMap, peer: SocketAddr, path: &str, query: Option<String>, places: Places) -> Came {
    let query = query.unwrap_or_default();
    let here = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let visitor = Visitor::of(headers, peer, &query);
    Came { visitor, here, query, places, peeks: headers.contains_key("x-qiaomen-peek") }
}

/// A page.
async fn html<P: Page>(
    action: Action,
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(places): Path<Places>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let came = came(request.headers(), peer, request.uri().path(), query, places);
    let (visitor, query) = (came.visitor.clone(), came.query.clone());
    let here = came.here.clone();
    let shown = work(&state, move |state| Ok(render::<P>(state, action, came))).await;
    let mut response = match shown {
        Ok(Ok((response, cookie))) => {
            let mut response = response;
            if let Some(cookie) = cookie {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Ok(Err(refused)) => sorry(&visitor, *refused, &here),
        Err(failure) => sorry(&visitor, failure.into(), &here),
    };
    language(&mut response, &visitor, &query);
    guarded(response, &visitor)
}

type Rendered = (Response, Option<HeaderValue>);

fn render<P: Page>(state: &State, action: Action, came: Came) -> Result<Rendered, Box<Refused>> {
    let Came { visitor, here, query, places, peeks } = came;
    let now = state.clock.now();
    let wish = Wish { action, rotates: !peeks, counts: !peeks };
    let admitted = admit(state, &visitor, wish, now).map_err(|failure| Box::new(failure.into()))?;
    let (mut asked, around) = admitted.asked(state, &visitor, now);
    asked.peeks = peeks;
    let within = |trouble: Trouble| {
        let shell = shell(&asked, &around, &here).ok().map(Box::new);
        Box::new(Refused { trouble, shell })
    };
    // Before the page is read: what is committed while it is, counts as news.
    let pulse = *state.town.subscribe().borrow();
    let model = read_pairs(&places, &query).and_then(|query| P::read(&asked, query)).map_err(within)?;
    let print = fingerprint(&model);
    if peeks {
        return Ok((Json(json!({ "fingerprint": print })).into_response(), None));
    }
    let mut shell = shell(&asked, &around, &here).map_err(within)?;
    // Whoever is not in yet is told of no changes.
    if action.allowed() != Allowed::HalfIn {
        shell.fingerprint = print;
        shell.pulse = pulse;
    }
    let html = P::show(&shell, &model).map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        within(Failure(Code::Unexpected).into_trouble())
    })?;
    Ok((page_html(StatusCode::OK, html), around.cookie))
}

impl Failure {
    fn into_trouble(self) -> Trouble {
        Refused::from(self).trouble
    }
}

/// A page as JSON.
async fn model<P: Page>(
    action: Action,
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(places): Path<Places>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let came = came(request.headers(), peer, request.uri().path(), query, places);
    let visitor = came.visitor.clone();
    let read = work(&state, move |state| {
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

/// What a body said.
enum Said {
    Form(String),
    Parts(Value),
    Json(Bytes),
}

/// Turns a form with files to one without.
async fn multipart(request: Request) -> Result<Value, Trouble> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
    let mut said = Map::new();
    while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
        let Some(name) = field.name().map(str::to_owned) else { continue };
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| Failure(Code::TooLarge).into_trouble())?;
        match file {
            Some(file) if !bytes.is_empty() => {
                said.insert(name, Upload::value(&file, &bytes));
            }
            Some(_) => {}
            None => {
                let text = String::from_utf8(bytes.to_vec()).map_err(|_| malformed())?;
                if text.trim().is_empty() {
                    continue;
                }
                // A box that is ticked says "true".
                let value = match text.as_str() {
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    _ => Value::String(text),
                };
                said.insert(name, value);
            }
        }
    }
    Ok(Value::Object(said))
}

fn read_json<T: DeserializeOwned>(places: &Places, body: Value) -> Result<T, Trouble> {
    let Value::Object(mut body) = body else { return Err(malformed()) };
    for (name, value) in places {
        // A number that stands in a path is one.
        let value = value.parse::<u64>().map_or_else(|_| Value::from(value.clone()), Value::from);
        body.insert(name.clone(), value);
    }
    serde_json::from_value(Value::Object(body)).map_err(|error| shape(&error.to_string()))
}

/// How a deed is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Browser,
    Program,
}

fn media(headers: &HeaderMap) -> String {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

async fn deed<D: Deed>(
    (action, manner): (Action, Manner),
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(places): Path<Places>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let came = came(&headers, peer, request.uri().path(), None, places);
    let visitor = came.visitor.clone();
    let here = came.here.clone();
    let wants = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let as_json = manner == Manner::Program || wants.starts_with("application/json");
    let (response, cookie) = perform::<D>(&state, action, manner, came, headers, request, as_json).await;
    let mut response = match response {
        Ok(response) => response,
        Err(refused) if as_json => problem(&visitor, refused.trouble),
        Err(refused) => sorry(&visitor, *refused, &here),
    };
    for cookie in cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    guarded(response, &visitor)
}

type Performed = (Result<Response, Box<Refused>>, Vec<HeaderValue>);

async fn perform<D: Deed>(
    state: &Shared,
    action: Action,
    manner: Manner,
    came: Came,
    headers: HeaderMap,
    request: Request,
    as_json: bool,
) -> Performed {
    let refuse = |trouble: Trouble| (Err(Box::new(Refused { trouble, shell: None })), Vec::new());
    let foreign = came.visitor.is_foreign(&headers);
    // Nothing is read of what nobody known sends.
    let who = {
        let visitor = came.visitor.clone();
        work(state, move |state| {
            let now = state.clock.now();
            admit(state, &visitor, Wish { action, rotates: false, counts: true }, now).map(|admitted| (admitted, now))
        })
        .await
    };
    let (admitted, now): (Admitted, _) = match who {
        Ok(who) => who,
        Err(failure) => return (Err(Box::new(failure.into())), Vec::new()),
    };
    let by_cookie = matches!(admitted.via, Via::Session(_));
    if by_cookie && foreign {
        return refuse(Failure(Code::FormExpired).into_trouble());
    }
    let kind = media(&headers);
    let shown = headers.get("x-csrf").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (said, shown) = if kind == "multipart/form-data" && manner == Manner::Browser {
        let held = match read_any(state, &headers, request.into_body(), MAX_UPLOAD).await {
            Ok(held) => held,
            Err(failure) => return refuse(failure.into_trouble()),
        };
        let mut whole = Request::new(Body::from(held.frame.clone()));
        *whole.headers_mut() = headers.clone();
        match multipart(whole).await {
            Ok(Value::Object(mut said)) => {
                let csrf = said.remove("csrf").and_then(|csrf| csrf.as_str().map(str::to_owned));
                (Said::Parts(Value::Object(said)), shown.or(csrf))
            }
            Ok(_) => return refuse(malformed()),
            Err(trouble) => return refuse(trouble),
        }
    } else if kind == "application/x-www-form-urlencoded" && manner == Manner::Browser {
        match read_any(state, &headers, request.into_body(), MAX_FORM).await {
            Ok(held) => match String::from_utf8(held.frame.to_vec()) {
                Ok(text) => {
                    let csrf = text.split('&').find_map(|pair| pair.strip_prefix("csrf=")).map(str::to_owned);
                    (Said::Form(text), shown.or(csrf))
                }
                Err(_) => return refuse(malformed()),
            },
            Err(failure) => return refuse(failure.into_trouble()),
        }
    } else if kind == "application/json" {
        match read_any(state, &headers, request.into_body(), MAX_UPLOAD).await {
            Ok(held) => (Said::Json(held.frame), shown),
            Err(failure) => return refuse(failure.into_trouble()),
        }
    } else {
        return refuse(Failure(Code::MediaTypeUnsupported).into_trouble());
    };
    if by_cookie && shown.as_deref() != Some(admitted.csrf.as_str()) {
        return refuse(Failure(Code::FormExpired).into_trouble());
    }
    let done = work(state, move |state| Ok(finish::<D>(state, admitted, now, &came, said, as_json)));
    match done.await {
        Ok(performed) => performed,
        Err(failure) => (Err(Box::new(failure.into())), Vec::new()),
    }
}

fn finish<D: Deed>(
    state: &State,
    admitted: Admitted,
    now: qiaomen_core::record::Time,
    came: &Came,
    said: Said,
    as_json: bool,
) -> Performed {
    let (asked, around) = admitted.asked(state, &came.visitor, now);
    let mut cookies = Vec::new();
    let form: Result<D::Form, Trouble> = match said {
        Said::Form(text) => read_pairs(&came.places, &text),
        Said::Parts(body) => read_json(&came.places, body),
        Said::Json(bytes) => {
            serde_json::from_slice(&bytes).map_err(|_| malformed()).and_then(|body| read_json(&came.places, body))
        }
    };
    let within = |trouble: Trouble| {
        let shell = shell(&asked, &around, &came.here).ok().map(Box::new);
        Box::new(Refused { trouble, shell })
    };
    let done: Done = match form.and_then(|form| D::perform(&asked, form)) {
        Ok(done) => done,
        Err(trouble) => return (Err(within(trouble)), cookies),
    };
    if done.enter {
        let begun = begin(state, &came.visitor, asked.person, Stage::In, now)
            .and_then(|cookie| Ok((cookie, came.visitor.made_known(state, asked.person)?)));
        match begun {
            Ok((session, known)) => cookies.extend([session, known]),
            Err(error) => return (Err(Box::new(error.into())), cookies),
        }
    }
    if as_json {
        if let (Via::Session(session), None, false) = (asked.via, &done.once, done.enter) {
            asked.desk.say(session, done.said.clone());
        }
        return (Ok(Json(done).into_response()), cookies);
    }
    if let Some(once) = &done.once {
        let shell = match shell(&asked, &around, &came.here) {
            Ok(shell) => shell,
            Err(trouble) => return (Err(within(trouble)), cookies),
        };
        let html = OncePage { shell: &shell, done: &done, once }.render().unwrap_or_default();
        return (Ok(page_html(StatusCode::OK, html)), cookies);
    }
    if let Via::Session(session) = asked.via {
        asked.desk.say(session, done.said.clone());
    }
    (Ok(see_other(&done.next)), cookies)
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
    let made = work(&state, move |state| {
        let now = state.clock.now();
        let wish = Wish { action, rotates: false, counts: true };
        let admitted = admit(state, &came.visitor, wish, now)?;
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

pub(super) fn page_route<P: Page>(action: Action) -> MethodRouter<Shared> {
    axum::routing::get(move |state, peer, places, query, request| {
        html::<P>(action, state, peer, places, query, request)
    })
}

pub(super) fn model_route<P: Page>(action: Action) -> MethodRouter<Shared> {
    axum::routing::get(move |state, peer, places, query, request| {
        model::<P>(action, state, peer, places, query, request)
    })
}

pub(super) fn form_route<D: Deed>(action: Action) -> MethodRouter<Shared> {
    let how = (action, Manner::Browser);
    axum::routing::post(move |state, peer, places, request| deed::<D>(how, state, peer, places, request))
}

pub(super) fn deed_route<D: Deed>(action: Action) -> MethodRouter<Shared> {
    let how = (action, Manner::Program);
    axum::routing::post(move |state, peer, places, request| deed::<D>(how, state, peer, places, request))
}

pub(super) fn file_route<F: File>(action: Action) -> MethodRouter<Shared> {
    let how = (action, Manner::Browser);
    axum::routing::get(move |state, peer, places, query, request| file::<F>(how, state, peer, places, query, request))
}

pub(super) fn made_route<F: File>(action: Action) -> MethodRouter<Shared> {
    let how = (action, Manner::Program);
    axum::routing::get(move |state, peer, places, query, request| file::<F>(how, state, peer, places, query, request))
}
