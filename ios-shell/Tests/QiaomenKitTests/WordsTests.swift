// The words of both languages: they agree, they are all there, and they are put together as people say things.
import Foundation
import QiaomenCore
import Testing

@testable import QiaomenKit

@Suite struct WordsTests {
    private let zh = Words(.zh)
    private let en = Words(.en)
    private let files = ["phone", "work", "screens", "shell", "iphone"]

    /// What is written in this package.
    private static let sources: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let all = ["Sources", "App"].flatMap {
            FileManager.default.enumerator(at: root.appendingPathComponent($0), includingPropertiesForKeys: nil)?
                .allObjects ?? []
        }
        return all.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
    }()

    @Test func bothLanguagesHaveTheSameWordsWithTheSamePlaces() {
        for file in files {
            let (chinese, english) = (Words.read("\(file).zh"), Words.read("\(file).en"))
            #expect(!chinese.isEmpty, "\(file)")
            // A single thing has words of its own in English alone.
            func whole(_ table: [String: String]) -> Set<String> {
                Set(table.keys.filter { !($0.hasSuffix(".one") && table[String($0.dropLast(4))] != nil) })
            }
            #expect(whole(chinese) == whole(english), "\(file)")
            for (key, text) in chinese {
                // A month's name is a number in Chinese.
                guard let other = english[key], !key.hasSuffix(".one"), key != "day.date", key != "day.year" else {
                    continue
                }
                #expect(places(text) == places(other), "\(key)")
            }
        }
    }

    private func places(_ text: String) -> Set<String> {
        Set(text.matches(of: /\{([a-zA-Z]+)\}/).map { String($0.output.1) })
    }

    @Test func everyWordThatIsAskedForIsThere() throws {
        let asked = WordsTests.sources.matches(of: /(?:words|self|count|word)\(\s*"([a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)+)"/)
            .map { String($0.output.1) }
        #expect(asked.count > 200)
        let missing = Set(asked).subtracting(zh.keys)
        #expect(missing.isEmpty, "\(missing.sorted())")
    }

    @Test func everyWordOfTheIPhonesOwnIsNamedSomewhere() {
        let own = zh.keys.filter { $0.hasPrefix("iphone.") }
        #expect(own.count > 10)
        let unused = own.filter { !WordsTests.sources.contains("\"\($0)\"") }
        #expect(unused.isEmpty, "\(unused.sorted())")
    }

    @Test func everyClosedWordThatCanBeChosenHasAName() {
        for group in Groups.all {
            for code in group.codes {
                #expect(zh.known("\(group.name).\(code)") != nil, "\(group.name).\(code)")
                #expect(en.known("\(group.name).\(code)") != nil, "\(group.name).\(code)")
            }
        }
    }

    @Test func everyErrorSaysWhatToDo() {
        let errors: [any Error] = [
            QiaomenError.Offline, QiaomenError.SignedOut, QiaomenError.Revoked, QiaomenError.StorageFull,
            QiaomenError.Invalid(field: "note", reason: .tooLong(bytes: 300)), QiaomenError.Incompatible,
            QiaomenError.DamagedStore, QiaomenError.KeyUnavailable, QiaomenError.Cancelled, QiaomenError.NotFound,
            QiaomenError.NotEnrolled, QiaomenError.RoleUnknown, QiaomenError.Refused(code: "code_used"),
            QiaomenError.Refused(code: "never_heard_of"), QiaomenError.Unexpected(what: "a test"),
            TownTrouble(description: "王芳 12000000001"),
        ]
        for error in errors {
            for words in [zh, en] {
                let said = words.error(error)
                #expect(said.count > 3 && !said.contains("{"), "\(said)")
                #expect(!said.contains("王芳"), "what an error says may hold anything")
            }
        }
        #expect(zh.error(errors[4]) == "“备注”太长，最多约 100 个字，请改正。")
        #expect(zh.error(errors[13]) == "服务器没有接受（never_heard_of）。请告诉管理员。")
    }

    @Test func timesAreToldInTheTownsZone() {
        let now: Int64 = 1_773_021_600_000  // 2026-03-09 10:00 in Shanghai
        let hour: Int64 = 3_600_000
        #expect(zh.moment(now, now) == "今天 10:00")
        #expect(en.moment(now, now) == "today 10:00")
        #expect(zh.moment(now + 14 * hour + hour / 2, now) == "明天 00:30")
        #expect(zh.moment(now - 11 * hour, now) == "昨天 23:00")
        #expect(zh.moment(now - 7 * 24 * hour, now) == "3月2日 10:00")
        #expect(en.moment(now - 7 * 24 * hour, now) == "2 March 10:00")
        #expect(zh.moment(now - 365 * 24 * hour, now) == "2025年3月9日 10:00")
        #expect(zh.weekday(now) == "3月9日 星期一")
        #expect(en.weekday(now) == "Mon 9 March")
        #expect(Words(.zh, zone: TimeZone(secondsFromGMT: 0)!).moment(now, now) == "今天 02:00")
        #expect(zh.startOfDay(now) == now - 10 * hour)
    }

    @Test func timeLeftAndTimeOver() {
        func of(_ days: Int64, _ hours: Int64, _ minutes: Int64) -> Int64 {
            ((days * 24 + hours) * 60 + minutes) * 60_000
        }
        #expect(zh.left(of(0, 2, 13)) == "还剩 2 小时 13 分")
        #expect(en.left(of(0, 2, 13)) == "2 h 13 min left")
        #expect(zh.left(-of(0, 3, 0)) == "已逾期 3 小时")
        #expect(en.left(-of(0, 1, 0)) == "1 h overdue")
        #expect(zh.left(of(1, 23, 59)) == "还剩 1 天 23 小时")
        #expect(zh.left(5_000) == "还剩 1 分")
        #expect(zh.ago(1_000_000, 1_030_000) == "刚刚")
        #expect(zh.ago(0, of(0, 0, 5)) == "5 分钟前")
        #expect(en.ago(0, of(0, 1, 59)) == "1 hour ago")
        #expect(zh.ago(0, of(12, 3, 0)) == "12 天前")
        // A clock that runs ahead of another makes nothing of the future.
        #expect(zh.ago(of(0, 1, 0), 0) == "刚刚")
    }

    @Test func addressesAsPeopleSayThem() {
        func address(
            _ building: String? = nil, _ unit: String? = nil, _ floor: Int64? = nil, _ room: String? = nil,
            group: String? = nil, number: String? = nil
        ) -> Address {
            Address(building: building, unit: unit, floor: floor, room: room, group: group, number: number)
        }
        #expect(zh.address(address("3", "2", 5, "501")) == "3号楼2单元501")
        #expect(en.address(address("3", "2", 5, "501")) == "building 3, unit 2, 501")
        #expect(zh.address(address(group: "5", number: "12")) == "五组12号")
        #expect(en.address(address(group: "5", number: "12")) == "group 5, no. 12")
        #expect(zh.address(address(group: "12组", number: "8")) == "十二组8号")
        #expect(zh.address(address("阳光花园3栋", "2", 5, "501")) == "阳光花园3栋2单元501")
        #expect(zh.address(address("3", nil, 5, "2")) == "3号楼5楼2")
        #expect(zh.address(address()) == "")
    }

    @Test func amountsOfMoney() {
        #expect(zh.yuan(300_000).contains("3,000"))
        #expect(zh.yuan(1_234_567_05).contains("1,234,567.05"))
        #expect(Money.fen("3 000元") == 300_000)
        #expect(Money.fen("１２.5万") == 12_500_000)
        #expect(Money.fen("0.05") == 5)
        #expect(Money.fen("0.005") == nil)
        #expect(Money.fen("三千") == nil)
        #expect(Money.fen("99999999999999") == nil)
    }

    @Test func whatANewerVersionWroteIsShownAsUnknown() {
        #expect(zh.word("level", "purple") == "未知（purple）")
        #expect(en.word("level", "extreme") == "Extreme")
        #expect(zh.field("residents.1.nickname") == "residents.1.nickname")
        #expect(zh.field("residents.01a21b03-f950-73b5-bca4-b292ebfc6cbe.telephones") == "电话")
    }

    @Test func peopleCountLikeThis() {
        let names = ["第十网格", "第二网格", "12号", "9号", "第十二网格"]
        #expect(names.sorted(by: Counted.before) == ["9号", "12号", "第二网格", "第十网格", "第十二网格"])
        #expect(Counted.numeral("一百零三") == 103)
        #expect(Counted.numeral("二〇") == 20)
    }
}
