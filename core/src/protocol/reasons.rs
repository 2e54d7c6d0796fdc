//! Why something was refused or is held, for people.
//!
//! Floor: protocol. Invariants: one table; every code of `docs/architecture.md` has a row; all `gate_…` codes
//! share one.

/// A reason for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code; one that ends in `_` stands for all that begin with it.
    pub code: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

const fn row(code: &'static str, zh: &'static str, en: &'static str) -> Reason {
    Reason { code, zh, en }
}

/// Every reason.
pub const REASONS: &[Reason] = &[
    row(
        "gate_",
        "记录格式有误，服务器无法接收。请导出后交给管理员。",
        "The record is damaged in a way that no replica can take. Export it and hand it to the administrator.",
    ),
    row("not_permitted", "您的角色不能在这里新增或修改这类记录。", "Your role may not write this kind of record here."),
    row("field_not_covered", "这条记录的这个字段不允许修改。", "This field of the record may not be changed."),
    row(
        "role_not_held",
        "您在该区域没有所填写的角色。",
        "You do not hold the role this was written in where it counts.",
    ),
    row(
        "unknown_kind",
        "服务器不认识这种记录，可能需要升级服务器。",
        "The server does not know this kind of record; it may need an update.",
    ),
    row(
        "invalid",
        "记录内容有误，请改正标出的字段后重新发送。",
        "The record does not hold together. Correct the field named and send it again.",
    ),
    row("author_mismatch", "记录的作者与登录的人不一致。", "The record names another author than the one signed in."),
    row(
        "id_mismatch",
        "记录编号不一致。请导出后交给管理员。",
        "The record names another identifier than it was sent under. Export it and hand it to the administrator.",
    ),
    row(
        "subject_mismatch",
        "记录所指的住户或预警不是同类对象。",
        "What the record is about is not of the kind it should be.",
    ),
    row("scope_mismatch", "记录的归属区域与其对象不符。", "The record is filed elsewhere than what it is about."),
    row("already_exists", "服务器上已有同一编号的记录。", "The server has a record under this identifier already."),
    row("unknown_document", "服务器上没有这条被修改的记录。", "The server does not have the record that was changed."),
    row(
        "actor_foreign",
        "这条记录的写入标识属于另一台设备。请重新发送。",
        "The record was written under another device's mark. Send it again.",
    ),
    row(
        "actor_reused",
        "写入标识重复，可能恢复过旧备份。请重新发送。",
        "The record's mark was used before, perhaps because an old backup was restored. Send it again.",
    ),
    row(
        "epoch_mismatch",
        "这条记录已被重新整理，请核对后重新填写。",
        "The record has been begun anew since. Check it and write the change again.",
    ),
    row(
        "moved_on",
        "这条记录在您查看之后又有改动，请重新查看后再审核。",
        "The record has changed since you looked at it. Look at it again and review what stands there now.",
    ),
    row(
        "approved",
        "这条记录已审核通过，修改等待审核人决定。",
        "The record was approved; its reviewer decides about the change.",
    ),
    row("declined", "督导员未批准这项修改。", "A supervisor declined the change."),
    row(
        "too_many_held",
        "等待处理的记录太多，请先等待督导员处理后再发送。",
        "Too many of your changes await a decision. Send this again when some have been decided.",
    ),
    row(
        "depends_on_refused",
        "它所依据的记录被拒绝，需要重新填写。",
        "It followed a change that was refused, and has to be written again.",
    ),
    row(
        "waits_for_subject",
        "等待它所涉及的住户或预警到达服务器。",
        "It waits until the server knows the door or alert it is about.",
    ),
    row(
        "waits_for_dependency",
        "等待它所依据的修改恢复到服务器。",
        "It waits until the server has the changes it follows again.",
    ),
    row(
        "needs_decision",
        "您已不再负责该区域，这项修改等待督导员决定。",
        "You hold this area no longer; a supervisor will decide about the change.",
    ),
    row("depends_on_held", "它所依据的修改还在等待处理。", "It follows a change that still waits."),
];

const OTHER: Reason = row("", "服务器没有接受这条记录。", "The server did not take the record.");

/// The reason of `code`, for people.
#[must_use]
pub fn reason(code: &str) -> Reason {
    let fits = |reason: &&Reason| reason.code == code || (reason.code.ends_with('_') && code.starts_with(reason.code));
    REASONS.iter().find(fits).copied().unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_description_has_a_reason() {
        let description = include_str!("../../../docs/architecture.md");
        let start = description.find("\nHeld: `").unwrap();
        let end = description[start..].find("**Refusal on the phone.**").unwrap();
        let mut codes = 0;
        for code in description[start..start + end].split('`').skip(1).step_by(2) {
            let code = code.trim_end_matches('…');
            assert_ne!(reason(code), OTHER, "{code}");
            codes += 1;
        }
        assert!(codes > 15);
        assert_eq!(reason("gate_anything").code, "gate_");
        assert_eq!(reason("never heard of"), OTHER);
    }
}
