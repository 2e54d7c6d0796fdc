//! The handlers.
//!
//! Floor: api. Invariant: each parses, authorises, calls one service and maps the error.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, State as Extract};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use qiaomen_core::protocol::limits::MAX_REQUEST;
use qiaomen_core::protocol::{Code, CommonRequest, EnrolRequest, SalvageRequest, encode};

use super::body::{Held, answer, decode, inflate, read, token, wire};
use super::poll::{self, work};
use super::problem::Failure;
use super::{Shared, State, proxy};
use crate::console::Drawn;

/// The most bytes of a request to enrol.
const MAX_ENROL: usize = 4 * 1024;
/// The most bytes of a request for a common point.
const MAX_COMMON: usize = 256 * 1024;

impl State {
    pub(super) fn random(&self) -> Drawn<'_> {
        Drawn(&self.random)
    }

    /// The key of what the console signs: marks of browsers and forms.
    pub(super) fn console_key(&self) -> Result<Vec<u8>, crate::store::StoreError> {
        let store = self.town.store();
        match store.meta("console_key")? {
            Some(key) => Ok(key),
            None => {
                let fresh: [u8; 32] = qiaomen_core::record::random::bytes(&mut self.random());
                store.meta_once("console_key", &fresh)
            }
        }
    }
}

/// A body of somebody known, and their token: nothing is read of what nobody known sends.
async fn body_of(
    state: &Shared,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    revoked_too: bool,
) -> Result<([u8; 32], Held), Failure> {
    let token = token(headers)?;
    known(state, token, revoked_too).await?;
    Ok((token, read(state, headers, body, limit).await?))
}

async fn known(state: &Shared, token: [u8; 32], revoked_too: bool) -> Result<(), Failure> {
    let looked = work(state, move |state| {
        let device = state.town.device_by_token(&token)?.ok_or(Failure(Code::SignedOut))?;
        if device.revoked.is_some() && !revoked_too { Err(Failure(Code::Revoked)) } else { Ok(()) }
    });
    looked.await
}

pub(super) async fn exchange(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (token, held) = body_of(&state, &headers, body, MAX_REQUEST, false).await?;
    let (said, waited) = poll::exchange(&state, token, held).await;
    let mut response = said.map(answer).into_response();
    response.extensions_mut().insert(waited);
    Ok(response)
}

pub(super) async fn enrol(
    Extract(state): Extract<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let address = proxy::address(&headers, peer);
    let held = read(&state, &headers, body, MAX_ENROL).await?;
    let enrolled = work(&state, move |state| {
        let plain = inflate(&held.frame)?;
        let request: EnrolRequest = decode(&plain)?;
        let welcome = state.town.enrol(&request, state.clock.now(), &mut state.random())?;
        tracing::info!(device = %welcome.certificate.device, "a device was enrolled");
        encode(&welcome).map_err(|error| wire(&error))
    })
    .await;
    // A right code is never kept waiting by whoever guesses from the same address.
    if let Err(Failure(code @ (Code::CodeUnknown | Code::CodeExpired | Code::CodeUsed))) = &enrolled {
        let (code, now) = (*code, state.clock.now());
        let may_try = state.attempts.may_try(address, now);
        state.attempts.failed(address, now);
        if code == Code::CodeUnknown && !may_try {
            return Err(Failure(Code::TooManyAttempts));
        }
    }
    enrolled.map(answer)
}

pub(super) async fn common(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (token, held) = body_of(&state, &headers, body, MAX_COMMON, false).await?;
    let said = work(&state, move |state| {
        let device = state.town.device_by_token(&token)?.ok_or(Failure(Code::SignedOut))?;
        if device.revoked.is_some() {
            return Err(Failure(Code::Revoked));
        }
        let plain = inflate(&held.frame)?;
        let request: CommonRequest = decode(&plain)?;
        encode(&state.town.common(&request)?).map_err(|error| wire(&error))
    });
    said.await.map(answer)
}

pub(super) async fn salvage(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (token, held) = body_of(&state, &headers, body, MAX_REQUEST, true).await?;
    let said = work(&state, move |state| {
        let device = state.town.device_by_token(&token)?.ok_or(Failure(Code::SignedOut))?;
        let plain = inflate(&held.frame)?;
        let request: SalvageRequest<'_> = decode(&plain)?;
        let kept = state.town.salvage(&device, &request, state.clock.now())?;
        tracing::info!(device = %device.id, kept = kept.kept, "unsent work was handed in");
        encode(&kept).map_err(|error| wire(&error))
    });
    said.await.map(answer)
}
