//! Who stands at the door: the page that a resident's telephone opens from the picture on a worker's (Q7).
//!
//! Floor: api. Invariants: whoever has a badge's text reads this, without signing in; a name is told while the badge is good
//! and never else; nothing about anybody but that name; whatever the text is, the page says what to do; a good badge is
//! never kept waiting by whoever guesses from the same address.

use std::net::SocketAddr;

use askama::Template;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Extract};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use qiaomen_core::doors::Station;
use qiaomen_core::identity::{Badge, BadgeTime};
use qiaomen_core::record::{AreaId, Record, Time, telephone};

use super::pages::{guarded, language, page_html};
use super::poll::work;
use super::problem::Failure;
use super::visitor::Visitor;
use super::{Shared, State};
use crate::console::{Moment, Shell};
use crate::report::area_tree;

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    /// A badge of somebody who works here, while it is good.
    Good { name: String, until: Moment },
    /// It was one, or will be: its time is over, or has not come.
    Over,
    /// The phone was revoked, or its person has left.
    Revoked,
    /// No badge of this town's.
    Unknown,
    /// It was not looked up: the server is busy, or somebody guesses.
    Busy,
}

/// The page.
#[derive(Template)]
#[template(path = "badge.html")]
struct BadgePage<'a> {
    shell: &'a Shell,
    found: &'a Found,
    town: &'a str,
    /// The number to call, as it is written and as it is dialled.
    call: Option<(&'a str, &'a str)>,
}

impl BadgePage<'_> {
    const fn is_good(&self) -> bool {
        matches!(self.found, Found::Good { .. })
    }
}

impl Found {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Good { .. } => StatusCode::OK,
            Self::Over | Self::Revoked => StatusCode::GONE,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// What the text of a badge is, and whom to call about it.
fn look(state: &State, text: &str, now: Time) -> Result<(Found, Station), Failure> {
    let tree = area_tree(&state.town)?;
    let unknown = || Ok((Found::Unknown, tree.station(&[])));
    let Some(badge) = Badge::parse(text) else { return unknown() };
    let Some(device) = state.town.store().device(badge.device)?.filter(|device| !device.own) else { return unknown() };
    if badge.verify(&device.key, &state.town.public_key()).is_err() {
        return unknown();
    }
    let Some((_, document)) = state.town.document(device.person.into())? else { return unknown() };
    let Ok(Record::Person(person)) = document.record() else { return unknown() };
    let areas: Vec<AreaId> = person.roles().map(|(_, area)| area).collect();
    let station = tree.station(&areas);
    let found = match badge.at(now) {
        _ if device.revoked.is_some() || person.left => Found::Revoked,
        BadgeTime::Good => Found::Good { name: person.name, until: Moment::new(badge.until(), state.town.zone()) },
        BadgeTime::Over | BadgeTime::Early => Found::Over,
    };
    Ok((found, station))
}

pub(super) async fn show(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let mut visitor = Visitor::of(&headers, peer, &query);
    visitor.lang = visitor.lang_at_the_door;
    let (address, now) = (visitor.address.unwrap_or(peer.ip()), state.clock.now());
    // A text that is none is not written back into the page's links.
    let here = Badge::parse(&token).map_or_else(|| "/badge/-".to_owned(), |_| format!("/badge/{token}"));
    let looked = work(&state, move |state| look(state, &token, now)).await;
    let (mut found, station) = looked.unwrap_or_else(|_| (Found::Busy, Station::default()));
    let mut status = found.status();
    if found == Found::Unknown {
        let may_try = state.badges.may_try(address, now);
        state.badges.failed(address, now);
        if !may_try {
            (found, status) = (Found::Busy, StatusCode::TOO_MANY_REQUESTS);
        }
    }
    let shell = Shell { lang: visitor.lang, here, ..Shell::default() };
    let dialled = station.telephone.as_deref().map(telephone::dialled).unwrap_or_default();
    let call = station.telephone.as_deref().map(|number| (number, dialled.as_str()));
    let page = BadgePage { shell: &shell, found: &found, town: &station.town, call };
    let mut response = page_html(status, page.render().unwrap_or_default());
    if found == Found::Busy {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    language(&mut response, &visitor, &query);
    guarded(response, &visitor)
}
