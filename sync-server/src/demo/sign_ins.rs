//! Ready-made sign-ins of the demo town, so that a newcomer is in the console within a minute.
//!
//! Floor: sync-server, demo. Invariant: passwords and keys are drawn anew for each folder and kept in it, for its owner
//! alone; none stands in the program.

use std::collections::BTreeMap;
use std::path::Path;

use qiaomen_core::identity::secret;
use qiaomen_core::record::{Assignment, AssignmentId, Person, PersonId, Random, Record, Role, Scope, Time};
use serde::{Deserialize, Serialize};

use crate::access::{SYSTEM, account, needs_second_factor};
use crate::author::{Author, Draft};
use crate::command::output::Failure;
use crate::report::area_tree;
use crate::store::Account;
use crate::town::Town;

const FILE: &str = "sign-ins.json";
/// Who is given one, with what the list calls them.
const LOGINS: &[&str] = &["supervisor", "admin", "police1", "head1", "worker1"];

/// How somebody of the demo signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SignIn {
    pub(super) login: String,
    pub(super) password: String,
    /// The second factor's key, for an authenticator app.
    #[serde(default)]
    pub(super) key: Option<String>,
    /// Codes that sign in once each instead of the app.
    #[serde(default)]
    pub(super) recovery: Vec<String>,
}

/// Those of a folder; made where there are none yet.
pub(super) fn of(folder: &Path, town: &Town, now: Time, random: &mut dyn Random) -> Result<Vec<SignIn>, Failure> {
    let path = folder.join(FILE);
    if let Some(kept) = std::fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok()) {
        return Ok(kept);
    }
    administrator(town, now, random)?;
    let mut made = Vec::new();
    for login in LOGINS {
        let Some(person) = town.person_of_login(login)? else { continue };
        made.push(sign_in(town, login, person, now, random)?);
    }
    let text = serde_json::to_string_pretty(&made).map_err(|error| Failure::new(error.to_string()))?;
    private(&path, text.as_bytes())?;
    Ok(made)
}

fn private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)?;
    Ok(())
}

fn sign_in(town: &Town, login: &str, person: PersonId, now: Time, random: &mut dyn Random) -> Result<SignIn, Failure> {
    let store = &**town.store();
    let password = secret::code(random).to_lowercase();
    let kept = account::password_hash(&password, random).ok_or_else(|| Failure::new("argon2 failed"))?;
    let needed = needs_second_factor(&store.standing(person)?);
    let totp = needed.then(|| account::totp_secret(random));
    let address = totp.as_deref().and_then(|secret| account::totp_address(secret, login));
    let key = address.and_then(|address| {
        let (_, rest) = address.split_once("secret=")?;
        rest.split('&').next().map(str::to_owned)
    });
    store.account_put(&Account { person, password: kept, totp, confirmed: needed, changed: now })?;
    let recovery = if needed { account::recovery_codes(store, person, random)? } else { Vec::new() };
    Ok(SignIn { login: login.to_owned(), password, key, recovery })
}

/// The files of the demo town name no administrator.
fn administrator(town: &Town, now: Time, random: &mut dyn Random) -> Result<(), Failure> {
    if town.person_of_login("admin")?.is_some() {
        return Ok(());
    }
    let area = area_tree(town)?.only_root().unwrap_or(crate::import::EVERYWHERE);
    let role = Assignment { role: Role::Administrator, area, ended: false };
    let person = Person {
        name: "镇管理员".to_owned(),
        login: Some("admin".to_owned()),
        telephone: None,
        left: false,
        assignments: BTreeMap::from([(AssignmentId::fresh(now, random), role)]),
    };
    let id = PersonId::fresh(now, random);
    let draft = Draft::Create { id: id.into(), record: Box::new(Record::from(person)), scope: Scope::Town };
    Author::new(town, SYSTEM, now, random)?.write(vec![draft], now, random)?;
    Ok(())
}
