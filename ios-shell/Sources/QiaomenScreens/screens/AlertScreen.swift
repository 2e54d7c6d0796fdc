// An alert: whose it is, what is due, what can be done now, and everything that was done.
import QiaomenKit
import SwiftUI

struct AlertScreen: View {
    let state: AlertState
    let back: @MainActor () -> Void
    let send: @MainActor (AlertEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words
    @Environment(\.dynamicTypeSize) private var size

    var body: some View {
        Page {
            TopBar(state.name.isEmpty ? words("screen.alert.title") : state.name, back: back)
            // In large letters they would leave the page no room.
            if !size.isAccessibilitySize { calling }
        } content: {
            if state.missing {
                Nothing(.info, words("screen.alert.missing"), words("screen.alert.missingText"))
            } else if state.loading {
                Loading()
            } else {
                if size.isAccessibilitySize { calling }
                standing
                tiles
                places
                custody
                due
                facts
            }
        } thumb: {
            if let main = state.actions.first {
                ThumbBar { WordButton(main.text(words), .main, main.sign) { send(.act(action: main)) } }
            }
        }
        .sheet(of: state.sheet, close: { send(.closeSheet) }, content: { AlertSheetView(sheet: $0, send: send) })
    }

    /// What cannot wait, and what went wrong.
    @ViewBuilder private var calling: some View {
        if state.stopPaymentOwed {
            BannerBar(words("screen.alert.stopPaymentOwed"), .stop, tones.urgent) { send(.act(action: .stopPayment)) }
        }
        if state.releaseOwed {
            BannerBar(words("screen.alert.releaseOwed"), .stop, tones.soonSoft) { send(.act(action: .stopPayment)) }
        }
        if let accident = state.accidentText { BannerBar(accident, .warning, tones.urgentSoft) }
    }

    /// How it stands, and what is due next.
    private var standing: some View {
        StripeCard(state.level) {
            VStack(alignment: .leading, spacing: Gap.small) {
                Flow {
                    LevelChip(level: state.level, text: state.levelText)
                    Chip(state.resultText)
                    if state.custody.mine { Chip(words("screen.alert.mine"), tones.accentSoft, .person) }
                }
                if let next = state.next {
                    Say(next.kindText, Letters.title)
                    Flow {
                        LeftChip(text: next.leftText, overdue: next.overdue, soon: next.soon)
                        Aside(next.dueText)
                    }
                    if let attempts = next.attemptsText { Remark(.again, attempts, tones.card.soon) }
                } else {
                    Say(words("screen.alert.nothingDue"), Letters.body, tones.card.soft)
                }
                if let number = state.telephone { Remark(.handset, number, tones.card.ink, font: Letters.strong) }
            }
            .padding(Gap.large)
        }
    }

    /// What else can be done: what brings one to the person stands out, what is written down afterwards follows.
    private var tiles: some View {
        let others = state.actions.dropFirst()
        return VStack(spacing: Gap.small) {
            grid(others.filter { Self.going.contains($0) }, tones.accentSoft)
            grid(others.filter { !Self.going.contains($0) }, tones.card)
        }
    }

    private static let going: [AlertAction] = [.call, .navigate, .badge, .script]

    private func grid(_ actions: [AlertAction], _ tone: Tone) -> some View {
        let columns = Array(
            repeating: GridItem(.flexible(), spacing: Gap.small), count: size.isAccessibilitySize ? 2 : 3)
        return LazyVGrid(columns: columns, spacing: Gap.small) {
            ForEach(actions, id: \.self) { action in
                Button(action: { send(.act(action: action)) }) {
                    VStack(spacing: Gap.hair) {
                        SignView(action.sign, tone.accent, font: Letters.title)
                        Say(action.text(words), Letters.smallStrong, tone.ink, align: .center)
                    }
                    .padding(Gap.small)
                    .frame(maxWidth: .infinity, minHeight: 76)
                    .on(tone, corner: Corner.medium, edged: true)
                }
                .buttonStyle(.plain)
                .accessibilityLabel(action.text(words))
            }
        }
    }

    /// Where the person may be found.
    @ViewBuilder private var places: some View {
        if !state.places.isEmpty {
            SectionTitle(words("screen.alert.places"))
            CardOf(state.places) { place in
                let known = place.hasPosition
                OpenRow(
                    place.label, text: place.address,
                    aside: words(known ? "screen.alert.map" : "screen.alert.copy"), sign: known ? .pin : .copy,
                    label: words(
                        known ? "screen.alert.mapLabel" : "screen.alert.copyLabel",
                        ["place": place.address ?? place.label])
                ) { send(.navigate(place: place.id)) }
            }
        }
    }

    /// Whose it is, to whom it is offered, who had it before.
    @ViewBuilder private var custody: some View {
        let custody = state.custody
        SectionTitle(words("screen.alert.custody"))
        Card {
            Say(custody.ownerText, Letters.strong)
            ForEach(custody.contestTexts, id: \.self) { Remark(.fork, $0, tones.card.urgent) }
            ForEach(custody.unconfirmedTexts, id: \.self) { Remark(.waiting, $0, tones.card.soon) }
            ForEach(custody.offers, id: \.offer) { offer in
                Remark(.handOver, offer.text, tones.card.ink, font: Letters.body)
                if offer.toMe {
                    WordButton(words("screen.alert.accept"), .main, .tick) { send(.accept(offer: offer.offer)) }
                } else if offer.byMe {
                    WordButton(words("screen.alert.takeBack"), .lesser, .undo) { send(.takeBack(offer: offer.offer)) }
                }
            }
            ForEach(custody.historyTexts, id: \.self) { Aside($0) }
        }
    }

    /// Everything that was ever due, each with how it came out.
    @ViewBuilder private var due: some View {
        if !state.due.isEmpty {
            SectionTitle(words("screen.alert.due"))
            CardOf(state.due) { row in
                VStack(alignment: .leading, spacing: Gap.hair) {
                    Flow {
                        Say(row.kindText, Letters.strong)
                        outcome(row)
                    }
                    Aside(row.dueText)
                    if let attempts = row.attemptsText { Aside(attempts) }
                }
                .padding(.horizontal, Gap.large)
                .padding(.vertical, Gap.medium)
                .wide()
                .accessibilityElement(children: .combine)
            }
        }
    }

    private func outcome(_ row: DueRow) -> Chip {
        switch row.state {
        case "done": Chip(row.stateText, tones.accentSoft, .tick)
        case "late": Chip(row.stateText, tones.soonSoft, .tick)
        case "overdue": Chip(row.stateText, tones.urgent, .clock)
        case "missed": Chip(row.stateText, tones.urgentSoft, .close)
        default: Chip(row.stateText, tones.sunk, .clock)
        }
    }

    @ViewBuilder private var facts: some View {
        if !state.facts.isEmpty || state.note != nil {
            SectionTitle(words("screen.alert.facts"))
            Card {
                ForEach(state.facts.indices, id: \.self) { KeyValue(state.facts[$0].label, state.facts[$0].text) }
                if let note = state.note { Say(note) }
            }
        }
        if !state.file.isEmpty {
            SectionTitle(words("screen.alert.file"))
            CardOf(state.file) { Happened(row: $0) }
        }
    }
}

extension AlertAction {
    /// The icon of what can be done.
    var sign: Sign {
        switch self {
        case .take, .accept: .tick
        case .recordVisit: .pencil
        case .dissuade: .script
        case .call: .handset
        case .navigate: .pin
        case .badge: .badge
        case .script: .book
        case .feedback: .share
        case .moneySent: .money
        case .stopPayment: .stop
        case .handOver: .handOver
        case .propose: .flag
        case .clear: .ticks
        case .raise: .warning
        case .comment: .file
        case .dossier: .person
        }
    }

    /// What its button says.
    func text(_ words: Words) -> String {
        switch self {
        case .take: words("screen.act.take")
        case .accept: words("screen.act.accept")
        case .recordVisit: words("screen.act.recordVisit")
        case .dissuade: words("screen.act.dissuade")
        case .call: words("screen.act.call")
        case .navigate: words("screen.act.navigate")
        case .badge: words("screen.act.badge")
        case .script: words("screen.act.script")
        case .feedback: words("screen.act.feedback")
        case .moneySent: words("screen.act.moneySent")
        case .stopPayment: words("screen.act.stopPayment")
        case .handOver: words("screen.act.handOver")
        case .propose: words("screen.act.propose")
        case .clear: words("screen.act.clear")
        case .raise: words("screen.act.raise")
        case .comment: words("screen.act.comment")
        case .dossier: words("screen.act.dossier")
        }
    }
}
