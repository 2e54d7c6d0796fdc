// Exchanges with the server: what waits, what was sent, what was refused and why, and how the phone itself stands; and a
// refused record, to be put right.
import QiaomenKit
import SwiftUI

struct SyncScreen: View {
    let state: SyncState
    let send: @MainActor (SyncEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        Page {
            TabTitle(words("screen.sync.title"), state.lastText)
        } content: {
            // Here, and not above what scrolls: in large letters it would leave no room for anything. That one is signed out,
            // the app's own banner says.
            if !state.signedOut, let failure = state.failureText { BannerBar(failure, .warning, tones.urgentSoft) }
            if let clock = state.clockText { BannerBar(clock, .clock, tones.soonSoft) }
            counts
            if !state.refused.isEmpty {
                SectionTitle(words("screen.sync.refused"))
                ForEach(state.refused, id: \.item) { RefusedCard(row: $0, send: send) }
            }
            if state.conflicts > 0 {
                Card(inside: 0) {
                    OpenRow(
                        words.count("screen.sync.conflicts", state.conflicts),
                        text: words("screen.sync.conflictsText"), sign: .fork
                    ) { send(.openConflicts) }
                }
            }
            if !state.heldRows.isEmpty {
                SectionTitle(words("screen.sync.held"))
                CardOf(state.heldRows) { Happened(row: $0) }
            }
            phone
        } thumb: {
            ThumbBar {
                if state.running {
                    Gauge(text: state.progress?.text ?? words("screen.sync.running"), part: state.progress?.part ?? 0)
                    WordButton(words("screen.sync.cancel"), .lesser) { send(.cancel) }
                } else {
                    // Without that nothing goes any more.
                    if state.signedOut {
                        WordButton(words("screen.sync.joinAgain"), .main, .knock) { send(.joinAgain) }
                    }
                    WordButton(words("screen.sync.run"), state.signedOut ? .lesser : .main, .exchange) { send(.run) }
                }
            }
        }
    }

    /// Draft, ready, sent, held, refused: kept apart.
    private var counts: some View {
        Card(gap: Gap.medium) {
            count(.pencil, state.drafts, words("screen.sync.drafts"))
            count(.waiting, state.waiting, words("screen.sync.waiting"))
            count(.tick, state.sent, words("screen.sync.sent"))
            count(.pause, state.held, words("screen.sync.heldCount"))
            count(.refused, state.refused.count, words("screen.sync.refusedCount"), grave: true)
        }
    }

    private func count(_ sign: Sign, _ number: Int, _ text: String, grave: Bool = false) -> some View {
        let tone = tones.card
        let loud = grave && number > 0
        let ink = loud ? tone.urgent : number > 0 ? tone.ink : tone.soft
        return HStack(alignment: .firstTextBaseline, spacing: Gap.medium) {
            SignView(sign, loud ? tone.urgent : tone.accent)
            Say(text, Letters.body, ink).wide()
            Say(String(number), Letters.strong, ink)
        }
        .accessibilityElement(children: .combine)
    }

    @ViewBuilder private var phone: some View {
        let storage = state.storage
        SectionTitle(words("screen.sync.phone"))
        Card {
            Gauge(text: storage.usedText, part: Double(storage.percent) / 100, low: storage.low)
            if !storage.freeText.isEmpty {
                Remark(
                    storage.low ? .warning : .storage, storage.freeText,
                    storage.low ? tones.card.urgent : tones.card.soft)
            }
            if !state.networkText.isEmpty { Remark(.exchange, state.networkText) }
            if let aside = state.asideText { Remark(.info, aside) }
        }
    }
}

/// A record that the server refused: why, and what can be done.
private struct RefusedCard: View {
    let row: RefusedRow
    let send: @MainActor (SyncEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        Card {
            Say(row.title, Letters.strong)
            Aside(row.whenText)
            Remark(.refused, row.reasonText, tones.card.urgent, font: Letters.body)
            Flow {
                if row.canCorrect { button("correct", .lesser, .pencil, .correct(item: row.item)) }
                // Sent unchanged, most are refused again.
                button("retry", row.canCorrect ? .plain : .lesser, .again, .retry(item: row.item))
                button("export", .plain, .share, .export(item: row.item))
                button("discard", .plain, .bin, .discard(item: row.item))
            }
        }
    }

    private func button(_ name: String, _ weight: Weight, _ sign: Sign, _ event: SyncEvent) -> some View {
        WordButton(
            words("screen.sync.\(name)"), weight, sign, label: words("screen.sync.\(name)Label", ["title": row.title]),
            wide: false
        ) { send(event) }
    }
}

struct CorrectScreen: View {
    let state: CorrectState
    let back: @MainActor () -> Void
    let send: @MainActor (CorrectEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        Page {
            TopBar(words("screen.correct.title"), state.title, back: back)
        } content: {
            Card(tones.urgentSoft) { Remark(.refused, state.reasonText, tones.urgentSoft.ink, font: Letters.body) }
            ForEach(state.fields, id: \.name) { field in
                if field.editable {
                    let here = field.name == state.field ? words("screen.correct.here") : nil
                    Field(field.label, field.text, error: state.errors.of(field.name) ?? here) {
                        send(.type(name: field.name, text: $0))
                    }
                } else {
                    KeyValue(field.label, field.text)
                }
            }
        } thumb: {
            ThumbBar {
                WordButton(words("screen.correct.send"), .main, .waiting) { send(.send) }.disabled(!state.canSend)
            }
        }
    }
}
