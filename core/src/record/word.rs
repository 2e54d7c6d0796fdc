//! Enumerations whose words are stored as text and may grow.
//!
//! Floor: record. Invariant: a word that this version does not know survives reading and writing.

/// An enumeration that is stored as one of a list of words.
pub trait Word: Clone + Ord {
    /// The word that is stored.
    fn word(&self) -> &str;
    /// The value of a stored word; one that this version does not know is kept.
    fn from_word(word: &str) -> Self;
    /// Whether this version knows the word.
    fn is_known(&self) -> bool;
}

macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A word that a newer version wrote; kept as it is and shown as unknown.
            Unknown(Box<str>),
        }

        impl $name {
            /// Every value this version knows.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];
        }

        impl $crate::record::word::Word for $name {
            fn word(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word,
                }
            }

            fn from_word(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Unknown(other.into()),
                }
            }

            fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str($crate::record::word::Word::word(self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::record::word::Word::word(self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<str>::deserialize(deserializer)?;
                Ok($crate::record::word::Word::from_word(&word))
            }
        }

        impl $crate::record::field::Field for $name {
            const SHAPE: $crate::record::spec::Shape = $crate::record::spec::Shape::Word;

            fn write(&self, key: &str, out: &mut $crate::record::field::Fields) {
                out.set(key, $crate::record::field::Value::Text($crate::record::word::Word::word(self).into()));
            }

            fn read(key: &str, from: &$crate::record::field::Fields)
                -> Result<Self, $crate::record::invalid::Invalid>
            {
                Ok(<Self as $crate::record::word::Word>::from_word(from.text(key)?))
            }
        }
    };
}

pub(crate) use words;
