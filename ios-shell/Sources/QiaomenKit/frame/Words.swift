// The words of the interface: tables in ffi/words, filled in and put together as each language does.
//
// Invariants: pure once loaded, so that any thread may use it; a key without words is shown as the key and remembered in
// `missing`, which the tests look at; times are told in the town's zone.
import Foundation
import QiaomenCore

/// What a place in a text is filled with.
public typealias Word = any CustomStringConvertible & Sendable

/// The words of one language, for a town in `zone`.
public final class Words: Sendable {
    public let language: Language
    let zone: TimeZone
    private let table: [String: String]
    private let calendar: Calendar

    public init(_ language: Language, zone: TimeZone = Words.defaultZone) {
        self.language = language
        self.zone = zone
        table = Words.tables[language] ?? [:]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// The words under `key`, with the places `{name}` filled in; those that are not given are empty.
    public func callAsFunction(_ key: String, _ places: [String: Word] = [:]) -> String {
        guard let words = table[key] else {
            Words.missing.add(key)
            return key
        }
        return Words.fill(words, places)
    }

    /// The words for `count` things: those under `key.one` for a single one, where there are such; `{count}` is the number.
    public func count(_ key: String, _ count: Int, _ places: [String: Word] = [:]) -> String {
        let one = "\(key).one"
        return self(
            count == 1 && table[one] != nil ? one : key, places.merging(["count": count]) { given, _ in given })
    }

    /// The words under `key`; none where there are none.
    func known(_ key: String) -> String? { table[key] }

    /// What a closed word is called: that under `group.code`, else that it is not known here.
    public func word(_ group: String, _ code: String) -> String {
        known("\(group).\(code)") ?? self("word.unknown", ["word": code])
    }

    /// A choice of a closed word.
    func choice(_ group: String, _ code: String, _ chosen: Bool = false) -> Choice {
        Choice(code: code, text: word(group, code), chosen: chosen)
    }

    /// Several things in one line.
    public func list(_ parts: [String]) -> String { parts.joined(separator: self("list.separator")) }

    /// "18:30".
    func time(_ at: Int64) -> String {
        let parts = parts(at)
        return String(format: "%02d:%02d", parts.hour ?? 0, parts.minute ?? 0)
    }

    /// "Today", "yesterday", "9 March", with the year where it is another one.
    func day(_ at: Int64, _ now: Int64) -> String {
        switch days(from: now, to: at) {
        case -1: return self("day.yesterday")
        case 0: return self("day.today")
        case 1: return self("day.tomorrow")
        default: return date(at, withYear: parts(at).year != parts(now).year)
        }
    }

    /// "Today 18:30".
    func moment(_ at: Int64, _ now: Int64) -> String {
        self("moment", ["day": day(at, now), "time": time(at)])
    }

    /// The day with its weekday: "9 March, Monday".
    func weekday(_ now: Int64) -> String {
        // The calendar begins a week on Sunday, the tables on Monday.
        let number = ((parts(now).weekday ?? 1) + 5) % 7 + 1
        return self("day.week", ["day": date(now, withYear: false), "weekday": self("weekday.\(number)")])
    }

    /// "2 hours 13 minutes left", "3 hours over".
    func left(_ millis: Int64) -> String {
        self(millis < 0 ? "time.over" : "time.left", ["length": length(millis)])
    }

    /// "2 hours 13 minutes", "3 days 4 hours"; less than a minute counts as one.
    func length(_ millis: Int64) -> String {
        let minutes = max(Int(abs(millis) / 60_000), 1)
        switch minutes {
        case ..<60: return count("length.minutes", minutes)
        case ..<1440: return pair("length.hours", minutes / 60, "length.minutes", minutes % 60)
        default: return pair("length.days", minutes / 1440, "length.hours", minutes / 60 % 24)
        }
    }

    /// "Just now", "5 minutes ago", "3 days ago".
    func ago(_ at: Int64, _ now: Int64) -> String {
        let minutes = max(Int((now - at) / 60_000), 0)
        switch minutes {
        case ..<1: return self("ago.now")
        case ..<60: return count("ago.minutes", minutes)
        case ..<1440: return count("ago.hours", minutes / 60)
        default: return count("ago.days", minutes / 1440)
        }
    }

    /// "12.3 MB".
    func bytes(_ bytes: Int64) -> String {
        let units = ["B", "KB", "MB", "GB", "TB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit < 2 ? "\(Int(value)) \(units[unit])" : String(format: "%.1f ", value) + units[unit]
    }

    /// An address as people say it: 3号楼2单元501, 五组12号. Empty where nothing is known.
    func address(_ address: Address) -> String {
        func said(_ text: String?) -> String? {
            guard let text, text.contains(where: { !$0.isWhitespace }) else { return nil }
            return text
        }
        // Where a part already says what it is (阳光花园3栋), nothing is added to it.
        func part(_ key: String, _ value: String?) -> String? {
            guard let value = said(value) else { return nil }
            return Words.endsPlain(value) ? self(key, ["value": value]) : value
        }
        let room = said(address.room)
        // "501" says its floor; a room of one or two digits does not.
        let saysFloor = (room?.filter(\.isNumber).count ?? 0) >= 3
        let floor = saysFloor ? nil : address.floor.map(String.init)
        let parts = [
            said(address.group).map(group),
            part("address.building", address.building),
            part("address.unit", address.unit),
            floor.map { self("address.floor", ["value": $0]) },
            part("address.room", room),
            part("address.number", address.number),
        ]
        return parts.compactMap { $0 }.joined(separator: self("address.separator"))
    }

    /// A village group: its number is said with a Chinese numeral in Chinese.
    func group(_ group: String) -> String {
        guard let number = Int(group.hasSuffix("组") ? String(group.dropLast()) : group) else {
            let stays = language == .zh || group.last?.isASCII == true
            return stays ? group : self("address.group", ["value": group])
        }
        if language == .zh, (1...99).contains(number) {
            return self("address.group", ["value": Words.numeral(number)])
        }
        return self("address.group", ["value": number])
    }

    /// Whole local days from one moment to another.
    func days(from: Int64, to: Int64) -> Int {
        let (start, end) = (calendar.startOfDay(for: date(from)), calendar.startOfDay(for: date(to)))
        return calendar.dateComponents([.day], from: start, to: end).day ?? 0
    }

    /// The first instant of the local day that `at` lies in.
    func startOfDay(_ at: Int64) -> Int64 {
        Int64(calendar.startOfDay(for: date(at)).timeIntervalSince1970 * 1000)
    }

    /// The year of a moment.
    func year(_ at: Int64) -> Int { parts(at).year ?? 0 }

    private func date(_ at: Int64) -> Date { Date(timeIntervalSince1970: Double(at) / 1000) }

    private func parts(_ at: Int64) -> DateComponents {
        calendar.dateComponents([.year, .month, .day, .hour, .minute, .weekday], from: date(at))
    }

    private func date(_ at: Int64, withYear: Bool) -> String {
        let parts = parts(at)
        let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
        return self(
            withYear ? "day.year" : "day.date",
            ["year": year, "month": month, "monthName": self("month.\(month)"), "day": day]
        )
    }

    private func pair(_ larger: String, _ count: Int, _ smaller: String, _ rest: Int) -> String {
        if rest == 0 { return self.count(larger, count) }
        return self("length.pair", ["larger": self.count(larger, count), "smaller": self.count(smaller, rest)])
    }

    /// Every key there is, for tests.
    var keys: Set<String> { Set(table.keys) }

    /// Until the phone knows its town's.
    public static let defaultZone = TimeZone(identifier: "Asia/Shanghai") ?? TimeZone(secondsFromGMT: 8 * 3600)!

    /// Keys that were asked for and have no words.
    static let missing = Missing()

    private static let tables: [Language: [String: String]] = [.zh: whole(.zh), .en: whole(.en)]

    private static func whole(_ language: Language) -> [String: String] {
        ["phone", "work", "screens", "shell", "iphone"].reduce(into: [:]) { all, file in
            all.merge(read("\(file).\(language.rawValue)")) { _, later in later }
        }
    }

    /// One file of the tables, which the build puts among the resources.
    static func read(_ name: String) -> [String: String] {
        guard let file = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "words"),
            let text = try? Data(contentsOf: file)
        else { return [:] }
        return (try? JSONDecoder().decode([String: String].self, from: text)) ?? [:]
    }

    /// Puts what is given into the places of a text.
    private static func fill(_ text: String, _ places: [String: Word]) -> String {
        guard text.contains("{") else { return text }
        var done = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            done += rest[..<open]
            done += places[String(rest[rest.index(after: open)..<close])]?.description ?? ""
            rest = rest[rest.index(after: close)...]
        }
        return done + rest
    }

    private static func endsPlain(_ text: String) -> Bool {
        guard let last = text.last, last.isASCII else { return false }
        return last.isLetter || last.isNumber
    }

    private static func numeral(_ number: Int) -> String {
        let digits = Array("零一二三四五六七八九").map(String.init)
        let (tens, ones) = (number / 10, number % 10)
        let high =
            switch tens {
            case 0: ""
            case 1: "十"
            default: digits[tens] + "十"
            }
        return ones == 0 ? high : high + digits[ones]
    }
}

/// Keys without words.
final class Missing: @unchecked Sendable {
    private let lock = NSLock()
    private var found: Set<String> = []

    func add(_ key: String) { _ = lock.withLock { found.insert(key) } }
    var keys: Set<String> { lock.withLock { found } }
}
