// Small marks: the level of an alert, the time left, how far a record has come. Each says in words what its colour says.
import QiaomenKit
import SwiftUI

/// A few words on a ground of their own.
struct Chip: View {
    private let text: String
    private let given: Tone?
    private let sign: Sign?
    @Environment(\.tones) private var tones

    init(_ text: String, _ tone: Tone? = nil, _ sign: Sign? = nil) {
        self.text = text
        given = tone
        self.sign = sign
    }

    var body: some View {
        let tone = given ?? tones.sunk
        HStack(spacing: Gap.hair) {
            if let sign { SignView(sign, tone.ink, font: Letters.small) }
            Say(text, Letters.smallStrong, tone.ink)
        }
        .padding(.horizontal, Gap.small)
        .padding(.vertical, 3)
        .on(tone, corner: Corner.small)
    }
}

/// The level of an alert.
struct LevelChip: View {
    let level: String
    let text: String
    @Environment(\.tones) private var tones

    var body: some View { Chip(text, tones.level(level), level == "extreme" ? .warning : nil) }
}

/// How much time is left, or by how much it is overdue.
struct LeftChip: View {
    let text: String
    let overdue: Bool
    let soon: Bool
    @Environment(\.tones) private var tones

    var body: some View { Chip(text, overdue ? tones.urgent : soon ? tones.soonSoft : tones.accentSoft, .clock) }
}

/// How far a record has come.
struct MarkChip: View {
    let mark: Mark
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        let text = words.word("mark", mark.rawValue)
        switch mark {
        case .draft: Chip(text, tones.sunk, .pencil)
        case .waiting: Chip(text, tones.soonSoft, .waiting)
        case .held: Chip(text, tones.soonSoft, .pause)
        case .refused: Chip(text, tones.urgentSoft, .refused)
        case .sent: Chip(text, tones.accentSoft, .tick)
        }
    }
}

/// Things in a row that go on in the next one.
struct Flow: Layout {
    var gap = Gap.small

    func sizeThatFits(proposal: ProposedViewSize, subviews: Subviews, cache: inout ()) -> CGSize {
        let rows = lay(subviews, proposal.width ?? .infinity)
        let width = rows.map(\.width).max() ?? 0
        let height = rows.reduce(0) { $0 + $1.height } + Double(max(rows.count - 1, 0)) * Gap.hair
        return CGSize(width: proposal.width ?? width, height: height)
    }

    func placeSubviews(in bounds: CGRect, proposal: ProposedViewSize, subviews: Subviews, cache: inout ()) {
        var y = bounds.minY
        for row in lay(subviews, bounds.width) {
            var x = bounds.minX
            for (index, size) in row.items {
                subviews[index].place(
                    at: CGPoint(x: x, y: y + (row.height - size.height) / 2), anchor: .topLeading,
                    proposal: ProposedViewSize(size))
                x += size.width + gap
            }
            y += row.height + Gap.hair
        }
    }

    private struct Row {
        var items: [(index: Int, size: CGSize)] = []
        var width = 0.0
        var height = 0.0
    }

    private func lay(_ subviews: Subviews, _ room: Double) -> [Row] {
        var rows: [Row] = []
        for index in subviews.indices {
            // What is longer than a line goes on in the next one.
            let size = subviews[index].sizeThatFits(
                ProposedViewSize(width: room.isFinite ? room : nil, height: nil))
            if let last = rows.last, last.width + gap + size.width <= room {
                rows[rows.count - 1].items.append((index, size))
                rows[rows.count - 1].width += gap + size.width
                rows[rows.count - 1].height = max(last.height, size.height)
            } else {
                rows.append(Row(items: [(index, size)], width: size.width, height: size.height))
            }
        }
        return rows
    }
}
