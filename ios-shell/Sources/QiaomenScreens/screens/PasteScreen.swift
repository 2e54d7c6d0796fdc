// Alerts in a pasted message, for the station: what was read out of it is looked over, put right, and saved one by one.
import QiaomenKit
import SwiftUI

struct PasteScreen: View {
    let state: PasteState
    let back: @MainActor () -> Void
    let send: @MainActor (PasteEvent) -> Void
    @Environment(\.words) private var words

    var body: some View {
        Page {
            TopBar(words("screen.paste.title"), back: back)
        } content: {
            Field(
                words("screen.paste.message"), state.text, help: words("screen.paste.help"),
                lines: state.found.isEmpty ? 6 : 3
            ) { send(.text(text: $0)) }
            Ask(words("screen.paste.area"), state.areas, .one) { send(.area(code: $0)) }
            if let nothing = state.nothingText { Nothing(.search, nothing) }
            if !state.found.isEmpty { WordButton(words("screen.paste.again"), .lesser, .again) { send(.read) } }
            ForEach(state.found, id: \.number) { Found(card: $0, send: send) }
        } thumb: {
            if state.found.isEmpty {
                ThumbBar {
                    WordButton(words("screen.paste.read")) { send(.read) }
                        .disabled(state.text.allSatisfy(\.isWhitespace))
                }
            }
        }
    }
}

private struct Found: View {
    let card: PastedCard
    let send: @MainActor (PasteEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    private func edit(_ field: String) -> @MainActor (String) -> Void {
        { send(.edit(number: card.number, field: field, text: $0)) }
    }

    var body: some View {
        Card {
            Flow {
                Say(card.name.isEmpty ? words("screen.paste.nameless") : card.name, Letters.title)
                if card.saved { Chip(words("screen.paste.saved"), tones.accentSoft, .tick) }
            }
            if !card.saved { fields }
        }
    }

    @ViewBuilder private var fields: some View {
        let wrong = card.errors
        ForEach(card.unsureTexts, id: \.self) { Remark(.warning, $0, tones.card.soon) }
        Field(words("screen.paste.name"), card.name, error: wrong.of("name"), does: edit("name"))
        Field(
            words("screen.paste.telephone"), card.telephone, error: wrong.of("telephone"), keys: .telephone,
            does: edit("telephone"))
        Ask(words("screen.paste.level"), card.levels, .oneShort, wrong.of("levels")) {
            send(.level(number: card.number, code: $0))
        }
        Field(
            words("screen.paste.platformNumber"), card.platformNumber, error: wrong.of("platformNumber"),
            does: edit("platformNumber"))
        Field(words("screen.paste.address"), card.address, error: wrong.of("address"), lines: 2, does: edit("address"))
        if !card.whoText.isEmpty { Remark(.person, card.whoText, tones.card.ink) }
        Ask(words("screen.paste.who"), card.who, .one, wrong.of("who")) { send(.who(number: card.number, code: $0)) }
        WordButton(
            words("screen.paste.save"), .main, .tick, label: words("screen.paste.saveLabel", ["name": card.name])
        ) { send(.save(number: card.number)) }
    }
}
