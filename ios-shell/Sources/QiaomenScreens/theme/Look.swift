// The present look: tones, words, measures, and how large letters are.
//
// Letters are the phone's own text styles, so that they grow with the phone's setting; what the person chose in the app is the
// least that they are.
import QiaomenKit
import SwiftUI

/// Distances: within a thing, between things, between groups.
enum Gap {
    static let hair = 4.0
    static let small = 8.0
    static let medium = 12.0
    static let large = 16.0
    static let huge = 24.0
}

/// Sizes of what is touched.
enum Extent {
    /// The least that a finger hits.
    static let touch = 48.0
    /// A row that is chosen from.
    static let row = 54.0
    /// The main button.
    static let button = 56.0
    static let stripe = 6.0
}

/// Corners.
enum Corner {
    static let small = 8.0
    static let medium = 12.0
    static let large = 16.0
}

/// Letters.
enum Letters {
    /// A number that is looked at from afar.
    static let figure = Font.title.bold()
    /// The name of a screen that is one of the tabs.
    static let display = Font.title2.bold()
    /// The name of any other screen; whom a card is about.
    static let title = Font.title3.bold()
    /// What is said of it; buttons.
    static let strong = Font.body.bold()
    static let body = Font.body
    /// Beside the main thing.
    static let small = Font.subheadline
    static let smallStrong = Font.subheadline.bold()
}

private struct TonesKey: EnvironmentKey {
    static let defaultValue = Tones.light
}

private struct ToneKey: EnvironmentKey {
    static let defaultValue = Tones.light.page
}

private struct WordsKey: EnvironmentKey {
    static let defaultValue = Words(.zh)
}

extension EnvironmentValues {
    var tones: Tones {
        get { self[TonesKey.self] }
        set { self[TonesKey.self] = newValue }
    }

    /// The one that is being drawn on.
    var tone: Tone {
        get { self[ToneKey.self] }
        set { self[ToneKey.self] = newValue }
    }

    var words: Words {
        get { self[WordsKey.self] }
        set { self[WordsKey.self] = newValue }
    }
}

extension Binding where Value: Sendable {
    /// What a control shows, and what is told where the person changes it.
    @MainActor static func of(_ value: Value, _ does: @escaping @MainActor (Value) -> Void) -> Binding<Value> {
        Binding(get: { value }, set: { @MainActor in does($0) })
    }
}

extension View {
    /// The ground of a tone in a shape; what is inside is drawn on that tone.
    func on(_ tone: Tone, corner: Double = 0, edged: Bool = false) -> some View {
        background(tone.ground.colour)
            .clipShape(RoundedRectangle(cornerRadius: corner))
            .overlay {
                if edged { RoundedRectangle(cornerRadius: corner).stroke(tone.line.colour, lineWidth: 1) }
            }
            .environment(\.tone, tone)
    }

    /// As wide as there is room.
    func wide(_ alignment: Alignment = .leading) -> some View {
        frame(maxWidth: .infinity, alignment: alignment)
    }
}

extension Look {
    /// The least that letters are: the phone's sizes that come nearest to what was chosen.
    var leastType: DynamicTypeSize {
        switch textPercent {
        case 200...: .accessibility3
        case 160...: .accessibility1
        case 130...: .xxxLarge
        default: .xSmall
        }
    }

    /// Light, dark, or as the phone is.
    var scheme: ColorScheme? {
        switch theme {
        case .system: nil
        case .light: .light
        case .dark: .dark
        }
    }
}
