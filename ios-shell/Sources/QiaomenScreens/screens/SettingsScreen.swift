// The worker's own: duty and whether this phone is woken, how the app looks, when it exchanges and locks, own figures.
import QiaomenKit
import SwiftUI

struct SettingsScreen: View {
    let state: SettingsState
    let send: @MainActor (SettingsEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    private func choose(_ field: String) -> @MainActor (String) -> Void { { send(.choose(field: field, code: $0)) } }

    var body: some View {
        Page {
            TabTitle(state.meText.isEmpty ? words("screen.settings.title") : state.meText, state.rolesText)
        } content: {
            Card(inside: 0) {
                OpenRow(words("screen.settings.badge"), text: words("screen.settings.badgeText"), sign: .badge) {
                    send(.badge)
                }
            }
            duty
            lines("screen.settings.figures", state.figures)
            Ask(words("screen.settings.language"), state.languages, .oneShort, does: choose("languages"))
            Ask(words("screen.settings.textSize"), state.textSizes, .oneShort, does: choose("textSizes"))
            Ask(words("screen.settings.theme"), state.themes, .one, does: choose("themes"))
            Ask(words("screen.settings.network"), state.networks, .one, does: choose("networks"))
            Ask(words("screen.settings.lock"), state.locks, .one, does: choose("locks"))
            lines("screen.settings.about", state.about)
        }
        .sheet(
            of: state.badge, close: { send(.closeBadge) },
            content: { badge in BadgeSheet(badge: badge) { send(.closeBadge) } })
    }

    @ViewBuilder private func lines(_ key: String, _ lines: [Line]) -> some View {
        if !lines.isEmpty {
            SectionTitle(words(key))
            Card { ForEach(lines.indices, id: \.self) { KeyValue(lines[$0].label, lines[$0].text) } }
        }
    }

    /// Being woken for alerts, and the proof of it.
    private var duty: some View {
        let duty = state.duty
        return Card(inside: 0, gap: 0) {
            SwitchRow(words("screen.settings.duty"), duty.on, aside: duty.text) { send(.duty(on: $0)) }
            if duty.on || duty.testText != nil {
                Divider()
                VStack(alignment: .leading, spacing: Gap.small) {
                    if let text = duty.testText { tested(text, duty.testPassed) }
                    WordButton(
                        words(duty.testing ? "screen.settings.testing" : "screen.settings.test"), .lesser, .bell
                    ) { send(.testDuty) }
                    .disabled(duty.testing)
                }
                .padding(.horizontal, Gap.large)
                .padding(.vertical, Gap.medium)
            }
        }
    }

    private func tested(_ text: String, _ passed: Bool?) -> Remark {
        switch passed {
        case true?: Remark(.tick, text, tones.card.accent)
        case false?: Remark(.warning, text, tones.card.urgent)
        case nil: Remark(.clock, text)
        }
    }
}
