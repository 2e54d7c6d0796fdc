//! The permission table, as data: who may create and who may edit which kind where.
//!
//! Floor: access. Invariant: a closed list; every kind has an entry for every role in each scope it may lie
//! in, and what has no entry may not be done.

use qiaomen_core::record::{Kind, Role, Scope};

use super::field_of;

/// What sort of scope a record lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// The town.
    Town,
    /// A grid.
    Grid,
    /// A case file.
    CaseFile,
    /// The supervisors' questions.
    Intake,
}

impl Filed {
    /// The sort of `scope`; none for those in which no kind lies yet.
    #[must_use]
    pub const fn of(scope: Scope) -> Option<Self> {
        match scope {
            Scope::Town => Some(Self::Town),
            Scope::Grid(_) => Some(Self::Grid),
            Scope::CaseFile(_) => Some(Self::CaseFile),
            Scope::Intake => Some(Self::Intake),
            Scope::Police => None,
        }
    }
}

/// Where a role must be held to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// In the town, or above it.
    Town,
    /// In an area that the scope lies in.
    Covers,
    /// As [`Covers`](Self::Covers), or the person was sent there.
    Holds,
    /// In an area that the alert lies in, though the role gives nothing to read.
    Over,
    /// Wherever the alert is one that they made.
    Made,
}

/// Which fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// Every field.
    All,
    /// Every field but these.
    Except(&'static [&'static str]),
    /// These fields.
    Only(&'static [&'static str]),
}

impl Covered {
    /// Whether a key at the root belongs to one of the fields.
    #[must_use]
    pub fn covers(&self, key: &str) -> bool {
        let field = field_of(key);
        match self {
            Self::All => true,
            Self::Except(fields) => !fields.contains(&field),
            Self::Only(fields) => fields.contains(&field),
        }
    }
}

/// Which records of a kind may be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edits {
    /// None.
    Nothing,
    /// Those the person wrote.
    Own(Covered),
    /// All.
    Any(Covered),
}

/// What one role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    /// Whether it may create.
    pub create: bool,
    /// What it may edit.
    pub edit: Edits,
    /// Where the role must be held.
    pub place: Place,
}

/// What each role may do with one kind in one sort of scope.
#[derive(Debug)]
pub struct Rule {
    /// The kind.
    pub kind: Kind,
    /// The sort of scope.
    pub filed: Filed,
    /// An entry for each role.
    pub may: &'static [(Role, May)],
}

impl Rule {
    /// What this role may do.
    #[must_use]
    pub fn may(&self, role: &Role) -> Option<&'static May> {
        self.may.iter().find(|(have, _)| have == role).map(|(_, may)| may)
    }
}

/// The rule for a kind in a scope.
#[must_use]
pub fn rule(kind: &Kind, scope: Scope) -> Option<&'static Rule> {
    let filed = Filed::of(scope)?;
    RULES.iter().find(|rule| rule.kind == *kind && rule.filed == filed)
}

const NO: May = May { create: false, edit: Edits::Nothing, place: Place::Covers };

const fn both(place: Place, covered: Covered) -> May {
    May { create: true, edit: Edits::Any(covered), place }
}

const fn write(place: Place) -> May {
    May { create: true, edit: Edits::Nothing, place }
}

const fn own(place: Place, covered: Covered) -> May {
    May { create: true, edit: Edits::Own(covered), place }
}

const VISIT: Covered = Covered::Except(&["purpose", "household", "alert"]);
const ALERT: Covered = Covered::Except(&["level", "issued", "entered", "playbook"]);
const REVIEW: Covered = Covered::Only(&["heads", "state", "comment"]);
const EXTENSION: Covered = Covered::Only(&["until", "reason"]);
const ANSWER: Covered = Covered::Only(&["answered", "answer"]);
/// What was signed must be readable for good.
const RETIRED: Covered = Covered::Only(&["retired"]);
const DECISION: Covered = Covered::Only(&["owner", "reason"]);

/// An entry for each role, in the order in which the roles are listed.
macro_rules! rule {
    ($kind:ident $filed:ident: $volunteer:expr, $grid_worker:expr, $team_head:expr, $police:expr, $supervisor:expr,
     $administrator:expr) => {
        rule!($kind $filed: $volunteer, $grid_worker, $team_head, $police, $supervisor, $administrator, NO)
    };
    ($kind:ident $filed:ident: $volunteer:expr, $grid_worker:expr, $team_head:expr, $police:expr, $supervisor:expr,
     $administrator:expr, $integration:expr) => {
        Rule {
            kind: Kind::$kind,
            filed: Filed::$filed,
            may: &[
                (Role::Volunteer, $volunteer),
                (Role::GridWorker, $grid_worker),
                (Role::TeamHead, $team_head),
                (Role::Police, $police),
                (Role::Supervisor, $supervisor),
                (Role::Administrator, $administrator),
                (Role::Integration, $integration),
            ],
        }
    };
}

const AREAS: May = both(Place::Town, Covered::All);
const SETTINGS: May = both(Place::Anywhere, Covered::All);
/// A supervisor alone moves a door, or says that there is none: it would be missing from somebody's count.
const DOORS: May = both(Place::Covers, Covered::Except(&["grid", "removed", "merged_into", "counterparts"]));
const UNITS: May = both(Place::Covers, Covered::Except(&["grid", "removed"]));
const DOORS_TOO: May = both(Place::Covers, Covered::All);
const DOOR_FACT: May = write(Place::Covers);
/// A place once shared is shared; another is shared after it.
const SHARED: May = write(Place::Covers);
const DOOR_VISIT: May = own(Place::Covers, VISIT);
const CASE_VISIT: May = own(Place::Holds, VISIT);
const FACT: May = write(Place::Holds);
const ALERTS: May = both(Place::Covers, ALERT);
/// An integration has a last column only where it may do something.
const ITS_OWN: May = write(Place::Made);

/// The table.
pub static RULES: &[Rule] = &[
    //                    volunteer   grid worker team head   police      supervisor                       administrator
    rule!(Area Town:      NO,         NO,         NO,         NO,         AREAS,                           SETTINGS),
    rule!(Person Town:    NO,         NO,         NO,         NO,         AREAS,                           SETTINGS),
    rule!(Household Grid: DOORS,      DOORS,      DOORS,      DOORS,      DOORS_TOO,                          NO),
    rule!(Unit Grid:      UNITS,      UNITS,      UNITS,      UNITS,      DOORS_TOO,                          NO),
    rule!(Pledge Grid:    DOOR_FACT,  DOOR_FACT,  DOOR_FACT,  DOOR_FACT,  NO,                              NO),
    rule!(Consent Grid:   NO,         NO,         NO,         NO,         DOOR_FACT,                       NO),
    rule!(Review Grid:    NO,         NO,         NO,         NO,         own(Place::Covers, REVIEW),      NO),
    rule!(Visit Grid:     DOOR_VISIT, DOOR_VISIT, DOOR_VISIT, DOOR_VISIT, NO,                              NO),
    rule!(Visit CaseFile: CASE_VISIT, CASE_VISIT, CASE_VISIT, CASE_VISIT, NO,                              NO),
    rule!(Alert CaseFile: NO,         NO,         NO,         ALERTS,     ALERTS, NO, own(Place::Over, ALERT)),
    rule!(Raise CaseFile: NO,         NO,         NO,         FACT,       FACT, NO, ITS_OWN),
    rule!(Receipt CaseFile: FACT,     FACT,       FACT,       FACT,       NO,                              NO),
    rule!(Feedback CaseFile: FACT,    FACT,       FACT,       FACT,       NO,                              NO),
    rule!(Clearance CaseFile: NO,     NO,         FACT,       FACT,       NO,                              NO),
    rule!(Withdrawal CaseFile: NO,    NO,         FACT,       FACT,       FACT,                            NO),
    rule!(Extension CaseFile: NO,     NO,         NO,         NO,         own(Place::Holds, EXTENSION),    NO),
    rule!(Sending CaseFile: FACT,     FACT,       FACT,       FACT,       FACT,                            NO),
    rule!(HandOver CaseFile: FACT,    FACT,       FACT,       FACT,       FACT,                            NO),
    rule!(MoneySent CaseFile: FACT,   FACT,       FACT,       FACT,       NO,                              NO),
    rule!(StopPayment CaseFile: FACT, FACT,       FACT,       FACT,       NO,                              NO),
    rule!(Seen CaseFile: FACT,        FACT,       FACT,       FACT,       NO,                              NO),
    rule!(Recall CaseFile: NO,        NO,         NO,         FACT,       FACT, NO, ITS_OWN),
    rule!(Join CaseFile: NO,          NO,         NO,         FACT,       FACT, NO, ITS_OWN),
    rule!(Transfer CaseFile: NO,      NO,         FACT,       FACT,       FACT,                            NO),
    rule!(Proposal CaseFile: FACT,    FACT,       FACT,       FACT,       NO,                              NO),
    rule!(Comment CaseFile: FACT,     FACT,       FACT,       FACT,       FACT,                            NO),
    rule!(TakeBack CaseFile: FACT,    FACT,       FACT,       FACT,       FACT,                            NO),
    rule!(CustodyDecision CaseFile: NO, NO,       NO,         NO,         own(Place::Holds, DECISION),     NO),
    rule!(Review CaseFile: NO,        NO,         NO,         NO,         own(Place::Holds, REVIEW),       NO),
    rule!(Routing Town:   NO,         NO,         NO,         NO,         AREAS,                           SETTINGS),
    rule!(Duty Town:      NO,         NO,         NO,         NO,         AREAS,                           SETTINGS),
    rule!(Script Town:    NO,         NO,         NO,         NO,         AREAS,                           SETTINGS),
    rule!(Reminder Town:  NO,         NO,         NO,         NO,         AREAS,                           SETTINGS),
    rule!(Phase Town:     NO,         NO,         NO,         NO,         AREAS,                           SETTINGS),
    rule!(Rulebook Town:  NO,         NO,         NO,         NO,         write(Place::Town),              write(Place::Anywhere)),
    rule!(PledgeText Town: NO, NO, NO, NO, both(Place::Town, RETIRED), both(Place::Anywhere, RETIRED)),
    rule!(Question Intake: NO,        NO,         NO,         NO,         both(Place::Covers, ANSWER),     NO),
    rule!(Whereabouts Grid: SHARED,   SHARED,     SHARED,     SHARED,     NO,                              NO),
    rule!(Decision Town:  NO,         NO,         NO,         NO,         write(Place::Town),              NO),
    rule!(Decision Grid:  NO,         NO,         NO,         NO,         write(Place::Covers),            NO),
    rule!(Decision CaseFile: NO,      NO,         NO,         NO,         write(Place::Holds),             NO),
    rule!(Decision Intake: NO,        NO,         NO,         NO,         write(Place::Covers),            NO),
    rule!(Draw Intake:    NO,         NO,         NO,         NO,         write(Place::Covers),             NO),
    rule!(CallBack CaseFile: NO,      NO,         NO,         FACT,       FACT,                            NO),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_entry_for_every_role() {
        for kind in Kind::KNOWN {
            let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.kind == *kind).collect();
            assert!(!rules.is_empty(), "{kind} has no rule");
            for rule in rules {
                let roles: Vec<&Role> = rule.may.iter().map(|(role, _)| role).collect();
                assert_eq!(roles, Role::KNOWN.iter().collect::<Vec<_>>(), "{kind}");
            }
        }
    }

    #[test]
    fn no_kind_has_two_rules_for_one_scope() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(!RULES[at + 1..].iter().any(|other| other.kind == rule.kind && other.filed == rule.filed));
        }
    }

    #[test]
    fn what_a_rule_names_is_a_field_of_its_kind() {
        for rule in RULES {
            for (role, may) in rule.may {
                let (Edits::Own(covered) | Edits::Any(covered)) = may.edit else { continue };
                let (Covered::Except(fields) | Covered::Only(fields)) = covered else { continue };
                for field in fields {
                    assert!(rule.kind.fields().iter().any(|spec| spec.key == *field), "{} {role}: {field}", rule.kind);
                }
            }
        }
    }

    #[test]
    fn facts_of_a_case_file_are_edited_by_nobody_but_where_the_table_says_so() {
        for rule in RULES {
            let edited = rule.may.iter().any(|(_, may)| may.edit != Edits::Nothing);
            let expected = matches!(
                rule.kind,
                Kind::Area
                    | Kind::Person
                    | Kind::Household
                    | Kind::Unit
                    | Kind::Visit
                    | Kind::Alert
                    | Kind::Extension
                    | Kind::CustodyDecision
                    | Kind::Review
                    | Kind::Routing
                    | Kind::Duty
                    | Kind::Script
                    | Kind::Reminder
                    | Kind::Phase
                    | Kind::PledgeText
                    | Kind::Question
            );
            assert_eq!(edited, expected, "{}", rule.kind);
        }
    }
}
