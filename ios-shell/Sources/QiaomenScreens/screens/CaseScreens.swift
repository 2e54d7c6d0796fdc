// The dossier of a person, the oldest first, with what was recorded or should have been; and fields that two people wrote
// without knowing of each other, in plain words.
import QiaomenKit
import SwiftUI

struct DossierScreen: View {
    let state: DossierState
    let back: @MainActor () -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        ListPage(gap: Gap.small) {
            TopBar(
                state.name.isEmpty ? words("screen.dossier.title") : state.name, words("screen.dossier.title"),
                back: back)
        } content: {
            if state.loading {
                Loading()
            } else if state.entries.isEmpty {
                Nothing(.person, words("screen.dossier.none"))
            }
            ForEach(state.entries, id: \.row.id) { entry in
                Card(inside: 0, gap: 0) {
                    Happened(row: entry.row)
                    if let recording = entry.recordingText {
                        Remark(
                            entry.recordingMissing ? .warning : .recorder, recording,
                            entry.recordingMissing ? tones.card.urgent : tones.card.soft
                        )
                        .padding([.horizontal, .bottom], Gap.large)
                    }
                }
                .padding(.horizontal, Gap.large)
            }
        }
        // A dossier is nobody's business on a screen that is shown to others.
        .privacySensitive()
    }
}

struct ConflictsScreen: View {
    let state: ConflictsState
    let back: @MainActor () -> Void
    let send: @MainActor (ConflictsEvent) -> Void
    @Environment(\.words) private var words

    var body: some View {
        Page {
            TopBar(words("screen.conflicts.title"), back: back)
        } content: {
            if state.loading {
                Loading()
            } else if state.records.isEmpty {
                Nothing(.tick, words("screen.conflicts.none"), words("screen.conflicts.noneText"))
            } else {
                Say(words("screen.conflicts.text"))
                if !state.whoText.isEmpty { Remark(.info, state.whoText) }
                ForEach(state.records, id: \.id) { ConflictView(card: $0, canSettle: state.canSettle, send: send) }
            }
        }
    }
}

private struct ConflictView: View {
    let card: ConflictCard
    let canSettle: Bool
    let send: @MainActor (ConflictsEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        Card {
            Say(card.title, Letters.title)
            ForEach(card.fields, id: \.path) { field in
                Say(field.label, Letters.strong)
                if canSettle {
                    ChoiceStack(options: field.values.map(option)) { chosen in
                        if let index = Int(chosen) { send(.settle(id: card.id, path: field.path, index: index)) }
                    }
                } else {
                    ForEach(field.values, id: \.index) { value in
                        Flow {
                            Say(value.text)
                            if value.shown { Chip(words("screen.conflicts.shown"), tones.accentSoft) }
                        }
                        Aside(value.byText)
                    }
                }
            }
            WordButton(
                words("screen.conflicts.open"), .lesser,
                label: words("screen.conflicts.openLabel", ["title": card.title])
            ) { send(.open(id: card.id)) }
        }
    }

    private func option(_ value: ConflictChoice) -> Option {
        Option(
            String(value.index), value.text, value.shown,
            value.shown ? words("screen.conflicts.shownBy", ["who": value.byText]) : value.byText)
    }
}
