//! What is noted of photos that were taken at a visit: the pictures themselves are not taken in.
//!
//! Floor: record. Invariants: a group of a visit's fields, of any visit; photos are no recording (Q6), whatever is noted
//! of them.

use super::dissuasion::KeptAt;
use super::field::{check_note, group, part};
use super::invalid::{Invalid, Reason};
use super::word::words;

words! {
    /// What photos were taken with.
    pub enum TakenWith {
        /// A telephone.
        Telephone = "telephone",
        /// A camera.
        Camera = "camera",
        /// Something else.
        Other = "other",
    }
}

part! {
    /// What is noted of photos that were taken: by whom, on what, and where they are kept.
    pub struct PhotoNote {
        /// What they were taken with; always there where there are any.
        pub taken_with: Option<TakenWith>,
        /// Who took them.
        pub taken_by: Option<String>,
        /// Where they are kept.
        pub kept_at: Option<KeptAt>,
        /// Under what name or number they are found there.
        pub kept_as: Option<String>,
    }
}

group!(PhotoNote);

impl PhotoNote {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("taken_by", self.taken_by.as_ref(), 200)?;
        check_note("kept_as", self.kept_as.as_ref(), 400)?;
        // Whoever says who took photos, or where they lie, says that there are some.
        if self.taken_with.is_none() {
            return Err(Invalid::new("taken_with", Reason::Missing));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note() -> PhotoNote {
        PhotoNote {
            taken_with: Some(TakenWith::Camera),
            taken_by: Some("村干部".into()),
            kept_at: Some(KeptAt::Village),
            kept_as: Some("3-12".into()),
        }
    }

    #[test]
    fn whoever_says_anything_of_photos_says_what_they_were_taken_with() {
        assert_eq!(note().check(), Ok(()));
        let bare = PhotoNote { taken_by: None, kept_at: None, kept_as: None, ..note() };
        assert_eq!(bare.check(), Ok(()));
        let without = PhotoNote { taken_with: None, ..note() };
        assert_eq!(without.check(), Err(Invalid::new("taken_with", Reason::Missing)));
    }

    #[test]
    fn a_text_that_is_too_long_or_hostile_is_complained_of_by_its_field() {
        let long = PhotoNote { kept_as: Some("号".repeat(134)), ..note() };
        assert_eq!(long.check(), Err(Invalid::new("kept_as", Reason::TooLong(400))));
        let turned = PhotoNote { taken_by: Some("\u{202e}张".into()), ..note() };
        assert_eq!(turned.check(), Err(Invalid::new("taken_by", Reason::Malformed)));
    }
}
