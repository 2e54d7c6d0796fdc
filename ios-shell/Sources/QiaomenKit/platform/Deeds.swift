// What the model has the phone do: in order, each once, with the words that go with it.
//
// Invariants: what needs the glass waits until the app is in front, and for what is on it already; every permission is asked
// for when it is needed, and the worker can go on without it; whatever the phone does not have, something sensible happens and
// is said.
import Foundation

@MainActor
public final class Deeds {
    /// What these report to.
    public struct Ears {
        var words: @MainActor () -> Words
        /// What an effect brought back.
        var told: @MainActor (AppEvent) -> Void
        /// A sentence for the person.
        var say: @MainActor (_ text: String, _ failure: Bool) -> Void
        /// Background work follows this from now on.
        var schedule: @MainActor (_ unmeteredOnly: Bool) -> Void
        /// Notifications can be shown from now on: what could not be shown before is told.
        var canNotify: @MainActor () -> Void

        public init(
            words: @escaping @MainActor () -> Words, told: @escaping @MainActor (AppEvent) -> Void,
            say: @escaping @MainActor (_ text: String, _ failure: Bool) -> Void,
            schedule: @escaping @MainActor (_ unmeteredOnly: Bool) -> Void,
            canNotify: @escaping @MainActor () -> Void
        ) {
            self.words = words
            self.told = told
            self.say = say
            self.schedule = schedule
            self.canNotify = canNotify
        }
    }

    private enum Wish {
        case effect(Effect)
        case notifications
    }

    private let means: any Means
    private let book: PlanBook
    private let ears: Ears
    private let now: () -> Date
    private var waiting: [Wish] = []
    private var inFront = false
    private var busy: Task<Void, Never>?

    public init(_ means: any Means, _ book: PlanBook, _ ears: Ears, now: @escaping () -> Date = { Date() }) {
        self.means = means
        self.book = book
        self.ears = ears
        self.now = now
    }

    private var words: Words { ears.words() }

    public func take(_ effect: Effect) {
        switch effect {
        case .schedule(let unmeteredOnly, let onDuty): follow(Plan(unmeteredOnly: unmeteredOnly, onDuty: onDuty))
        case .copy(let text):
            means.copy(text)
            ears.say(words("shell.copied"), false)
        case .call, .map, .share, .saveFile, .scan, .recordVideo, .locate, .confirmPerson:
            waiting.append(.effect(effect))
            goOn()
        }
    }

    /// The app is in front, or no longer.
    public func front(_ front: Bool) {
        inFront = front
        goOn()
    }

    /// The gate as it stands now. Behind one that is shut nothing stays on the glass; once the phone is somebody's, they are asked
    /// for notifications, once.
    public func gate(_ gate: Gate) {
        switch gate {
        case .open:
            if !book.askedForNotifications { askForNotifications() }
        case .locked, .revoked, .damaged, .keyMissing, .notOpened:
            waiting.removeAll {
                if case .effect(.confirmPerson) = $0 { false } else { true }
            }
            means.withdraw()
        case .opening, .enrolling: break
        }
    }

    private func follow(_ plan: Plan) {
        let before = book.plan
        book.plan = plan
        ears.schedule(plan.unmeteredOnly)
        // Duty that nobody can hear of is none; but who said so once is not told at every start.
        if plan.onDuty, before?.onDuty != true { askForNotifications() }
    }

    private func askForNotifications() {
        book.askedForNotifications = true
        waiting.append(.notifications)
        goOn()
    }

    private func goOn() {
        guard inFront, busy == nil, !waiting.isEmpty else { return }
        let wish = waiting.removeFirst()
        busy = Task {
            switch wish {
            case .effect(let effect): await self.perform(effect)
            case .notifications: await self.notifications()
            }
            self.busy = nil
            self.goOn()
        }
    }

    private func perform(_ effect: Effect) async {
        switch effect {
        case .call(let number):
            if await !means.open(Links.call(number)) { instead(number, "shell.call.none") }
        case .map(let latitude, let longitude, let label): await map(latitude, longitude, label)
        case .share(let text):
            if await !means.share(text) { instead(text, "shell.share.none") }
        case .saveFile(let name, let text):
            switch await means.save(text, as: name) {
            case .saved: say("shell.saved")
            case .failed: say("shell.saveFailed", failure: true)
            case .givenUp: break
            }
        case .scan: await scan()
        case .recordVideo: await record()
        case .locate: await locate()
        case .confirmPerson: await confirmPerson()
        // Needed no glass, and was done.
        case .copy, .schedule: break
        }
    }

    private func map(_ latitude: Double, _ longitude: Double, _ label: String) async {
        let way = Links.maps(latitude: latitude, longitude: longitude, label: words("iphone.map.place"))
        for address in way where await means.open(address) { return }
        instead(label, "shell.map.none")
    }

    private func scan() async {
        guard await isAllowed(.camera) else { return }
        switch await means.scan(words("iphone.scan.how"), close: words("iphone.scan.close")) {
        case .text(let text): ears.told(.scanned(text: text))
        case .cannot: say("iphone.scan.none", failure: true)
        case .givenUp: break
        }
    }

    private func record() async {
        guard await isAllowed(.camera) else { return }
        // A film without sound proves little.
        guard await isAllowed(.microphone), await isAllowed(.pictures) else { return }
        let name = Deeds.name(now())
        switch await means.record(as: name) {
        case .kept: ears.told(.recorded(name: name))
        case .cannot: say("iphone.camera.none", failure: true)
        case .lost: say("iphone.recording.lost", failure: true)
        case .givenUp: break
        }
    }

    /// What a recording is found under.
    static func name(_ at: Date, zone: TimeZone = .current) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let part = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: at)
        let time = String(
            format: "%04d%02d%02d-%02d%02d%02d", part.year ?? 0, part.month ?? 0, part.day ?? 0, part.hour ?? 0,
            part.minute ?? 0, part.second ?? 0)
        return "敲门-\(time).mov"
    }

    private func locate() async {
        guard await isAllowed(.place) else { return }
        // It may take half a minute, in which the person does other things.
        Task { await self.find() }
    }

    private func find() async {
        switch await means.locate() {
        case .here(let latitude, let longitude, let accuracy):
            // The iPhone gives satellites' coordinates everywhere.
            ears.told(
                .positioned(latitude: latitude, longitude: longitude, accuracyMetres: accuracy, datum: "wgs84"))
        case .switchedOff: say("shell.place.off", failure: true)
        case .nowhere: say("shell.place.none", failure: true)
        }
    }

    private func confirmPerson() async {
        switch await means.confirmPerson(words("shell.lock.why")) {
        case .yes: ears.told(.unlocked)
        case .noLock:
            // A phone without a lock can prove nothing: keeping its owner out would keep nobody else out.
            say("shell.lock.none", failure: true)
            ears.told(.unlocked)
        case .notNow: break
        }
    }

    // MARK: Permissions

    private func notifications() async {
        switch await means.standing(of: .notifications) {
        case .allowed: return
        case .refused: await offerSettings(.notifications)
        case .notAsked:
            // The phone's own question does not say what for.
            let yes = await means.offer(
                words("shell.notifications.title"), words("shell.notifications.why"), yes: words("shell.allow"),
                no: words("shell.later"))
            guard yes else { return }
            if await means.ask(for: .notifications) { ears.canNotify() } else { await offerSettings(.notifications) }
        }
    }

    /// Whether it is allowed, after asking for it; where it is not, the settings are offered.
    private func isAllowed(_ permission: Permission) async -> Bool {
        switch await means.standing(of: permission) {
        case .allowed: return true
        case .notAsked:
            // The phone says what for: the texts stand in InfoPlist.strings.
            if await means.ask(for: permission) { return true }
        case .refused: break
        }
        await offerSettings(permission)
        return false
    }

    private func offerSettings(_ permission: Permission) async {
        let (title, text): (String, String) =
            switch permission {
            case .notifications: (words("shell.notifications.title"), words("shell.notifications.settings"))
            case .place: (words("shell.place.title"), words("shell.place.settings"))
            case .camera: (words("iphone.camera.title"), words("iphone.camera.settings"))
            case .microphone: (words("iphone.microphone.title"), words("iphone.microphone.settings"))
            case .pictures: (words("iphone.pictures.title"), words("iphone.pictures.settings"))
            }
        if await means.offer(title, text, yes: words("shell.settings"), no: words("shell.later")) {
            means.openSettings()
        }
    }

    private func instead(_ text: String, _ said: String) {
        means.copy(text)
        say(said, failure: true)
    }

    private func say(_ key: String, failure: Bool = false) { ears.say(words(key), failure) }
}
