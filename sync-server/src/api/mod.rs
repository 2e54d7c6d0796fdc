//! HTTP: one table of routes; parse, authorise, call one service, map the error.
//!
//! Floor: the top; knows nothing of SQL. Invariants: every route stands in [`ROUTES`], with whom it is for; bodies
//! are limited before and after they are inflated; work on the store never runs on the runtime's own threads; no
//! name, code, token or telephone stands in a log line.

mod attempts;
mod badge;
mod body;
mod deeds;
mod handle;
mod health;
mod intake;
mod measure;
mod metrics;
mod openapi;
mod pages;
mod poll;
mod problem;
mod proxy;
mod said;
mod serve;
mod sign_in;
mod visitor;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, on};
use parking_lot::Mutex;
use qiaomen_core::protocol::path;
use qiaomen_core::record::Random;
use tokio::sync::{Semaphore, watch};

use self::attempts::Attempts;
use self::badge::show as show_badge;
use self::handle::{common, enrol, exchange, salvage};
use self::health::{healthz, readyz};
use self::intake::take_alerts;
use self::metrics::{Metrics, metrics};
use self::openapi::served as describe;
use self::poll::Polls;
use self::problem::{no_method, not_found};
use crate::access::Action;
use crate::clock::Clock;
use crate::console::Desk;
use crate::console::pages::{
    account, accountability, alerts, areas, audit, conflicts, coverage, devices, exports, households, imports, moves,
    people, person, reviews, settings, today, work,
};
use crate::intake::Intake;
use crate::town::Town;

pub use self::openapi::document as openapi;
pub use self::serve::{MIN_FREE_MB, Readiness, Server, serve, serve_with};

/// Whom a route is for: each has a listener of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Phones, and whatever else reaches the address that they use.
    Phones,
    /// Those who look after the server.
    Operators,
    /// Both.
    Both,
}

impl Audience {
    /// Whether what is for `self` is served where `other` comes in.
    fn includes(self, other: Self) -> bool {
        self == other || self == Self::Both
    }
}

/// One route.
#[derive(Debug)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// Where.
    pub path: &'static str,
    /// Where a program finds the same as JSON; none where there is one address for all.
    pub api: Option<&'static str>,
    /// What it does, and so for whom.
    pub action: Action,
    /// Whom it is for.
    pub audience: Audience,
    handler: fn(Action) -> MethodRouter<Shared>,
    as_json: fn(Action) -> MethodRouter<Shared>,
    /// What stands about it in the API's description; none where it is no part of that.
    operation: Option<fn(&mut openapi::Schemas, &Route) -> serde_json::Value>,
}

/// One address of a route, and what answers there.
type Address = (&'static str, fn(Action) -> MethodRouter<Shared>);

impl Route {
    /// Its addresses.
    fn addresses(&self) -> impl Iterator<Item = Address> {
        std::iter::once((self.path, self.handler)).chain(self.api.map(|api| (api, self.as_json)))
    }
}

macro_rules! row {
    (@of $method:literal $path:literal $action:ident $handler:expr, $as_json:expr, $operation:expr) => {
        Route {
            method: $method,
            path: $path,
            api: Some(concat!("/api/v1", $path)),
            action: Action::$action,
            audience: Audience::Phones,
            handler: $handler,
            as_json: $as_json,
            operation: Some($operation),
        }
    };
    (page $path:literal $action:ident $what:ty) => {
        row!(@of "GET" $path $action pages::page_route::<$what>, pages::model_route::<$what>, openapi::page::<$what>)
    };
    (slow_page $path:literal $action:ident $what:ty) => {
        row!(@of "GET" $path $action pages::slow_page_route::<$what>, pages::slow_model_route::<$what>,
            openapi::page::<$what>)
    };
    (deed $path:literal $action:ident $what:ty) => {
        row!(@of "POST" $path $action deeds::form_route::<$what>, deeds::deed_route::<$what>, openapi::deed::<$what>)
    };
    (slow_deed $path:literal $action:ident $what:ty) => {
        row!(@of "POST" $path $action deeds::slow_form_route::<$what>, deeds::slow_deed_route::<$what>,
            openapi::deed::<$what>)
    };
    // A file may always take long to make.
    (file $path:literal $action:ident $what:ty) => {
        row!(@of "GET" $path $action pages::file_route::<$what>, pages::made_route::<$what>, openapi::file::<$what>)
    };
}

macro_rules! routes {
    (@described) => { None };
    (@described $operation:path) => { Some(|schemas, _| $operation(schemas)) };
    (
        console { $($how:ident $at:literal => $may:ident $what:ty;)+ }
        $($audience:ident { $($method:ident $path:expr => $action:ident $handler:path $(, $operation:path)?;)+ })+
    ) => {
        /// Every route there is.
        pub static ROUTES: &[Route] = &[
            $(row!($how $at $may $what),)+
            $($(Route {
                method: stringify!($method),
                path: $path,
                api: None,
                action: Action::$action,
                audience: Audience::$audience,
                handler: |_| on(MethodFilter::$method, $handler),
                as_json: |_| MethodRouter::new(),
                operation: routes!(@described $($operation)?),
            },)+)+
        ];
    };
}

routes! {
    console {
        page "/second-factor" => SecondFactor account::Factor;
        deed "/second-factor" => SecondFactor account::ShowFactor;
        deed "/sign-out" => SecondFactor account::SignOut;
        page "/account" => OwnAccount account::Own;
        deed "/account/password" => OwnAccount account::SetPassword;
        deed "/account/recovery" => OwnAccount account::NewRecovery;
        deed "/account/tokens" => OwnAccount account::NewToken;
        deed "/account/tokens/{number}/revoke" => OwnAccount account::RevokeToken;

        page "/today" => Today today::Today;

        page "/coverage" => Coverage coverage::Overview;
        page "/coverage/list" => Coverage coverage::List;
        file "/coverage/list/export/{format}" => Export coverage::TakeList;
        deed "/coverage/list/reveal" => Reveal coverage::RevealList;
        deed "/coverage/list/print" => Print coverage::PrintList;
        page "/households" => ReadHouseholds households::Households;
        deed "/households/search" => ReadHouseholds households::Search;
        page "/households/{household}" => ReadHouseholds households::HouseholdPage;
        deed "/households/{household}/reveal" => Reveal households::RevealHousehold;
        deed "/households/{household}/print" => Print households::PrintHousehold;
        deed "/households/{household}/consent" => Consent households::Consents;
        page "/households/{household}/residents/{resident}/dossier" => ReadHouseholds households::ResidentDossier;
        deed "/households/{household}/residents/{resident}/reveal" => Reveal households::RevealResident;
        deed "/households/{household}/residents/{resident}/print" => Print households::PrintResident;
        page "/work" => WorkAtAll work::Work;
        page "/work/alerts/{alert}" => WorkAtAll work::WorkAlert;
        deed "/work/alerts/{alert}/take" => WorkAtAll work::Take;
        deed "/work/alerts/{alert}/accept" => WorkAtAll work::Accept;
        deed "/work/alerts/{alert}/hand-over" => WorkAtAll work::HandOver;
        deed "/work/alerts/{alert}/visit" => WorkAtAll work::VisitPerson;
        deed "/work/alerts/{alert}/feedback" => WorkAtAll work::Feedback;
        deed "/work/alerts/{alert}/propose" => WorkAtAll work::Propose;
        page "/work/grids/{grid}" => WorkAtAll work::Grid;
        page "/work/grids/{grid}/new-door" => WorkAtAll work::DoorForm;
        deed "/work/grids/{grid}/new-door" => WorkAtAll work::AddDoor;
        page "/work/doors/{household}" => WorkAtAll work::WorkDoor;
        deed "/work/doors/{household}/visit" => WorkAtAll work::VisitDoor;
        deed "/work/doors/{household}/pledge" => WorkAtAll work::PledgeAtDoor;
        page "/alerts" => ReadAlerts alerts::board::Board;
        deed "/alerts/find" => ReadAlerts alerts::board::Find;
        page "/alerts/new" => EnterAlert alerts::fresh::New;
        deed "/alerts/new" => EnterAlert alerts::fresh::Enter;
        deed "/alerts/new/paste" => EnterAlert alerts::fresh::Paste;
        page "/alerts/questions" => Decide alerts::questions::Questions;
        deed "/alerts/questions/{question}/answer" => Decide alerts::questions::Answer;
        page "/alerts/{alert}" => ReadAlerts alerts::one::One;
        deed "/alerts/{alert}/reveal" => Reveal alerts::deeds::Reveal;
        deed "/alerts/{alert}/comment" => ActOnAlert alerts::deeds::Say;
        deed "/alerts/{alert}/offer" => ActOnAlert alerts::deeds::Offer;
        deed "/alerts/{alert}/offers/{offer}/take-back" => ActOnAlert alerts::deeds::TakeOfferBack;
        deed "/alerts/{alert}/assign" => Decide alerts::deeds::Assign;
        deed "/alerts/{alert}/raise" => ActOnAlert alerts::deeds::RaiseLevel;
        deed "/alerts/{alert}/extend" => Decide alerts::deeds::Extend;
        deed "/alerts/{alert}/recall" => ActOnAlert alerts::deeds::TakeBackAlert;
        deed "/alerts/{alert}/join" => ActOnAlert alerts::deeds::JoinOther;
        deed "/alerts/{alert}/clear" => ActOnAlert alerts::deeds::Clear;
        deed "/alerts/{alert}/withdraw" => ActOnAlert alerts::deeds::Withdraw;
        deed "/alerts/{alert}/money" => ActOnAlert alerts::money::Money;
        deed "/alerts/{alert}/stop-payment" => ActOnAlert alerts::money::Stop;
        deed "/alerts/{alert}/transfer" => ActOnAlert alerts::deeds::HandAway;
        deed "/alerts/{alert}/match" => Decide alerts::questions::Match;
        page "/alerts/{alert}/dossier" => ReadAlerts alerts::dossier::Dossier;
        deed "/alerts/{alert}/dossier/print" => Print alerts::deeds::PrintDossier;
        page "/people" => People people::Everybody;
        deed "/people/new" => People people::Add;
        page "/people/{person}" => People person::One;
        deed "/people/{person}/change" => People person::SetPerson;
        deed "/people/{person}/roles" => People person::GiveRole;
        deed "/people/{person}/roles/{assignment}/end" => People person::EndRole;
        deed "/people/{person}/left" => People person::Leave;
        deed "/people/{person}/invite" => Invite person::Invite;
        deed "/people/{person}/link" => Invite person::GiveLink;
        deed "/people/{person}/second-factor/reset" => Invite person::ResetFactor;
        deed "/people/{person}/revoke" => Revoke person::RevokeAll;
        deed "/devices/{device}/revoke" => Revoke devices::Revoke;
        deed "/areas/new" => Areas areas::Add;
        deed "/areas/{area}/rename" => Areas areas::Rename;
        page "/areas/{area}/doors" => MoveDoors moves::Doors;
        deed "/areas/{area}/doors/reveal" => Reveal moves::RevealDoors;
        deed "/areas/{area}/moves" => MoveDoors moves::Choose;
        page "/moves/{plan}" => MoveDoors moves::Preview;
        deed "/moves/{plan}/apply" => MoveDoors moves::Apply;
        page "/imports" => Import imports::Imports;
        slow_deed "/imports/new" => Import imports::Bring;
        page "/imports/staged/{ticket}" => Import imports::Look;
        deed "/imports/staged/{ticket}/reveal" => Reveal imports::Reveal;
        slow_deed "/imports/staged/{ticket}/apply" => Import imports::Apply;
        page "/imports/{number}" => Import imports::One;
        slow_deed "/imports/{number}/undo" => Undo imports::Undo;
        page "/settings" => Settings settings::Overview;
        page "/settings/playbook" => Settings settings::playbook::Playbooks;
        page "/settings/playbook/draft" => Settings settings::draft::Draft;
        deed "/settings/playbook/publish" => Settings settings::playbook::Publish;
        page "/settings/phases" => Settings settings::phases::Phases;
        deed "/settings/phases" => Settings settings::phases::Add;
        deed "/settings/phases/{phase}" => Settings settings::phases::Change;
        deed "/settings/phases/{phase}/cancel" => Settings settings::phases::Cancel;
        page "/settings/pledge-texts" => Settings settings::pledge_texts::Texts;
        deed "/settings/pledge-texts" => Settings settings::pledge_texts::Add;
        deed "/settings/pledge-texts/{text}/retire" => Settings settings::pledge_texts::Retire;
        page "/settings/scripts" => Settings settings::scripts::Scripts;
        deed "/settings/scripts" => Settings settings::scripts::Set;
        deed "/settings/scripts/retire" => Settings settings::scripts::Retire;
        page "/settings/reminders" => Settings settings::reminders::Reminders;
        deed "/settings/reminders" => Settings settings::reminders::Add;
        deed "/settings/reminders/{reminder}/end" => Settings settings::reminders::End;
        page "/settings/routing" => Settings settings::routing::Routing;
        deed "/settings/routing" => Settings settings::routing::Set;
        page "/settings/duties" => Settings settings::duties::Duties;
        deed "/settings/duties" => Settings settings::duties::Add;
        deed "/settings/duties/{duty}/end" => Settings settings::duties::End;
        page "/settings/webhooks" => Settings settings::webhooks::Webhooks;
        deed "/settings/webhooks" => Settings settings::webhooks::Add;
        deed "/settings/webhooks/{name}/remove" => Settings settings::webhooks::Remove;
        deed "/settings/webhooks/{name}/test" => Settings settings::webhooks::Test;
        page "/settings/integrations" => Settings settings::integrations::Systems;
        deed "/settings/integrations" => Settings settings::integrations::Add;
        deed "/settings/integrations/{number}/revoke" => Settings settings::integrations::Revoke;
        page "/reviews" => Review reviews::Queue;
        deed "/reviews/approve" => Review reviews::Approve;
        page "/reviews/held" => Review reviews::Held;
        deed "/reviews/held/{number}/reveal" => Reveal reviews::RevealHeld;
        deed "/reviews/held/{number}" => Review reviews::DecideHeld;
        page "/reviews/{record}" => Review reviews::Look;
        deed "/reviews/{record}" => Review reviews::SaveReview;
        deed "/reviews/{record}/reveal" => Reveal reviews::Reveal;

        page "/conflicts" => Settle conflicts::Conflicts;
        deed "/conflicts/settle" => Settle conflicts::SettleConflict;
        deed "/conflicts/{record}/reveal" => Reveal conflicts::Reveal;
        page "/conflicts/doubles" => Settle conflicts::Doubles;
        page "/conflicts/doubles/{keep}/{gone}" => Settle conflicts::Preview;
        deed "/conflicts/doubles/{keep}/{gone}" => Settle conflicts::Merge;
        deed "/conflicts/doubles/{keep}/{gone}/reveal" => Reveal conflicts::RevealPair;
        page "/conflicts/merged" => Settle conflicts::Merged;
        deed "/conflicts/merged/{gone}" => Settle conflicts::Undo;
        page "/accountability" => Accountability accountability::search::Search;
        deed "/accountability/search" => Accountability accountability::search::Find;
        page "/accountability/look" => Accountability accountability::look::Look;
        deed "/accountability/look/reveal" => Reveal accountability::look::Reveal;
        deed "/accountability/look/print" => Print accountability::look::Print;
        slow_page "/accountability/automatic" => Accountability accountability::automatic::List;
        page "/accountability/samples" => Sample accountability::samples::Draws;
        slow_deed "/accountability/samples" => Sample accountability::samples::NewDraw;
        page "/accountability/samples/{draw}" => Sample accountability::samples::OneDraw;
        deed "/accountability/samples/{draw}/reveal" => Sample accountability::samples::RevealDraw;
        deed "/accountability/samples/{draw}/call" => CallBack accountability::samples::Call;
        file "/accountability/samples/{draw}/population" => Sample accountability::samples::Population;

        file "/alerts/export/{format}" => Export alerts::board::Take;
        file "/reviews/export/{ledger}/{format}" => Export reviews::Take;
        file "/households/export/{format}" => Export households::Take;
        page "/exports" => Export exports::Exports;
        file "/exports/{ledger}/{format}" => Export exports::Export;
        page "/audit" => Audit audit::Trail;
        file "/audit/export/{format}" => Audit audit::Take;
    }
    Phones {
        POST path::ENROL => Enrol enrol;
        POST path::EXCHANGE => Exchange exchange;
        POST path::COMMON => Common common;
        POST path::SALVAGE => Salvage salvage;
        GET "/badge/{token}" => Badge show_badge;
        POST "/api/v1/alerts" => TakeAlerts take_alerts, openapi::take_alerts;
        GET "/api/openapi.json" => Describe describe, openapi::describe;
        GET "/assets/{name}" => Assets sign_in::asset;
        GET "/" => SignIn sign_in::home;
        GET "/sign-in" => SignIn sign_in::show;
        POST "/sign-in" => SignIn sign_in::enter;
        GET "/link/{token}" => SignIn sign_in::show_link;
        POST "/link/{token}" => SignIn sign_in::use_link;
        GET "/events" => OwnAccount sign_in::events;
    }
    Both {
        GET "/healthz" => Health healthz, openapi::healthz;
        GET "/readyz" => Ready readyz, openapi::readyz;
    }
    Operators {
        GET "/metrics" => Metrics metrics;
    }
}

/// What the handlers share.
pub(crate) struct State {
    town: Arc<Town>,
    intake: Arc<Intake>,
    clock: Arc<dyn Clock>,
    random: Mutex<Box<dyn Random>>,
    /// How many may be at the store at a time; the rest queue.
    turns: Arc<Semaphore>,
    /// How many may hand in a batch at a time, beside the others: judging one may take long.
    submits: Arc<Semaphore>,
    /// How many may do what takes long at a time, beside the others: exports, imports, lists over all that there is.
    slow: Arc<Semaphore>,
    /// How many passwords are looked at at a time, beside the others: each costs a processor and memory.
    entries: Arc<Semaphore>,
    /// Whoever asks whether the store is there waits for nobody but others who ask the same.
    probes: Arc<Semaphore>,
    /// The room for bodies.
    room: Arc<Semaphore>,
    /// The room for files.
    files: Arc<Semaphore>,
    desk: Desk,
    polls: Polls,
    attempts: Attempts,
    /// Failures to look a badge up.
    badges: Attempts,
    metrics: Metrics,
    /// The proxies that are believed, besides those on this machine.
    proxies: Vec<IpAddr>,
    /// How many bytes the disk must have left.
    min_free: u64,
    readiness: Readiness,
    closing: watch::Receiver<bool>,
}

pub(crate) type Shared = Arc<State>;

fn router(state: Shared, audience: Audience) -> Router {
    ROUTES
        .iter()
        .filter(|route| route.audience.includes(audience))
        .flat_map(|route| route.addresses().map(|(path, handler)| (path, handler(route.action))))
        .fold(Router::new(), |router, (path, handler)| router.route(path, handler))
        .fallback(not_found)
        .method_not_allowed_fallback(no_method)
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn_with_state(state.clone(), proxy::heed))
        .layer(axum::middleware::from_fn_with_state(state.clone(), measure::measure))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_route_stands_twice() {
        for (at, route) in ROUTES.iter().enumerate() {
            assert!(!ROUTES[at + 1..].iter().any(|other| other.path == route.path && other.method == route.method));
        }
    }
}
