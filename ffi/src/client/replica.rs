//! The replica: opened once, joined to a server, asked for everything else.
//!
//! Floor: client. Invariant: it holds no state of its own.

use std::path::Path;
use std::sync::Arc;

use qiaomen_core::protocol::enrol;
use qiaomen_core::record::{DocumentId, OsRandom, Time};
use qiaomen_core::replica::Replica as Core;
use qiaomen_core::store::Store;
use qiaomen_core::transport::{HttpOptions, HttpTransport};

use super::alerts::Alerts;
use super::cases::{Dossiers, Tasks, Timeline};
use super::doors::{Doors, Households, Organisations, Pledges};
use super::records::{Conflicts, Quarantine, Reviews};
use super::syncing::{OnDuty, Syncing};
use super::town::{Areas, Duties, Notices, People, Reminders, Routings, Scripts, TownSettings};
use super::work::{Drafts, Forms, Visits};
use crate::error::{InvalidReason, QiaomenError};
use crate::inside::{Inside, Platform, given};
use crate::mirror::reckoned::CorrectedTime;
use crate::mirror::state::{Aside, KeptRecord, SyncMark};
use crate::mirror::sums::Figures;
use crate::mirror::syncing::{Badge, HeldBecause, Identity};
use crate::mirror::{Id, Millis, Scope, Show};
use crate::platform::{DeviceClock, KeyStore, NetworkState, Notifier, Noun, Observer, ShellError};

/// A phone's replica.
#[derive(uniffi::Object)]
pub struct Replica(Arc<Inside>);

/// The server that a phone belongs to.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Server {
    /// Its address, such as `https://town.example`.
    pub address: String,
    /// Certificates in DER form that are trusted besides the public ones.
    #[uniffi(default)]
    pub extra_roots: Vec<Vec<u8>>,
    /// Whether plain HTTP may go to other machines than this one: for trying out alone.
    #[uniffi(default)]
    pub allow_plain_http: bool,
}

/// What stands in an invitation's QR picture.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Invitation {
    /// The server's address.
    pub server: String,
    /// The one-time code.
    pub code: String,
}

/// The server and the code in a QR picture's text; none where it is something else.
#[uniffi::export]
#[must_use]
pub fn read_invitation(text: String) -> Option<Invitation> {
    let (server, code) = enrol::read_invitation(&text)?;
    Some(Invitation { server: server.to_owned(), code: code.to_owned() })
}

/// Moves a store that does not open out of the way, and says where to. Nothing is deleted.
#[uniffi::export]
pub fn put_store_aside(path: String, now: Millis) -> Result<String, QiaomenError> {
    let moved = Store::put_aside(Path::new(&path), Time::from_millis(now));
    let moved = moved.map_err(|_| QiaomenError::unexpected("the store could not be moved"))?;
    Ok(moved.to_string_lossy().into_owned())
}

#[uniffi::export]
impl Replica {
    /// Opens the replica whose store is at `path`, or begins one there.
    #[uniffi::constructor]
    pub fn open(
        path: String,
        keys: Arc<dyn KeyStore>,
        clock: Arc<dyn DeviceClock>,
        network: Arc<dyn NetworkState>,
        notifier: Arc<dyn Notifier>,
        observer: Arc<dyn Observer>,
    ) -> Result<Arc<Self>, QiaomenError> {
        let key = keys.store_key().map_err(|error| match error {
            ShellError::Unavailable => QiaomenError::KeyUnavailable,
            ShellError::Failed { .. } => QiaomenError::unexpected("the key store failed"),
        })?;
        let key: [u8; 32] = key
            .try_into()
            .map_err(|_| QiaomenError::Invalid { field: "store_key".to_owned(), reason: InvalidReason::Malformed })?;
        let random = || OsRandom::new().map_err(|_| QiaomenError::unexpected("no randomness"));
        let core = Core::open(Path::new(&path), &key, Box::new(random()?))?;
        let platform = Platform { clock, network, notifier, observer };
        Ok(Arc::new(Self(Arc::new(Inside::new(core, platform, random()?)))))
    }

    /// Says which server is asked: at each start, and before enrolling. The shell keeps it.
    pub fn set_server(&self, server: Server) -> Result<(), QiaomenError> {
        let Server { address, extra_roots, allow_plain_http } = server;
        let options = HttpOptions { extra_roots, allow_plain_http, ..HttpOptions::default() };
        let transport = HttpTransport::new(&address, options)
            .map_err(|_| QiaomenError::Invalid { field: "address".to_owned(), reason: InvalidReason::Malformed })?;
        self.0.set_server(transport);
        Ok(())
    }

    /// Joins the server by a one-time code that a supervisor gave out; `label` is what the phone calls itself.
    pub async fn enrol(&self, code: String, label: String) -> Result<(), QiaomenError> {
        let (transport, watch, core) = (self.0.transport()?, self.0.watch(), self.0.core.clone());
        let work = async move { core.enrol(&transport, &code, &label, &*watch).await };
        self.0.abortable(work).await?;
        self.0.changed(&Noun::ALL);
        Ok(())
    }

    /// Ends every exchange that is under way, an enrolment too.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Who this phone is; none before it was enrolled.
    pub fn identity(&self) -> Result<Option<Identity>, QiaomenError> {
        Ok(self.0.core.identity()?.show())
    }

    /// The scopes that this phone holds.
    pub fn scopes(&self) -> Result<Vec<Scope>, QiaomenError> {
        Ok(self.0.core.scopes()?.show())
    }

    /// Corrected time, and how far it can be trusted.
    pub fn corrected_time(&self) -> Result<CorrectedTime, QiaomenError> {
        Ok(self.0.core.corrected(&self.0.reading()?)?.show())
    }

    /// Whether the device was revoked and its records are locked.
    pub fn is_locked(&self) -> Result<bool, QiaomenError> {
        Ok(self.0.core.is_locked()?)
    }

    /// How far a record has come; none if there is none.
    pub fn mark(&self, id: Id) -> Result<Option<SyncMark>, QiaomenError> {
        Ok(self.0.core.mark(given("id", id)?)?.show())
    }

    /// Why a record is held; none where it is not.
    pub fn held_because(&self, id: Id) -> Result<Option<HeldBecause>, QiaomenError> {
        let held = self.0.core.held_because(given("id", id)?)?;
        Ok(held.map(|(code, field)| HeldBecause::of(code, field)))
    }

    /// Any record.
    pub fn record(&self, id: Id) -> Result<Option<KeptRecord>, QiaomenError> {
        Ok(self.0.core.record(given("id", id)?)?.show())
    }

    /// Documents that came and could not be applied.
    pub fn aside(&self) -> Result<Vec<Aside>, QiaomenError> {
        Ok(self.0.core.aside()?.show())
    }

    /// Counts of what happened on this phone, and of what it holds.
    pub fn figures(&self) -> Result<Figures, QiaomenError> {
        Ok(self.0.core.figures()?.show())
    }

    /// What the worker shows at a door: good for ten minutes, made without a connection. `NotFound` before the first
    /// exchange.
    pub fn badge(&self) -> Result<Badge, QiaomenError> {
        Ok(self.0.core.badge(&self.0.address()?, &self.0.reading()?)?.show())
    }

    /// A fresh identifier, for a resident or a place that is added.
    pub fn new_id(&self) -> Result<Id, QiaomenError> {
        let now = self.0.core.corrected(&self.0.reading()?)?.time;
        Ok(self.0.random(|random| DocumentId::fresh(now, random)).show())
    }

    /// Doors and the people behind them.
    pub fn households(&self) -> Arc<Households> {
        Arc::new(Households(self.0.clone()))
    }

    /// How doors stand, and what is still to do at them.
    pub fn doors(&self) -> Arc<Doors> {
        Arc::new(Doors(self.0.clone()))
    }

    /// Organisations with a person who answers for them.
    pub fn organisations(&self) -> Arc<Organisations> {
        Arc::new(Organisations(self.0.clone()))
    }

    /// Pledges, and consents that a door leaves the count.
    pub fn pledges(&self) -> Arc<Pledges> {
        Arc::new(Pledges(self.0.clone()))
    }

    /// What supervisors made of records.
    pub fn reviews(&self) -> Arc<Reviews> {
        Arc::new(Reviews(self.0.clone()))
    }

    /// Visits.
    pub fn visits(&self) -> Arc<Visits> {
        Arc::new(Visits(self.0.clone()))
    }

    /// Visits that are not finished.
    pub fn drafts(&self) -> Arc<Drafts> {
        Arc::new(Drafts(self.0.clone()))
    }

    /// What is being typed, and preferences.
    pub fn forms(&self) -> Arc<Forms> {
        Arc::new(Forms(self.0.clone()))
    }

    /// Alerts and their case files.
    pub fn alerts(&self) -> Arc<Alerts> {
        Arc::new(Alerts(self.0.clone()))
    }

    /// The area tree.
    pub fn areas(&self) -> Arc<Areas> {
        Arc::new(Areas(self.0.clone()))
    }

    /// People and their roles.
    pub fn people(&self) -> Arc<People> {
        Arc::new(People(self.0.clone()))
    }

    /// What is due.
    pub fn tasks(&self) -> Arc<Tasks> {
        Arc::new(Tasks(self.0.clone()))
    }

    /// What is said at the door.
    pub fn scripts(&self) -> Arc<Scripts> {
        Arc::new(Scripts(self.0.clone()))
    }

    /// New tricks, and what people are to be reminded of.
    pub fn reminders(&self) -> Arc<Reminders> {
        Arc::new(Reminders(self.0.clone()))
    }

    /// Who is on duty.
    pub fn duties(&self) -> Arc<Duties> {
        Arc::new(Duties(self.0.clone()))
    }

    /// Where alerts of each level go first.
    pub fn routings(&self) -> Arc<Routings> {
        Arc::new(Routings(self.0.clone()))
    }

    /// What a town sets for itself.
    pub fn settings(&self) -> Arc<TownSettings> {
        Arc::new(TownSettings(self.0.clone()))
    }

    /// What the shell is to tell its person, and when.
    pub fn notices(&self) -> Arc<Notices> {
        Arc::new(Notices(self.0.clone()))
    }

    /// Being on duty, and whether this phone is woken.
    pub fn duty(&self) -> Arc<OnDuty> {
        Arc::new(OnDuty(self.0.clone()))
    }

    /// Everything about one person.
    pub fn dossiers(&self) -> Arc<Dossiers> {
        Arc::new(Dossiers(self.0.clone()))
    }

    /// What happened, newest first.
    pub fn timeline(&self) -> Arc<Timeline> {
        Arc::new(Timeline(self.0.clone()))
    }

    /// Exchanges with the server.
    pub fn sync(&self) -> Arc<Syncing> {
        Arc::new(Syncing(self.0.clone()))
    }

    /// What the server refused.
    pub fn quarantine(&self) -> Arc<Quarantine> {
        Arc::new(Quarantine(self.0.clone()))
    }

    /// Fields that were written concurrently.
    pub fn conflicts(&self) -> Arc<Conflicts> {
        Arc::new(Conflicts(self.0.clone()))
    }
}
