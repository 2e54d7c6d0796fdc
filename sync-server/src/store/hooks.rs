//! What the store keeps of webhooks: plain data.
//!
//! Floor: store. Invariants: nothing here knows how it is kept; news is a kind and a count, never about whom; neither
//! an address nor a secret is shown by `Debug`.

use qiaomen_core::record::{PersonId, Time};

/// What a duty group is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NewsKind {
    /// Alerts that nobody has accepted in time.
    Waiting,
    /// Alerts that nobody could be reached for: somebody is to telephone now.
    Telephone,
    /// Alerts in an area that has no team.
    NoTeam,
}

impl NewsKind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Telephone, Self::NoTeam];

    /// The word that is stored and sent.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Telephone => "telephone",
            Self::NoTeam => "no_team",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// So many of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// Of what.
    pub kind: NewsKind,
    /// How many there are now.
    pub count: u64,
}

/// How a receiver wants its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookFormat {
    /// Our own, signed in a header.
    Json,
    /// A WeCom group robot's.
    Wecom,
    /// A DingTalk group robot's, signed in the address.
    Dingtalk,
}

impl HookFormat {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Json, Self::Wecom, Self::Dingtalk];

    /// The word that is stored and shown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
        }
    }

    /// The format of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// Where and how a receiver is told.
#[derive(Clone, PartialEq, Eq)]
pub struct HookTarget {
    /// What it is called here, in logs too.
    pub name: String,
    /// Its address, which may hold the key to it.
    pub url: String,
    /// How it wants its messages.
    pub format: HookFormat,
    /// What its messages are signed with.
    pub secret: Option<Vec<u8>>,
    /// The address that messages name, where alerts are seen to.
    pub link: Option<String>,
    /// How many messages it takes a minute.
    pub per_minute: u32,
}

impl std::fmt::Debug for HookTarget {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("HookTarget").field("name", &self.name).field("format", &self.format).finish_non_exhaustive()
    }
}

/// A webhook that is about to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewHook<'a> {
    /// Where and how it is told.
    pub target: &'a HookTarget,
    /// On whose behalf.
    pub person: PersonId,
    /// When.
    pub now: Time,
}

/// A webhook, and how it fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its number.
    pub number: u64,
    /// Where and how it is told.
    pub target: HookTarget,
    /// When it was added.
    pub created: Time,
    /// On whose behalf.
    pub created_by: PersonId,
    /// How many messages wait to be sent.
    pub waiting: u64,
    /// When it last took a message, of those that are remembered.
    pub sent: Option<Time>,
    /// When a message was last given up, of those that are remembered.
    pub failed: Option<Time>,
}

/// A message that was taken from the queue to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedNews {
    /// Its number, used once.
    pub number: u64,
    /// To whom.
    pub target: HookTarget,
    /// What is told.
    pub news: News,
    /// When it was put there.
    pub created: Time,
    /// How often it was tried, this time included.
    pub tries: u32,
}

/// What became of a message that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookEnd {
    /// The receiver took it.
    Sent(Time),
    /// It is to be tried again then.
    Again(Time),
    /// It was given up.
    GivenUp(Time),
}
