//! Why something could not be shown or done, in both languages.
//!
//! Floor: console. Invariant: no internals, and nothing a person wrote, stand in one.

use qiaomen_core::protocol::{Code, Refusal, Verdict};
use qiaomen_core::record::Invalid;

use crate::accept::AcceptError;
use crate::amend::AmendError;
use crate::author::AuthorError;
use crate::intake::IntakeError;
use crate::report::reviews::Unseen;
use crate::store::StoreError;

/// Why not.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// The stable code.
    pub(crate) code: Code,
    /// What to do about it, in Chinese.
    pub(crate) zh: String,
    /// In English.
    pub(crate) en: String,
    /// The field that is wrong.
    pub(crate) field: Option<String>,
}

impl Trouble {
    pub(crate) fn new(code: Code, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, zh: zh.into(), en: en.into(), field: None }
    }

    /// A field that is wrong.
    pub(crate) fn field(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(Code::Invalid, zh, en) }
    }

    /// Something that does not hold together.
    pub(crate) fn invalid(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Code::Invalid, zh, en)
    }

    /// There is no such thing, or not for whoever asks.
    pub(crate) fn not_found() -> Self {
        Self::new(
            Code::NotFound,
            "没有这条记录，或者您不能查看它。",
            "There is no such record, or it is not yours to see.",
        )
    }

    /// Whoever asks may not.
    pub(crate) fn forbidden() -> Self {
        Self::new(
            Code::NotPermitted,
            "您的角色或管辖范围不允许这样做。",
            "Your roles, or the areas you hold them in, do not let you do this.",
        )
    }

    /// Somebody was there before.
    pub(crate) fn moved_on() -> Self {
        Self::new(
            Code::MovedOn,
            "这条记录在您查看之后有了变化，请重新查看后再操作。",
            "This record has changed since you looked. Look again, then decide.",
        )
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        AcceptError::from(error).into()
    }
}

impl From<Unseen> for Trouble {
    fn from(unseen: Unseen) -> Self {
        match unseen {
            Unseen::Unknown => Self::not_found(),
            Unseen::Elsewhere => Self::forbidden(),
            Unseen::Store(error) => error.into(),
        }
    }
}

impl From<AcceptError> for Trouble {
    fn from(error: AcceptError) -> Self {
        match error.code() {
            Code::Busy => Self::new(Code::Busy, "服务器正忙，请稍后再试。", "The server is busy. Try again shortly."),
            code => {
                tracing::error!(%error, "the console could not do its work");
                Self::new(
                    code,
                    "服务器内部出错，已记录。",
                    "Something went wrong inside the server. It has been logged.",
                )
            }
        }
    }
}

impl From<Invalid> for Trouble {
    fn from(invalid: Invalid) -> Self {
        let en = invalid.to_string();
        let zh = super::words::reason_zh(&invalid);
        Self { field: Some(invalid.field.to_string()), ..Self::new(Code::Invalid, zh, en) }
    }
}

impl From<AuthorError> for Trouble {
    fn from(error: AuthorError) -> Self {
        match error {
            AuthorError::Unknown => Self::not_found(),
            AuthorError::Accept(error) => error.into(),
            AuthorError::Store(error) => error.into(),
            AuthorError::Document(error) => Self::new(
                Code::Invalid,
                format!("内容不符合要求（{error}）。"),
                format!("What was written does not hold together: {error}."),
            ),
            #[allow(unreachable_patterns, reason = "the enumeration may grow")]
            _ => Self::new(Code::Unexpected, "服务器内部出错，已记录。", "Something went wrong inside the server."),
        }
    }
}

impl From<IntakeError> for Trouble {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Store(error) => error.into(),
            IntakeError::Invalid(invalid) => invalid.into(),
            IntakeError::Denied(_) => Self::forbidden(),
            IntakeError::Unknown => Self::not_found(),
        }
    }
}

impl From<AmendError> for Trouble {
    fn from(error: AmendError) -> Self {
        match error {
            AmendError::NotPermitted => Self::forbidden(),
            AmendError::Unknown => Self::not_found(),
            AmendError::MovedOn => Self::moved_on(),
            AmendError::NoDoor => Self::new(
                Code::MovedOn,
                "这一户已被合并，或已标记为不存在。",
                "This door was merged already, or does not exist.",
            ),
            AmendError::Later => Self::new(
                Code::MovedOn,
                "保留的那一户后来又被合并了，请先撤销那一次合并。",
                "The door that was kept has been merged itself since. Undo that merge first.",
            ),
            AmendError::Invalid(invalid) => invalid.into(),
            AmendError::Refused(code) => (&Verdict::Refused(Refusal::new(&code))).into(),
            AmendError::Author(error) => error.into(),
            AmendError::Store(error) => error.into(),
        }
    }
}

impl From<&Verdict> for Trouble {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Refused(refusal) if refusal.code == "moved_on" => Self::moved_on(),
            Verdict::Refused(refusal) => Self::new(
                Code::NotPermitted,
                format!("服务器没有接受：{}。", super::words::refusal_zh(refusal)),
                format!("The server did not take it: {}.", super::words::refusal_en(refusal)),
            ),
            _ => Self::new(
                Code::MovedOn,
                "这次改动要等另一个决定之后才能生效。",
                "This change waits for another decision before it counts.",
            ),
        }
    }
}
