// What frames a screen: the tabs, and the bars that lie over it for a while.
import QiaomenKit
import SwiftUI

/// One of the tabs. `badge` counts what calls for attention there; `grave` says that it is urgent.
private struct TabButton: View {
    let sign: Sign
    let text: String
    let chosen: Bool
    var badge = 0
    var badgeText = ""
    var grave = false
    let does: @MainActor () -> Void
    @Environment(\.tones) private var tones

    var body: some View {
        let colour = chosen ? tones.card.accent : tones.card.soft
        Button(action: does) {
            VStack(spacing: 2) {
                SignView(sign, colour)
                    .frame(width: 56)
                    .overlay(alignment: .topTrailing) {
                        if badge > 0 {
                            // It does not grow with the letters, since the tab's own words say it to whoever hears them.
                            let tone = grave ? tones.urgent : tones.accentSoft
                            Text(verbatim: badge > 99 ? "99+" : String(badge))
                                .font(.system(size: 12, weight: .bold))
                                .foregroundStyle(tone.ink.colour)
                                .padding(.horizontal, 5)
                                .frame(minWidth: 20, minHeight: 20)
                                .background(tone.ground.colour)
                                .clipShape(Capsule())
                        }
                    }
                Say(text, chosen ? Letters.smallStrong : Letters.small, colour, align: .center)
            }
            .padding(.vertical, Gap.small)
            .frame(maxWidth: .infinity, minHeight: 60)
            .overlay(alignment: .top) {
                if chosen { Capsule().fill(colour.colour).frame(width: 36, height: 3) }
            }
            .contentShape(Rectangle())
        }
        .buttonStyle(.plain)
        .accessibilityLabel(text)
        .accessibilityValue(badgeText)
        .accessibilityAddTraits(chosen ? [.isButton, .isSelected] : .isButton)
    }
}

/// The tabs, at the bottom.
struct Tabs: View {
    let state: AppState
    let choose: @MainActor (Tab) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        VStack(spacing: 0) {
            Divider()
            HStack(alignment: .top, spacing: 0) {
                TabButton(
                    sign: .today, text: words("screen.tab.today"), chosen: state.tab == .today, badge: state.overdue,
                    badgeText: state.overdue > 0 ? words.count("screen.tab.overdue", state.overdue) : "", grave: true
                ) { choose(.today) }
                TabButton(sign: .door, text: words("screen.tab.doors"), chosen: state.tab == .doors) { choose(.doors) }
                TabButton(
                    sign: .exchange, text: words("screen.tab.sync"), chosen: state.tab == .sync,
                    badge: state.refused > 0 ? state.refused : state.waiting, badgeText: syncText,
                    grave: state.refused > 0
                ) { choose(.sync) }
                TabButton(sign: .person, text: words("screen.tab.settings"), chosen: state.tab == .settings) {
                    choose(.settings)
                }
            }
        }
        .on(tones.card)
    }

    private var syncText: String {
        if state.refused > 0 { return words.count("screen.tab.refused", state.refused) }
        return state.waiting > 0 ? words.count("screen.tab.waiting", state.waiting) : ""
    }
}

/// Something that is so now. Touched, it leads to where something can be done about it.
struct BannerBar: View {
    private let text: String
    private let sign: Sign
    private let tone: Tone
    private let does: (@MainActor () -> Void)?

    init(_ text: String, _ sign: Sign, _ tone: Tone, does: (@MainActor () -> Void)? = nil) {
        self.text = text
        self.sign = sign
        self.tone = tone
        self.does = does
    }

    var body: some View {
        if let does {
            Button(action: does) { row }.buttonStyle(.plain)
        } else {
            row
        }
    }

    private var row: some View {
        HStack(spacing: Gap.small) {
            SignView(sign, tone.ink, font: Letters.small)
            Say(text, Letters.smallStrong, tone.ink).wide()
            if does != nil { SignView(.next, tone.soft, font: Letters.small) }
        }
        .padding(.horizontal, Gap.large)
        .padding(.vertical, Gap.small)
        .frame(minHeight: does == nil ? 36 : Extent.touch)
        .on(tone)
        .accessibilityElement(children: .combine)
    }
}

/// An alert on top of everything, until it is looked at or put off.
struct UrgentBar: View {
    let alert: UrgentAlert
    let open: @MainActor () -> Void
    let later: @MainActor () -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        let tone = tones.urgent
        VStack(alignment: .leading, spacing: Gap.small) {
            HStack(alignment: .top, spacing: Gap.medium) {
                SignView(.bell, tone.ink, font: Letters.display)
                VStack(alignment: .leading, spacing: 0) {
                    Say(
                        words(alert.offered ? "screen.urgent.offered" : "screen.urgent.nobody"), Letters.smallStrong,
                        tone.soft)
                    Say(alert.text, Letters.title, tone.ink)
                }
                .wide()
            }
            .accessibilityElement(children: .combine)
            HStack(spacing: Gap.small) {
                Button(action: open) {
                    Say(words("screen.urgent.open"), Letters.strong, tones.card.urgent, align: .center)
                        .frame(maxWidth: .infinity, minHeight: Extent.touch)
                        .on(tones.card, corner: Corner.medium)
                }
                .buttonStyle(.plain)
                Button(action: later) {
                    Say(words("screen.urgent.later"), Letters.strong, tone.ink, align: .center)
                        .padding(.horizontal, Gap.large)
                        .frame(minHeight: Extent.touch)
                        .contentShape(Rectangle())
                }
                .buttonStyle(.plain)
            }
        }
        .padding(.horizontal, Gap.large)
        .padding(.vertical, Gap.medium)
        .on(tone)
    }
}

/// What was done just now and can be taken back, with how much of the time is left.
struct UndoBar: View {
    let undo: Undo
    let does: @MainActor () -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    /// For how long something can be taken back: only how far its bar has shrunk hangs on it.
    private static let seconds = 10.0

    var body: some View {
        let tone = tones.over
        VStack(alignment: .leading, spacing: 0) {
            HStack(spacing: Gap.small) {
                Say(undo.text, Letters.body, tone.ink).padding(.vertical, Gap.medium).wide()
                Button(action: does) {
                    HStack(spacing: Gap.hair) {
                        SignView(.undo, tone.accent)
                        Say(words("screen.undo"), Letters.strong, tone.accent)
                    }
                    .padding(.horizontal, Gap.medium)
                    .frame(minHeight: Extent.touch)
                    .contentShape(Rectangle())
                }
                .buttonStyle(.plain)
            }
            .padding(.leading, Gap.large)
            TimelineView(.periodic(from: Date(), by: 0.25)) { moment in
                let part = left(moment.date)
                GeometryReader { room in
                    Rectangle().fill(tone.accent.colour).frame(width: room.size.width * part)
                }
                .frame(height: 3)
            }
            .accessibilityHidden(true)
        }
        .on(tone, corner: Corner.medium)
        .padding(Gap.medium)
    }

    private func left(_ now: Date) -> Double {
        min(max((Double(undo.until) / 1000 - now.timeIntervalSince1970) / UndoBar.seconds, 0), 1)
    }
}

/// A sentence that goes away by itself.
struct SaidBar: View {
    let said: Said
    let heard: @MainActor () -> Void
    @Environment(\.tones) private var tones

    var body: some View {
        let tone = tones.over
        HStack(spacing: Gap.medium) {
            SignView(said.failure ? .warning : .tick, said.failure ? tone.urgent : tone.accent)
            Say(said.text, Letters.body, tone.ink).wide()
        }
        .padding(.horizontal, Gap.large)
        .padding(.vertical, Gap.medium)
        .on(tone, corner: Corner.medium)
        .padding(Gap.medium)
        .accessibilityElement(children: .combine)
        .task(id: said.number) {
            // Read aloud at once, since it goes.
            AccessibilityNotification.Announcement(said.text).post()
            try? await Task.sleep(nanoseconds: 4_000_000_000)
            if !Task.isCancelled { heard() }
        }
    }
}

/// How full something is, in words and as a bar.
struct Gauge: View {
    let text: String
    let part: Double
    var low = false
    @Environment(\.tone) private var tone

    var body: some View {
        let colour = (low ? tone.urgent : tone.accent).colour
        let filled = min(max(part, 0), 1)
        VStack(alignment: .leading, spacing: Gap.hair) {
            GeometryReader { room in
                Capsule().fill(tone.line.colour)
                Capsule().fill(colour).frame(width: room.size.width * filled)
            }
            .frame(height: 10)
            .accessibilityHidden(true)
            Aside(text)
        }
    }
}

extension Progress {
    /// How much of it is done, from 0 to 1.
    var part: Double {
        let all = toSend + toFetch
        return all > 0 ? Double(sent + fetched) / Double(all) : 0
    }
}
