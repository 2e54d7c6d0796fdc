//! What an import says, in Chinese.
//!
//! Floor: console; pure. Invariants: the import itself speaks English, as the command line does; what has no row here is
//! shown as it is; nothing that stands in a file is in it.

use qiaomen_core::protocol::Code;

use crate::console::{Lang, Trouble, words};
use crate::import::{FileError, ImportError};

/// English as it stands, Chinese.
const REASONS: &[(&str, &str)] = &[
    ("must be given", "必须填写"),
    ("must be given; the village has not just one", "必须填写：这个村不止一个网格"),
    ("must be given; only a town or a county lies in nothing", "必须填写：只有镇和县可以没有上级"),
    ("must be given: county, town, village, courtyard, grid or building", "必须填写：县、镇、村、小区、网格或楼栋"),
    ("must be a county, or be left out, where the level is town or county", "级别是镇或县时，上级只能是县，或者不填"),
    ("lies in this very area; no area can lie in itself", "上级就是它自己，区域不能在自己里面"),
    ("must not contain a slash; it stands between an area and the one above", "不能有“/”，它用来隔开上下级区域"),
    (
        "names an area that is not known; import the areas first, or check the spelling",
        "没有这个区域：请先导入区域，或检查写法",
    ),
    ("fits several areas; write the one above it too, as village/grid", "有几个同名区域：请连上级一起写，如 村/网格"),
    (
        "lies where the person that --as names may not write; name somebody else, or leave the row out",
        "不在您可以写入的区域：请换人导入，或去掉这一行",
    ),
    ("lies where the person that --as names may not write", "不在您可以写入的区域"),
    ("is not a whole number; write digits only, such as 3", "不是整数：只写数字，如 3"),
    ("must be one of: yes, no", "只能填“是”或“否”"),
    ("is no telephone number; set the column to text and type it again", "不是电话号码：请把这一列设为文本后重新填写"),
    (
        "was cut by the spreadsheet (it is written with an E); set the column to text and type it again",
        "被表格软件截断成了科学计数：请把这一列设为文本后重新填写",
    ),
    (
        "was made a date by the spreadsheet; set the column to text and type it again, such as 3-2",
        "被表格软件变成了日期：请把这一列设为文本后重新填写，如 3-2",
    ),
    (
        "holds something else than digits, +, - and blanks; put remarks into the note, and a ; between two numbers",
        "电话里有数字以外的内容：说明请写进备注，两个号码之间用分号",
    ),
    (
        "is no mobile number: one has 11 digits; check what is missing or too much",
        "不是手机号：应为 11 位，请检查多了还是少了",
    ),
    ("is too short or too long for a telephone number", "电话号码太短或太长"),
    (
        "is not a time such as 2026-03-01 09:00, 2026年3月1日 9:00 or 2026-03-01T09:00:00+08:00",
        "不是时间：请写成 2026-03-01 09:00 或 2026年3月1日 9:00",
    ),
    ("is later than now; check the date, and the server's clock", "晚于现在：请检查日期"),
    ("is before reached_station", "早于到达派出所的时间"),
    ("holds a spreadsheet's error instead of a value; write the value", "是表格的错误值，请填写实际内容"),
    ("holds a control character; type the cell again", "有看不见的控制字符，请重新填写"),
    (
        "holds a line break beside cells of other columns; is a quotation mark left open?",
        "单元格里混进了其他列的内容：是不是有引号没有闭合？",
    ),
    ("is no name; it has no letters", "不是姓名"),
    ("is no ID number: one has 18 characters, or 15 digits in the old form", "不是身份证号：应为 18 位（旧证 15 位）"),
    ("is no ID number: its last character does not fit the others; check each of them", "身份证号校验不符，请逐位核对"),
    ("is no ID number: the date of birth in it does not exist", "身份证号里的出生日期不存在"),
    ("is no ID number", "不是身份证号"),
    (
        "is no year or date of birth; write four digits, such as 1950, or 1950-03-01",
        "不是出生年份或日期：请写 1950 或 1950-03-01",
    ),
    (
        "does not go with the ID number or the other date of birth; check both",
        "与身份证号或另一处出生日期不一致，请核对",
    ),
    ("an address must be given: building and room, or group and number", "必须有地址：楼栋和房号，或组和门牌号"),
    (
        "no row of this household gives its address: building and room, or group and number",
        "这一户没有一行写明地址：楼栋和房号，或组和门牌号",
    ),
    ("must be 1 to 64 bytes without blanks", "账号为 1 至 64 个字节，不能有空格"),
    ("must say where: role@area, such as grid_worker@village/grid", "请写明管哪里：角色@区域，如 网格员@村/网格"),
    ("holds another type than the field takes", "类型不对"),
    ("is outside its range", "超出允许范围"),
    ("is not one of the words that may stand here", "不是允许的取值"),
    ("is not written as it should be", "写法不对"),
    ("names something else", "与所指对象不一致"),
    ("the role of the person that --as names may not do this here; name somebody else", "您的角色不能在这里写入"),
    ("the person that --as names does not hold a role that may do this; name somebody else", "您没有可以写入的角色"),
    ("has been edited since", "之后有人改过"),
    ("has been visited, or something refers to it", "已有走访，或有别的记录指向它"),
    ("cannot be taken out; end it as its kind is ended", "不能撤回，只能按它自己的办法结束"),
];

/// English before and behind what varies, Chinese likewise.
const AROUND: &[(&str, &str, &str, &str)] = &[
    ("must be one of: ", "", "只能是：", ""),
    ("each must be one of: ", "; with ; between them", "每一项只能是：", "（用分号隔开）"),
    ("has a role that is not one of: ", "", "角色只能是：", ""),
    ("is taken by row ", "", "账号与第 ", " 行相同"),
    ("differs from row ", " of the same household", "与同一户的第 ", " 行不一致"),
    ("must be given where ", " is", "填了 ", " 就必须填写"),
    ("is longer than ", " bytes", "超过 ", " 字节"),
    ("has more than ", " entries", "超过 ", " 项"),
    ("is before ", "", "早于 ", ""),
    ("does not go with ", "", "与 ", " 不符"),
    (
        "has ",
        "; is a comma in a cell without quotation marks?",
        "列数与表头不符（",
        "）：是不是单元格里有逗号却没有引号？",
    ),
    ("not accepted: ", "", "服务器没有接受：", ""),
];

/// A reason in the reader's language.
pub(crate) fn reason(lang: Lang, english: &str) -> String {
    if lang == Lang::En {
        return english.to_owned();
    }
    if let Some((_, zh)) = REASONS.iter().find(|(en, _)| *en == english) {
        return (*zh).to_owned();
    }
    let around = AROUND.iter().find_map(|(before, behind, zh_before, zh_behind)| {
        let inside = english.strip_prefix(before)?.strip_suffix(behind)?;
        let inside = listed(lang, inside);
        Some(format!("{zh_before}{inside}{zh_behind}"))
    });
    around.unwrap_or_else(|| english.to_owned())
}

/// What varies, in the reader's language: columns of the file, or the words that may stand in one, which can be written
/// either way.
fn listed(lang: Lang, english: &str) -> String {
    let said = |one: &str| {
        let groups = ["column", "tag", "role", "door", "level", "area_level", "fraud"];
        let known = groups.iter().map(|group| words::word(lang, group, one)).find(|said| *said != one);
        known.map_or_else(|| one.to_owned(), |known| format!("{known}（{one}）"))
    };
    match english.contains(", ") {
        true => english.split(", ").map(said).collect::<Vec<_>>().join("、"),
        false => words::word(lang, "column", english).to_owned(),
    }
}

/// What to tell about a file or an import that failed.
pub(crate) fn trouble(error: ImportError) -> Trouble {
    let en = error.to_string();
    let about = |zh: String| Trouble { field: Some("file".to_owned()), ..Trouble::invalid(zh, en.clone()) };
    match error {
        ImportError::File(error) => match error {
            FileError::Encoding(line) => {
                about(format!("第 {line} 行不是 UTF-8 或 GB18030 编码：请另存为“CSV UTF-8”或 XLSX。"))
            }
            FileError::Empty => about("文件是空的：应有一行写明列名。".to_owned()),
            FileError::Heading(known) => {
                about(format!("没有一行写明列名；前 30 行里要有一行。认识的列：{}。", listed(Lang::Zh, &known)))
            }
            FileError::Column(row, missing, known) => about(format!(
                "第 {row} 行是列名，但缺少“{}”。认识的列：{}。",
                listed(Lang::Zh, &missing),
                listed(Lang::Zh, &known)
            )),
            FileError::Twice(row, column) => about(format!("第 {row} 行里“{column}”列出现两次，请改名或去掉一列。")),
            FileError::Open(line) => about(format!("第 {line} 行有一个引号没有闭合。")),
            FileError::Broken(line) => about(format!("第 {line} 行不是 CSV：请另存为“CSV UTF-8”或 XLSX。")),
            FileError::BrokenBook => about("工作簿无法读取：请用表格软件打开，另存为不带密码的 XLSX。".to_owned()),
            FileError::OldExcel => about("这是旧版 .xls，或者有密码：请另存为不带密码的 XLSX。".to_owned()),
            FileError::Io(_) => about("文件无法读取，请重新上传。".to_owned()),
        },
        ImportError::NotPermitted(_) => Trouble::new(
            Code::NotPermitted,
            "您的角色不能写入这类记录：住户和单位由网格里的人员或督导员导入，预警由民警或督导员导入。",
            "Your roles may not write records of this sort: households and units are imported by whoever works there, alerts by \
             the police or a supervisor.",
        ),
        ImportError::Choice(_) => Trouble::field("take", "选择的内容对不上，请重新核对。", en),
        ImportError::Stage(_) => Trouble::new(Code::Busy, "服务器没有空间处理这个文件，请稍后再试。", en),
        ImportError::Store(error) => error.into(),
        ImportError::Author(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_chinese_where_they_are_known() {
        assert_eq!(reason(Lang::Zh, "must be given"), "必须填写");
        assert_eq!(reason(Lang::Zh, "differs from row 12 of the same household"), "与同一户的第 12 行不一致");
        assert_eq!(reason(Lang::Zh, "must be given where telephone is"), "填了 电话 就必须填写");
        assert_eq!(reason(Lang::Zh, "is something quite new"), "is something quite new");
        assert_eq!(reason(Lang::En, "must be given"), "must be given");
    }

    #[test]
    fn no_reason_stands_twice() {
        for (at, (en, zh)) in REASONS.iter().enumerate() {
            assert!(!zh.is_empty() && !REASONS[at + 1..].iter().any(|(other, _)| other == en), "{en}");
        }
    }
}
