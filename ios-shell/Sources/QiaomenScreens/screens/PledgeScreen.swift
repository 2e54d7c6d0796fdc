// A pledge: its words with the resident's name, signed on the glass or on paper, with a witness, or by somebody for them.
import QiaomenKit
import SwiftUI

struct PledgeScreen: View {
    let state: PledgeState
    let back: @MainActor () -> Void
    let send: @MainActor (PledgeEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    private func type(_ field: String) -> @MainActor (String) -> Void { { send(.type(field: field, text: $0)) } }

    var body: some View {
        Page {
            TopBar(words("screen.pledge.title"), state.address, back: back) {
                if state.keptText != nil {
                    SignButton(.bin, words("screen.pledge.discard"), tones.page.soft) { send(.discard) }
                }
            }
        } content: {
            if state.loading {
                Loading()
            } else {
                pledge
                signing
            }
        } thumb: {
            ThumbBar {
                if let kept = state.keptText { Aside(kept) }
                WordButton(words("screen.pledge.save"), .main, .tick) { send(.save) }.disabled(!state.canSave)
            }
        }
    }

    @ViewBuilder private var pledge: some View {
        Ask(words("screen.pledge.who"), state.residents, .oneShort, state.errors.of("residents")) {
            send(.resident(code: $0))
        }
        if let earlier = state.earlierText { Remark(.info, earlier) }
        Segments(options: [
            Option("screen", words("screen.pledge.onScreen"), state.mode == .screen),
            Option("paper", words("screen.pledge.onPaper"), state.mode == .paper),
        ]) { send(.mode(mode: $0 == "paper" ? .paper : .screen)) }
        Card {
            Say(state.title, Letters.title, align: .center).wide(.center)
            Reading(state.body)
            if !state.versionText.isEmpty { Aside(state.versionText) }
        }
    }

    @ViewBuilder private var signing: some View {
        let wrong = state.errors
        switch state.mode {
        case .screen:
            SignaturePad(strokes: state.strokes) { send(.stroke(points: $0)) }
            if !state.strokes.isEmpty {
                WordButton(words("screen.pledge.clear"), .lesser, .again) { send(.clearSignature) }
            }
            if let error = wrong.of("strokes") { Remark(.warning, error, tones.page.urgent) }
        case .paper:
            Field(
                words("screen.pledge.archive"), state.archiveNumber, help: words("screen.pledge.archiveHelp"),
                error: wrong.of("archiveNumber"), does: type("archiveNumber"))
        }
        Card(inside: 0) {
            SwitchRow(words("screen.pledge.forAnother"), state.forAnother, aside: words("screen.pledge.forAnotherText"))
            {
                send(.forAnother(yes: $0))
            }
        }
        if state.forAnother {
            Field(
                words("screen.pledge.proxyName"), state.proxyName, error: wrong.of("proxyName"), does: type("proxyName")
            )
            Field(
                words("screen.pledge.proxyRelation"), state.proxyRelation, error: wrong.of("proxyRelation"),
                does: type("proxyRelation"))
        }
        Field(words("screen.pledge.witness"), state.witness, error: wrong.of("witness"), does: type("witness"))
        Field(words("screen.note"), state.note, error: wrong.of("note"), does: type("note"))
    }
}
