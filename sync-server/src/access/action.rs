//! The second part of the permission table: what may be done with the server's addresses, and by whom.
//!
//! Floor: access. Invariants: a closed list; an action that names no role may be done by nobody of the town; who may
//! begin an action may still be kept from a record, by the first part of the table.

use qiaomen_core::record::Role;

use super::{Asker, Ground, Place};
use crate::store::Standing;

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Whoever reaches the server.
    Anyone,
    /// A phone that shows its token.
    Device,
    /// A system that shows its key.
    Integration,
    /// Whoever reaches the operators' listener.
    Operator,
    /// Somebody who has shown their password, whatever is still to be shown.
    HalfIn,
    /// Whoever has signed in.
    SignedIn,
    /// Whoever has signed in and holds one of these roles.
    Roles(&'static [Role]),
    /// Whoever has signed in and holds one of these roles in the town, or above it.
    TownRoles(&'static [Role]),
}

macro_rules! actions {
    ($($(#[$meta:meta])* $action:ident = $word:literal: $allowed:expr;)+) => {
        /// What a route does, for whoever asks what may be done at all.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($(#[$meta])* $action,)+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// The word by which the audit trail calls it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$action => $word,)+ }
            }

            /// Who may do it.
            #[must_use]
            pub const fn allowed(self) -> Allowed {
                match self { $(Self::$action => $allowed,)+ }
            }
        }
    };
}

use Allowed::{Anyone, Device, HalfIn, Integration, Operator, Roles, SignedIn, TownRoles};
use Role::{Administrator, GridWorker, Police, Supervisor, TeamHead, Volunteer};

const READERS: Allowed = Roles(&[TeamHead, Police, Supervisor]);
const SUPERVISORS: Allowed = Roles(&[Supervisor]);
const OFFICE: Allowed = TownRoles(&[Supervisor, Administrator]);

actions! {
    /// A phone joins by a code.
    Enrol = "enrol": Anyone;
    /// A phone exchanges changes.
    Exchange = "exchange": Device;
    /// A phone looks for a common point.
    Common = "common": Device;
    /// A revoked phone hands in what it had not sent.
    Salvage = "salvage": Device;
    /// A system hands in alerts.
    TakeAlerts = "take_alerts": Integration;
    /// Somebody reads what the API is.
    Describe = "describe": Anyone;
    /// Somebody asks whether the server is there.
    Health = "health": Anyone;
    /// Somebody asks whether the server should be given work.
    Ready = "ready": Anyone;
    /// A monitoring system reads figures.
    Metrics = "metrics": Operator;
    /// A browser fetches what every page needs.
    Assets = "assets": Anyone;
    /// A resident looks up who stands at the door.
    Badge = "badge": Anyone;
    /// Somebody signs in, or uses a one-time link.
    SignIn = "sign_in": Anyone;
    /// Somebody shows or sets up their second factor, or signs out.
    SecondFactor = "second_factor": HalfIn;
    /// Somebody sees to their own account.
    OwnAccount = "own_account": SignedIn;
    /// Somebody looks at what waits today.
    Today = "today": READERS;
    /// Somebody reads alerts.
    ReadAlerts = "read_alerts": READERS;
    /// Somebody enters an alert.
    EnterAlert = "enter_alert": Roles(&[Police, Supervisor]);
    /// Somebody adds to a case file.
    ActOnAlert = "act_on_alert": READERS;
    /// Somebody decides: whose an alert is, who it is about, whether it is carried on.
    Decide = "decide": SUPERVISORS;
    /// Somebody reads how far the doors are.
    Coverage = "coverage": READERS;
    /// Somebody leaves a door out of the count.
    Consent = "consent": SUPERVISORS;
    /// Somebody reviews what workers recorded.
    Review = "review": SUPERVISORS;
    /// Somebody settles conflicts, merges doubles, or takes that back.
    Settle = "settle": SUPERVISORS;
    /// Somebody reads about households and people.
    ReadHouseholds = "read_households": READERS;
    /// Somebody has names and telephones shown.
    Reveal = "reveal": READERS;
    /// Somebody prints what names people.
    Print = "print": READERS;
    /// Somebody looks up who had been there.
    Accountability = "accountability": Roles(&[Police, Supervisor]);
    /// Somebody draws a sample.
    Sample = "sample": SUPERVISORS;
    /// Somebody records a call-back.
    CallBack = "call_back": Roles(&[Police, Supervisor]);
    /// Somebody sees to people and their roles.
    People = "people": OFFICE;
    /// Somebody gives out an enrolment code or a link to sign in by.
    Invite = "invite": OFFICE;
    /// Somebody revokes a phone, or all that a person has.
    Revoke = "revoke": OFFICE;
    /// Somebody sees to areas.
    Areas = "areas": OFFICE;
    /// Somebody moves doors between grids.
    MoveDoors = "move_doors": SUPERVISORS;
    /// Somebody sees to what the town has set.
    Settings = "settings": OFFICE;
    /// Somebody imports a spreadsheet.
    Import = "import": OFFICE;
    /// Somebody takes an import back.
    Undo = "undo": OFFICE;
    /// Somebody takes a list with them.
    Export = "export": SUPERVISORS;
    /// Somebody reads the audit trail.
    Audit = "audit": OFFICE;
    /// Somebody enters where workers' work is done, for themselves or a worker.
    WorkAtAll = "work_at_all": Roles(&[Volunteer, GridWorker, TeamHead, Police, Supervisor]);
    /// Somebody does a worker's work in the browser.
    Work = "work": Roles(&[Volunteer, GridWorker, TeamHead, Police]);
    /// Somebody does it in a worker's name.
    WorkFor = "work_for": Roles(&[TeamHead, Supervisor]);
}

impl Action {
    /// Whether somebody of this standing, who has signed in, may begin this.
    #[must_use]
    pub fn may(self, standing: &Standing, ground: Ground<'_>) -> bool {
        if standing.left {
            return false;
        }
        match self.allowed() {
            Anyone | HalfIn | SignedIn => true,
            Device | Integration | Operator => false,
            Roles(roles) => standing.roles.iter().any(|(role, _)| roles.contains(role)),
            TownRoles(roles) => {
                let asker = Asker::Person(standing);
                // An administrator needs no area: theirs is every one there is.
                let everywhere = standing.roles.iter().any(|(role, area)| {
                    *role == Administrator && roles.contains(role) && area.bytes().iter().all(|byte| *byte == 0)
                });
                everywhere
                    || roles
                        .iter()
                        .any(|role| asker.has_at(role, Place::Town, qiaomen_core::record::Scope::Town, ground))
            }
        }
    }

    /// The action of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.word() == word)
    }
}

/// Whether somebody of this standing must show a second factor.
#[must_use]
pub fn needs_second_factor(standing: &Standing) -> bool {
    standing.roles.iter().any(|(role, _)| matches!(role, Supervisor | Administrator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_twice() {
        for (at, action) in Action::ALL.iter().enumerate() {
            assert!(!Action::ALL[at + 1..].iter().any(|other| other.word() == action.word()), "{action:?}");
            assert_eq!(Action::from_word(action.word()), Some(*action));
        }
    }

    #[test]
    fn integrations_and_unknown_roles_may_nothing() {
        for action in Action::ALL {
            if let Roles(roles) | TownRoles(roles) = action.allowed() {
                assert!(!roles.is_empty(), "{action:?}");
                assert!(!roles.iter().any(|role| matches!(role, Role::Integration | Role::Unknown(_))), "{action:?}");
            }
        }
    }
}
