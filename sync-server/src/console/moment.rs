//! Times as the console tells them: in the town's zone, with its offset.
//!
//! Floor: console; pure.

use std::borrow::Cow;

use qiaomen_core::record::{Time, Zone};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A moment in the town's zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    time: Time,
    text: String,
}

impl Moment {
    pub(crate) fn new(time: Time, zone: &Zone) -> Self {
        Self { time, text: zone.rfc3339(time) }
    }

    /// The moment itself.
    pub(crate) const fn time(&self) -> Time {
        self.time
    }

    /// RFC 3339 with the town's offset.
    pub(crate) fn full(&self) -> &str {
        &self.text
    }

    /// `2026-03-01 09:00`.
    pub(crate) fn minute(&self) -> String {
        let day = self.text.get(..10).unwrap_or(&self.text);
        format!("{day} {}", self.hour())
    }

    /// `2026-03-01T09:00`, as a field for a day and time takes it.
    pub(crate) fn input(&self) -> &str {
        self.text.get(..16).unwrap_or(&self.text)
    }

    /// `09:00`.
    pub(crate) fn hour(&self) -> &str {
        self.text.get(11..16).unwrap_or_default()
    }

    /// `03-01 09:00`.
    pub(crate) fn short(&self) -> String {
        self.minute().get(5..).unwrap_or_default().to_owned()
    }

    /// `2026-03-01T09:00`, as a form's field takes it.
    pub(crate) fn field(&self) -> &str {
        self.text.get(..16).unwrap_or(&self.text)
    }

    /// `2026-03-01`.
    pub(crate) fn day(&self) -> &str {
        self.text.get(..10).unwrap_or(&self.text)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "description": "A moment, with the town's offset." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_towns_zone() {
        let moment = Moment::new(Time::parse("2026-03-01T01:00:00Z").unwrap(), &Zone::shanghai());
        assert_eq!(moment.minute(), "2026-03-01 09:00");
        assert_eq!(moment.short(), "03-01 09:00");
        assert_eq!(moment.day(), "2026-03-01");
        assert_eq!(serde_json::to_value(&moment).unwrap(), "2026-03-01T09:00:00+08:00");
    }
}
