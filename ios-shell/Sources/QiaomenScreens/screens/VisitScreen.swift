// A visit as it is recorded: what came of it, whom one met, what was handed out and explained; then everything once more before
// it is saved. The usual one takes six taps from the list of doors: what was ticked last time is ticked already.
import QiaomenKit
import SwiftUI

struct VisitScreen: View {
    let state: VisitState
    let back: @MainActor () -> Void
    let send: @MainActor (VisitEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    private func type(_ field: String) -> @MainActor (String) -> Void { { send(.type(field: field, text: $0)) } }
    private func choose(_ field: String) -> @MainActor (String) -> Void { { send(.choose(field: field, code: $0)) } }

    var body: some View {
        switch state.stage {
        case .form: form
        case .summary: summary
        }
    }

    private var form: some View {
        Page {
            TopBar(state.title, state.subtitle, back: back) {
                if state.draft != nil {
                    SignButton(.bin, words("screen.visit.discard"), tones.page.soft) { send(.discard) }
                }
            }
        } content: {
            outcome
            if let dissuasion = state.dissuasion {
                DissuasionPart(form: dissuasion, wrong: state.errors, send: send)
            }
            judgement
        } thumb: {
            ThumbBar {
                if let kept = state.keptText { Aside(kept) }
                WordButton(words("screen.visit.goOn")) { send(.goOn) }.disabled(!state.canGoOn)
            }
        }
    }

    @ViewBuilder private var outcome: some View {
        let wrong = state.errors
        if state.purposes.count > 1 {
            Ask(
                words("screen.visit.purpose"), state.purposes, .oneShort, wrong.of("purposes"), does: choose("purposes")
            )
        }
        Ask(words("screen.visit.outcome"), state.outcomes, .one, wrong.of("outcomes"), does: choose("outcomes"))
        Ask(
            words("screen.visit.metTarget"), state.metTarget, .oneShort, wrong.of("metTarget"),
            does: choose("metTarget"))
        Ask(words("screen.visit.met"), state.met, .many, wrong.of("met"), does: choose("met"))
        Ask(
            words("screen.visit.given"), state.given, .many, wrong.of("given"), aside: words("screen.visit.asLastTime"),
            does: choose("given"))
        Ask(
            words("screen.visit.explained"), state.explained, .many, wrong.of("explained"),
            aside: words("screen.visit.asLastTime"), does: choose("explained"))
    }

    @ViewBuilder private var judgement: some View {
        let wrong = state.errors
        Ask(
            words("screen.visit.observations"), state.observations, .many, wrong.of("observations"),
            does: choose("observations"))
        Ask(words("screen.visit.risk"), state.risks, .one, wrong.of("risks"), does: choose("risks"))
        SectionTitle(words("screen.visit.more"))
        Field(words("screen.visit.metOthers"), state.metOthers, error: wrong.of("metOthers"), does: type("metOthers"))
        SensitiveField(
            label: words("screen.note"), text: state.note, spans: state.noteSensitive, error: wrong.of("note")
        ) {
            send(.mask)
        } does: {
            send(.type(field: "note", text: $0))
        }
        Field(words("screen.visit.nextStep"), state.nextStep, error: wrong.of("nextStep"), does: type("nextStep"))
        if let photos = state.photos { PhotosPart(form: photos, wrong: state.errors, send: send) }
        Card(inside: 0) {
            OpenRow(words("screen.visit.locate"), aside: state.positionText, sign: .pin) { send(.locate) }
        }
        if !state.startedText.isEmpty { Remark(.clock, state.startedText) }
    }

    /// Everything once more, before it is saved.
    private var summary: some View {
        let asked = !state.roles.isEmpty && !state.roles.contains { $0.chosen }
        return Page {
            TopBar(words("screen.visit.summary"), state.title, backLabel: words("screen.visit.backToForm")) {
                send(.backToForm)
            }
        } content: {
            Card {
                ForEach(state.summary.indices, id: \.self) {
                    KeyValue(state.summary[$0].label, state.summary[$0].text)
                }
            }
            if !state.warnings.isEmpty {
                Card(tones.soonSoft) {
                    ForEach(state.warnings, id: \.self) { Remark(.warning, $0, tones.soonSoft.ink) }
                }
            }
            ForEach(state.errors, id: \.field) { Remark(.warning, $0.text, tones.page.urgent, font: Letters.body) }
            Ask(words("screen.visit.role"), state.roles, .one, does: choose("roles"))
            WordButton(words("screen.visit.change"), .lesser, .pencil) { send(.backToForm) }
        } thumb: {
            ThumbBar { WordButton(words("screen.visit.save"), .main, .tick) { send(.save) }.disabled(asked) }
        }
    }
}

/// What is noted of photos: a row until somebody has some to note.
private struct PhotosPart: View {
    let form: PhotosForm
    let wrong: [FieldError]
    let send: @MainActor (VisitEvent) -> Void
    @Environment(\.words) private var words

    private func choose(_ field: String) -> @MainActor (String) -> Void {
        { send(.choose(field: "photos.\(field)", code: $0)) }
    }
    private func type(_ field: String) -> @MainActor (String) -> Void {
        { send(.type(field: "photos.\(field)", text: $0)) }
    }
    private func error(_ field: String) -> String? { wrong.of("photos.\(field)") }

    var body: some View {
        if form.open {
            SectionTitle(words("screen.photos"))
            Ask(
                words("screen.photos.takenWith"), form.takenWith, .oneShort, error("takenWith"),
                does: choose("takenWith"))
            if !form.keptAt.isEmpty { kept }
        } else {
            Card(inside: 0) {
                OpenRow(words("screen.photos"), aside: form.text, sign: .photo) {
                    send(.set(field: "photos.open", yes: true))
                }
            }
        }
    }

    @ViewBuilder private var kept: some View {
        Field(words("screen.photos.takenBy"), form.takenBy, error: error("takenBy"), does: type("takenBy"))
        Ask(words("screen.photos.keptAt"), form.keptAt, .one, error("keptAt"), does: choose("keptAt"))
        Field(
            words("screen.photos.keptAs"), form.keptAs, help: words("screen.photos.keptAsHelp"),
            error: error("keptAs"), does: type("keptAs"))
    }
}

/// How a person was talked out of it: steps, script, who was brought in, and the recording.
private struct DissuasionPart: View {
    let form: DissuasionForm
    let wrong: [FieldError]
    let send: @MainActor (VisitEvent) -> Void
    @Environment(\.words) private var words

    private func choose(_ field: String) -> @MainActor (String) -> Void {
        { send(.choose(field: "dissuasion.\(field)", code: $0)) }
    }
    private func type(_ field: String) -> @MainActor (String) -> Void {
        { send(.type(field: "dissuasion.\(field)", text: $0)) }
    }
    private func set(_ field: String) -> @MainActor (Bool) -> Void {
        { send(.set(field: "dissuasion.\(field)", yes: $0)) }
    }
    private func error(_ field: String) -> String? { wrong.of("dissuasion.\(field)") }

    private func ask(_ key: String, _ field: String, _ choices: [Choice], _ laid: Laid) -> Ask {
        Ask(words(key), choices, laid, error(field), does: choose(field))
    }

    var body: some View {
        ask("screen.dissuasion.kind", "kinds", form.kinds, .oneShort)
        if let title = form.scriptTitle { script(title) }
        ask("screen.dissuasion.steps", "steps", form.steps, .manyLong)
        Card(inside: 0, gap: 0) {
            SwitchRow(words("screen.dissuasion.courtesy"), form.courtesy, does: set("courtesy"))
            Divider()
            SwitchRow(
                words("screen.dissuasion.deeplyTakenIn"), form.deeplyTakenIn,
                aside: words("screen.dissuasion.deeplyText"), does: set("deeplyTakenIn"))
        }
        ask("screen.dissuasion.broughtIn", "broughtIn", form.broughtIn, .many)
        ask("screen.dissuasion.ways", "ways", form.ways, .many)
        ask("screen.dissuasion.places", "places", form.places, .oneShort)
        recording
        SectionTitle(words("screen.dissuasion.together"))
        Field(words("screen.dissuasion.officers"), form.officers, error: error("officers"), does: type("officers"))
        Field(words("screen.dissuasion.team"), form.team, error: error("team"), does: type("team"))
        ask("screen.dissuasion.care", "care", form.care, .many)
    }

    private func script(_ title: String) -> some View {
        Card {
            Say(title, Letters.strong)
            if form.scriptOpen, let body = form.scriptBody { Reading(body) }
            WordButton(
                words(form.scriptOpen ? "screen.dissuasion.closeScript" : "screen.dissuasion.openScript"), .lesser,
                .book
            ) { set("scriptOpen")(!form.scriptOpen) }
        }
    }

    @ViewBuilder private var recording: some View {
        SectionTitle(words("screen.dissuasion.recording"))
        WordButton(words("screen.dissuasion.record"), .lesser, .recorder) { send(.recordVideo) }
        ask("screen.dissuasion.recordedWith", "recordedWith", form.recordedWith, .oneShort)
        if !form.keptAt.isEmpty { recorded }
    }

    /// Whose it is, and where: once there is a recording.
    @ViewBuilder private var recorded: some View {
        Field(
            words("screen.dissuasion.recordedBy"), form.recordedBy, error: error("recordedBy"), does: type("recordedBy")
        )
        ask("screen.dissuasion.keptAt", "keptAt", form.keptAt, .one)
        Field(
            words("screen.dissuasion.keptAs"), form.keptAs, help: words("screen.dissuasion.keptAsHelp"),
            error: error("keptAs"), does: type("keptAs"))
    }
}
