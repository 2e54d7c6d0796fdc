// One alert: whose it is, what is due, what was done, and what can be done now.
//
// Invariants: what is typed into a sheet is kept within a moment and comes back when the sheet is opened again; a button that
// could not succeed is not there; what is sent becomes one record (see Once.swift).
import QiaomenCore

final class AlertModel: ScreenModel {
    let frame: ScreenFrame
    var state: AlertState
    let route: Route
    private let id: String
    private var alert: FraudAlert?
    private var facts = SheetFacts()
    private var opened = false
    private var noted = false

    /// What was typed into each sheet, and which one lies over the screen.
    private var inputs: [AlertAction: SheetInput] = [:]
    private var over: AlertAction?
    /// The sheet whose record is being written: it is not kept any more.
    private var sending: AlertAction?
    /// What is wrong in the sheet that is open, until something is typed.
    private var errors: [FieldError] = []
    private let prefix: String

    /// More than a case file has.
    private nonisolated static let mostFile: UInt32 = 2_000
    private static let shown: Set<Noun> = [
        .alerts, .tasks, .visits, .drafts, .households, .conflicts, .quarantine, .directory,
    ]

    private let shownBadge: ShownBadge

    init(_ desk: Desk, alert: String) {
        frame = ScreenFrame(desk)
        state = AlertState(id: alert)
        route = .alert(alert: alert)
        id = alert
        prefix = "alert.\(alert)."
        shownBadge = ShownBadge(desk)
        shownBadge.isShown = { [weak self] in
            if let self, !self.frame.left, case .badge? = self.state.sheet { true } else { false }
        }
        shownBadge.ask = { [weak self] in self?.badge() }
        shownBadge.drop = { [weak self] in self?.show { $0.sheet = nil } }
    }

    static func wrap(_ state: AlertState) -> Screen { .alert(state: state) }

    private struct Found: Sendable {
        var state: AlertState
        var alert: FraudAlert?
        var facts = SheetFacts()
        var inputs: [AlertAction: SheetInput] = [:]
        var unseen = false
    }

    func load() {
        let (id, now, opening, prefix) = (id, desk.now(), !opened, prefix)
        let pending = desk.pending?.alert == id
        read { bench in
            var found = try AlertModel.look(bench, id, now, pending)
            if opening { found.inputs = try AlertModel.kept(bench, id, prefix) }
            return found
        } then: { found in
            self.alert = found.alert
            self.facts.level = found.facts.level
            self.facts.stopped = found.facts.stopped
            self.show { state in
                let sheet = state.sheet
                state = found.state
                state.sheet = sheet
            }
            if opening, !self.opened {
                self.inputs.merge(found.inputs) { _, kept in kept }
                if let open = AlertAction.allCases.first(where: { found.inputs[$0]?.open == true }) { self.open(open) }
            }
            self.opened = true
            self.redo()
            if found.unseen, !self.noted {
                self.noted = true
                // Whoever may not note it only looks.
                self.write {
                    _ = try $0.core.alerts.seen(alert: id, role: nil)
                } then: {
                    self.desk.saved()
                } failed: {
                    if case .RoleUnknown? = $0 as? QiaomenError { true } else { false }
                }
            }
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if !nouns.isDisjoint(with: AlertModel.shown) { load() }
    }

    @Work
    private static func kept(_ bench: Bench, _ id: String, _ prefix: String) throws -> [AlertAction: SheetInput] {
        try AlertAction.allCases.reduce(into: [:]) { kept, action in
            _ = try bench.became(prefix + action.rawValue, have: { try own(bench, id, action) })
            kept[action] = try bench.forms.get(key: prefix + action.rawValue).flatMap {
                Written.read(SheetInput.self, $0)
            }
        }
    }

    /// How many records of this person's the sheet has brought about.
    @Work
    private static func own(_ bench: Bench, _ id: String, _ action: AlertAction) throws -> Int {
        let me = try bench.names.me()
        return try bench.core.timeline.case(alert: id, page: Page(skip: 0, take: mostFile)).filter {
            $0.about.header.author == me && action.wrote($0.record)
        }.count
    }

    @Work
    private static func look(_ bench: Bench, _ id: String, _ now: Int64, _ pending: Bool) throws -> Found {
        let (core, words) = (bench.core, bench.words)
        guard let kept = try core.alerts.get(id: id) else {
            return Found(state: AlertState(id: id, loading: false, missing: true))
        }
        let (alert, me) = (kept.record, try bench.names.me())
        let file = try core.timeline.case(alert: id, page: Page(skip: 0, take: mostFile))
        let teller = bench.teller(now, doors: try bench.doors(of: file.map(\.record)))
        let standing = try core.tasks.standing(alert: id)
        let due = try core.tasks.ofCase(alert: id).list
        let custody = try core.tasks.custody(alert: id)
        let card = teller.custodyCard(custody, me)
        let stopped = file.compactMap { kept -> StopStep? in
            if case .ofStopPayment(let it) = kept.record { it.step } else { nil }
        }
        let places = teller.places(alert, alert.household.flatMap(teller.door))
        let caseNow = CaseNow(
            held: try bench.names.held(), custody: card, owned: custody.owner != nil, standing: standing, due: due,
            stopped: stopped.unique, hasTelephone: alert.telephone?.isBlank == false,
            hasPlace: places.contains { $0.hasPosition || $0.address?.isBlank == false })
        let level = standing.level.code
        let place = places.lazy.compactMap(\.address).first
        let state = AlertState(
            id: id,
            loading: false,
            name: alert.name,
            level: level,
            levelText: words.word("level", level),
            telephone: alert.telephone,
            facts: teller.facts(alert),
            note: alert.note,
            result: standing.result.code,
            resultText: teller.resultText(standing),
            custody: card,
            places: places,
            next: CaseRows.next(due).map { teller.taskCard(id, alert.name, level, $0, place, justDone: pending) },
            due: due.map(teller.dueRow),
            actions: caseNow.actions,
            stopPaymentOwed: standing.stopPaymentOwed,
            releaseOwed: standing.releaseOwed,
            file: try bench.rows(file.filter { !$0.record.isSeen }, teller),
            accidentText: teller.accidentText(standing))
        let unseen =
            kept.about.header.author != me && !file.contains { $0.record.isSeen && $0.about.header.author == me }
        return Found(
            state: state, alert: alert, facts: SheetFacts(level: standing.level, stopped: stopped.unique),
            unseen: unseen)
    }

    // MARK: What the person does

    func on(_ event: AlertEvent) {
        // What is being sent is not changed under way.
        if sending != nil, event.isOfSheet { return }
        let id = id
        switch event {
        case .act(let action): if state.actions.contains(action) { act(action) }
        case .accept(let offer): accept(offer)
        case .takeBack(let offer):
            writeOnce("offer") {
                _ = try $0.core.alerts.takeBack(alert: id, offer: offer, reason: nil, role: nil)
            } then: {
                self.answered(offer, "alert.takenBack")
            }
        case .navigate(let place): navigate(place)
        case .type(let field, let text): input { $0.texts[field] = text }
        case .choose(let code): choose(code)
        case .mask: input { $0.texts = $0.texts.mapValues(Sensitive.masked) }
        case .confirm: confirm()
        case .closeSheet: closeSheet()
        case .openHousehold: if let household = alert?.household { desk.go(.household(id: household)) }
        }
    }

    private func act(_ action: AlertAction) {
        let id = id
        switch action {
        case .take:
            writeOnce("take") {
                _ = try $0.core.alerts.receipt(alert: id, role: nil)
            } then: {
                // Not once more before it is read again.
                self.show { $0.actions.removeAll { $0 == .take } }
                self.done(self.words("alert.taken"))
            }
        case .accept: if let offer = state.custody.offers.first(where: \.toMe) { accept(offer.offer) }
        case .recordVisit: desk.go(.visit(alert: id))
        case .dissuade: desk.go(.visit(alert: id, purpose: "dissuasion"))
        case .call: if let number = state.telephone { desk.effect(.call(number: dialled(number))) }
        case .navigate:
            let known = state.places.first(where: \.hasPosition)
            if let place = known ?? state.places.first(where: { $0.address?.isBlank == false }) { navigate(place.id) }
        case .badge: badge()
        case .dossier: desk.go(.dossier(alert: id))
        case .script, .feedback, .moneySent, .stopPayment, .handOver, .propose, .clear, .raise, .comment:
            open(action)
        }
    }

    private func accept(_ offer: String) {
        let id = id
        writeOnce("offer") {
            _ = try $0.core.alerts.accept(alert: id, offer: offer, role: nil)
        } then: {
            self.answered(offer, "alert.accepted")
        }
    }

    private func answered(_ offer: String, _ said: String) {
        show {
            $0.custody.offers.removeAll { $0.offer == offer }
            $0.actions.removeAll { $0 == .accept }
        }
        done(words(said))
    }

    private func done(_ text: String) {
        desk.say(text)
        desk.saved()
        load()
    }

    private func navigate(_ place: String) {
        guard let row = state.places.first(where: { $0.id == place }) else { return }
        let position = alert?.places.first { $0.id == place }?.place.position
        read("navigate") { _ in
            position?.forMaps
        } then: { way in
            let address = row.address.flatMap { $0.isBlank ? nil : $0 }
            if let way {
                self.desk.effect(row.map(latitude: way.latitude, longitude: way.longitude))
            } else if let address {
                self.desk.effect(.copy(text: address))
                self.desk.say(self.words("alert.addressCopied"))
            } else {
                self.desk.say(self.words("alert.noAddress"), failure: true)
            }
        }
    }

    private func badge() {
        read("badge") {
            try $0.core.replica.badge()
        } then: { badge in
            self.show { $0.sheet = .badge(.init(badge, self.words)) }
            self.shownBadge.shown(until: badge.until)
        } failed: { error in
            if case .NotFound? = error as? QiaomenError {
                self.desk.say(self.words("badge.afterSync"), failure: true)
            } else {
                self.desk.failed(error)
            }
        }
    }

    // MARK: Sheets

    private func open(_ action: AlertAction) {
        over = action
        errors = []
        inputs[action, default: SheetInput()].open = true
        redo()
        switch action {
        case .handOver: people()
        case .script: script(inputs[action]?.chosen)
        default: break
        }
    }

    /// Shows the sheet as it is now.
    private func redo() {
        if let over {
            show { $0.sheet = words.sheet(over, inputs[over] ?? SheetInput(), facts, errors) }
        }
    }

    private func wrong(_ found: [FieldError]) {
        errors = found
        redo()
    }

    private func people() {
        let (id, area) = (id, alert?.area)
        read("people") {
            try AlertModel.people($0, id, area)
        } then: { found in
            self.facts.people = found
            self.redo()
        }
    }

    /// The nearest first, then everybody who may take it, by name.
    @Work
    private static func people(_ bench: Bench, _ id: String, _ area: String?) throws -> [PersonRow] {
        let (core, names, words) = (bench.core, bench.names, bench.words)
        let near = try core.alerts.nearest(id: id)
        let above = try area.map { try names.above($0) } ?? []
        let me = try names.me()
        struct Able {
            var id: String
            var name: String
            var roles: [Assignment]
            var rank: Int
        }
        let able = try bench.all { try core.people.list(page: $0) }.compactMap { kept -> Able? in
            guard !kept.record.left, kept.id != me else { return nil }
            let roles = kept.record.assignments.map(\.assignment).filter {
                !$0.ended && Deed.receipt.roles.contains($0.role)
            }
            guard !roles.isEmpty else { return nil }
            let rank = near.firstIndex { $0.person == kept.id } ?? Int.max
            return Able(id: kept.id, name: kept.record.name, roles: roles, rank: rank)
        }
        func far(_ one: Able) -> Bool { !one.roles.contains { above.contains($0.area) } }
        let sorted = able.sorted { one, other in
            if one.rank != other.rank { return one.rank < other.rank }
            if far(one) != far(other) { return far(other) }
            return one.name < other.name
        }
        return try sorted.map { one in
            let text = try one.roles.map {
                words(
                    "person.roleAt", ["role": words.word("role", $0.role.code), "area": try names.path($0.area, words)])
            }
            return PersonRow(
                id: one.id, name: one.name, roleText: words.list(text),
                nearText: near.first { $0.person == one.id }.map(words.near))
        }
    }

    private func script(_ kind: String?) {
        let id = id
        read("script") { bench in
            // The kind that was judged last.
            let last = try bench.core.visits.ofCase(alert: id, page: Page(skip: 0, take: 30)).lazy
                .compactMap { $0.record.dissuasion?.fraud?.code }.first
            return try bench.script(kind ?? last ?? Groups.fraud.codes[0])
        } then: { found in
            self.facts.script = found
            self.redo()
        }
    }

    private func choose(_ code: String) {
        input { $0.chosen = code }
        if over == .script { script(code) }
    }

    private func input(_ change: (inout SheetInput) -> Void) {
        guard let over else { return }
        change(&inputs[over, default: SheetInput()])
        errors = []
        redo()
        touched()
    }

    func keep() -> Keeping? {
        let (prefix, texts) = (prefix, inputs.filter { $0.key != sending && (!$0.value.isEmpty || $0.value.open) })
        return { bench in
            for (action, input) in texts {
                try bench.forms.keep(key: prefix + action.rawValue, text: Written.json(input))
            }
        }
    }

    private func closeSheet() {
        if let action = over {
            let input = inputs[action] ?? SheetInput()
            if input.isEmpty || action == .script {
                drop(action)
            } else {
                inputs[action]?.open = false
                touched()
            }
        }
        over = nil
        show { $0.sheet = nil }
    }

    private func drop(_ action: AlertAction) {
        inputs[action] = nil
        let key = prefix + action.rawValue
        write({ _ = try $0.forms.discard(key: key) })
    }

    func back() -> Bool {
        if state.sheet == nil { return false }
        if sending == nil { closeSheet() }
        return true
    }

    private func confirm() {
        guard let action = over else { return }
        let (id, input) = (id, inputs[action] ?? SheetInput())
        switch action {
        case .handOver:
            guard let person = input.chosen else {
                return desk.say(words("handOver.chooseSomebody"), failure: true)
            }
            let note = input.text("note").orNone
            send(action, words("handOver.offered")) {
                try $0.core.alerts.handOver(alert: id, to: person, note: note, role: nil)
            }
        case .moneySent:
            let found = words.moneyErrors(input)
            if !found.isEmpty { return wrong(found) }
            let what = MoneySent(
                alert: id, at: desk.now(), sent: nil, fen: Money.fen(input.text("yuan")),
                to: input.text("account").orNone, note: input.text("note").orNone)
            send(action, words("moneySent.saved")) { try $0.core.alerts.moneySent(what: what, role: nil) }
        case .stopPayment:
            guard case .stopPayment(let sheet)? = state.sheet else { return }
            let (step, institution) = (Groups.stop.of(sheet.step), input.text("institution").orNone)
            send(action, words.word("stop", step.code)) {
                try $0.core.alerts.stopPayment(alert: id, step: step, institution: institution, role: nil)
            }
        case .raise:
            guard case .raise(let sheet)? = state.sheet, let chosen = sheet.levels.first(where: \.chosen) else {
                return
            }
            let (level, reason) = (Groups.level.of(chosen.code), input.text("reason").orNone)
            send(action, words("event.raise", ["level": words.word("level", level.code)])) {
                try $0.core.alerts.raise(alert: id, level: level, reason: reason, role: nil)
            }
        case .feedback, .propose, .clear, .comment: say(action, input)
        default: closeSheet()
        }
    }

    /// Sends a sentence.
    private func say(_ action: AlertAction, _ input: SheetInput) {
        guard let text = input.text("text").orNone else { return desk.say(words("words.missing"), failure: true) }
        let id = id
        switch action {
        case .feedback:
            send(action, words("feedback.saved")) { try $0.core.alerts.feedback(alert: id, note: text, role: nil) }
        case .propose:
            send(action, words("proposal.saved")) { try $0.core.alerts.propose(alert: id, reason: text, role: nil) }
        case .clear:
            send(action, words("clearance.saved")) { try $0.core.alerts.clear(alert: id, reason: text, role: nil) }
        default:
            send(action, words("comment.saved")) { try $0.core.alerts.comment(alert: id, text: text, role: nil) }
        }
    }

    private func send(_ action: AlertAction, _ said: String, _ block: @escaping @Work (Bench) throws -> String) {
        let (id, key) = (id, prefix + action.rawValue)
        sending = action
        writeOnce("send") { bench in
            _ = try bench.once(key, have: { try AlertModel.own(bench, id, action) }) { try block(bench) }
        } then: {
            self.sending = nil
            self.inputs[action] = nil
            self.over = nil
            self.show { $0.sheet = nil }
            self.done(said)
        } failed: { error in
            self.complained(error)
        }
    }

    private func complained(_ error: any Error) -> Bool {
        sending = nil
        touched()
        guard case .Invalid(let field, let reason)? = error as? QiaomenError else { return false }
        let name = ["fen": "yuan", "to": "account"][field] ?? field
        wrong([FieldError(field: name, text: words.invalid(reason))])
        // Sheets of one sentence have no place for it.
        if case .moneySent? = state.sheet {} else { desk.failed(error) }
        return true
    }
}

extension AnyRecord {
    /// Whether it only says that somebody looked.
    var isSeen: Bool { if case .ofSeen = self { true } else { false } }
}

extension Bench {
    /// What is said to somebody who is being deceived so.
    @Work
    func script(_ fraud: String) throws -> SaidScript {
        SaidScript(
            try core.scripts.forKind(fraud: Groups.fraud.of(fraud), language: words.coreLanguage), fraud)
    }
}

extension Words {
    /// How far away somebody is, and how that is known.
    func near(_ near: NearWorker) -> String {
        let far =
            near.metres < 1_000
            ? self("near.metres", ["metres": near.metres])
            : self("near.kilometres", ["kilometres": tenths(near.metres)])
        let ago = near.minutesAgo.map { length($0 * 60_000) } ?? ""
        let known =
            switch near.known {
            case .recorded: self("near.recorded", ["ago": ago])
            case .shared: self("near.shared", ["ago": ago])
            case .grid: self("near.grid")
            }
        return dotted(near.rough ? self("near.rough", ["far": far]) : far, known)
    }

    private func tenths(_ metres: Int64) -> String {
        let tenths = (metres + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension PlaceRow {
    /// The way there, in WGS-84. Another firm's app is told where, and not to whom.
    func map(latitude: Double, longitude: Double) -> Effect {
        .map(latitude: latitude, longitude: longitude, label: address.flatMap { $0.isBlank ? nil : $0 } ?? label)
    }
}
