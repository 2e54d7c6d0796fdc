// Text as it is typed.

extension String {
    /// Without what is blank at either end.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// Without what is blank at either end; none where nothing is left.
    var orNone: String? {
        let text = trimmed
        return text.isEmpty ? nil : text
    }

    /// Whether nothing can be seen of it.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// Its figures alone.
    var digits: String { filter { $0.isASCII && $0.isNumber } }
}

extension Array where Element: Equatable {
    /// Each once, in the order they came.
    var unique: [Element] {
        reduce(into: []) { found, one in if !found.contains(one) { found.append(one) } }
    }

    /// With `one`, once.
    func adding(_ one: Element) -> [Element] { contains(one) ? self : self + [one] }

    /// Ticks what was not ticked, and the other way round.
    func toggled(_ one: Element) -> [Element] { contains(one) ? filter { $0 != one } : self + [one] }
}
