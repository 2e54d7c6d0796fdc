//! The API's description, made from the table of routes: OpenAPI 3.1.
//!
//! Floor: api. Invariants: every route that has an operation stands in it and no other; every status that a handler
//! answers stands there by its number, none as "default".

use axum::Json;
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::intake::{AlertBody, AlertsBody, ItemProblem, Verdict, Verdicts};
use super::{Action, ROUTES, Route};
use crate::access::Allowed;
use crate::console::{Deed, Done, File, Page};

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
    for route in ROUTES {
        let Some(operation) = route.operation else { continue };
        let path = route.api.unwrap_or(route.path);
        let at = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        if let Value::Object(at) = at {
            at.insert(route.method.to_lowercase(), operation(&mut schemas, route));
        }
    }
    let mut components = Map::new();
    let problem = schemas.of::<ItemProblem>();
    components.insert("ProblemDetails".to_owned(), problem);
    components.extend(schemas.0.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Qiaomen (敲门)",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What programs around a town's server may use: systems hand in alerts, and whatever somebody can do \
                in the console a program of theirs can do with their token, under the same permissions and in the same \
                audit trail. Phones speak a protocol of their own, which is no part of this.",
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
                "person": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of a person, made on their account's page and shown once: qmu_ and 64 digits.",
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
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDetails" } } },
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

/// What may be asked for in a path and query.
fn parameters(schemas: &mut Schemas, schema: Value, path: &str) -> Vec<Value> {
    let Value::Object(whole) = schemas.inline(schema) else { return Vec::new() };
    let required: Vec<&str> =
        whole.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(Value::Object(properties)) = whole.get("properties") else { return Vec::new() };
    let parameter = |(name, schema): (&String, &Value)| {
        let in_path = path.contains(&format!("{{{name}}}"));
        let mut schema = schema.clone();
        let description = match &mut schema {
            Value::Object(schema) => schema.remove("description"),
            _ => None,
        };
        let mut parameter = json!({
            "name": name,
            "in": if in_path { "path" } else { "query" },
            "required": in_path || required.contains(&name.as_str()),
            "schema": schema,
        });
        if let (Value::Object(parameter), Some(description)) = (&mut parameter, description) {
            parameter.insert("description".to_owned(), description);
        }
        parameter
    };
    properties.iter().map(parameter).collect()
}

impl Schemas {
    /// A schema that may be a reference, as what it refers to.
    fn inline(&mut self, schema: Value) -> Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
        match name.and_then(|name| self.0.definitions().get(name)) {
            Some(schema) => schema.clone(),
            None => schema,
        }
    }
}

/// The problems that anything for people may answer.
fn problems(action: Action, takes: bool) -> Vec<(&'static str, Value)> {
    let mut problems = vec![
        ("400", problem("What was sent could not be read.")),
        ("401", problem("No token, or one that works no more.")),
        ("403", problem("The token's person may not do this, or not there.")),
        ("404", problem("There is no such record, or it is not theirs to see.")),
        ("422", problem("What was sent does not hold together; `field` says where.")),
        ("500", problem("Something went wrong inside the server.")),
        ("503", problem("The server is busy; Retry-After says when to try again.")),
    ];
    if takes {
        problems.push(("409", problem("The record has changed since it was looked at.")));
        problems.push(("413", problem("The body is too large.")));
        problems.push(("415", problem("The body is not JSON by its content type.")));
        if action.allowed() == Allowed::HalfIn || action == Action::OwnAccount {
            problems.push(("429", problem("Too many attempts.")));
        }
    }
    problems
}

fn operation(id: &str, summary: &str, route: &Route, parameters: Vec<Value>, ok: Value, takes: bool) -> Value {
    let mut responses = Map::new();
    responses.insert("200".to_owned(), ok);
    responses.extend(problems(route.action, takes).into_iter().map(|(status, problem)| (status.to_owned(), problem)));
    let mut operation = json!({
        "operationId": id,
        "summary": summary,
        "tags": [route.action.word()],
        "security": [{ "person": [] }],
        "responses": responses,
    });
    if let (Value::Object(operation), false) = (&mut operation, parameters.is_empty()) {
        operation.insert("parameters".to_owned(), parameters.into());
    }
    operation
}

pub(super) fn page<P: Page>(schemas: &mut Schemas, route: &Route) -> Value {
    let (query, model) = (schemas.of::<P::Query>(), schemas.of::<P::Model>());
    let parameters = parameters(schemas, query, route.path);
    let ok = json!({ "description": "What the page shows.", "content": { "application/json": { "schema": model } } });
    operation(P::ID, P::SUMMARY, route, parameters, ok, false)
}

pub(super) fn deed<D: Deed>(schemas: &mut Schemas, route: &Route) -> Value {
    let (form, done) = (schemas.of::<D::Form>(), schemas.of::<Done>());
    let mut form = schemas.inline(form);
    let mut parameters = parameters(schemas, form.clone(), route.path);
    parameters.retain(|parameter| parameter["in"] == "path");
    // What stands in the path is no part of the body.
    if let Value::Object(form) = &mut form {
        let in_path = |name: &str| route.path.contains(&format!("{{{name}}}"));
        if let Some(Value::Object(properties)) = form.get_mut("properties") {
            properties.retain(|name, _| !in_path(name));
        }
        if let Some(Value::Array(required)) = form.get_mut("required") {
            required.retain(|name| !name.as_str().is_some_and(in_path));
        }
        form.remove("$schema");
    }
    let ok = json!({ "description": "It was done.", "content": { "application/json": { "schema": done } } });
    let mut described = operation(D::ID, D::SUMMARY, route, parameters, ok, true);
    if let Value::Object(described) = &mut described {
        let body = json!({ "required": true, "content": { "application/json": { "schema": form } } });
        described.insert("requestBody".to_owned(), body);
    }
    described
}

pub(super) fn file<F: File>(schemas: &mut Schemas, route: &Route) -> Value {
    let query = schemas.of::<F::Query>();
    let parameters = parameters(schemas, query, route.path);
    let content: Map<String, Value> =
        F::MEDIA.iter().map(|media| ((*media).to_owned(), json!({ "schema": { "type": "string" } }))).collect();
    let ok = json!({ "description": "The file.", "content": content });
    operation(F::ID, F::SUMMARY, route, parameters, ok, false)
}
