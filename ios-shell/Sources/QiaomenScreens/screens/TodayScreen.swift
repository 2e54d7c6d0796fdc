// What is to be done today: calls first, then tasks with the time left, then what lies about unfinished.
import QiaomenKit
import SwiftUI

struct TodayScreen: View {
    let state: TodayState
    let send: @MainActor (TodayEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        ListPage(more: state.more) {
            send(.more)
        } head: {
            head
        } content: {
            VStack(alignment: .leading, spacing: Gap.medium) { calls }.padding(.horizontal, Gap.large)
            SectionTitle(words("screen.today.tasks")).padding(.horizontal, Gap.large)
            if state.loading {
                Loading()
            } else if state.tasks.isEmpty {
                Nothing(.tick, words("screen.today.none"), words("screen.today.noneText"))
            }
            ForEach(state.tasks.indices, id: \.self) { index in
                let task = state.tasks[index]
                DueCard(task: task) {
                    send(.openAlert(alert: task.alert))
                } record: {
                    send(.record(alert: task.alert))
                }
                .padding(.horizontal, Gap.large)
            }
            VStack(alignment: .leading, spacing: Gap.medium) { rest }.padding(.horizontal, Gap.large)
        }
        .refreshable { await send(.refresh) }
    }

    /// Date and person, what is left, and what this day has come to.
    private var head: some View {
        VStack(alignment: .leading, spacing: Gap.medium) {
            HStack(alignment: .top, spacing: Gap.medium) {
                VStack(alignment: .leading, spacing: 0) {
                    Say(state.dateText, Letters.display, tones.head.ink).accessibilityAddTraits(.isHeader)
                    Say(state.meText, Letters.small, tones.head.soft)
                }
                .wide()
                SignButton(.again, words("screen.today.refresh"), tones.head.ink) { send(.refresh) }
            }
            Flow(gap: Gap.huge) {
                figure(state.count.tasksLeft, "screen.today.left")
                figure(state.count.tasksDone, "screen.today.done")
                figure(state.count.visits, "screen.today.visits")
                figure(state.count.pledges, "screen.today.pledges")
            }
            if state.onDuty { Chip(words("screen.today.onDuty"), tones.soonSoft, .bell) }
        }
        .padding(.horizontal, Gap.large)
        .padding(.vertical, Gap.medium)
        .wide()
        .on(tones.head)
    }

    private func figure(_ number: Int, _ key: String) -> some View {
        VStack(alignment: .leading, spacing: 0) {
            Say(String(number), Letters.figure, tones.head.ink)
            Say(words(key), Letters.small, tones.head.soft)
        }
        .accessibilityElement(children: .combine)
    }

    @ViewBuilder private var calls: some View {
        if !state.calls.isEmpty {
            SectionTitle(words("screen.today.calls"))
            ForEach(state.calls, id: \.alert) { call in
                CallView(card: call) {
                    send(.openAlert(alert: call.alert))
                } take: {
                    if let offer = call.offer {
                        send(.accept(alert: call.alert, offer: offer))
                    } else {
                        send(.take(alert: call.alert))
                    }
                }
            }
        }
    }

    @ViewBuilder private var rest: some View {
        if !state.drafts.isEmpty {
            SectionTitle(words("screen.today.drafts"))
            ForEach(state.drafts, id: \.id) { draft in
                Card(inside: 0) {
                    HStack(spacing: 0) {
                        OpenRow(
                            draft.title, aside: draft.whenText, sign: .pencil,
                            label: words("screen.today.goOn", ["title": draft.title])
                        ) { send(.goOn(draft: draft.id)) }
                        SignButton(.bin, words("screen.today.discard", ["title": draft.title]), tones.card.soft) {
                            send(.discardDraft(draft: draft.id))
                        }
                    }
                }
            }
        }
        if !state.reminders.isEmpty {
            SectionTitle(words("screen.today.reminders"))
            ForEach(state.reminders, id: \.id) { reminder in
                Card {
                    Say(reminder.title, Letters.strong)
                    Say(reminder.body)
                    if let until = reminder.untilText { Remark(.clock, until) }
                    WordButton(
                        words("screen.share"), .lesser, .share,
                        label: words("screen.today.shareLabel", ["title": reminder.title]), wide: false
                    ) { send(.shareReminder(reminder: reminder.id)) }
                }
            }
        }
        if state.canPaste { WordButton(words("screen.today.paste"), .lesser, .copy) { send(.paste) } }
        if !state.syncText.isEmpty { Aside(state.syncText) }
    }
}
