// One door and the people behind it.
//
// Invariants: a door that nobody opened is one tap, after which the next one opens by itself; what is typed into a sheet is
// kept within a moment and comes back when the sheet is opened again; only what the person changed is written, and what is
// new is written once (see Once.swift).
import QiaomenCore

final class HouseholdModel: ScreenModel {
    let frame: ScreenFrame
    var state: HouseholdState
    let route: Route
    private let id: String?
    private let grid: String?
    private var door: Household?
    private var opened = false
    private var shown: Int

    /// A sheet as it is, as it was opened, and whether it lies over the screen.
    private struct KeptSheet: Codable, Sendable {
        var sheet: HouseholdSheet
        var before: HouseholdSheet
        var open = true
    }

    private var sheets: [String: KeptSheet] = [:]
    /// The sheet that is being written: it is not kept any more.
    private var saving: String?
    private let prefix: String

    private static let doorKey = "door"
    private static let residentKey = "resident."
    private static let nouns: Set<Noun> = [
        .households, .visits, .pledges, .alerts, .conflicts, .reviews, .tasks, .quarantine, .directory,
    ]

    init(_ desk: Desk, id: String?, grid: String?) {
        frame = ScreenFrame(desk)
        state = HouseholdState(id: id)
        route = .household(id: id, grid: grid)
        self.id = id
        self.grid = grid
        shown = desk.habits.page
        prefix = "household.\(id ?? "new.\(grid ?? "")")."
    }

    static func wrap(_ state: HouseholdState) -> Screen { .household(state: state) }

    private struct Found: Sendable {
        var state: HouseholdState?
        var door: Household?
        var sheets: [String: KeptSheet]
    }

    func load() {
        let (id, grid, now, take, opening, prefix) = (id, grid, desk.now(), shown, !opened, prefix)
        read { bench in
            let sheets = opening ? try HouseholdModel.kept(bench, prefix, id, grid) : [:]
            guard let id else {
                let path = try grid.map { try bench.names.path($0, bench.words) } ?? ""
                let new = HouseholdState(loading: false, address: bench.words("household.new"), gridText: path)
                return Found(state: new, door: .unknown, sheets: sheets)
            }
            guard let door = try bench.core.households.get(id: id) else {
                return Found(state: nil, door: nil, sheets: sheets)
            }
            return Found(state: try HouseholdModel.look(bench, door, now, take), door: door.record, sheets: sheets)
        } then: { found in
            self.door = found.door
            let first = opening && !self.opened
            if first { self.sheets.merge(found.sheets) { _, kept in kept } }
            self.opened = true
            self.show { state in
                let sheet = state.sheet?.relabelled(self.words)
                guard let new = found.state else {
                    state.loading = false
                    state.missing = true
                    return
                }
                state = new
                state.sheet = sheet
            }
            guard first else { return }
            if let open = self.sheets.values.first(where: \.open) {
                self.show { $0.sheet = open.sheet.relabelled(self.words) }
            } else if self.id == nil, self.state.sheet == nil {
                self.open(HouseholdModel.doorKey) { .door(.init(self.words, nil)) }
            }
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if !nouns.isDisjoint(with: HouseholdModel.nouns) { load() }
    }

    @Work
    private static func kept(
        _ bench: Bench, _ prefix: String, _ id: String?, _ grid: String?
    ) throws -> [String: KeptSheet] {
        try bench.forms.keys().filter { $0.hasPrefix(prefix) }.reduce(into: [:]) { kept, key in
            let one = try bench.forms.get(key: key).flatMap { Written.read(KeptSheet.self, $0) }
            guard let one, try !bench.became(key, have: { try alike(bench, one.sheet, id, grid) }) else { return }
            kept[String(key.dropFirst(prefix.count))] = one
        }
    }

    /// How many doors or residents there are as this sheet makes one.
    @Work
    private static func alike(_ bench: Bench, _ sheet: HouseholdSheet, _ id: String?, _ grid: String?) throws -> Int {
        switch sheet {
        case .resident(let sheet):
            let there = try id.flatMap { try bench.core.households.get(id: $0) }?.record.residents ?? []
            return there.filter { $0.resident.name == sheet.name.trimmed }.count
        case .door(let sheet):
            let address = sheet.changed(.unknown, from: HouseholdSheet.Door()).address
            return try grid.map { try bench.core.doors.walk(grid: $0) }?.filter { $0.address == address }.count ?? 0
        }
    }

    @Work
    private static func look(
        _ bench: Bench, _ kept: KeptHousehold, _ now: Int64, _ take: Int
    ) throws -> HouseholdState {
        let (core, words, door) = (bench.core, bench.words, kept.record)
        let teller = bench.teller(now, doors: [door])
        let pledges = standing(try bench.all { try core.pledges.ofHousehold(household: kept.id, page: $0) })
        let history = try core.timeline.household(household: kept.id, page: Page(skip: 0, take: UInt32(take + 1)))
        let last = try core.visits.ofHousehold(household: kept.id, page: Page(skip: 0, take: 1)).first?.record.ended
        let next = try core.doors.after(household: kept.id)
        let conflicts = kept.about.conflicts > 0 ? try core.conflicts.get(id: kept.id) : nil
        let because = kept.about.mark == .held ? try bench.heldBecause(kept.id) : nil
        return HouseholdState(
            id: kept.id,
            loading: false,
            address: words.address(door.address),
            gridText: try kept.about.scope.grid.map { try bench.names.path($0, words) } ?? "",
            mark: kept.about.mark.mark,
            markText: teller.markText(kept.about, because),
            door: Groups.door.choices(words, [door.door.code]),
            doorText: words.word("door", door.door.code),
            note: door.note,
            residents: door.present.map { teller.residentRow($0.id, $0.resident, pledges[$0.id]) },
            lastText: teller.lastText(last),
            alerts: try alerts(bench, kept.id, teller),
            history: try bench.rows(history.prefix(take).filter { !$0.record.isSeen }, teller),
            historyMore: history.count > take,
            conflictTexts: conflicts.map {
                teller.conflictTexts(teller.conflictCard($0, .ofHousehold(record: door), ""))
            } ?? [],
            next: next,
            nextText: try next.flatMap { try core.households.get(id: $0) }.map {
                words("household.next", ["address": words.address($0.record.address)])
            })
    }

    /// Alerts about people here that are not settled.
    @Work
    private static func alerts(_ bench: Bench, _ id: String, _ teller: Teller) throws -> [CallCard] {
        let (core, me) = (bench.core, try bench.names.me())
        // An alert is younger than what happened for it, and its month is not over: it is among the last things at its door.
        let last = try core.timeline.household(household: id, page: Page(skip: 0, take: 100))
        return try last.compactMap { kept -> CallCard? in
            guard case .ofFraudAlert(let alert) = kept.record, alert.household == id else { return nil }
            let standing = try core.tasks.standing(alert: kept.id)
            guard standing.result == .running || standing.result == .lying else { return nil }
            let custody = teller.custodyCard(try core.tasks.custody(alert: kept.id), me)
            let level = standing.level.code
            return CallCard(
                alert: kept.id, name: alert.name, level: level, levelText: teller.words.word("level", level),
                text: custody.ownerText, offer: custody.offers.first(where: \.toMe)?.offer)
        }
    }

    // MARK: What the person does

    func on(_ event: HouseholdEvent) {
        // What is being saved is not changed under way.
        if saving != nil, event.isOfSheet { return }
        switch event {
        case .closed: if let id, !state.loading { closed(id) }
        case .record: if let id { desk.go(.visit(household: id)) }
        case .pledge(let resident): if let id { desk.go(.pledge(household: id, resident: resident)) }
        case .call(let number): desk.effect(.call(number: dialled(number)))
        case .editResident(let resident): edit(resident)
        case .editDoor:
            if let door { open(HouseholdModel.doorKey) { .door(.init(words, door)) } }
        case .type(let field, let text): sheet { $0.typed(field, text) }
        case .choose(let field, let code): sheet { $0.chosen(field, code) }
        case .confirm: confirm()
        case .closeSheet: closeSheet()
        case .next: if let next = state.next { desk.replace(.household(id: next)) }
        case .openAlert(let alert): desk.go(.alert(alert: alert))
        case .openConflicts: desk.go(.conflicts(record: id))
        case .moreHistory:
            if state.historyMore {
                shown += desk.habits.page
                load()
            }
        }
    }

    private func edit(_ id: String?) {
        guard let door else { return }
        let resident = id.flatMap { wanted in door.residents.first { $0.id == wanted }?.resident }
        open(HouseholdModel.residentKey + (id ?? "")) { .resident(.init(words, id, resident)) }
    }

    private func closed(_ id: String) {
        // The last door of the round stays: touched again, it is the same visit. The next opens under the finger.
        if let pending = desk.pending, pending.discard, pending.household == id { return }
        if desk.justClosed { return }
        let next = state.next
        // Where taking it back leads is here, where the door still is.
        let finished = Finished(
            record: VisitForm.closedDoor(id, desk.now()),
            text: words("household.closedSaved", ["address": state.address]),
            undone: { _ in .household(id: id) }, discard: true)
        finishOnce("closed", finished) { _ in
            if let next {
                self.giveWay(.household(id: next))
            } else {
                self.desk.say(self.words("household.lastDoor"))
            }
        }
    }

    // MARK: Sheets

    private func open(_ key: String, _ fresh: () -> HouseholdSheet) {
        var kept =
            sheets[key]
            ?? {
                let new = fresh()
                return KeptSheet(sheet: new, before: new)
            }()
        kept.open = true
        for other in sheets.keys { sheets[other]?.open = false }
        sheets[key] = kept
        show { $0.sheet = kept.sheet.relabelled(words) }
    }

    private func key(_ sheet: HouseholdSheet) -> String {
        switch sheet {
        case .door: HouseholdModel.doorKey
        case .resident(let sheet): HouseholdModel.residentKey + (sheet.id ?? "")
        }
    }

    private func sheet(_ change: (HouseholdSheet) -> HouseholdSheet) {
        guard let now = state.sheet else { return }
        let sheet = change(now)
        sheets[key(sheet)]?.sheet = sheet
        show { $0.sheet = sheet }
        touched()
    }

    func keep() -> Keeping? {
        let prefix = prefix
        let kept = sheets.filter { $0.key != saving && ($0.value.open || $0.value.sheet != $0.value.before) }
        return { bench in
            for (key, sheet) in kept { try bench.forms.keep(key: prefix + key, text: Written.json(sheet)) }
        }
    }

    private func closeSheet() {
        guard let sheet = state.sheet else { return }
        let key = key(sheet)
        if let kept = sheets[key], kept.sheet != kept.before {
            sheets[key]?.open = false
            touched()
        } else {
            drop(key)
        }
        if id == nil { return goBack() }
        show { $0.sheet = nil }
    }

    /// What was typed is not needed any more.
    private func drop(_ key: String) {
        sheets[key] = nil
        let form = prefix + key
        write({ _ = try $0.forms.discard(key: form) })
    }

    func back() -> Bool {
        if state.sheet == nil || id == nil { return false }
        if saving == nil { closeSheet() }
        return true
    }

    private func confirm() {
        guard let sheet = state.sheet else { return }
        let errors =
            switch sheet {
            case .resident(let resident): resident.wrong(words, words.year(desk.now()))
            case .door(let door): door.wrong(words)
            }
        if !errors.isEmpty { return show { $0.sheet = sheet.with(errors) } }
        let key = key(sheet)
        guard let before = sheets[key]?.before else { return }
        let (id, grid, form) = (id, grid, prefix + key)
        saving = key
        writeOnce("save") { bench in
            try bench.once(form, have: { try HouseholdModel.alike(bench, sheet, id, grid) }) {
                if let id {
                    try HouseholdModel.edit(bench.core, id, before, sheet)
                    return id
                }
                guard let grid, case .door(let old) = before, case .door(let new) = sheet else {
                    throw QiaomenError.NotFound
                }
                return try bench.core.households.save(grid: grid, record: new.changed(.unknown, from: old), role: nil)
            }
        } then: { saved in
            self.saving = nil
            self.sheets[key] = nil
            self.desk.saved()
            if self.id == nil { return self.giveWay(.household(id: saved)) }
            self.show { $0.sheet = nil }
            self.load()
        } failed: { error in
            self.complained(error, sheet)
        }
    }

    /// Onto the door as it is now, so that only what was changed is written.
    @Work
    private static func edit(
        _ core: Core, _ id: String, _ before: HouseholdSheet, _ sheet: HouseholdSheet
    ) throws {
        guard let now = try core.households.get(id: id)?.record else { throw QiaomenError.NotFound }
        var after = now
        switch (before, sheet) {
        case (.door(let old), .door(let new)): after = new.changed(now, from: old)
        case (.resident(let old), .resident(let new)):
            if let at = now.residents.firstIndex(where: { $0.id == new.id }) {
                after.residents[at].resident = new.changed(now.residents[at].resident, from: old)
            } else {
                after.residents.append(
                    ResidentEntry(
                        id: try new.id ?? core.replica.newId(), resident: new.changed(.unknown, from: old)))
            }
        default: return
        }
        _ = try core.households.edit(id: id, before: now, after: after, role: nil)
    }

    private func complained(_ error: any Error, _ sheet: HouseholdSheet) -> Bool {
        saving = nil
        touched()
        guard case .Invalid(let field, let reason)? = error as? QiaomenError else { return false }
        let complaint = FieldError(field: HouseholdSheet.field(field), text: words.invalid(reason))
        show { $0.sheet = ($0.sheet ?? sheet).with([complaint]) }
        return true
    }
}

extension HouseholdEvent {
    /// Whether it opens, fills or closes a sheet.
    fileprivate var isOfSheet: Bool {
        switch self {
        case .type, .choose, .editResident, .editDoor, .confirm, .closeSheet: true
        case .closed, .record, .pledge, .call, .next, .openAlert, .openConflicts, .moreHistory: false
        }
    }
}
