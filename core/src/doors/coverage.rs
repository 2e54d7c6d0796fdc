//! Doors summed up.
//!
//! Floor: doors; pure. Invariants: `counted` and the reasons for being left out make `doors`; the five ways of being
//! reached make `counted`; but for the pledges, whatever is told besides is told of counted doors only.

use std::ops::AddAssign;

use serde::Serialize;

use super::standing::{Reach, Standing};
use crate::record::Door;

/// Counts that are added field by field.
macro_rules! counts {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                $(self.$field += other.$field;)+
            }
        }
    )+};
}

counts! {
    /// Doors, by how they stand in a period.
    pub struct Coverage {
        /// Doors on the roster.
        pub doors: u64,
        /// Those that are counted.
        pub counted: u64,
        /// Those left out, by the reason to which a supervisor agreed.
        pub left_out: LeftOut,
        /// Counted doors where somebody was met.
        pub visited: u64,
        /// Reached by telephone only.
        pub telephone_only: u64,
        /// Where they would not talk.
        pub refused: u64,
        /// Tried in vain: nobody home, not to be reached, moved.
        pub in_vain: u64,
        /// Never tried.
        pub never_tried: u64,
        /// Where the open letter was handed over.
        pub letter: u64,
        /// Where the police's card was.
        pub card: u64,
        /// Where a pledge was, to be signed.
        pub pledge_given: u64,
        /// Where things were explained to somebody who was met.
        pub explained: Explained,
        /// Where somebody's pledge stands.
        pub pledged: u64,
        /// The people who live behind counted doors.
        pub residents: Residents,
        /// Standing pledges, those of doors that are left out too.
        pub pledges: Pledges,
    }

    /// Doors left out of the count.
    pub struct LeftOut {
        /// Nobody lives there.
        pub vacant: u64,
        /// The house is gone.
        pub demolished: u64,
        /// Its people have been away for long.
        pub long_absent: u64,
        /// For a reason that a newer version wrote.
        pub other: u64,
        /// Of all these, those whose consent the server does not have yet.
        pub not_confirmed: u64,
    }

    /// Doors where things were explained.
    pub struct Explained {
        /// Any kind of fraud.
        pub fraud: u64,
        /// Never giving out personal and bank data.
        pub personal_information: u64,
        /// The national app.
        pub app: u64,
        /// Cases.
        pub cases: u64,
        /// All four of them.
        pub all: u64,
    }

    /// People who live behind counted doors.
    pub struct Residents {
        /// All of them.
        pub here: u64,
        /// With a standing pledge.
        pub signed: u64,
        /// Without one.
        pub unsigned: u64,
        /// With the app.
        pub app_installed: u64,
        /// Without it.
        pub app_missing: u64,
        /// Where nobody has looked.
        pub app_not_looked: u64,
    }

    /// Standing pledges.
    pub struct Pledges {
        /// Signed on the screen.
        pub on_screen: u64,
        /// Signed on paper.
        pub on_paper: u64,
        /// Of those on paper, not filed yet.
        pub unfiled: u64,
    }
}

impl Coverage {
    /// What these doors come to.
    pub fn of<'s>(doors: impl IntoIterator<Item = &'s Standing>) -> Self {
        let mut sum = Self::default();
        for door in doors {
            sum += Self::from(door);
        }
        sum
    }
}

impl From<&Standing> for Coverage {
    /// What one door comes to.
    fn from(door: &Standing) -> Self {
        let mut one = Self {
            doors: 1,
            pledges: Pledges { on_screen: door.on_screen, on_paper: door.on_paper, unfiled: door.unfiled },
            ..Self::default()
        };
        if let Some(out) = &door.out {
            *match out.reason {
                Door::Vacant => &mut one.left_out.vacant,
                Door::Demolished => &mut one.left_out.demolished,
                Door::LongAbsent => &mut one.left_out.long_absent,
                Door::LivedIn | Door::Unknown(_) => &mut one.left_out.other,
            } = 1;
            one.left_out.not_confirmed = u64::from(!out.confirmed);
            return one;
        }
        one.counted = 1;
        *match door.reach {
            Reach::Visited => &mut one.visited,
            Reach::TelephoneOnly => &mut one.telephone_only,
            Reach::Refused => &mut one.refused,
            Reach::InVain => &mut one.in_vain,
            Reach::NeverTried => &mut one.never_tried,
        } = 1;
        one.letter = u64::from(door.letter);
        one.card = u64::from(door.card);
        one.pledge_given = u64::from(door.pledge_given);
        one.explained = Explained {
            fraud: u64::from(door.fraud),
            personal_information: u64::from(door.personal_information),
            app: u64::from(door.app),
            cases: u64::from(door.cases),
            all: u64::from(door.fraud && door.personal_information && door.app && door.cases),
        };
        one.pledged = u64::from(door.pledged);
        one.residents = Residents {
            here: door.here,
            signed: door.signed,
            unsigned: door.here - door.signed,
            app_installed: door.app_installed,
            app_missing: door.app_missing,
            app_not_looked: door.here - door.app_installed - door.app_missing,
        };
        one
    }
}
