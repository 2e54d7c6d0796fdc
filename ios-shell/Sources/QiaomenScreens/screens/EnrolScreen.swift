// Joining: a code, or the text of a QR picture; what will be stored and who can see it; the undertaking of confidentiality.
import QiaomenKit
import SwiftUI

struct EnrolScreen: View {
    let state: EnrolState
    let back: @MainActor () -> Void
    let send: @MainActor (EnrolEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        Page(gap: Gap.large, edge: 0) {
            if state.againText != nil { TopBar(words("screen.enrol.again"), back: back) }
        } content: {
            if state.againText == nil { welcome }
            VStack(alignment: .leading, spacing: Gap.large) { form }
                .padding(.horizontal, Gap.large)
                .padding(.top, state.againText == nil ? 0 : Gap.medium)
                .padding(.bottom, Gap.large)
        } thumb: {
            ThumbBar {
                if state.busy {
                    Gauge(text: state.progress?.text ?? words("screen.enrol.busy"), part: state.progress?.part ?? 0)
                    WordButton(words("screen.cancel"), .lesser) { send(.cancel) }
                } else {
                    WordButton(words("screen.enrol.join")) { send(.enrol) }.disabled(!state.canEnrol)
                }
            }
        }
    }

    /// The head: what this is.
    private var welcome: some View {
        VStack(alignment: .leading, spacing: Gap.small) {
            HStack(spacing: Gap.medium) {
                SignView(.knock, tones.head.ink, font: Letters.figure)
                Say(words("screen.name"), Letters.figure, tones.head.ink).accessibilityAddTraits(.isHeader)
            }
            Say(words("screen.enrol.intro"), Letters.body, tones.head.soft)
        }
        .padding(.horizontal, Gap.large)
        .padding(.vertical, Gap.huge)
        .wide()
        .on(tones.head)
    }

    @ViewBuilder private var form: some View {
        if let again = state.againText { Card { Remark(.info, again, tones.card.ink, font: Letters.body) } }
        if let failure = state.failureText {
            Card(tones.urgentSoft) { Remark(.warning, failure, tones.urgentSoft.ink, font: Letters.body) }
        }
        Field(
            words("screen.enrol.code"), state.code, help: words("screen.enrol.codeHelp"),
            error: state.errors.of("code"), keys: .code
        ) { send(.code(text: $0)) }
        WordButton(words("screen.enrol.scan"), .lesser, .scan) { send(.scan) }
        Field(
            words("screen.enrol.server"), state.server, error: state.errors.of("server"), keys: .address,
            example: "https://"
        ) { send(.server(text: $0)) }
        Field(
            words("screen.enrol.label"), state.label, help: words("screen.enrol.labelHelp"),
            error: state.errors.of("label")
        ) { send(.label(text: $0)) }
        Sentences(sign: .storage, title: words("screen.enrol.stored"), sentences: state.storedTexts)
        Sentences(sign: .people, title: words("screen.enrol.seenBy"), sentences: state.seenByTexts)
        Sentences(sign: .locked, title: words("screen.enrol.undertaking"), sentences: state.undertakingTexts)
        ChoiceStack(options: [Option("yes", words("screen.enrol.undertake"), state.undertaken)], many: true) { _ in
            send(.undertake(yes: !state.undertaken))
        }
        if let error = state.errors.of("undertaken") { Remark(.warning, error, tones.page.urgent) }
    }
}

/// Sentences under a name, each with its own mark.
private struct Sentences: View {
    let sign: Sign
    let title: String
    let sentences: [String]
    @Environment(\.tones) private var tones

    var body: some View {
        if !sentences.isEmpty {
            Card {
                HStack(spacing: Gap.small) {
                    SignView(sign, tones.card.accent)
                    Say(title, Letters.strong).wide().accessibilityAddTraits(.isHeader)
                }
                ForEach(sentences, id: \.self) { Remark(.tick, $0, tones.card.ink, font: Letters.body) }
            }
        }
    }
}
