//! What the store keeps once: who the phone is, where it is, how fast it goes.
//!
//! Floor: store. Invariant: one value a name, each of one type, written inside the transaction of what it
//! belongs to.

use minicbor::{Decode, Encode};
use rusqlite::{Connection, OptionalExtension};

use super::{Store, StoreError};
use crate::clock::ClockMark;
use crate::protocol::{Certificate, Cursor, EnrolAnswer, Point, Sealed};
use crate::record::{DeviceId, Scope, Time};

/// Who this phone is.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Identity {
    /// The device key's secret.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) secret: [u8; 32],
    /// What the phone shows with every request.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) token: [u8; 32],
    /// The server's word for the device's key.
    #[n(2)]
    pub certificate: Certificate,
    /// The server's public key.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub server_key: [u8; 32],
    /// The name of the town's zone.
    #[n(4)]
    pub zone: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Identity").field("device", &self.certificate.device).finish_non_exhaustive()
    }
}

/// How much goes in one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Pace {
    /// Bytes asked for in one page.
    #[n(0)]
    pub page: u32,
    /// Bytes of changes sent in one batch.
    #[n(1)]
    pub batch: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { page: 2 * 1024 * 1024, batch: 2 * 1024 * 1024 }
    }
}

/// What the phone may be in the middle of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Phase {
    /// The scopes to hold once what was written before has been handed over.
    #[n(0)]
    pub(crate) next_scopes: Option<Vec<Scope>>,
    /// The common point from which changes are put back after a restore of the server.
    #[n(1)]
    pub(crate) healing: Option<Point>,
    /// The device was revoked: nothing is read, unsent work can be handed in.
    #[n(2)]
    pub(crate) locked: bool,
    /// The newest point that the server had sealed before the restore, as long as changes are put back.
    #[n(3)]
    pub(crate) lost: Option<Sealed>,
    /// Scopes to be asked for from the beginning once others have come: a request carries only so many.
    #[n(4)]
    pub(crate) to_gain: Option<Vec<Scope>>,
}

/// Whether the phone is on duty, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct DutyMode {
    #[n(0)]
    pub(crate) on: bool,
    #[n(1)]
    pub(crate) until: Option<Time>,
}

/// A test whether the phone is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct WakeTest {
    /// What the server is to wake it with.
    #[n(0)]
    pub(crate) nonce: u64,
    /// When it was begun, corrected.
    #[n(1)]
    pub(crate) asked: Time,
    /// Whether the server has been told.
    #[n(2)]
    pub(crate) told: bool,
    /// When it woke the phone, corrected.
    #[n(3)]
    pub(crate) woken: Option<Time>,
}

/// Where the phone stands with its server.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) cursor: Cursor,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) later_seen: u64,
    pub(crate) pace: Pace,
    pub(crate) phase: Phase,
}

pub(super) const IDENTITY: &str = "identity";
/// Every device this phone has been.
pub(super) const DEVICES: &str = "devices";
pub(super) const SCOPES: &str = "scopes";
pub(super) const CURSOR: &str = "cursor";
pub(super) const LATER: &str = "later_seen";
pub(super) const PHASE: &str = "phase";
/// The newest point that the server has sealed.
pub(super) const SEAL: &str = "seal";
const CLOCK: &str = "clock";
const PACE: &str = "pace";
const DUTY: &str = "duty";
const WAKE: &str = "wake_test";

pub(super) fn get<T>(connection: &Connection, name: &str) -> Result<Option<T>, StoreError>
where
    T: for<'b> Decode<'b, ()>,
{
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?")?;
    let value: Option<Vec<u8>> = statement.query_row([name], |row| row.get(0)).optional()?;
    value.map(|value| minicbor::decode(&value).map_err(|_| StoreError::Malformed("meta"))).transpose()
}

pub(super) fn set<T: Encode<()>>(connection: &Connection, name: &str, value: &T) -> Result<(), StoreError> {
    let value = minicbor::to_vec(value).map_err(|_| StoreError::Malformed("meta"))?;
    connection.prepare_cached("INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)")?.execute((name, value))?;
    Ok(())
}

pub(super) fn count(connection: &Connection, name: &str, by: i64) -> Result<(), StoreError> {
    if by != 0 {
        connection
            .prepare_cached(
                "INSERT INTO counter(name, value) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = value + ?2",
            )?
            .execute((name, by))?;
    }
    Ok(())
}

pub(super) fn standing(connection: &Connection) -> Result<Standing, StoreError> {
    Ok(Standing {
        cursor: get(connection, CURSOR)?.unwrap_or_else(Cursor::start),
        scopes: get(connection, SCOPES)?.unwrap_or_default(),
        later_seen: get(connection, LATER)?.unwrap_or(0),
        pace: get(connection, PACE)?.unwrap_or_default(),
        phase: get(connection, PHASE)?.unwrap_or_default(),
    })
}

impl Store {
    /// Who this phone is, once it has been enrolled.
    ///
    /// # Errors
    /// As SQLite's.
    pub fn identity(&self) -> Result<Option<Identity>, StoreError> {
        get(&self.connection, IDENTITY)
    }

    /// Takes in what the server answered to an enrolment: the phone begins anew with these scopes. What it
    /// wrote before stays, and goes on under the new identity only where the person is the same.
    /// Says whether it was another device before.
    pub(crate) fn enrol(&mut self, secret: [u8; 32], answer: &EnrolAnswer) -> Result<bool, StoreError> {
        let identity = Identity {
            secret,
            token: answer.token,
            certificate: answer.certificate.clone(),
            server_key: answer.server_key,
            zone: answer.zone.clone(),
        };
        self.actor = None;
        let transaction = self.connection.transaction()?;
        let before: Option<Identity> = get(&transaction, IDENTITY)?;
        let of = |identity: &Identity| (identity.certificate.device, identity.certificate.person);
        let same_person = before.as_ref().is_none_or(|before| of(before).1 == of(&identity).1);
        let other_device = before.as_ref().is_some_and(|before| of(before).0 != of(&identity).0);
        if !same_person {
            return Err(StoreError::OtherPerson);
        }
        let mut phase: Phase = get(&transaction, PHASE)?.unwrap_or_default();
        phase.locked = false;
        let mut devices: Vec<DeviceId> = get(&transaction, DEVICES)?.unwrap_or_default();
        devices.push(identity.certificate.device);
        set(&transaction, DEVICES, &devices)?;
        set(&transaction, IDENTITY, &identity)?;
        set(&transaction, PHASE, &phase)?;
        if get::<Cursor>(&transaction, CURSOR)?.is_none() {
            set(&transaction, SCOPES, &answer.scopes)?;
            set(&transaction, CURSOR, &Cursor::start())?;
        }
        set(&transaction, LATER, &0_u64)?;
        transaction.commit()?;
        Ok(other_device)
    }

    /// Where the phone stands with its server.
    pub(crate) fn standing(&self) -> Result<Standing, StoreError> {
        standing(&self.connection)
    }

    /// What the server's clock said last.
    pub(crate) fn clock(&self) -> Result<Option<ClockMark>, StoreError> {
        get(&self.connection, CLOCK)
    }

    pub(crate) fn set_clock(&mut self, mark: &ClockMark) -> Result<(), StoreError> {
        set(&self.connection, CLOCK, mark)
    }

    pub(crate) fn set_pace(&mut self, pace: Pace) -> Result<(), StoreError> {
        set(&self.connection, PACE, &pace)
    }

    /// Whether the phone is on duty.
    pub(crate) fn duty(&self) -> Result<DutyMode, StoreError> {
        Ok(get(&self.connection, DUTY)?.unwrap_or_default())
    }

    pub(crate) fn set_duty(&mut self, duty: DutyMode) -> Result<(), StoreError> {
        set(&self.connection, DUTY, &duty)
    }

    /// The last test whether the phone is woken.
    pub(crate) fn wake_test(&self) -> Result<Option<WakeTest>, StoreError> {
        get(&self.connection, WAKE)
    }

    pub(crate) fn set_wake_test(&mut self, test: &WakeTest) -> Result<(), StoreError> {
        set(&self.connection, WAKE, test)
    }

    /// Takes in what an answer said of the test: the server was told of `told`, and woke the phone with `woken`.
    pub(crate) fn follow_wake_test(
        &mut self,
        told: Option<u64>,
        woken: Option<u64>,
        now: Time,
    ) -> Result<(), StoreError> {
        if told.is_none() && woken.is_none() {
            return Ok(());
        }
        let Some(before) = self.wake_test()? else { return Ok(()) };
        let mut test = before;
        test.told |= told == Some(test.nonce);
        if woken == Some(test.nonce) && before.told && test.woken.is_none() {
            test.woken = Some(now);
        }
        if test == before { Ok(()) } else { self.set_wake_test(&test) }
    }

    /// Locks the phone's records after its device was revoked.
    pub(crate) fn lock(&mut self) -> Result<(), StoreError> {
        let mut phase: Phase = get(&self.connection, PHASE)?.unwrap_or_default();
        phase.locked = true;
        set(&self.connection, PHASE, &phase)
    }
}
