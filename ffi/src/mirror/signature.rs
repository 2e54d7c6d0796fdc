//! A signature as it was drawn, as a shell sees it.
//!
//! Floor: mirror. Invariant: points and their times as the core keeps them.

use qiaomen_core::record::Invalid;
use qiaomen_core::record::signature::{Point, Signature as Core};

use super::macros::mirror;
use super::{Back, Show};

mirror! {
    /// One point of a stroke.
    pub struct SignaturePoint = Point {
        /// Across, in ten-thousandths of the field's width.
        x: u32,
        /// Down, in ten-thousandths of the field's width.
        y: u32,
        /// Milliseconds since the signing began.
        millis: u32,
    }
}

/// A line drawn without lifting the finger.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Stroke {
    /// Its points.
    pub points: Vec<SignaturePoint>,
}

/// A signature as it was drawn.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Signature {
    /// Its strokes.
    pub strokes: Vec<Stroke>,
}

impl Show<Signature> for Core {
    fn show(self) -> Signature {
        Signature { strokes: self.strokes().into_iter().map(|points| Stroke { points: points.show() }).collect() }
    }
}

impl Back<Core> for Signature {
    fn back(self) -> Result<Core, Invalid> {
        let point = |point: SignaturePoint| point.back();
        let stroke = |stroke: Stroke| stroke.points.into_iter().map(point).collect::<Result<Vec<Point>, Invalid>>();
        let strokes = self.strokes.into_iter().map(stroke).collect::<Result<Vec<_>, _>>()?;
        Core::of(&strokes).map_err(|found| Invalid::new("", found.reason))
    }
}
