//! Areas, doors, units, people, pledges, as a shell sees them.
//!
//! Floor: mirror. Invariant: each has every field of the core's record under its name (taking one apart without a rest
//! proves it), and goes both ways unchanged.

use qiaomen_core::record;

use super::macros::{entries, mirror};
use super::signature::Signature;
use super::words::{AreaLevel, Door, OrganisationSort, ResidentTag, Role};
use super::{Id, Millis};

mirror! {
    /// A node of the area tree.
    pub struct Area = record::Area {
        /// What people call it.
        name: String,
        /// What it is.
        level: AreaLevel,
        /// The area it lies in.
        parent: Option<Id>,
        /// Its code in some register: opaque text, no key.
        code: Option<String>,
        /// The station's number, which residents call to ask who stands at their door; it holds for the areas below that
        /// have none of their own.
        telephone: Option<String>,
    }
}

mirror! {
    /// Where a door is: building, unit, floor and room in a town; group and house number in a village.
    pub struct Address = record::Address {
        /// The building.
        building: Option<String>,
        /// The stairwell.
        unit: Option<String>,
        /// The floor.
        floor: Option<i64>,
        /// The room.
        room: Option<String>,
        /// The village group.
        group: Option<String>,
        /// The house number.
        number: Option<String>,
    }
}

mirror! {
    /// Somebody who lives behind a door, or did.
    pub struct Resident = record::Resident {
        /// Their name.
        name: String,
        /// Their telephone numbers.
        telephones: Vec<String>,
        /// The year they were born.
        birth_year: Option<i64>,
        /// What a worker should know of them.
        tags: Vec<ResidentTag>,
        /// Whether the national anti-fraud app is on their telephone; absent where nobody has looked.
        app_installed: Option<bool>,
        /// Whether they left the town.
        left_town: bool,
        /// Where they went.
        left_to: Option<String>,
        /// How to reach them there, besides their telephones.
        left_contact: Option<String>,
        /// Whether they were listed here by mistake, or are here no longer.
        removed: bool,
    }
}

entries! {
    /// One of several, under its identifier.
    pub struct ResidentEntry { resident: Resident } = record::ResidentId, record::Resident
}

mirror! {
    /// One door, and the people behind it. Which grid it lies in is its scope, kept by the server.
    /// `grid`, `removed`, `merged_into` and `counterparts` are for supervisors to write: none may take a door out of
    /// somebody's count unseen.
    pub struct Household = record::Household {
        /// Where the door is.
        address: Address,
        /// What is found behind it.
        door: Door,
        /// What else a worker should know.
        note: Option<String>,
        /// The people behind it.
        residents: Vec<ResidentEntry>,
        /// The grid it was last moved to; absent where it lies where it was first filed. Writing it is the move: the
        /// server files the door there with everything that was recorded at it.
        grid: Option<Id>,
        /// Whether it was listed by mistake: there is no such door. It shows in no list and in no count.
        removed: bool,
        /// The door that it is one and the same as: it shows in no list and in no count, and what was recorded at it
        /// counts there, as long as both lie in one grid. What a chain ends at counts; in a ring, the first made.
        merged_into: Option<Id>,
        /// Who of its residents is whom of the door that it was merged into, each pair as `counterpart` writes it.
        counterparts: Vec<String>,
    }
}

mirror! {
    /// Somebody at a unit.
    pub struct Contact = record::Contact {
        /// Their name.
        name: Option<String>,
        /// How to reach them.
        telephone: Option<String>,
    }
}

mirror! {
    /// An organisation with a person who answers for it. Which grid it lies in is its scope, kept by the server.
    pub struct Organisation = record::Unit {
        /// What people call it.
        name: String,
        /// What it is.
        sort: OrganisationSort,
        /// Where it is, in words.
        address: Option<String>,
        /// Who answers for it.
        responsible: Option<Contact>,
        /// Who does where they are away.
        deputy: Option<Contact>,
        /// What else a worker should know.
        note: Option<String>,
        /// The grid it was last moved to; absent where it lies where it was first filed. Writing it is the move.
        grid: Option<Id>,
        /// Whether it was listed here by mistake, or is here no longer.
        removed: bool,
    }
}

mirror! {
    /// One role that a person has in one area.
    pub struct Assignment = record::Assignment {
        /// The role.
        role: Role,
        /// Where it is held.
        area: Id,
        /// Whether it is over.
        ended: bool,
    }
}

entries! {
    /// One of several, under its identifier.
    pub struct AssignmentEntry { assignment: Assignment } = record::AssignmentId, record::Assignment
}

mirror! {
    /// A person who works with Qiaomen.
    pub struct Person = record::Person {
        /// Their name.
        name: String,
        /// The short name they are called by on the command line and when they sign in.
        login: Option<String>,
        /// Their telephone at work.
        telephone: Option<String>,
        /// Whether they no longer work with Qiaomen.
        left: bool,
        /// Their roles.
        assignments: Vec<AssignmentEntry>,
    }
}

mirror! {
    /// Who signs where the resident does not themselves: for a child, for somebody who cannot write.
    pub struct Proxy = record::Proxy {
        /// Their name.
        name: Option<String>,
        /// What they are to the resident.
        relation: Option<String>,
    }
}

mirror! {
    /// A pledge that was signed, on the screen or on paper.
    pub struct Pledge = record::Pledge {
        /// The door.
        household: Id,
        /// Who pledges, among the door's residents.
        resident: Id,
        /// The text that was signed.
        template: String,
        /// Which version of it.
        version: i64,
        /// When it was signed, corrected.
        at: Millis,
        /// The signature; absent for one on paper.
        signature: Option<Signature>,
        /// Who signed for the resident, if they did not themselves.
        proxy: Option<Proxy>,
        /// Who saw it besides the worker.
        witness: Option<String>,
        /// Under which number the paper copy was filed.
        archive_number: Option<String>,
        /// The pledge that this one is written in the place of.
        corrects: Option<Id>,
        /// Whether it only takes the one it corrects back: nothing was signed.
        void: bool,
        /// What else there is to say.
        note: Option<String>,
    }
}

mirror! {
    /// A supervisor agrees that a door leaves the count, or has it counted again. It stands while the door is in
    /// the state that it names; of several the last one accepted counts.
    pub struct Consent = record::Consent {
        /// The door.
        household: Id,
        /// Whether the door is left out of the count; false has it counted again.
        out_of_count: bool,
        /// The state of the door for which it is left out.
        reason: Option<Door>,
        /// When this was decided, corrected.
        at: Millis,
        /// Why, in words.
        note: Option<String>,
    }
}
