// Cards and rows of work: what is due, what happened.
import QiaomenKit
import SwiftUI

/// A card.
struct Card<Content: View>: View {
    private let given: Tone?
    private let inside: Double
    private let gap: Double
    private let content: Content
    @Environment(\.tones) private var tones

    init(
        _ tone: Tone? = nil, inside: Double = Gap.large, gap: Double = Gap.small, @ViewBuilder content: () -> Content
    ) {
        given = tone
        self.inside = inside
        self.gap = gap
        self.content = content()
    }

    var body: some View {
        VStack(alignment: .leading, spacing: gap) { content }
            .padding(.horizontal, inside)
            .padding(.vertical, inside == 0 ? 0 : Gap.medium)
            .wide()
            .on(given ?? tones.card, corner: Corner.medium, edged: true)
    }
}

/// A card of rows, with lines between them.
struct CardOf<Item, Content: View>: View {
    private let items: [Item]
    private let content: (Item) -> Content

    init(_ items: [Item], @ViewBuilder content: @escaping (Item) -> Content) {
        self.items = items
        self.content = content
    }

    var body: some View {
        Card(inside: 0, gap: 0) {
            ForEach(items.indices, id: \.self) { index in
                if index > 0 { Divider() }
                content(items[index])
            }
        }
    }
}

/// A card with a stripe at its edge, in the colour of a level.
struct StripeCard<Content: View>: View {
    private let level: String
    private let content: Content
    @Environment(\.tones) private var tones

    init(_ level: String, @ViewBuilder content: () -> Content) {
        self.level = level
        self.content = content()
    }

    var body: some View {
        VStack(alignment: .leading, spacing: 0) { content }
            .wide()
            .padding(.leading, Extent.stripe)
            .overlay(alignment: .leading) {
                Rectangle().fill(tones.stripe(level).colour).frame(width: Extent.stripe)
            }
            .on(tones.card, corner: Corner.medium, edged: true)
    }
}

/// A visit or a step that is due: whose, what, by when. Touched, it opens; its button begins the record.
struct DueCard: View {
    let task: TaskCard
    let open: @MainActor () -> Void
    let record: @MainActor () -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        StripeCard(task.level) {
            Button(action: open) {
                VStack(alignment: .leading, spacing: 6) {
                    Flow {
                        Say(task.name, Letters.title)
                        LevelChip(level: task.level, text: task.levelText)
                    }
                    // What to do and how long there is, in one look.
                    Flow {
                        Say(task.kindText, Letters.strong)
                        if task.justDone {
                            Chip(words("screen.today.justDone"), tones.accentSoft, .tick)
                        } else {
                            LeftChip(text: task.leftText, overdue: task.overdue, soon: task.soon)
                        }
                    }
                    Remark(.flag, task.dueText)
                    if let place = task.placeText { Remark(.pin, place) }
                    if let attempts = task.attemptsText { Remark(.again, attempts, tones.card.soon) }
                }
                .padding(Gap.medium)
                .contentShape(Rectangle())
            }
            .buttonStyle(.plain)
            .accessibilityElement(children: .combine)
            .accessibilityAddTraits(.isButton)
            if !task.justDone {
                Divider()
                Button(action: record) {
                    HStack(spacing: Gap.small) {
                        SignView(.pencil, tones.card.accent, font: Letters.small)
                        Say(words("screen.today.record"), Letters.strong, tones.card.accent).wide()
                        SignView(.next, tones.card.accent, font: Letters.small)
                    }
                    .padding(.horizontal, Gap.medium)
                    .frame(minHeight: Extent.touch)
                    .contentShape(Rectangle())
                }
                .buttonStyle(.plain)
                .accessibilityLabel(words("screen.today.recordLabel", ["name": task.name, "kind": task.kindText]))
            }
        }
    }
}

/// An alert that nobody has, or that is offered: touched, it opens; its button takes it.
struct CallView: View {
    let card: CallCard
    let open: @MainActor () -> Void
    var take: (@MainActor () -> Void)?
    @Environment(\.words) private var words

    var body: some View {
        StripeCard(card.level) {
            Button(action: open) {
                VStack(alignment: .leading, spacing: Gap.hair) {
                    Flow {
                        Say(card.name, Letters.title)
                        LevelChip(level: card.level, text: card.levelText)
                    }
                    Remark(.bell, card.text)
                }
                .padding(Gap.medium)
                .contentShape(Rectangle())
            }
            .buttonStyle(.plain)
            .accessibilityElement(children: .combine)
            .accessibilityAddTraits(.isButton)
            if let take {
                WordButton(
                    words(card.offer == nil ? "screen.call.take" : "screen.call.accept"), .main, .handOver,
                    label: words(
                        card.offer == nil ? "screen.call.takeLabel" : "screen.call.acceptLabel", ["name": card.name]),
                    does: take
                )
                .padding([.horizontal, .bottom], Gap.medium)
            }
        }
    }
}

/// Something that happened, with how far its record has come.
struct Happened: View {
    let row: EventRow
    @Environment(\.tone) private var tone

    var body: some View {
        VStack(alignment: .leading, spacing: Gap.hair) {
            Flow {
                Say(row.title, Letters.strong)
                if let mark = row.mark { MarkChip(mark: mark) }
            }
            if row.doubtful { Remark(.warning, row.metaText, tone.soon) } else { Aside(row.metaText) }
            if let body = row.bodyText { Say(body) }
            if let why = row.markText { Remark(.info, why) }
        }
        .padding(.horizontal, Gap.large)
        .padding(.vertical, Gap.medium)
        .wide()
        .accessibilityElement(children: .combine)
    }
}
