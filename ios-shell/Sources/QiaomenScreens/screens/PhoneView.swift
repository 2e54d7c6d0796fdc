// Everything that is on the glass: the gate, or the screen on top with what frames it.
//
// Invariant: what is shown is what the state says, and what the person does is told by events alone.
import QiaomenKit
import SwiftUI

/// The app, looking as the person chose.
public struct PhoneView: View {
    private let model: PhoneModel
    @Environment(\.colorScheme) private var scheme

    public init(_ model: PhoneModel) { self.model = model }

    public var body: some View {
        let look = model.state.look
        Glass(state: model.state, model: model)
            .environment(\.tones, (look.scheme ?? scheme) == .dark ? .dark : .light)
            .environment(\.words, model.words)
            .dynamicTypeSize(look.leastType...)
            .preferredColorScheme(look.scheme)
    }
}

private struct Glass: View {
    let state: AppState
    let model: PhoneModel
    @Environment(\.tones) private var tones

    var body: some View {
        VStack(spacing: 0) {
            switch state.gate {
            case .open, .enrolling: shown
            default: GateView(gate: state.gate) { model.on($0) }
            }
        }
        .on(tones.page)
        .background(tones.page.ground.colour.ignoresSafeArea())
    }

    @ViewBuilder private var shown: some View {
        if let urgent = state.urgent {
            UrgentBar(alert: urgent) {
                model.on(AppEvent.openUrgent)
            } later: {
                model.on(AppEvent.later)
            }
        }
        ForEach(state.banners, id: \.kind) { banner in
            BannerBar(banner.text, banner.kind.sign, banner.kind.tone(tones)) {
                model.on(.openBanner(kind: banner.kind))
            }
        }
        ScreenOnTop(state: state, model: model)
            .frame(maxHeight: .infinity)
            // As everywhere on an iPhone, back is a stroke from the edge too.
            .simultaneousGesture(
                DragGesture(minimumDistance: 30).onEnded { stroke in
                    if state.canGoBack, stroke.startLocation.x < 24, stroke.translation.width > 80 {
                        model.on(AppEvent.back)
                    }
                })
        if let undo = state.undo { UndoBar(undo: undo) { model.on(AppEvent.undo) } }
        if let said = state.said { SaidBar(said: said) { model.on(AppEvent.heard) } }
        if state.tab != nil { Tabs(state: state) { model.on(.tab(tab: $0)) } }
    }
}

private struct ScreenOnTop: View {
    let state: AppState
    let model: PhoneModel

    var body: some View {
        let back: @MainActor () -> Void = { model.on(AppEvent.back) }
        switch state.screen {
        case .enrol(let state): EnrolScreen(state: state, back: back) { model.on($0) }
        case .today(let state): TodayScreen(state: state) { model.on($0) }
        case .alert(let state): AlertScreen(state: state, back: back) { model.on($0) }
        case .paste(let state): PasteScreen(state: state, back: back) { model.on($0) }
        case .doors(let state): DoorsScreen(state: state) { model.on($0) }
        case .household(let state): HouseholdScreen(state: state, back: back) { model.on($0) }
        case .visit(let state): VisitScreen(state: state, back: back) { model.on($0) }
        case .pledge(let state): PledgeScreen(state: state, back: back) { model.on($0) }
        case .dossier(let state): DossierScreen(state: state, back: back)
        case .conflicts(let state): ConflictsScreen(state: state, back: back) { model.on($0) }
        case .sync(let state): SyncScreen(state: state) { model.on($0) }
        case .correct(let state): CorrectScreen(state: state, back: back) { model.on($0) }
        case .settings(let state): SettingsScreen(state: state) { model.on($0) }
        }
    }
}

extension BannerKind {
    fileprivate var sign: Sign {
        switch self {
        case .clock: .clock
        case .storage: .storage
        case .update: .info
        case .signedOut: .locked
        case .refused: .refused
        case .offline: .exchange
        }
    }

    fileprivate func tone(_ tones: Tones) -> Tone {
        switch self {
        case .refused, .signedOut: tones.urgentSoft
        case .clock, .storage, .update: tones.soonSoft
        case .offline: tones.sunk
        }
    }
}
