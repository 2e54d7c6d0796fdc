//! Alerts from systems: `POST /api/v1/alerts`.
//!
//! Floor: api. Invariants: whoever calls is an integration with a key that was not revoked; each alert has a verdict of
//! its own, so that a bad one keeps no good one waiting; the same again changes nothing; no answer tells who lives here.

use std::borrow::Cow;

use axum::Json;
use axum::body::Body;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qiaomen_core::identity::secret;
use qiaomen_core::protocol::{Code, Problem};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AlertId, Datum, Invalid, Level, Origin, Place, Position, Reason, Time, Zone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::body::{read_json, token};
use super::poll::work;
use super::problem::Failure;
use super::{Shared, State};
use crate::intake::{Came, IntakeError, Sender, Taken, Told, area_named};
use crate::store::{IntegrationKey, StoreError};

/// The most bytes of a body.
pub(super) const MAX_BODY: usize = 1024 * 1024;
/// The most alerts in one.
pub(super) const MAX_ALERTS: usize = 200;
/// How long a key's last use may be out of date, in minutes.
const SEEN_MINUTES: i64 = 10;
/// Ten-millionths of a degree.
const DEGREE: f64 = 1e7;

/// Where the person may be found.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceBody {
    /// What the place is to the person: home, work, 家, 单位.
    label: Option<String>,
    /// Where it is, in words.
    address: Option<String>,
    /// Degrees north.
    #[schemars(range(min = -90.0, max = 90.0))]
    latitude: Option<f64>,
    /// Degrees east.
    #[schemars(range(min = -180.0, max = 180.0))]
    longitude: Option<f64>,
    /// The datum of the position; unstated if absent.
    datum: Option<DatumBody>,
}

/// The datum of a position.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DatumBody {
    Wgs84,
    Gcj02,
    Bd09,
    Unstated,
}

/// One alert, as its sender tells it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertBody {
    /// The sender's own number for it. The same number is the same alert, whenever it comes again: what differs from
    /// what this sender said before is put right, a higher level is a raise, a lower one a question to a supervisor.
    number: String,
    /// The person's name.
    name: String,
    /// The person's telephones; several are parted by a semicolon.
    telephone: Option<String>,
    /// How urgent it is: extreme, high, medium or low; 特危, 高危, 中危 or 低危.
    level: String,
    /// Who issued it.
    issuer: String,
    /// Where it came from: `funds_side` or `other`.
    origin: Option<String>,
    /// The area whose team answers for it: its name, names from above down to it (`village/grid`), or its identifier.
    /// Where it is absent, the person's door or an address says it.
    area: Option<String>,
    /// Where the person may be found.
    #[serde(default)]
    places: Vec<PlaceBody>,
    /// When it was issued: RFC 3339, or `2026-03-01 09:00` in the town's zone.
    issued: String,
    /// When it reached the station.
    reached_station: Option<String>,
    /// When it was passed on.
    passed_on: Option<String>,
    /// What else is known.
    note: Option<String>,
    /// Whether the alert is taken back because it was issued in error; it is closed, and stays visible.
    #[serde(default)]
    recalled: bool,
    /// Why it is taken back.
    recall_reason: Option<String>,
}

/// Several alerts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertsBody {
    /// The alerts, 200 at most; each is judged by itself.
    #[schemars(length(max = 200))]
    #[allow(dead_code, reason = "read one by one, so that a bad one keeps no good one waiting")]
    alerts: Vec<AlertBody>,
}

/// What became of one alert.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Verdict {
    /// Its place in the request, from 0.
    index: usize,
    /// The sender's number, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// What became of it.
    verdict: VerdictWord,
    /// The alert here.
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<String>,
    /// The open alert about the same person that it joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ItemProblem>,
}

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum VerdictWord {
    /// It is new.
    Created,
    /// It says nothing that is not known.
    Unchanged,
    /// It put something right.
    Corrected,
    /// Its level went up.
    Raised,
    /// A supervisor is asked: it names a lower level, or other than what somebody here put right.
    Listed,
    /// It was taken back.
    Recalled,
    /// It was not taken; the problem says why.
    Refused,
}

/// What is wrong with one alert: problem details (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ItemProblem {
    /// A name for the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// The status that it would have alone.
    status: u16,
    /// The stable code.
    code: String,
    /// What it means.
    title: String,
    /// What exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

/// What became of several alerts, in their order.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Verdicts {
    /// One for each.
    results: Vec<Verdict>,
}

/// Why one alert was not taken.
struct Refused {
    code: Code,
    detail: Option<String>,
    field: Option<Cow<'static, str>>,
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Self { code: Code::Invalid, detail: Some(invalid.to_string()), field: Some(invalid.field) }
    }
}

impl Refused {
    fn field(field: &'static str, detail: impl Into<String>) -> Self {
        Self { code: Code::Invalid, detail: Some(format!("{field} {}", detail.into())), field: Some(field.into()) }
    }

    fn problem(self) -> ItemProblem {
        let Problem { kind, status, code, title, .. } = Problem::from(self.code);
        ItemProblem { kind, status, code, title, detail: self.detail, field: self.field.map(Cow::into_owned) }
    }
}

pub(super) async fn take_alerts(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let key = token(&headers).map_err(|_| Failure(Code::KeyUnknown))?;
    let sender = work(&state, move |state| sender(state, key)).await?;
    let held = read_json(&state, &headers, body, MAX_BODY).await?;
    let said = work(&state, move |state| {
        let body: Value = serde_json::from_slice(&held.frame).map_err(|_| Failure(Code::Malformed))?;
        take(state, sender, body)
    });
    said.await
}

/// Who holds this key.
fn sender(state: &State, key: [u8; 32]) -> Result<Sender, Failure> {
    let store = state.town.store();
    let found: Option<IntegrationKey> = store.integration_by_key(&secret::token_hash(&key))?;
    let found = found.ok_or(Failure(Code::KeyUnknown))?;
    if found.revoked.is_some() || store.standing(found.person)?.left {
        return Err(Failure(Code::KeyRevoked));
    }
    let now = state.clock.now();
    if found.seen.is_none_or(|seen| now.minutes_since(seen).abs() >= SEEN_MINUTES) {
        store.integration_seen(found.number, now)?;
    }
    Ok(Sender { person: found.person, is_integration: true })
}

fn take(state: &State, sender: Sender, body: Value) -> Result<Response, Failure> {
    let many = match body {
        Value::Object(mut object) if object.contains_key("alerts") => {
            let Some(Value::Array(alerts)) = object.remove("alerts") else { return Err(Failure(Code::Malformed)) };
            if !object.is_empty() {
                return Err(Failure(Code::Malformed));
            }
            alerts
        }
        one @ Value::Object(_) => {
            let verdict = judge(state, sender, 0, one)?;
            let status = match (&verdict.problem, verdict.verdict) {
                (Some(problem), _) => StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
                (None, VerdictWord::Created) => StatusCode::CREATED,
                (None, _) => StatusCode::OK,
            };
            // Alone, a problem is the whole answer.
            if let Some(problem) = verdict.problem {
                let mut response = (status, Json(problem)).into_response();
                let media = header::HeaderValue::from_static("application/problem+json");
                response.headers_mut().insert(header::CONTENT_TYPE, media);
                return Ok(response);
            }
            return Ok((status, Json(verdict)).into_response());
        }
        _ => return Err(Failure(Code::Malformed)),
    };
    if many.len() > MAX_ALERTS {
        return Err(Failure(Code::TooMany));
    }
    let results = many.into_iter().enumerate().map(|(index, one)| judge(state, sender, index, one));
    Ok(Json(Verdicts { results: results.collect::<Result<_, _>>()? }).into_response())
}

/// Takes one alert; only what is wrong with the server itself is a failure of the whole.
fn judge(state: &State, sender: Sender, index: usize, one: Value) -> Result<Verdict, Failure> {
    let number = one.get("number").and_then(Value::as_str).filter(|number| number.len() <= 120).map(str::to_owned);
    match told(state, one)? {
        Ok(told) => {
            let taken = state.intake.take(&state.town, sender, told, state.clock.now(), &mut state.random());
            match taken {
                Ok(Taken { alert, came, joined }) => {
                    let text = |id: AlertId| id.to_string();
                    let (alert, joined) = (Some(text(alert)), joined.map(text));
                    Ok(Verdict { index, number, verdict: came.into(), alert, joined, problem: None })
                }
                Err(IntakeError::Store(error)) => Err(error.into()),
                Err(IntakeError::Invalid(invalid)) => Ok(refusal(index, number, invalid.into())),
                Err(IntakeError::Denied(_) | IntakeError::Unknown) => {
                    let detail =
                        Some("The key's area does not hold the alert's, or the alert is not its own.".to_owned());
                    Ok(refusal(index, number, Refused { code: Code::NotPermitted, detail, field: None }))
                }
            }
        }
        Err(refused) => Ok(refusal(index, number, refused)),
    }
}

fn refusal(index: usize, number: Option<String>, refused: Refused) -> Verdict {
    let problem = Some(refused.problem());
    Verdict { index, number, verdict: VerdictWord::Refused, alert: None, joined: None, problem }
}

impl From<Came> for VerdictWord {
    fn from(came: Came) -> Self {
        match came {
            Came::Created => Self::Created,
            Came::Unchanged => Self::Unchanged,
            Came::Corrected => Self::Corrected,
            Came::Raised => Self::Raised,
            Came::Listed => Self::Listed,
            Came::Recalled => Self::Recalled,
        }
    }
}

fn told(state: &State, one: Value) -> Result<Result<Told, Refused>, StoreError> {
    let body: AlertBody = match serde_json::from_value(one) {
        Ok(body) => body,
        // What serde says names fields and types; a value it quotes is cut off.
        Err(error) => return Ok(Err(Refused { code: Code::Invalid, detail: Some(shape(&error)), field: None })),
    };
    let area = match body.area.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => match area_named(&state.town, text)? {
            Ok(area) => Some(area),
            Err(reason) => return Ok(Err(Refused::field("area", reason))),
        },
    };
    Ok(read(body, area, state.town.zone()))
}

/// What is wrong with the shape of an alert, without what stands in it.
fn shape(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let known = ["missing field", "unknown field", "duplicate field"];
    if known.iter().any(|front| text.starts_with(front)) && text.len() < 400 && text.is_ascii() {
        return text;
    }
    "A field holds another type than it takes, or this is no alert.".to_owned()
}

fn read(body: AlertBody, area: Option<qiaomen_core::record::AreaId>, zone: &Zone) -> Result<Told, Refused> {
    let level = match body.level.trim() {
        "特危" => Level::Extreme,
        "高危" => Level::High,
        "中危" => Level::Medium,
        "低危" => Level::Low,
        word => Level::from_word(word),
    };
    if !level.is_known() {
        return Err(Refused::field("level", "is none of extreme, high, medium, low"));
    }
    let origin = body.origin.as_deref().map(|word| Origin::from_word(word.trim()));
    if origin.as_ref().is_some_and(|origin| !origin.is_known()) {
        return Err(Refused::field("origin", "is none of funds_side, other"));
    }
    let time = |field: &'static str, text: &str| {
        let text = text.trim();
        let read = Time::parse(text).or_else(|_| zone.parse_local(text));
        read.map_err(|_| Refused::field(field, "is no time; write 2026-03-01T09:00:00+08:00 or 2026-03-01 09:00"))
    };
    let some = |field: &'static str, text: &Option<String>| text.as_deref().map(|text| time(field, text)).transpose();
    if body.number.trim().is_empty() {
        return Err(Refused::field("number", "must be given"));
    }
    Ok(Told {
        issued: time("issued", &body.issued)?,
        reached_station: some("reached_station", &body.reached_station)?,
        passed_on: some("passed_on", &body.passed_on)?,
        number: Some(body.number),
        name: body.name,
        telephone: body.telephone,
        level,
        issuer: body.issuer,
        origin,
        area,
        places: body.places.into_iter().map(place).collect::<Result<_, _>>()?,
        note: body.note,
        recalled: body.recalled.then(|| body.recall_reason.unwrap_or_default()),
    })
}

fn place(body: PlaceBody) -> Result<Place, Refused> {
    let position = match (body.latitude, body.longitude) {
        (None, None) => None,
        (Some(latitude), Some(longitude)) => Some(Position {
            latitude: degrees(latitude, 90.0)?,
            longitude: degrees(longitude, 180.0)?,
            datum: match body.datum {
                Some(DatumBody::Wgs84) => Datum::Wgs84,
                Some(DatumBody::Gcj02) => Datum::Gcj02,
                Some(DatumBody::Bd09) => Datum::Bd09,
                Some(DatumBody::Unstated) | None => Datum::Unstated,
            },
            accuracy: None,
        }),
        _ => return Err(Refused::field("places", "has a position with one coordinate; give both or none")),
    };
    let label = body.label.filter(|label| !label.trim().is_empty()).unwrap_or_else(|| "home".to_owned());
    Ok(Place { label, address: body.address, position })
}

fn degrees(degrees: f64, most: f64) -> Result<i64, Refused> {
    if !degrees.is_finite() || degrees.abs() > most {
        return Err(Invalid::new("places.position", Reason::OutOfRange).into());
    }
    #[allow(clippy::cast_possible_truncation, reason = "bounded above")]
    Ok((degrees * DEGREE).round() as i64)
}
