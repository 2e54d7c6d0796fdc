//! What asks no replica: texts and positions.
//!
//! Floor: client. Invariant: as `client`'s; pure, so that it may be called anywhere.

use qiaomen_core::record::{Datum as CoreDatum, Position as CorePosition};
use qiaomen_core::{datum, sensitive as core};

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::Show;
use crate::mirror::sums::SensitiveSpan;
use crate::mirror::visits::Position;
use crate::mirror::words::Datum;

/// What a text holds that should not stand in it: numbers of cards and people, codes. Nothing is refused for it; a person
/// is shown it while they type, and may have it masked. Places are in UTF-16 code units.
#[uniffi::export]
#[must_use]
pub fn sensitive(text: &str) -> Vec<SensitiveSpan> {
    core::sensitive(text).show()
}

/// The text with all of that masked: a star for each digit but the last four of a card's or a person's number.
#[uniffi::export]
#[must_use]
pub fn masked(text: &str) -> String {
    core::masked(text)
}

/// A position as another datum has it, for a map that knows but one; none where either datum is not known.
#[uniffi::export]
pub fn position_as(position: Position, datum: Datum) -> Result<Option<Position>, QiaomenError> {
    let (position, datum): (CorePosition, CoreDatum) = (given("position", position)?, given("datum", datum)?);
    Ok(datum::position_as(&position, &datum).show())
}
