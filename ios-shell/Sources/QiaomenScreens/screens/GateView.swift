// What stands before everything else: the store that opens, a lock, a phone that was taken out of use, a store that cannot be
// read.
import QiaomenKit
import SwiftUI

struct GateView: View {
    let gate: Gate
    let send: @MainActor (AppEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        switch gate {
        case .opening, .open, .enrolling:
            VStack(spacing: Gap.medium) {
                SignView(.knock, tones.page.accent, font: .largeTitle)
                Aside(words("screen.gate.opening"))
            }
            .frame(maxWidth: .infinity, maxHeight: .infinity)
        case .locked:
            Standing(.locked, words("screen.gate.locked"), words("screen.gate.lockedText")) {
                WordButton(words("screen.gate.unlock"), .main, .locked) { send(.unlock) }
            }
        case .revoked(let gate): revoked(gate)
        case .damaged(let gate):
            Standing(.storage, words("screen.gate.damaged"), gate.text, failure: gate.failureText) {
                WordButton(words("screen.gate.retry"), .main, .again) { send(.retryOpen) }
                WordButton(words("screen.gate.putAside"), .lesser) { send(.beginAnew) }
            }
        case .keyMissing(let gate):
            Standing(.locked, words("screen.gate.keyMissing"), gate.text, failure: gate.failureText) {
                WordButton(words("screen.gate.retry"), .main, .again) { send(.retryOpen) }
                WordButton(words("screen.gate.putAside"), .lesser) { send(.beginAnew) }
            }
        case .notOpened(let gate):
            Standing(.storage, gate.titleText, gate.text, failure: gate.failureText) {
                WordButton(words("screen.gate.retry"), .main, .again) { send(.retryOpen) }
                if gate.canBeginAnew {
                    WordButton(words("screen.gate.putAside"), .lesser) { send(.beginAnew) }
                }
            }
        }
    }

    private func revoked(_ gate: Gate.Revoked) -> some View {
        let waits = gate.unsent > 0 && !gate.handedIn
        return Standing(
            .stop, words("screen.gate.revoked"), gate.text,
            note: waits ? words.count("screen.gate.unsent", gate.unsent) : nil, late: gate.lateText,
            result: gate.resultText, good: gate.handedIn, failure: gate.failureText, question: gate.askText
        ) {
            if waits {
                WordButton(words(gate.handingIn ? "screen.gate.handingIn" : "screen.gate.handIn"), .main, .waiting) {
                    send(.handIn)
                }
                .disabled(gate.handingIn)
            }
            if gate.askText == nil {
                WordButton(words("screen.gate.beginAnew"), .lesser) { send(.beginAnew) }.disabled(gate.handingIn)
            } else {
                WordButton(words("screen.gate.beginAnewStill"), .lesser) { send(.beginAnew) }
                // Where the button stood that asked: one tap too many says no.
                WordButton(words("screen.gate.doNotBeginAnew"), .lesser) { send(.doNotBeginAnew) }
            }
        }
    }
}

private struct Standing<Buttons: View>: View {
    private let sign: Sign
    private let title: String
    private let text: String
    private let note: String?
    private let late: String?
    private let result: String?
    private let good: Bool
    private let failure: String?
    private let question: String?
    private let buttons: Buttons
    @Environment(\.tones) private var tones

    init(
        _ sign: Sign, _ title: String, _ text: String, note: String? = nil, late: String? = nil,
        result: String? = nil, good: Bool = false, failure: String? = nil, question: String? = nil,
        @ViewBuilder buttons: () -> Buttons
    ) {
        self.sign = sign
        self.title = title
        self.text = text
        self.note = note
        self.late = late
        self.result = result
        self.good = good
        self.failure = failure
        self.question = question
        self.buttons = buttons()
    }

    var body: some View {
        Page {
            EmptyView()
        } content: {
            VStack(spacing: Gap.medium) {
                SignView(sign, tones.page.accent, font: .largeTitle)
                Say(title, Letters.display, align: .center).accessibilityAddTraits(.isHeader)
            }
            .padding(.top, Gap.huge * 2)
            .wide(.center)
            // Above what stands there all the time, which is long in large letters: what came of a tap is seen.
            if let question { warning(question) }
            if let failure { warning(failure) }
            if let result {
                let tone = good ? tones.accentSoft : tones.urgentSoft
                Card(tone) { Remark(good ? .tick : .warning, result, tone.ink, font: Letters.body) }
            }
            if let late { warning(late) }
            Say(text)
            if let note {
                Card(tones.soonSoft) { Remark(.waiting, note, tones.soonSoft.ink, font: Letters.body) }
            }
        } thumb: {
            ThumbBar { buttons }
        }
        .task(id: news) {
            if !news.isEmpty { AccessibilityNotification.Announcement(news).post() }
        }
    }

    /// What came of a tap: read aloud when it comes.
    private var news: String { [question, failure, result, late].compactMap { $0 }.joined(separator: "\n") }

    private func warning(_ text: String) -> some View {
        Card(tones.urgentSoft) { Remark(.warning, text, tones.urgentSoft.ink, font: Letters.body) }
    }
}
