//! The API's description, made from the table of routes: OpenAPI 3.1.
//!
//! Floor: api. Invariants: every route that has an operation stands in it and no other; every status that a handler
//! answers stands there by its number, none as "default".

use axum::Json;
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::intake::{AlertBody, AlertsBody, ItemProblem, Verdict, Verdicts};
use super::{ROUTES, Route};

/// The schemas that operations name.
pub(super) struct Schemas(SchemaGenerator);

impl Schemas {
    fn of<T: JsonSchema>(&mut self) -> Value {
        self.0.subschema_for::<T>().to_value()
    }
}

/// The document.
#[must_use]
pub fn document() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut schemas = Schemas(settings.into_generator());
    let mut paths: Map<String, Value> = Map::new();
    for Route { method, path, operation, .. } in ROUTES {
        let Some(operation) = operation else { continue };
        let at = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
        if let Value::Object(at) = at {
            at.insert(method.to_lowercase(), operation(&mut schemas));
        }
    }
    let mut components = Map::new();
    let problem = schemas.of::<ItemProblem>();
    components.insert("Problem".to_owned(), problem);
    components.extend(schemas.0.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Qiaomen (敲门)",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What systems around a town's server may use: handing in alerts. Phones speak a protocol of \
                their own, which is no part of this.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "integration": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of an integration, made with `qiaomen-server integration add` and shown once.",
                },
            },
        },
    })
}

pub(super) async fn served() -> Response {
    Json(document()).into_response()
}

/// An answer that is a problem.
fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

pub(super) fn take_alerts(schemas: &mut Schemas) -> Value {
    let (one, many) = (schemas.of::<AlertBody>(), schemas.of::<AlertsBody>());
    let (verdict, verdicts) = (schemas.of::<Verdict>(), schemas.of::<Verdicts>());
    let answer = |description: &str, schema: &[&Value]| {
        let schema = match schema {
            [one] => (*one).clone(),
            several => json!({ "anyOf": several }),
        };
        json!({ "description": description, "content": { "application/json": { "schema": schema } } })
    };
    json!({
        "operationId": "takeAlerts",
        "summary": "Hand in alerts",
        "description": "One alert, or several that are judged each by itself. The same number again is the same alert: \
            sending twice changes nothing. Of several, each has its verdict in the answer, which is 200 even where some \
            were refused. An alert is on its way to the people who go as soon as this answers.",
        "security": [{ "integration": [] }],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": { "anyOf": [one, many] } } },
        },
        "responses": {
            "200": answer("A verdict on the alert that is known, or one on each of several.", &[&verdict, &verdicts]),
            "201": answer("The alert is new.", &[&verdict]),
            "400": problem("The body is no alert and no list of alerts, or holds more than 200."),
            "401": problem("No key, or one that is not known."),
            "403": problem("The key was revoked, or may not write such an alert there."),
            "413": problem("The body is larger than one megabyte."),
            "415": problem("The body is not JSON by its content type."),
            "422": problem("The alert does not hold together; `field` says where."),
            "500": problem("Something went wrong inside the server."),
            "503": problem("The server is busy; Retry-After says when to try again."),
        },
    })
}

pub(super) fn describe(_: &mut Schemas) -> Value {
    json!({
        "operationId": "describe",
        "summary": "This document",
        "security": [],
        "responses": {
            "200": { "description": "OpenAPI 3.1.", "content": { "application/json": { "schema": { "type": "object" } } } },
        },
    })
}

pub(super) fn healthz(_: &mut Schemas) -> Value {
    json!({
        "operationId": "healthz",
        "summary": "Whether the process is alive",
        "security": [],
        "responses": { "200": { "description": "It is." } },
    })
}

pub(super) fn readyz(_: &mut Schemas) -> Value {
    json!({
        "operationId": "readyz",
        "summary": "Whether the server should be given work",
        "security": [],
        "responses": {
            "200": { "description": "It should." },
            "503": problem("It should not, at present: the detail says why."),
        },
    })
}
