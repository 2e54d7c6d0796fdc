// Where something is typed: the name above, the complaint below.
import QiaomenKit
import SwiftUI

/// Which keys are wanted.
enum Keys { case text, number, decimal, telephone, address, code, search }

/// A field.
struct Field: View {
    private let label: String
    private let text: String
    private let help: String?
    private let error: String?
    private let lines: Int
    private let keys: Keys
    private let example: String
    private let does: @MainActor (String) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.tone) private var tone

    init(
        _ label: String, _ text: String, help: String? = nil, error: String? = nil, lines: Int = 1,
        keys: Keys = .text, example: String = "", does: @escaping @MainActor (String) -> Void
    ) {
        self.label = label
        self.text = text
        self.help = help
        self.error = error
        self.lines = lines
        self.keys = keys
        self.example = example
        self.does = does
    }

    var body: some View {
        let card = tones.card
        VStack(alignment: .leading, spacing: Gap.hair) {
            Say(label, Letters.smallStrong, tone.soft).accessibilityHidden(true)
            TextField(
                example, text: .of(text, does), axis: lines > 1 ? .vertical : .horizontal
            )
            .lineLimit(lines > 1 ? lines...12 : 1...1)
            .font(Letters.body)
            .foregroundStyle(card.ink.colour)
            .keys(keys)
            .padding(Gap.medium)
            .frame(minHeight: Extent.row)
            .background(card.ground.colour)
            .clipShape(RoundedRectangle(cornerRadius: Corner.medium))
            .overlay {
                RoundedRectangle(cornerRadius: Corner.medium)
                    .stroke((error == nil ? card.edge : card.urgent).colour, lineWidth: error == nil ? 1 : 2)
            }
            .accessibilityLabel(label)
            .accessibilityHint(error ?? help ?? "")
            if let error {
                Remark(.warning, error, tone.urgent)
            } else if let help {
                Aside(help)
            }
        }
    }
}

extension View {
    /// The keyboard that fits.
    @ViewBuilder func keys(_ keys: Keys) -> some View {
        #if os(macOS)
            self
        #else
            switch keys {
            case .text: self
            case .number: keyboardType(.numberPad)
            case .decimal: keyboardType(.decimalPad)
            case .telephone: keyboardType(.phonePad)
            case .address: keyboardType(.URL).textInputAutocapitalization(.never).autocorrectionDisabled()
            case .code: keyboardType(.asciiCapable).textInputAutocapitalization(.characters).autocorrectionDisabled()
            case .search: textInputAutocapitalization(.never).autocorrectionDisabled()
            }
        #endif
    }
}

/// A text in which numbers that should not be there are told and can be masked.
struct SensitiveField: View {
    let label: String
    let text: String
    let spans: [SensitiveSpan]
    var error: String?
    let mask: @MainActor () -> Void
    let does: @MainActor (String) -> Void
    @Environment(\.tone) private var tone
    @Environment(\.words) private var words

    var body: some View {
        VStack(alignment: .leading, spacing: Gap.small) {
            Field(label, text, error: error, lines: 3, does: does)
            if !spans.isEmpty {
                Remark(.warning, words("screen.sensitive", ["found": words.list(spans.map(\.text))]), tone.soon)
                WordButton(words("screen.mask"), .lesser, .locked, does: mask)
            }
        }
    }
}

extension [FieldError] {
    /// What is wrong with a field; none where nothing is.
    func of(_ field: String) -> String? { first { $0.field == field }?.text }
}
