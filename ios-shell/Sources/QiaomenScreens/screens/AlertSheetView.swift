// What lies over an alert: a hand-over, the worker's badge, a script, money sent, stop-payment, a sentence, a raise.
import QiaomenKit
import SwiftUI

struct AlertSheetView: View {
    let sheet: AlertSheet
    let send: @MainActor (AlertEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        switch sheet {
        case .handOver(let sheet): handOver(sheet)
        case .badge(let badge): BadgeSheet(badge: badge) { send(.closeSheet) }
        case .script(let sheet): script(sheet)
        case .moneySent(let sheet): money(sheet)
        case .stopPayment(let sheet): stop(sheet)
        case .words(let sheet): sentence(sheet)
        case .raise(let sheet): raise(sheet)
        }
    }

    private func close() { send(.closeSheet) }

    private func confirm(_ text: String, _ enabled: Bool) -> some View {
        ThumbBar { WordButton(text) { send(.confirm) }.disabled(!enabled) }
    }

    private func type(_ field: String) -> @MainActor (String) -> Void { { send(.type(field: field, text: $0)) } }

    private func handOver(_ sheet: AlertSheet.HandOver) -> some View {
        SheetPage(words("screen.handOver.title"), words("screen.handOver.text"), close: close) {
            ChoiceStack(
                options: sheet.people.map { person in
                    let aside = [person.roleText, person.nearText].compactMap { $0 }.joined(separator: " · ")
                    return Option(person.id, person.name, person.id == sheet.chosen, aside)
                }
            ) { send(.choose(code: $0)) }
            Field(words("screen.handOver.note"), sheet.note, lines: 2, does: type("note"))
        } buttons: {
            confirm(words("screen.handOver.offer"), sheet.chosen != nil)
        }
    }

    private func script(_ sheet: AlertSheet.Script) -> some View {
        SheetPage(words("screen.script.title"), close: close) {
            if sheet.kinds.count > 1 {
                Ask(words("screen.script.kind"), sheet.kinds, .oneShort) { send(.choose(code: $0)) }
            }
            Card {
                Say(sheet.title, Letters.title)
                Reading(sheet.body)
            }
        }
    }

    private func money(_ sheet: AlertSheet.MoneySent) -> some View {
        SheetPage(words("screen.money.title"), words("screen.money.text"), close: close) {
            Field(
                words("screen.money.yuan"), sheet.yuan, error: sheet.errors.of("yuan"), keys: .decimal,
                does: type("yuan"))
            Field(
                words("screen.money.account"), sheet.account, error: sheet.errors.of("account"), does: type("account"))
            Field(words("screen.note"), sheet.note, error: sheet.errors.of("note"), lines: 2, does: type("note"))
        } buttons: {
            confirm(words("screen.save"), true)
        }
    }

    private func stop(_ sheet: AlertSheet.StopPayment) -> some View {
        SheetPage(words("screen.stop.title"), words("screen.stop.text"), close: close) {
            ChoiceStack(
                options: sheet.steps.map {
                    Option($0.code, $0.text, $0.code == sheet.step, $0.chosen ? words("screen.stop.taken") : nil)
                }
            ) { send(.choose(code: $0)) }
            Field(words("screen.stop.institution"), sheet.institution, does: type("institution"))
        } buttons: {
            confirm(words("screen.save"), !sheet.step.isEmpty)
        }
    }

    private func sentence(_ sheet: AlertSheet.Words) -> some View {
        let blank = sheet.text.allSatisfy(\.isWhitespace)
        return SheetPage(sheet.action.text(words), explained(sheet.action), close: close) {
            SensitiveField(
                label: words(sheet.required ? "screen.words.required" : "screen.words.text"), text: sheet.text,
                spans: sheet.sensitive
            ) {
                send(.mask)
            } does: {
                send(.type(field: "text", text: $0))
            }
        } buttons: {
            confirm(words("screen.save"), !sheet.required || !blank)
        }
    }

    /// What a sentence is for; none where its name says it.
    private func explained(_ action: AlertAction) -> String? {
        switch action {
        case .feedback: words("screen.words.feedback")
        case .propose: words("screen.words.propose")
        case .clear: words("screen.words.clear")
        default: nil
        }
    }

    private func raise(_ sheet: AlertSheet.Raise) -> some View {
        SheetPage(words("screen.raise.title"), words("screen.raise.text"), close: close) {
            ChoiceStack(options: sheet.levels.map { Option($0) }) { send(.choose(code: $0)) }
            Field(words("screen.raise.reason"), sheet.reason, lines: 2, does: type("reason"))
        } buttons: {
            confirm(words("screen.save"), sheet.levels.contains { $0.chosen })
        }
    }
}

/// For a resident who wants to know who stands there: large, and nothing besides.
struct BadgeSheet: View {
    let badge: AlertSheet.Badge
    let close: @MainActor () -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        SheetPage(words("screen.badge.title"), close: close) {
            VStack(spacing: Gap.small) {
                Say(badge.town, Letters.strong, tones.page.accent, align: .center)
                Say(badge.name, Letters.figure, align: .center)
                QrPicture(qr: badge.qr, label: words("screen.badge.qr")).frame(maxWidth: 220)
                Say(words("screen.badge.text"), Letters.body, tones.page.soft, align: .center)
                Aside(badge.untilText)
            }
            .wide(.center)
            Card {
                if let telephone = badge.telephone { KeyValue(words("screen.badge.telephone"), telephone) }
                KeyValue(words("screen.badge.url"), badge.url)
            }
            Aside(words("screen.badge.help"))
        }
    }
}
