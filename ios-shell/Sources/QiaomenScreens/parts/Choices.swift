// What is chosen or ticked: stacked and in sight, never behind a menu.
import QiaomenKit
import SwiftUI

/// Something that can be chosen.
struct Option: Identifiable, Equatable {
    var id: String
    var text: String
    var chosen: Bool
    var aside: String?

    init(_ choice: Choice) {
        id = choice.code
        text = choice.text
        chosen = choice.chosen
    }

    init(_ id: String, _ text: String, _ chosen: Bool, _ aside: String? = nil) {
        self.id = id
        self.text = text
        self.chosen = chosen
        self.aside = aside
    }
}

/// One row that is chosen or ticked.
private struct OptionRow: View {
    let option: Option
    let many: Bool
    let does: @MainActor () -> Void
    @Environment(\.tones) private var tones

    private var symbol: String {
        if many { return option.chosen ? "checkmark.square.fill" : "square" }
        return option.chosen ? "largecircle.fill.circle" : "circle"
    }

    var body: some View {
        let tone = option.chosen ? tones.accentSoft : tones.card
        Button(action: does) {
            HStack(spacing: Gap.medium) {
                Image(systemName: symbol)
                    .font(Letters.body)
                    .foregroundStyle((option.chosen ? tone.accent : tone.edge).colour)
                    .accessibilityHidden(true)
                VStack(alignment: .leading, spacing: 0) {
                    Say(option.text, option.chosen ? Letters.strong : Letters.body, tone.ink)
                    if let aside = option.aside, !aside.isEmpty { Say(aside, Letters.small, tone.soft) }
                }
                .wide()
            }
            .padding(.horizontal, Gap.medium)
            .padding(.vertical, Gap.small)
            .frame(minHeight: Extent.row)
            .on(tone, corner: Corner.medium, edged: true)
        }
        .buttonStyle(.plain)
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(option.chosen ? [.isButton, .isSelected] : .isButton)
    }
}

/// Choices below one another.
struct ChoiceStack: View {
    let options: [Option]
    var many = false
    let does: @MainActor (String) -> Void

    var body: some View {
        VStack(spacing: Gap.small) {
            ForEach(options) { option in OptionRow(option: option, many: many) { does(option.id) } }
        }
    }
}

/// Short choices, two in a row while letters leave room.
struct ChoiceGrid: View {
    let options: [Option]
    var many = false
    let does: @MainActor (String) -> Void
    @Environment(\.dynamicTypeSize) private var size

    var body: some View {
        // A long word in a narrow column would be broken.
        let narrow = size.isAccessibilitySize || options.contains { $0.text.unicodeScalars.count > 14 }
        let columns = Array(repeating: GridItem(.flexible(), spacing: Gap.small), count: narrow ? 1 : 2)
        LazyVGrid(columns: columns, spacing: Gap.small) {
            ForEach(options) { option in OptionRow(option: option, many: many) { does(option.id) } }
        }
    }
}

/// How choices are laid out: one of several or many, short or long.
enum Laid { case one, oneShort, many, manyLong }

/// A question with everything that can be answered; nothing where there is nothing to choose.
struct Ask: View {
    private let title: String
    private let options: [Option]
    private let laid: Laid
    private let error: String?
    private let aside: String?
    private let does: @MainActor (String) -> Void
    @Environment(\.tone) private var tone

    init(
        _ title: String, _ choices: [Choice], _ laid: Laid, _ error: String? = nil, aside: String? = nil,
        does: @escaping @MainActor (String) -> Void
    ) {
        self.title = title
        options = choices.map { Option($0) }
        self.laid = laid
        self.error = error
        self.aside = aside
        self.does = does
    }

    var body: some View {
        if !options.isEmpty {
            VStack(alignment: .leading, spacing: Gap.small) {
                SectionTitle(title, aside: aside)
                switch laid {
                case .one: ChoiceStack(options: options, does: does)
                case .oneShort: ChoiceGrid(options: options, does: does)
                case .many: ChoiceGrid(options: options, many: true, does: does)
                case .manyLong: ChoiceStack(options: options, many: true, does: does)
                }
                if let error { Remark(.warning, error, tone.urgent) }
            }
        }
    }
}

/// Two or three ways to look at something, side by side.
struct Segments: View {
    let options: [Option]
    let does: @MainActor (String) -> Void
    @Environment(\.tones) private var tones

    var body: some View {
        HStack(spacing: Gap.hair) {
            ForEach(options) { option in
                let tone = option.chosen ? tones.accent : tones.sunk
                Button(action: { does(option.id) }) {
                    Say(option.text, Letters.strong, tone.ink, align: .center)
                        .padding(.horizontal, Gap.small)
                        .frame(maxWidth: .infinity, minHeight: Extent.touch)
                        .on(tone, corner: Corner.small)
                }
                .buttonStyle(.plain)
                .accessibilityAddTraits(option.chosen ? [.isButton, .isSelected] : .isButton)
            }
        }
    }
}

/// Yes or no, as a switch.
struct SwitchRow: View {
    private let title: String
    private let yes: Bool
    private let aside: String?
    private let does: @MainActor (Bool) -> Void
    @Environment(\.tone) private var tone

    init(_ title: String, _ yes: Bool, aside: String? = nil, does: @escaping @MainActor (Bool) -> Void) {
        self.title = title
        self.yes = yes
        self.aside = aside
        self.does = does
    }

    var body: some View {
        Toggle(isOn: .of(yes, does)) {
            VStack(alignment: .leading, spacing: 0) {
                Say(title)
                if let aside, !aside.isEmpty { Aside(aside) }
            }
        }
        .tint(tone.accent.colour)
        .padding(.horizontal, Gap.large)
        .padding(.vertical, Gap.small)
        .frame(minHeight: Extent.row)
    }
}
