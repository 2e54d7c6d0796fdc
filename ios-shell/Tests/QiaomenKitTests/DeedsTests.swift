// What the model has the phone do, without a phone: what is asked for, opened, said and told back.
import Foundation
import Testing

@testable import QiaomenKit

@MainActor
private final class FakeMeans: Means {
    /// What was asked of them, in order.
    var asked: [String] = []
    var copied: [String] = []
    /// The schemes that somebody takes.
    var takes: Set<String> = ["tel", "https"]
    var stands: [Permission: Standing] = [:]
    var grants = true
    var accepts = true
    var scanned = Scanned.text("qiaomen:x")
    var recorded = Recorded.kept
    var located = Located.here(latitude: 36.1, longitude: 114.2, accuracyMetres: 12)
    var confirmed = Confirmed.yes
    var savedAs = Saved.saved
    var shares = true
    /// Held back as long as this is set.
    var held: CheckedContinuation<Void, Never>?
    var holdsLocate = false

    func open(_ address: String) async -> Bool {
        asked.append("open \(address)")
        return takes.contains(String(address.prefix { $0 != ":" }))
    }
    func copy(_ text: String) { copied.append(text) }
    func share(_ text: String) async -> Bool {
        asked.append("share \(text)")
        return shares
    }
    func save(_ text: String, as name: String) async -> Saved {
        asked.append("save \(name)")
        return savedAs
    }
    func scan(_ how: String, close: String) async -> Scanned {
        asked.append("scan")
        return scanned
    }
    func record(as name: String) async -> Recorded {
        asked.append("record \(name)")
        return recorded
    }
    func locate() async -> Located {
        asked.append("locate")
        if holdsLocate { await withCheckedContinuation { held = $0 } }
        return located
    }
    func confirmPerson(_ why: String) async -> Confirmed {
        asked.append("confirm")
        return confirmed
    }
    func standing(of permission: Permission) async -> Standing { stands[permission] ?? .notAsked }
    func ask(for permission: Permission) async -> Bool {
        asked.append("ask \(permission)")
        stands[permission] = grants ? .allowed : .refused
        return grants
    }
    func offer(_ title: String, _ text: String, yes: String, no: String) async -> Bool {
        asked.append("offer \(title)")
        return accepts
    }
    func openSettings() { asked.append("settings") }
    func withdraw() { asked.append("withdraw") }
}

@MainActor
private final class FakeShelf: Shelf {
    private nonisolated(unsafe) var texts: [String: String] = [:]

    nonisolated func text(_ name: String) -> String? { texts[name] }
    nonisolated func put(_ name: String, _ text: String?) { texts[name] = text }
}

@Suite @MainActor struct DeedsTests {
    private let means = FakeMeans()
    private let book = PlanBook(FakeShelf())
    private let heard = Heard()
    private let words = Words(.zh)

    private final class Heard {
        var told: [AppEvent] = []
        var said: [String] = []
        var schedules: [Bool] = []
        var canNotify = 0
    }

    private func deeds(front: Bool = true) -> Deeds {
        let (heard, words) = (heard, words)
        let deeds = Deeds(
            means, book,
            Deeds.Ears(
                words: { words }, told: { heard.told.append($0) }, say: { text, _ in heard.said.append(text) },
                schedule: { heard.schedules.append($0) }, canNotify: { heard.canNotify += 1 }),
            now: { Date(timeIntervalSince1970: 1_772_000_000) })
        deeds.front(front)
        return deeds
    }

    /// Waits until nothing happens any more.
    private func settled() async { for _ in 0..<200 { await Task.yield() } }

    @Test func aNumberIsDialledOrCopied() async {
        let deeds = deeds()
        deeds.take(.call(number: "+8613800000001"))
        await settled()
        #expect(means.asked == ["open tel:+8613800000001"] && heard.said.isEmpty)
        means.takes = []
        deeds.take(.call(number: "110"))
        await settled()
        #expect(means.copied == ["110"] && heard.said == [words("shell.call.none")])
    }

    @Test func mapsAreToldTheDatumAndNobodysName() async {
        let deeds = deeds()
        deeds.take(.map(latitude: 36.1, longitude: 114.2, label: "何秀兰 · 家"))
        await settled()
        #expect(means.asked.count == 3, "those that can be told the datum are asked first")
        #expect(means.asked[0].hasPrefix("open iosamap://viewMap?") && means.asked[0].hasSuffix("&dev=1"))
        #expect(means.asked[0].contains("lat=36.100000&lon=114.200000"))
        #expect(means.asked[1].hasPrefix("open baidumap://map/marker?location=36.100000,114.200000"))
        #expect(means.asked[1].contains("coord_type=wgs84"))
        // Apple's map of China is shifted by some hundred metres.
        #expect(means.asked[2].hasPrefix("open https://maps.apple.com/?ll=36.10"))
        #expect(means.asked[2].contains(",114.20") && !means.asked[2].contains("114.200000"))
        let name = "何秀兰".addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
        #expect(!means.asked.contains { $0.contains(name) || $0.contains("何秀兰") })
        for address in means.asked { #expect(URL(string: String(address.dropFirst(5))) != nil, "\(address)") }
        means.takes = []
        deeds.take(.map(latitude: 36.1, longitude: 114.2, label: "河东村五组12号"))
        await settled()
        #expect(means.copied == ["河东村五组12号"] && heard.said == [words("shell.map.none")])
    }

    @Test func everySchemeThatIsOpenedIsAskedForBefore() {
        let all = Links.maps(latitude: 1, longitude: 2, label: "x") + [Links.call("110")]
        let schemes = Set(all.map { String($0.prefix { $0 != ":" }) }).subtracting(["https"])
        #expect(schemes == Set(Links.schemes))
    }

    @Test func whatIsCopiedSharedAndGivenAwayIsSaid() async {
        let deeds = deeds()
        deeds.take(.copy(text: "五组12号"))
        deeds.take(.share(text: "提醒"))
        deeds.take(.saveFile(name: "a.json", text: "{}"))
        await settled()
        #expect(means.copied == ["五组12号"] && means.asked == ["share 提醒", "save a.json"])
        #expect(heard.said == [words("shell.copied"), words("shell.saved")])
        (means.shares, means.savedAs) = (false, .failed)
        deeds.take(.share(text: "提醒"))
        deeds.take(.saveFile(name: "a.json", text: "{}"))
        await settled()
        #expect(heard.said.suffix(2) == [words("shell.share.none"), words("shell.saveFailed")])
    }

    @Test func aScanAsksForTheCameraAndTellsWhatItRead() async {
        let deeds = deeds()
        deeds.take(.scan)
        await settled()
        #expect(means.asked == ["ask camera", "scan"] && heard.told == [.scanned(text: "qiaomen:x")])
        means.scanned = .givenUp
        deeds.take(.scan)
        await settled()
        #expect(heard.told.count == 1 && heard.said.isEmpty)
        means.scanned = .cannot
        deeds.take(.scan)
        await settled()
        #expect(heard.said == [words("iphone.scan.none")])
    }

    @Test func aRefusedPermissionIsSaidWithAWayToTheSettings() async {
        means.grants = false
        let deeds = deeds()
        deeds.take(.scan)
        await settled()
        #expect(means.asked == ["ask camera", "offer \(words("iphone.camera.title"))", "settings"])
        // Once refused the phone asks no more.
        (means.asked, means.accepts) = ([], false)
        deeds.take(.scan)
        await settled()
        #expect(means.asked == ["offer \(words("iphone.camera.title"))"])
        #expect(heard.told.isEmpty)
    }

    @Test func aFilmNeedsCameraSoundAndAPlaceToBeKept() async {
        let deeds = deeds()
        deeds.take(.recordVideo)
        await settled()
        let name = Deeds.name(Date(timeIntervalSince1970: 1_772_000_000))
        #expect(means.asked == ["ask camera", "ask microphone", "ask pictures", "record \(name)"])
        #expect(heard.told == [.recorded(name: name)])
        #expect(
            Deeds.name(
                Date(timeIntervalSince1970: 1_772_000_000), zone: TimeZone(secondsFromGMT: 8 * 3600)!)
                == "敲门-20260225-141320.mov")
        // Without a place to be kept nothing is filmed.
        (means.asked, means.stands[.pictures]) = ([], .refused)
        deeds.take(.recordVideo)
        await settled()
        #expect(!means.asked.contains { $0.hasPrefix("record") })
        (means.stands[.pictures], means.recorded) = (.allowed, .lost)
        deeds.take(.recordVideo)
        await settled()
        #expect(heard.said == [words("iphone.recording.lost")] && heard.told.count == 1)
    }

    @Test func aPlaceIsToldWithItsDatumAndHoldsNothingUp() async {
        means.holdsLocate = true
        let deeds = deeds()
        deeds.take(.locate)
        deeds.take(.call(number: "110"))
        await settled()
        #expect(means.asked == ["ask place", "locate", "open tel:110"])
        means.held?.resume()
        await settled()
        #expect(
            heard.told == [.positioned(latitude: 36.1, longitude: 114.2, accuracyMetres: 12, datum: "wgs84")])
        (means.holdsLocate, means.located) = (false, .switchedOff)
        deeds.take(.locate)
        await settled()
        means.located = .nowhere
        deeds.take(.locate)
        await settled()
        #expect(heard.said == [words("shell.place.off"), words("shell.place.none")])
    }

    @Test func aPersonShowsThatItIsThey() async {
        let deeds = deeds()
        means.confirmed = .notNow
        deeds.take(.confirmPerson)
        await settled()
        #expect(heard.told.isEmpty)
        means.confirmed = .yes
        deeds.take(.confirmPerson)
        await settled()
        #expect(heard.told == [.unlocked])
        // A phone that anybody can open proves nothing.
        means.confirmed = .noLock
        deeds.take(.confirmPerson)
        await settled()
        #expect(heard.told == [.unlocked, .unlocked] && heard.said == [words("shell.lock.none")])
    }

    @Test func whatNeedsTheGlassWaitsForIt() async {
        let deeds = deeds(front: false)
        deeds.take(.share(text: "一"))
        deeds.take(.call(number: "110"))
        deeds.take(.schedule(unmeteredOnly: true, onDuty: false))
        await settled()
        #expect(means.asked.isEmpty && heard.schedules == [true])
        deeds.front(true)
        await settled()
        #expect(means.asked == ["share 一", "open tel:110"])
    }

    @Test func nothingStaysOnTheGlassBehindAShutGate() async {
        let deeds = deeds(front: false)
        deeds.take(.share(text: "一"))
        deeds.take(.confirmPerson)
        deeds.gate(.locked)
        deeds.front(true)
        await settled()
        #expect(means.asked == ["withdraw", "confirm"])
    }

    @Test func notificationsAreAskedForOnceAndWhenDutyBegins() async {
        let deeds = deeds()
        deeds.gate(.enrolling)
        await settled()
        #expect(means.asked.isEmpty)
        deeds.gate(.open)
        await settled()
        #expect(means.asked == ["offer \(words("shell.notifications.title"))", "ask notifications"])
        #expect(heard.canNotify == 1 && book.askedForNotifications)
        means.asked = []
        deeds.gate(.open)
        await settled()
        #expect(means.asked.isEmpty)
        // Duty that nobody can hear of is none.
        means.stands[.notifications] = .refused
        deeds.take(.schedule(unmeteredOnly: false, onDuty: true))
        await settled()
        #expect(means.asked == ["offer \(words("shell.notifications.title"))", "settings"])
        // It is told again at every start.
        means.asked = []
        deeds.take(.schedule(unmeteredOnly: false, onDuty: true))
        await settled()
        #expect(means.asked.isEmpty && book.plan == Plan(unmeteredOnly: false, onDuty: true))
    }

    // MARK: From outside

    @Test func whatLeadsIntoTheAppWaitsForItsGate() {
        let heard = heard
        let arrivals = Arrivals { heard.told.append($0) }
        arrivals.touched(alert: "a", tab: nil)
        #expect(heard.told == [.openAlert(alert: "a")])
        arrivals.touched(alert: nil, tab: "sync")
        arrivals.gate(.locked)
        #expect(heard.told.count == 1)
        arrivals.gate(.open)
        #expect(heard.told.last == .tab(tab: .sync))
        arrivals.touched(alert: nil, tab: "nowhere")
        // On a phone that belongs to somebody an invitation does nothing, now or later.
        arrivals.opened("qiaomen:enrol")
        arrivals.gate(.enrolling)
        #expect(heard.told.count == 2)
        arrivals.opened("https://elsewhere")
        arrivals.opened("qiaomen:enrol")
        #expect(heard.told.last == .scanned(text: "qiaomen:enrol") && heard.told.count == 3)
    }

    @Test func aDossierIsNotFilmedAndTheListOfAppsShowsNothing() {
        var state = AppState()
        state.gate = .open
        state.screen = .dossier(state: DossierState(alert: "a"))
        #expect(Discretion.covers(state, inFront: false, filmed: false))
        #expect(!Discretion.covers(state, inFront: true, filmed: false))
        #expect(Discretion.covers(state, inFront: true, filmed: true))
        #expect(Discretion.remark(state, words) == words("iphone.screenshot"))
        state.screen = .settings(state: SettingsState())
        #expect(!Discretion.covers(state, inFront: true, filmed: true))
        #expect(Discretion.remark(state, words) == nil)
        state.gate = .locked
        state.screen = .dossier(state: DossierState(alert: "a"))
        #expect(!Discretion.covers(state, inFront: true, filmed: true))
    }
}
