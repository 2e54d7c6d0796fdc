// What is touched: never lower than a finger is thick, always with a name to be read aloud.
import SwiftUI

/// How much a button weighs.
enum Weight {
    /// The one thing that is to be done here.
    case main
    case lesser
    case plain
}

/// A button with words.
struct WordButton: View {
    private let text: String
    private let weight: Weight
    private let sign: Sign?
    private let label: String?
    private let wide: Bool
    private let does: @MainActor () -> Void
    @Environment(\.tones) private var tones
    @Environment(\.isEnabled) private var enabled

    init(
        _ text: String, _ weight: Weight = .main, _ sign: Sign? = nil, label: String? = nil, wide: Bool = true,
        does: @escaping @MainActor () -> Void
    ) {
        self.text = text
        self.weight = weight
        self.sign = sign
        self.label = label
        self.wide = wide
        self.does = does
    }

    private var tone: Tone {
        if !enabled { return tones.sunk }
        switch weight {
        case .main: return tones.accent
        case .lesser: return tones.accentSoft
        case .plain: return tones.card
        }
    }

    var body: some View {
        Button(action: does) {
            HStack(spacing: Gap.small) {
                if let sign { SignView(sign, enabled ? tone.accent : tone.soft) }
                Say(text, Letters.strong, enabled ? tone.accent : tone.soft, align: .center)
            }
            .padding(.horizontal, Gap.medium)
            .padding(.vertical, Gap.small)
            .frame(maxWidth: wide ? .infinity : nil, minHeight: weight == .main ? Extent.button : Extent.touch)
            .on(tone, corner: Corner.medium)
        }
        .buttonStyle(.plain)
        .accessibilityLabel(label ?? text)
    }
}

/// A button that is only an icon; its name is read aloud.
struct SignButton: View {
    private let sign: Sign
    private let label: String
    private let colour: Ink?
    private let does: @MainActor () -> Void
    @Environment(\.tone) private var tone

    init(_ sign: Sign, _ label: String, _ colour: Ink? = nil, does: @escaping @MainActor () -> Void) {
        self.sign = sign
        self.label = label
        self.colour = colour
        self.does = does
    }

    var body: some View {
        Button(action: does) {
            SignView(sign, colour ?? tone.accent)
                .frame(width: Extent.touch, height: Extent.touch)
                .contentShape(Rectangle())
        }
        .buttonStyle(.plain)
        .accessibilityLabel(label)
    }
}

/// A row that opens something: what, something beside it, and marks below.
struct OpenRow<Marks: View>: View {
    private let title: String
    private let text: String?
    private let aside: String?
    private let sign: Sign?
    private let label: String?
    private let marks: Marks
    private let does: @MainActor () -> Void
    @Environment(\.tone) private var tone

    init(
        _ title: String, text: String? = nil, aside: String? = nil, sign: Sign? = nil, label: String? = nil,
        does: @escaping @MainActor () -> Void, @ViewBuilder marks: () -> Marks
    ) {
        self.title = title
        self.text = text
        self.aside = aside
        self.sign = sign
        self.label = label
        self.does = does
        self.marks = marks()
    }

    var body: some View {
        Button(action: does) {
            HStack(spacing: Gap.medium) {
                if let sign { SignView(sign, tone.accent) }
                VStack(alignment: .leading, spacing: Gap.hair) {
                    Say(title, Letters.strong)
                    if let text, !text.isEmpty { Say(text) }
                    if let aside, !aside.isEmpty { Aside(aside) }
                    marks
                }
                .wide()
                SignView(.next, tone.soft, font: Letters.small)
            }
            .padding(.horizontal, Gap.large)
            .padding(.vertical, Gap.medium)
            .frame(minHeight: Extent.row)
            .contentShape(Rectangle())
        }
        .buttonStyle(.plain)
        .accessibilityElement(children: .combine)
        .accessibilityLabel(label ?? [title, text, aside].compactMap { $0 }.joined(separator: "，"))
        .accessibilityAddTraits(.isButton)
    }
}

extension OpenRow where Marks == EmptyView {
    init(
        _ title: String, text: String? = nil, aside: String? = nil, sign: Sign? = nil, label: String? = nil,
        does: @escaping @MainActor () -> Void
    ) {
        self.init(title, text: text, aside: aside, sign: sign, label: label, does: does) { EmptyView() }
    }
}
