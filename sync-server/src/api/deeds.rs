//! Deeds of the console over HTTP: of a browser's form, or of a program's JSON.
//!
//! Floor: api. Invariants: a form from elsewhere does nothing; nothing is read of what nobody known sends, and little where
//! no file is taken; a body has its room until what it asks for was done.

use std::net::SocketAddr;

use askama::Template as _;
use axum::Json;
use axum::body::Body;
use axum::extract::multipart::Multipart;
use axum::extract::{ConnectInfo, FromRequest as _, Path, Request, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use qiaomen_core::protocol::Code;
use qiaomen_core::record::Time;
use serde_json::{Map, Value};

use super::body::{Held, read_any, read_file};
use super::pages::{Came, Manner, Refused, came, guarded, page_html, problem, see_other, shell, sorry};
use super::poll::{work, work_in};
use super::problem::Failure;
use super::said::{Places, malformed, read_json, read_pairs};
use super::visitor::{Admitted, Wish, admit, begin};
use super::{Shared, State};
use crate::access::Action;
use crate::console::shell::OncePage;
use crate::console::{Deed, Done, Trouble, Upload, Via};
use crate::store::Stage;

/// The most bytes of a form or JSON body without a file.
const MAX_FORM: usize = 256 * 1024;
/// The most bytes of one with a file.
const MAX_UPLOAD: usize = 24 * 1024 * 1024;

/// What a body said.
enum Said {
    Form(String),
    Parts(Value),
    Json,
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

fn media(headers: &HeaderMap) -> String {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// How a deed is asked for.
#[derive(Clone, Copy)]
struct How {
    action: Action,
    manner: Manner,
    /// Whether it may take long, and so waits for its turn among others of the sort.
    slow: bool,
}

async fn deed<D: Deed>(
    how: How,
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(places): Path<Places>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let came = came(&headers, peer, request.uri().path(), None, places);
    let visitor = came.visitor.clone();
    let wants = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let as_json = how.manner == Manner::Program || wants.starts_with("application/json");
    let (response, cookie) = perform::<D>(&state, how, came, headers, request, as_json).await;
    let mut response = match response {
        Ok(response) => response,
        Err(refused) if as_json => problem(&visitor, refused.trouble),
        // Whoever signs in now is led to a page, which this address is not.
        Err(refused) => sorry(&visitor, *refused, "/"),
    };
    for cookie in cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    guarded(response, &visitor)
}

type Performed = (Result<Response, Box<Refused>>, Vec<HeaderValue>);

/// Reads what a deed is told, and the token of the form that it was told by.
async fn heard<D: Deed>(
    state: &State,
    manner: Manner,
    headers: HeaderMap,
    body: Body,
) -> Result<(Held, Said, Option<String>), Trouble> {
    let read = async |headers: &HeaderMap, body: Body| {
        let read = if D::TAKES_FILE {
            read_file(state, headers, body, MAX_UPLOAD).await
        } else {
            read_any(state, headers, body, MAX_FORM).await
        };
        read.map_err(Failure::into_trouble)
    };
    match (media(&headers).as_str(), manner) {
        ("multipart/form-data", Manner::Browser) => {
            let held = read(&headers, body).await?;
            let mut whole = Request::new(Body::from(held.frame.clone()));
            *whole.headers_mut() = headers;
            let Value::Object(mut said) = multipart(whole).await? else { return Err(malformed()) };
            let csrf = said.remove("csrf").and_then(|csrf| csrf.as_str().map(str::to_owned));
            Ok((held, Said::Parts(Value::Object(said)), csrf))
        }
        ("application/x-www-form-urlencoded", Manner::Browser) => {
            let held = read_any(state, &headers, body, MAX_FORM).await.map_err(Failure::into_trouble)?;
            let text = String::from_utf8(held.frame.to_vec()).map_err(|_| malformed())?;
            let csrf = text.split('&').find_map(|pair| pair.strip_prefix("csrf=")).map(str::to_owned);
            Ok((held, Said::Form(text), csrf))
        }
        // A body of JSON holds no token: it stands in a header, and is looked at before.
        ("application/json", _) => Ok((read(&headers, body).await?, Said::Json, None)),
        _ => Err(Failure(Code::MediaTypeUnsupported).into_trouble()),
    }
}

async fn perform<D: Deed>(
    state: &Shared,
    how: How,
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
        let wish = Wish { action: how.action, rotates: false, counts: true };
        work(state, move |state| {
            let now = state.clock.now();
            admit(state, &visitor, wish, now).map(|admitted| (admitted, now))
        })
        .await
    };
    let (admitted, now): (Admitted, _) = match who {
        Ok(who) => who,
        Err(failure) => return (Err(Box::new(failure.into())), Vec::new()),
    };
    let by_cookie = matches!(admitted.via, Via::Session(_));
    let expired = || refuse(Failure(Code::FormExpired).into_trouble());
    if by_cookie && foreign {
        return expired();
    }
    let shown = headers.get("x-csrf").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let is_right = |shown: Option<&str>| !by_cookie || shown == Some(admitted.csrf.as_str());
    // Only a form may hold its token; what a script sends has it in a header, or is not read.
    let may_be_inside = how.manner == Manner::Browser && media(&headers) != "application/json";
    if !is_right(shown.as_deref()) && (shown.is_some() || !may_be_inside) {
        return expired();
    }
    let (held, said, inside) = match heard::<D>(state, how.manner, headers, request.into_body()).await {
        Ok(heard) => heard,
        Err(trouble) => return refuse(trouble),
    };
    if !is_right(shown.or(inside).as_deref()) {
        return expired();
    }
    let turns = if how.slow { &state.slow } else { &state.turns };
    let done = work_in(turns, state, move |state| Ok(finish::<D>(state, admitted, now, &came, (said, held), as_json)));
    match done.await {
        Ok(performed) => performed,
        Err(failure) => (Err(Box::new(failure.into())), Vec::new()),
    }
}

fn finish<D: Deed>(
    state: &State,
    admitted: Admitted,
    now: Time,
    came: &Came,
    (said, held): (Said, Held),
    as_json: bool,
) -> Performed {
    let (asked, around) = admitted.asked(state, &came.visitor, now);
    let mut cookies = Vec::new();
    let form: Result<D::Form, Trouble> = match said {
        Said::Form(text) => read_pairs(&came.places, &text),
        Said::Parts(body) => read_json(&came.places, body),
        Said::Json => {
            serde_json::from_slice(&held.frame).map_err(|_| malformed()).and_then(|body| read_json(&came.places, body))
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

fn routed<D: Deed>(how: How) -> MethodRouter<Shared> {
    axum::routing::post(move |state, peer, places, request| deed::<D>(how, state, peer, places, request))
}

pub(super) fn form_route<D: Deed>(action: Action) -> MethodRouter<Shared> {
    routed::<D>(How { action, manner: Manner::Browser, slow: false })
}

pub(super) fn deed_route<D: Deed>(action: Action) -> MethodRouter<Shared> {
    routed::<D>(How { action, manner: Manner::Program, slow: false })
}

pub(super) fn slow_form_route<D: Deed>(action: Action) -> MethodRouter<Shared> {
    routed::<D>(How { action, manner: Manner::Browser, slow: true })
}

pub(super) fn slow_deed_route<D: Deed>(action: Action) -> MethodRouter<Shared> {
    routed::<D>(How { action, manner: Manner::Program, slow: true })
}
