//! What fields of forms and records are called in Chinese, where an error names one.
//!
//! Floor: console; pure. Invariant: a field that has no name here is called what it is called in the API, never left out.

use super::{Lang, words};

/// Fields of forms that no record has, and of records that no page names.
const FORMS: &[(&str, &str)] = &[
    ("alert", "预警"),
    ("again", "仍要新增"),
    ("assignment", "任职"),
    ("blocks", "规则内容"),
    ("change", "要采用的值"),
    ("choice", "选择"),
    ("code", "动态码"),
    ("count", "数量"),
    ("current", "现在的密码"),
    ("decision", "决定"),
    ("device", "手机"),
    ("doors", "住户"),
    ("draw", "抽样"),
    ("file", "文件"),
    ("format", "格式"),
    ("from", "开始日期"),
    ("gone", "并入的住户"),
    ("heads", "所看的版本"),
    ("judgement", "审核意见"),
    ("keep", "保留的住户"),
    ("label", "名称"),
    ("ledger", "台账"),
    ("name", "名称"),
    ("new", "新密码"),
    ("noun", "表格内容"),
    ("number", "编号"),
    ("offer", "交接"),
    ("other", "另一条预警"),
    ("parent", "上级"),
    ("password", "密码"),
    ("path", "字段"),
    ("phase", "阶段"),
    ("plan", "调整方案"),
    ("question", "问题"),
    ("record", "记录"),
    ("roles", "角色"),
    ("rules", "规则"),
    ("secret", "密钥"),
    ("seed", "种子"),
    ("seen", "已看过的内容"),
    ("table", "表格"),
    ("take", "要采用的项"),
    ("text", "内容"),
    ("ticket", "上传的表格"),
    ("to", "对象"),
    ("url", "地址"),
    ("what", "名单"),
    ("who", "人员"),
    // Fields of records that no page names.
    ("assignments", "任职"),
    ("dissuasion", "劝阻记录"),
    ("photos", "照片"),
    ("photos_with", "拍照设备"),
    ("photos_kept_at", "照片存放处"),
    ("places", "地点"),
    ("playbook", "规则版本"),
    ("clearance", "解除记录"),
    ("of", "所属记录"),
    ("sent", "转账时间"),
    ("into_other", "并入方向"),
    ("first", "首接人"),
    ("deputy_minutes", "转副手的分钟数"),
    ("head_minutes", "转负责人的分钟数"),
    ("telephone_minutes", "电话联系的分钟数"),
    ("cancelled", "已取消"),
    ("fraud", "诈骗类型"),
    ("language", "语言"),
    ("retired", "已停用"),
    ("withdrawn", "已撤下"),
    ("answered", "已回答"),
    ("answer", "回答"),
    ("campaign", "行动名称"),
    ("subject", "对象"),
    ("field", "字段"),
    ("moved_from", "原网格"),
    ("filled", "补全的内容"),
    ("population", "总体"),
    ("population_hash", "总体的校验值"),
    ("chosen", "抽中的预警"),
];

/// What a field is called; the last part of its path, where the whole has no name.
pub(crate) fn called(path: &str) -> &str {
    let named = |name: &str| -> Option<&'static str> {
        let row = FORMS.iter().find(|(field, _)| *field == name).map(|(_, zh)| *zh);
        row.or_else(|| words::known(Lang::Zh, "field", name)).or_else(|| words::known(Lang::Zh, "column", name))
    };
    let last = || path.rsplit(['.', '/']).next().unwrap_or(path);
    words::known(Lang::Zh, "field", path).or_else(|| named(path)).or_else(|| named(last())).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use qiaomen_core::record::Kind;

    use super::*;

    #[test]
    fn every_field_of_a_record_has_a_chinese_name() {
        let foreign = |name: &str| !name.chars().any(|letter| letter > '\u{2e80}');
        let all = Kind::KNOWN.iter().flat_map(|kind| kind.fields().iter().map(move |spec| (kind, spec.key)));
        let without: Vec<_> = all.filter(|(_, key)| foreign(called(key))).collect();
        assert!(without.is_empty(), "{without:?}");
        assert_eq!(called("residents.birth_year"), called("birth_year"));
    }
}
