// The process: one model, one store, one place that does what the model wants done, whether somebody looks or not.
//
// Invariants: the store is opened once a process; what was typed is written before the system puts the app to sleep; what was
// told does not outlive what it was told of.
import Observation
import QiaomenKit
import SwiftUI
import UIKit
import UserNotifications

@MainActor
final class PhoneProcess {
    let model: PhoneModel
    let arrivals: Arrivals
    private let deeds: Deeds
    private let background: BackgroundWork
    private let notifier: PhoneNotifier
    private let board = Board()
    private let scheduler = Scheduler()
    private let touches: Touches
    private let cover = Cover()
    private var gate: Gate?
    private var language: Language?
    private var seen: String?
    private var fresh = true
    private var inFront = false
    private var away = true

    init() {
        let book = PlanBook(DefaultsShelf())
        let notifier = PhoneNotifier(board, language: IPhone.language)
        let model = PhoneModel(platform: IPhone(notifier))
        let background = BackgroundWork(model, scheduler, notifier, book)
        let arrivals = Arrivals { model.on($0) }
        deeds = Deeds(
            PhoneMeans(), book,
            Deeds.Ears(
                words: { model.words }, told: { model.on($0) }, say: { model.say($0, failure: $1) },
                schedule: { _ in background.follow() }, canNotify: { Task { await background.tell() } }))
        touches = Touches { arrivals.touched(alert: $0, tab: $1) }
        (self.notifier, self.model, self.background, self.arrivals) = (notifier, model, background, arrivals)
    }

    /// While the app is being launched: background tasks can be taken on then alone.
    func begin() {
        let background = background
        scheduler.register { await background.run() != .stuck }
        UNUserNotificationCenter.current().delegate = touches
        let (effects, deeds) = (model.effects, deeds)
        Task { for await effect in effects { deeds.take(effect) } }
        watchScreen()
        follow()
        model.start()
    }

    /// The window is there: what an earlier process showed can be shown again.
    func appeared(_ routes: String) {
        if fresh, !routes.isEmpty { model.restore(routes) }
        fresh = false
    }

    func changed(_ phase: ScenePhase) {
        switch phase {
        case .active:
            inFront = true
            if away { model.on(AppEvent.shown) }
            away = false
            deeds.front(true)
        case .background:
            (inFront, away) = (false, true)
            deeds.front(false)
            model.on(AppEvent.hidden)
            let background = background
            Awake.during { await background.hidden() }
        // The list of apps, a call, a question of the phone's.
        default: inFront = false
        }
        lay(model.state)
    }

    // Told by the model itself, since there is not always a window.
    private func follow() {
        let state = withObservationTracking {
            model.state
        } onChange: {
            Task { @MainActor [weak self] in self?.follow() }
        }
        if state.look.language != language {
            language = state.look.language
            notifier.know(language: state.look.language)
            board.name(model.words("notice.open"))
        }
        if state.gate != gate {
            gate = state.gate
            deeds.gate(state.gate)
            arrivals.gate(state.gate)
        }
        if state.gate == .open, case .alert(let alert) = state.screen, alert.id != seen {
            seen = alert.id
            notifier.seen(alert.id)
        }
        lay(state)
    }

    private func lay(_ state: AppState) {
        cover.lie(Discretion.covers(state, inFront: inFront, filmed: cover.isFilmed))
    }

    private func watchScreen() {
        let centre = NotificationCenter.default
        _ = centre.addObserver(
            forName: UIApplication.userDidTakeScreenshotNotification, object: nil, queue: .main
        ) { @Sendable [weak self] _ in
            MainActor.assumeIsolated {
                guard let self, let said = Discretion.remark(self.model.state, self.model.words) else { return }
                self.model.say(said)
            }
        }
        _ = centre.addObserver(
            forName: UIScreen.capturedDidChangeNotification, object: nil, queue: .main
        ) { @Sendable [weak self] _ in
            MainActor.assumeIsolated {
                guard let self else { return }
                self.lay(self.model.state)
            }
        }
    }
}
