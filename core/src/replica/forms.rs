//! What a person is typing and has not saved, so that nothing is lost when the app ends; and how they want the app to be.
//!
//! Floor: replica. Invariants: a shell's own text under a shell's own keys: nothing here reads it; it is never sent; of a
//! revoked phone only preferences are told.

use super::{Replica, ReplicaError};
use crate::clock::Reading;
use crate::record::{Invalid, Reason};

/// What keys of preferences begin with: they say nothing about anybody, and are told on a revoked phone too.
pub const PREFERENCE: &str = "preference.";
/// The most bytes of a form's text: a signature of many strokes fits.
pub const MAX_FORM: usize = 512 * 1024;
/// The most bytes of a key.
const MAX_FORM_KEY: usize = 200;

/// What is being typed, and preferences.
#[derive(Clone, Copy, Debug)]
pub struct Forms<'r>(pub(super) &'r Replica);

impl Forms<'_> {
    /// Keeps a form's text, in the place of what stood under its key.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] for a key or a text that is too long; [`ReplicaError::Revoked`] for anything but a
    /// preference; when the store cannot be written.
    pub fn keep(&self, key: &str, text: &str, reading: &Reading) -> Result<(), ReplicaError> {
        if key.is_empty() {
            return Err(Invalid::new("key", Reason::Missing).into());
        }
        if key.len() > MAX_FORM_KEY {
            return Err(Invalid::new("key", Reason::TooLong(MAX_FORM_KEY)).into());
        }
        if text.len() > MAX_FORM {
            return Err(Invalid::new("text", Reason::TooLong(MAX_FORM)).into());
        }
        self.allowed(key)?;
        let now = self.0.corrected(reading)?.time;
        Ok(self.0.engine.state().store.keep_form(key, text, now)?)
    }

    /// A form's text; none if there is none.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`] for anything but a preference; when the store cannot be read.
    pub fn get(&self, key: &str) -> Result<Option<String>, ReplicaError> {
        self.allowed(key)?;
        Ok(self.0.engine.state().store.form(key)?)
    }

    /// The keys of all forms, the last kept first; of a revoked phone's, those of preferences.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn keys(&self) -> Result<Vec<String>, ReplicaError> {
        let locked = self.0.is_locked()?;
        let mut keys = self.0.engine.state().store.forms()?;
        keys.retain(|key| !locked || key.starts_with(PREFERENCE));
        Ok(keys)
    }

    /// Throws a form away; false if there is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn discard(&self, key: &str) -> Result<bool, ReplicaError> {
        Ok(self.0.engine.state().store.drop_form(key)?)
    }

    fn allowed(&self, key: &str) -> Result<(), ReplicaError> {
        if !key.starts_with(PREFERENCE) && self.0.is_locked()? {
            return Err(ReplicaError::Revoked);
        }
        Ok(())
    }
}
