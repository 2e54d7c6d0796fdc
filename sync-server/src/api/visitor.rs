//! Who asks: from which address, over which scheme, with which cookie or token.
//!
//! Floor: api. Invariants: a proxy's headers count where it is trusted (`proxy` sees to that); a session's token changes as it is
//! used, and the one before works for a minute more, for what was on its way; what is asked by a browser from another site
//! is not answered.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};
use hmac::{Hmac, KeyInit as _, Mac as _};
use qiaomen_core::identity::secret;
use qiaomen_core::protocol::Code;
use qiaomen_core::record::{PersonId, Time, random};
use sha2::Sha256;

use super::problem::Failure;
use super::{State, proxy};
use crate::access::{Action, Allowed, needs_second_factor};
use crate::console::lockout::Source;
use crate::console::{Asked, Lang, Via};
use crate::store::{Session, Stage, Standing, StoreError, Wanted};

/// After how long a session that is not used is over, in minutes.
const IDLE: i64 = 60;
/// After how long every session is over, in minutes.
const LONGEST: i64 = 12 * 60;
/// After how long a session's token changes, in minutes.
const ROTATES: i64 = 15;
/// How long the token before still works, in milliseconds.
const GRACE: i64 = 60_000;
/// How long a last use may be out of date, in minutes.
const SEEN: i64 = 1;

pub(super) const SESSION: &str = "qm_session";
pub(super) const LANG: &str = "qm_lang";
const KNOWN: &str = "qm_known";
/// How many people a browser is known for, at most.
const MARKS: usize = 10;
/// What a program's token begins with.
const TOKEN: &str = "qmu_";

/// Where a request came from.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) address: Option<IpAddr>,
    pub(super) secure: bool,
    pub(super) host: String,
    pub(super) lang: Lang,
    /// The language of a page for whoever is at the door: the one they chose, else the one that their browser asks for.
    pub(super) lang_at_the_door: Lang,
    session: Option<[u8; 32]>,
    known: Option<String>,
    bearer: Option<[u8; 32]>,
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl Visitor {
    pub(super) fn of(headers: &HeaderMap, peer: SocketAddr, query: &str) -> Self {
        let (address, secure) = (proxy::address(headers, peer), proxy::is_secure(headers));
        let host = text(headers, "host").unwrap_or("localhost").to_owned();
        let (mut session, mut known, mut lang) = (None, None, None);
        for cookie in headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            for cookie in Cookie::split_parse(cookie).flatten() {
                match cookie.name() {
                    SESSION => session = secret::token_from(cookie.value()),
                    KNOWN => known = Some(cookie.value().to_owned()),
                    LANG => lang = Lang::from_word(cookie.value()),
                    _ => {}
                }
            }
        }
        let bearer = text(headers, "authorization")
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().strip_prefix(TOKEN).and_then(secret::token_from).unwrap_or_default());
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Lang::from_word);
        // A program says by Accept-Language in which language it is told things; a browser's is not asked for.
        let spoken = text(headers, "accept-language");
        let spoken = spoken.filter(|language| language.trim_start().starts_with("en")).map(|_| Lang::En);
        let chosen = asked.or(lang);
        let lang = chosen.or(spoken.filter(|_| bearer.is_some())).unwrap_or_default();
        let lang_at_the_door = chosen.or(spoken).unwrap_or_default();
        Self { address: Some(address), secure, host, lang, lang_at_the_door, session, known, bearer }
    }

    /// By which scheme and host the server was reached.
    pub(super) fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// A cookie for this browser.
    pub(super) fn cookie(&self, name: &'static str, value: String, minutes: i64) -> HeaderValue {
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(cookie::time::Duration::minutes(minutes));
        HeaderValue::from_str(&cookie.build().to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// Whether a browser says that another site has it ask.
    pub(super) fn is_foreign(&self, headers: &HeaderMap) -> bool {
        let site = text(headers, "sec-fetch-site");
        if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
            return true;
        }
        let origin = text(headers, "origin").and_then(|origin| origin.split_once("://"));
        origin.is_some_and(|(_, host)| host != self.host)
    }

    /// The browser's own identifier, and the marks of those who have signed in from it; none where its cookie is none that
    /// the server made.
    fn browser(&self, state: &State) -> Result<Option<(&str, Vec<&str>)>, StoreError> {
        let mut parts = self.known.iter().flat_map(|known| known.split('.'));
        let (Some(id), Some(seal)) = (parts.next(), parts.next()) else { return Ok(None) };
        let is_own = keyed(state, "browser", &[id.as_bytes()])? == seal;
        Ok(is_own.then(|| (id, parts.take(MARKS).collect())))
    }

    /// Which browser this is, where somebody has signed in as this person from it before.
    pub(super) fn known_for(&self, state: &State, person: PersonId) -> Result<Option<String>, StoreError> {
        let Some((id, marks)) = self.browser(state)? else { return Ok(None) };
        let own = mark_of(state, id, person)?;
        Ok(marks.contains(&own.as_str()).then(|| id.to_owned()))
    }

    /// From where somebody tries who says that they are this person.
    pub(super) fn source(&self, state: &State, person: Option<PersonId>) -> Result<Source, StoreError> {
        let browser = person.map(|person| self.known_for(state, person)).transpose()?.flatten();
        Ok(Source { address: self.address, browser })
    }

    /// Has this browser be known for a person.
    pub(super) fn made_known(&self, state: &State, person: PersonId) -> Result<HeaderValue, StoreError> {
        let (id, mut marks) = match self.browser(state)? {
            Some((id, marks)) => (id.to_owned(), marks.into_iter().map(str::to_owned).collect()),
            None => (hex(&random::bytes::<16>(&mut state.random())), Vec::new()),
        };
        let mark = mark_of(state, &id, person)?;
        marks.retain(|have| *have != mark);
        marks.insert(0, mark);
        marks.truncate(MARKS);
        let seal = keyed(state, "browser", &[id.as_bytes()])?;
        Ok(self.cookie(KNOWN, format!("{id}.{seal}.{}", marks.join(".")), 60 * 24 * 365))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn keyed(state: &State, domain: &str, parts: &[&[u8]]) -> Result<String, StoreError> {
    let key = state.console_key()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| StoreError::Damaged("the console's key"))?;
    mac.update(domain.as_bytes());
    for part in parts {
        mac.update(&[0]);
        mac.update(part);
    }
    let bytes = mac.finalize().into_bytes();
    Ok(hex(bytes.get(..16).unwrap_or_default()))
}

fn mark_of(state: &State, browser: &str, person: PersonId) -> Result<String, StoreError> {
    keyed(state, "known", &[browser.as_bytes(), person.bytes()])
}

/// What every form of a session carries.
pub(super) fn csrf(state: &State, session: &Session) -> Result<String, StoreError> {
    keyed(state, "csrf", &[&session.number.to_be_bytes(), &session.created.millis().to_be_bytes()])
}

/// Somebody who may begin what they ask for.
pub(super) struct Admitted {
    pub(super) person: PersonId,
    standing: Standing,
    pub(super) via: Via,
    pub(super) csrf: String,
    /// Where it is time for the session's next token.
    due: Option<Due>,
    source: Source,
    /// Whether their second factor is still to be shown.
    half_in: bool,
    context: crate::store::Context,
}

/// A session whose token is to change, and the hash of the one it has.
struct Due {
    session: u64,
    hash: [u8; 32],
}

/// Begins a session; returns the cookie that holds its token.
pub(super) fn begin(
    state: &State,
    visitor: &Visitor,
    person: PersonId,
    stage: Stage,
    now: Time,
) -> Result<HeaderValue, StoreError> {
    let token: [u8; 32] = random::bytes(&mut state.random());
    let store = state.town.store();
    store.sessions_sweep(now.plus_minutes(-LONGEST), now.plus_minutes(-IDLE))?;
    store.session_add(&secret::token_hash(&token), person, stage, now)?;
    Ok(visitor.cookie(SESSION, secret::token_text(&token), LONGEST))
}

/// How far a session comes by its password alone.
pub(super) fn stage_of(state: &State, person: PersonId) -> Result<Stage, StoreError> {
    let store = state.town.store();
    if store.account(person)?.is_some_and(|account| account.confirmed) {
        return Ok(Stage::Code);
    }
    Ok(if needs_second_factor(&store.standing(person)?) { Stage::Setup } else { Stage::In })
}

/// What a request is admitted for.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) action: Action,
    /// Whether the session may be given its next token after it: a page that a browser has loaded.
    pub(super) rotates: bool,
    /// Whether somebody has done something, rather than a script in the background.
    pub(super) counts: bool,
}

/// Who asks, where they may begin what they ask for.
pub(super) fn admit(state: &State, visitor: &Visitor, wish: Wish, now: Time) -> Result<Admitted, Failure> {
    let (person, via, csrf, due, half_in) = match visitor.bearer {
        Some(token) => {
            let (person, number) = by_token(state, &token, now)?;
            (person, Via::Token(number), String::new(), None, false)
        }
        None => {
            let (session, due) = by_session(state, visitor, wish, now)?;
            let half_in = session.stage != Stage::In;
            if half_in && wish.action.allowed() != Allowed::HalfIn {
                return Err(Failure(Code::SecondFactorNeeded));
            }
            let csrf = csrf(state, &session)?;
            (session.person, Via::Session(session.number), csrf, due, half_in)
        }
    };
    let store = state.town.store();
    let standing = store.standing(person)?;
    if standing.left {
        return Err(Failure(Code::SignInNeeded));
    }
    let areas = standing.roles.iter().map(|(_, area)| *area).collect();
    let context = store.context(&Wanted { areas, ..Wanted::default() })?;
    let ground = crate::access::Ground { areas: &context.areas, alerts: &context.alerts };
    if !wish.action.may(&standing, ground) {
        return Err(Failure(Code::NotPermitted));
    }
    let source = visitor.source(state, Some(person))?;
    Ok(Admitted { person, standing, via, csrf, due, source, half_in, context })
}

fn by_token(state: &State, token: &[u8; 32], now: Time) -> Result<(PersonId, u64), Failure> {
    let store = state.town.store();
    let found = store.user_token_by_hash(&secret::token_hash(token))?.ok_or(Failure(Code::SignInNeeded))?;
    if found.revoked.is_some() || found.expires <= now {
        return Err(Failure(Code::SignInNeeded));
    }
    if found.seen.is_none_or(|seen| now.minutes_since(seen).abs() >= 10) {
        store.user_token_seen(found.number, now)?;
    }
    Ok((found.person, found.number))
}

fn by_session(state: &State, visitor: &Visitor, wish: Wish, now: Time) -> Result<(Session, Option<Due>), Failure> {
    let store = state.town.store();
    let token = visitor.session.ok_or(Failure(Code::SignInNeeded))?;
    let hash = secret::token_hash(&token);
    let (session, is_present) = store.session_by_token(&hash)?.ok_or(Failure(Code::SignInNeeded))?;
    let over = now.minutes_since(session.created) >= LONGEST || now.minutes_since(session.seen) >= IDLE;
    if over || !is_present && now.millis_since(session.rotated) > GRACE {
        return Err(Failure(Code::SignInNeeded));
    }
    if wish.counts && now.minutes_since(session.seen).abs() >= SEEN {
        store.session_seen(session.number, now)?;
    }
    let is_due =
        wish.rotates && is_present && session.stage == Stage::In && now.minutes_since(session.rotated) >= ROTATES;
    let due = is_due.then_some(Due { session: session.number, hash });
    Ok((session, due))
}

impl Admitted {
    /// As the console is asked.
    pub(super) fn asked<'a>(self, state: &'a State, visitor: &Visitor, now: Time) -> (Asked<'a>, Around) {
        let around = Around { csrf: self.csrf, due: self.due };
        let asked = Asked {
            town: &state.town,
            intake: &state.intake,
            desk: &state.desk,
            random: &state.random,
            person: self.person,
            standing: self.standing,
            context: self.context,
            via: self.via,
            now,
            peeks: false,
            lang: visitor.lang,
            address: visitor.address.map(|address| address.to_string()),
            source: self.source,
            half_in: self.half_in,
            origin: visitor.origin(),
        };
        (asked, around)
    }
}

/// What an answer carries besides what was asked for.
pub(super) struct Around {
    pub(super) csrf: String,
    due: Option<Due>,
}

impl Around {
    /// Changes the session's token where it is time; returns the cookie that holds the next one. Whoever calls this answers
    /// with that cookie, whatever else the answer is: otherwise the session would be lost a minute later.
    pub(super) fn rotated(self, state: &State, visitor: &Visitor, now: Time) -> Option<HeaderValue> {
        let Due { session, hash } = self.due?;
        let next: [u8; 32] = random::bytes(&mut state.random());
        match state.town.store().session_rotate(session, (&hash, &secret::token_hash(&next)), now) {
            Ok(true) => Some(visitor.cookie(SESSION, secret::token_text(&next), LONGEST)),
            // Another request was first.
            Ok(false) => None,
            Err(error) => {
                tracing::warn!(%error, "a session goes on with the token that it has");
                None
            }
        }
    }
}
