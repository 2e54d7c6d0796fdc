// Text in the letters and colours of the present look. Nothing is ever cut off: what is long goes on in the next line.
import SwiftUI

/// Text.
struct Say: View {
    private let text: String
    private let font: Font
    private let colour: Ink?
    private let align: TextAlignment
    @Environment(\.tone) private var tone

    init(_ text: String, _ font: Font = Letters.body, _ colour: Ink? = nil, align: TextAlignment = .leading) {
        self.text = text
        self.font = font
        self.colour = colour
        self.align = align
    }

    var body: some View {
        Text(verbatim: text)
            .font(font)
            .foregroundStyle((colour ?? tone.ink).colour)
            .multilineTextAlignment(align)
            .fixedSize(horizontal: false, vertical: true)
    }
}

/// What accompanies: smaller and softer.
struct Aside: View {
    private let text: String
    @Environment(\.tone) private var tone

    init(_ text: String) { self.text = text }

    var body: some View { Say(text, Letters.small, tone.soft) }
}

/// Long text that is read aloud or signed.
struct Reading: View {
    private let text: String

    init(_ text: String) { self.text = text }

    var body: some View { Say(text).lineSpacing(6).wide() }
}

/// The name of a group, with something small at its end.
struct SectionTitle: View {
    private let text: String
    private let aside: String?

    init(_ text: String, aside: String? = nil) {
        self.text = text
        self.aside = aside
    }

    var body: some View {
        HStack(alignment: .lastTextBaseline, spacing: Gap.small) {
            Say(text, Letters.strong).wide()
            if let aside { Aside(aside) }
        }
        .padding(.top, Gap.small)
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(.isHeader)
    }
}

/// What something is, and what it says: side by side while there is room.
struct KeyValue: View {
    private let label: String
    private let value: String
    @Environment(\.tone) private var tone
    @Environment(\.dynamicTypeSize) private var size

    init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
    }

    var body: some View {
        Group {
            if size.isAccessibilitySize {
                VStack(alignment: .leading, spacing: 0) {
                    Aside(label)
                    Say(value)
                }
                .wide()
            } else {
                HStack(alignment: .firstTextBaseline, spacing: Gap.medium) {
                    Say(label, Letters.body, tone.soft).frame(width: 112, alignment: .leading)
                    Say(value).wide()
                }
            }
        }
        .padding(.vertical, Gap.hair)
        .accessibilityElement(children: .combine)
    }
}

/// An icon and a sentence beside it.
struct Remark: View {
    private let sign: Sign
    private let text: String
    private let colour: Ink?
    private let font: Font
    @Environment(\.tone) private var tone

    init(_ sign: Sign, _ text: String, _ colour: Ink? = nil, font: Font = Letters.small) {
        self.sign = sign
        self.text = text
        self.colour = colour
        self.font = font
    }

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: Gap.small) {
            SignView(sign, colour ?? tone.soft, font: font)
            Say(text, font, colour ?? tone.soft)
        }
        .wide()
    }
}

/// What stands where there is nothing to list: what that means, and what can be done.
struct Nothing: View {
    private let sign: Sign
    private let title: String
    private let text: String?
    @Environment(\.tone) private var tone

    init(_ sign: Sign, _ title: String, _ text: String? = nil) {
        self.sign = sign
        self.title = title
        self.text = text
    }

    var body: some View {
        VStack(spacing: Gap.medium) {
            SignView(sign, tone.accent, font: .largeTitle)
            Say(title, Letters.title, align: .center)
            if let text { Say(text, Letters.body, tone.soft, align: .center) }
        }
        .padding(Gap.huge)
        .wide(.center)
    }
}
