// Names in the order in which people count: 第二网格 before 第十网格, 9号 before 12号.
//
// Invariant: pure; a total order, so that what is equal for people still has its place.

enum Counted {
    /// Whether `one` comes before `other`, with the numbers in them as numbers, however they are written.
    static func before(_ one: String, _ other: String) -> Bool {
        let (first, second) = (pieces(one), pieces(other))
        if let (a, b) = zip(first, second).first(where: { $0 != $1 }) { return a.isBefore(b) }
        return first.count == second.count ? one < other : first.count < second.count
    }

    private enum Piece: Equatable {
        case number(Int64)
        case text(String)

        func isBefore(_ other: Piece) -> Bool {
            switch (self, other) {
            case (.number(let a), .number(let b)): a < b
            case (.number, .text): true
            case (.text, .number): false
            case (.text(let a), .text(let b)): a < b
            }
        }
    }

    private enum Sort { case figure, numeral, other }

    private static func sort(_ letter: Character) -> Sort {
        if letter.isASCII, letter.isNumber { return .figure }
        return "〇零一二三四五六七八九十百".contains(letter) ? .numeral : .other
    }

    private static func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let first = rest.first {
            let kind = sort(first)
            var run = rest.prefix { sort($0) == kind }
            // As many figures as a number holds.
            if kind == .figure { run = run.prefix(15) }
            rest = rest.dropFirst(run.count)
            let piece = String(run)
            let number = kind == .figure ? Int64(piece) : kind == .numeral ? numeral(piece) : nil
            pieces.append(number.map(Piece.number) ?? .text(piece))
        }
        return pieces
    }

    /// The number that a Chinese numeral says, up to 999; none where it says none.
    static func numeral(_ text: String) -> Int64? {
        func digit(_ letter: Character) -> Int64? {
            if letter == "〇" { return 0 }
            return "零一二三四五六七八九".firstIndex(of: letter).map {
                Int64("零一二三四五六七八九".distance(from: "零一二三四五六七八九".startIndex, to: $0))
            }
        }
        if text.isEmpty { return nil }
        if !text.contains(where: { $0 == "十" || $0 == "百" }) {
            let digits = text.compactMap(digit)
            return digits.count == text.count ? Int64(digits.map(String.init).joined()) : nil
        }
        var whole: Int64 = 0
        var open: Int64 = -1
        for letter in text {
            if letter == "百" {
                whole += (open < 0 ? 1 : open) * 100
                open = -1
            } else if letter == "十" {
                whole += (open < 1 ? 1 : open) * 10
                open = -1
            } else if let value = digit(letter) {
                open = value
            } else {
                return nil
            }
        }
        return whole + max(open, 0)
    }
}
