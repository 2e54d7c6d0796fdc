//! How a type of the core's is mirrored: taken apart field by field, without a rest.
//!
//! Floor: mirror. Invariant: a field or a word that is added in the core does not compile here until it is mirrored.

/// A record that goes both ways.
macro_rules! mirror {
    ($(#[$meta:meta])* pub struct $name:ident = $core:path {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)+
    }) => {
        $crate::mirror::macros::shown! {
            $(#[$meta])*
            pub struct $name = $core {
                $($(#[$field_meta])* $field: $type,)+
            }
        }

        impl $crate::mirror::Back<$core> for $name {
            fn back(self) -> Result<$core, qiaomen_core::record::Invalid> {
                type Core = $core;
                let Self { $($field,)+ } = self;
                Ok(Core {
                    $($field: $crate::mirror::Back::back($field)
                        .map_err(|found| $crate::mirror::under(stringify!($field), found))?,)+
                })
            }
        }

        #[cfg(test)]
        impl $crate::mirror::Mirrored for $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];
        }
    };
}

/// What a shell is only shown.
macro_rules! shown {
    ($(#[$meta:meta])* pub struct $name:ident = $core:path {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, uniffi::Record)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl $crate::mirror::Show<$name> for $core {
            fn show(self) -> $name {
                type Core = $core;
                let Core { $($field,)+ } = self;
                $name { $($field: $crate::mirror::Show::show($field),)+ }
            }
        }
    };
}

/// An enumeration whose words may grow, both ways.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident = $core:path {
        $($(#[$variant_meta:meta])* $variant:ident = $known:ident,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A word that a newer version wrote; kept as it is and shown as unknown.
            Unknown {
                /// The word.
                word: String,
            },
        }

        impl $crate::mirror::Show<$name> for $core {
            fn show(self) -> $name {
                type Core = $core;
                match self {
                    $(Core::$known => $name::$variant,)+
                    Core::Unknown(word) => $name::Unknown { word: word.into() },
                }
            }
        }

        impl $crate::mirror::Back<$core> for $name {
            fn back(self) -> Result<$core, qiaomen_core::record::Invalid> {
                type Core = $core;
                Ok(match self {
                    $(Self::$variant => Core::$known,)+
                    Self::Unknown { word } => qiaomen_core::record::word::Word::from_word(&word),
                })
            }
        }
    };
}

/// A closed enumeration, both ways.
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident = $core:path {
        $($(#[$variant_meta:meta])* $variant:ident,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $crate::mirror::Show<$name> for $core {
            fn show(self) -> $name {
                type Core = $core;
                match self { $(Core::$variant => $name::$variant,)+ }
            }
        }

        impl $crate::mirror::Back<$core> for $name {
            fn back(self) -> Result<$core, qiaomen_core::record::Invalid> {
                type Core = $core;
                Ok(match self { $(Self::$variant => Core::$variant,)+ })
            }
        }
    };
}

/// A map's parts as a list, each with its identifier, in the order of these (the order in which they were made).
macro_rules! entries {
    ($(#[$meta:meta])* pub struct $name:ident { $field:ident: $type:ty } = $id:path, $core:path) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, uniffi::Record)]
        pub struct $name {
            /// Its identifier; a new one's is drawn by `Replica.new_id`.
            pub id: $crate::mirror::Id,
            /// What stands there.
            pub $field: $type,
        }

        impl $crate::mirror::Show<Vec<$name>> for std::collections::BTreeMap<$id, $core> {
            fn show(self) -> Vec<$name> {
                let entry = |(id, $field)| $name {
                    id: $crate::mirror::Show::show(id),
                    $field: $crate::mirror::Show::show($field),
                };
                self.into_iter().map(entry).collect()
            }
        }

        impl $crate::mirror::Back<std::collections::BTreeMap<$id, $core>> for Vec<$name> {
            fn back(self) -> Result<std::collections::BTreeMap<$id, $core>, qiaomen_core::record::Invalid> {
                self.into_iter().map(|entry| Ok((entry.id.back()?, entry.$field.back()?))).collect()
            }
        }
    };
}

/// A record with what is known of it.
macro_rules! kept {
    ($($(#[$meta:meta])* $name:ident = $mirror:ty, $core:path;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, uniffi::Record)]
        pub struct $name {
            /// The document.
            pub id: $crate::mirror::Id,
            /// The record.
            pub record: $mirror,
            /// What is known of it.
            pub about: $crate::mirror::state::About,
        }

        impl $crate::mirror::Show<$name> for qiaomen_core::replica::Kept<$core> {
            fn show(self) -> $name {
                let (record, about) = $crate::mirror::state::apart(self);
                $name { id: about.header.id.clone(), record: $crate::mirror::Show::show(record), about }
            }
        }
    )+};
}

pub(crate) use {choice, entries, kept, mirror, shown, words};
