// A record field by field, to be put right.
//
// Invariants: every kind of record is told; what is text (or a number, or numbers of telephones) can be put right here, what is
// chosen or measured is only shown; a part's `set` changes nothing but its own field.
import QiaomenCore

/// One field. `name` is its path in the record; `set` puts another text in its place, none where it is only shown.
struct Part: Sendable {
    var name: String
    var label: String
    var text: String
    var set: (@Sendable (AnyRecord, String) -> AnyRecord)?

    /// The fields of a record; those that can be put right first.
    static func of(_ record: AnyRecord, _ teller: Teller) -> [Part] {
        var gathered = Gathered(teller)
        gathered.take(record)
        return gathered.parts
    }
}

/// How a record is taken out of its case and put back.
private struct Kind<R>: Sendable {
    let get: @Sendable (AnyRecord) -> R?
    let put: @Sendable (R) -> AnyRecord
}

private struct Gathered {
    private let teller: Teller
    private(set) var parts: [Part] = []
    private var words: Words { teller.words }

    init(_ teller: Teller) { self.teller = teller }

    /// A text that may be absent.
    private mutating func text<R>(
        _ name: String, _ value: String?, _ kind: Kind<R>, _ set: @escaping @Sendable (inout R, String?) -> Void
    ) {
        let part = Part(name: name, label: words.field(name), text: value ?? "") { record, text in
            guard var inside = kind.get(record) else { return record }
            set(&inside, text.orNone)
            return kind.put(inside)
        }
        parts.append(part)
    }

    /// A text that must be there; an empty one is for the core to complain of.
    private mutating func must<R>(
        _ name: String, _ value: String, _ kind: Kind<R>, _ set: @escaping @Sendable (inout R, String) -> Void
    ) {
        text(name, value, kind) { set(&$0, $1 ?? "") }
    }

    /// What is only shown.
    private mutating func shown(_ name: String, _ text: String?) {
        if let text, !text.isBlank { parts.append(Part(name: name, label: words.field(name), text: text)) }
    }

    mutating func take(_ record: AnyRecord) {
        switch record {
        case .ofVisit(let it): visit(it)
        case .ofHousehold(let it): household(it)
        case .ofFraudAlert(let it): alert(it)
        case .ofPledge(let it): pledge(it)
        case .ofOrganisation(let it): organisation(it)
        default: fact(record)
        }
    }

    private mutating func visit(_ visit: Visit) {
        let kind = Kind<Visit>(
            get: { if case .ofVisit(let it) = $0 { it } else { nil } }, put: { .ofVisit(record: $0) })
        text("note", visit.note, kind) { $0.note = $1 }
        text("next_step", visit.nextStep, kind) { $0.nextStep = $1 }
        text("met_others", visit.metOthers, kind) { $0.metOthers = $1 }
        if let said = visit.dissuasion {
            text("dissuasion.officers", said.officers, kind) { $0.dissuasion?.officers = $1 }
            text("dissuasion.team", said.team, kind) { $0.dissuasion?.team = $1 }
            text("dissuasion.recorded_by", said.recordedBy, kind) { $0.dissuasion?.recordedBy = $1 }
            text("dissuasion.kept_as", said.keptAs, kind) { $0.dissuasion?.keptAs = $1 }
        }
        shown("household", visit.household.flatMap(teller.door))
        shown("started", words.moment(visit.started, teller.now))
        let editable = parts.map(\.label)
        for line in teller.visitLines(visit) where !editable.contains(line.label) {
            parts.append(Part(name: line.label, label: line.label, text: line.text))
        }
    }

    private mutating func household(_ door: Household) {
        let kind = Kind<Household>(
            get: { if case .ofHousehold(let it) = $0 { it } else { nil } }, put: { .ofHousehold(record: $0) })
        let address = door.address
        text("note", door.note, kind) { $0.note = $1 }
        text("address.building", address.building, kind) { $0.address.building = $1 }
        text("address.unit", address.unit, kind) { $0.address.unit = $1 }
        text("address.floor", address.floor.map(String.init), kind) { door, text in
            // What is no number is kept as it was: the core could not be given it.
            door.address.floor = text == nil ? nil : text.flatMap(Int64.init) ?? door.address.floor
        }
        text("address.room", address.room, kind) { $0.address.room = $1 }
        text("address.group", address.group, kind) { $0.address.group = $1 }
        text("address.number", address.number, kind) { $0.address.number = $1 }
        for entry in door.residents {
            let (id, resident) = (entry.id, entry.resident)
            func one(
                _ name: String, _ value: String?, _ set: @escaping @Sendable (inout Resident, String?) -> Void
            ) {
                text("residents.\(id).\(name)", value, kind) { door, text in
                    guard let at = door.residents.firstIndex(where: { $0.id == id }) else { return }
                    set(&door.residents[at].resident, text)
                }
            }
            one("name", resident.name) { $0.name = $1 ?? "" }
            one("telephones", resident.telephones.joined(separator: " ")) { $0.telephones = numbers($1) }
            if resident.leftTown {
                one("left_to", resident.leftTo) { $0.leftTo = $1 }
                one("left_contact", resident.leftContact) { $0.leftContact = $1 }
            }
        }
    }

    private mutating func alert(_ alert: FraudAlert) {
        let kind = Kind<FraudAlert>(
            get: { if case .ofFraudAlert(let it) = $0 { it } else { nil } }, put: { .ofFraudAlert(record: $0) })
        must("name", alert.name, kind) { $0.name = $1 }
        text("telephone", alert.telephone, kind) { $0.telephone = $1 }
        must("issuer", alert.issuer, kind) { $0.issuer = $1 }
        text("platform_number", alert.platformNumber, kind) { $0.platformNumber = $1 }
        text("note", alert.note, kind) { $0.note = $1 }
        for entry in alert.places {
            let id = entry.id
            text("places.\(id).address", entry.place.address, kind) { alert, text in
                guard let at = alert.places.firstIndex(where: { $0.id == id }) else { return }
                alert.places[at].place.address = text
            }
        }
        shown("area", teller.area(alert.area))
        shown("issued", words.moment(alert.issued, teller.now))
    }

    private mutating func pledge(_ pledge: Pledge) {
        let kind = Kind<Pledge>(
            get: { if case .ofPledge(let it) = $0 { it } else { nil } }, put: { .ofPledge(record: $0) })
        text("witness", pledge.witness, kind) { $0.witness = $1 }
        text("archive_number", pledge.archiveNumber, kind) { $0.archiveNumber = $1 }
        if let proxy = pledge.proxy {
            text("proxy.name", proxy.name, kind) { $0.proxy?.name = $1 }
            text("proxy.relation", proxy.relation, kind) { $0.proxy?.relation = $1 }
        }
        text("note", pledge.note, kind) { $0.note = $1 }
        shown("household", teller.door(pledge.household))
        shown("at", words.moment(pledge.at, teller.now))
    }

    private mutating func organisation(_ organisation: Organisation) {
        let kind = Kind<Organisation>(
            get: { if case .ofOrganisation(let it) = $0 { it } else { nil } }, put: { .ofOrganisation(record: $0) })
        must("name", organisation.name, kind) { $0.name = $1 }
        text("address", organisation.address, kind) { $0.address = $1 }
        text("note", organisation.note, kind) { $0.note = $1 }
    }

    /// Facts of a case file have a sentence at most; everything else a phone does not write.
    private mutating func fact(_ record: AnyRecord) {
        switch record {
        case .ofRaise(let it):
            text(
                "reason", it.reason,
                Kind(get: { if case .ofRaise(let r) = $0 { r } else { nil } }, put: { .ofRaise(record: $0) })
            ) { $0.reason = $1 }
        case .ofFeedback(let it):
            text(
                "note", it.note,
                Kind(get: { if case .ofFeedback(let r) = $0 { r } else { nil } }, put: { .ofFeedback(record: $0) })
            ) { $0.note = $1 }
        case .ofClearance(let it):
            text(
                "reason", it.reason,
                Kind(get: { if case .ofClearance(let r) = $0 { r } else { nil } }, put: { .ofClearance(record: $0) })
            ) { $0.reason = $1 }
        case .ofWithdrawal(let it):
            text(
                "reason", it.reason,
                Kind(get: { if case .ofWithdrawal(let r) = $0 { r } else { nil } }, put: { .ofWithdrawal(record: $0) })
            ) { $0.reason = $1 }
        case .ofExtension(let it):
            text(
                "reason", it.reason,
                Kind(get: { if case .ofExtension(let r) = $0 { r } else { nil } }, put: { .ofExtension(record: $0) })
            ) { $0.reason = $1 }
        case .ofSending(let it):
            text(
                "note", it.note,
                Kind(get: { if case .ofSending(let r) = $0 { r } else { nil } }, put: { .ofSending(record: $0) })
            ) { $0.note = $1 }
        case .ofHandOver(let it):
            text(
                "note", it.note,
                Kind(get: { if case .ofHandOver(let r) = $0 { r } else { nil } }, put: { .ofHandOver(record: $0) })
            ) { $0.note = $1 }
        case .ofRecall(let it):
            text(
                "reason", it.reason,
                Kind(get: { if case .ofRecall(let r) = $0 { r } else { nil } }, put: { .ofRecall(record: $0) })
            ) { $0.reason = $1 }
        case .ofProposal(let it):
            text(
                "reason", it.reason,
                Kind(get: { if case .ofProposal(let r) = $0 { r } else { nil } }, put: { .ofProposal(record: $0) })
            ) { $0.reason = $1 }
        case .ofTakeBack(let it):
            text(
                "reason", it.reason,
                Kind(get: { if case .ofTakeBack(let r) = $0 { r } else { nil } }, put: { .ofTakeBack(record: $0) })
            ) { $0.reason = $1 }
        case .ofComment(let it):
            must(
                "text", it.text,
                Kind(get: { if case .ofComment(let r) = $0 { r } else { nil } }, put: { .ofComment(record: $0) })
            ) { $0.text = $1 }
        case .ofTransfer(let it):
            let kind = Kind<Transfer>(
                get: { if case .ofTransfer(let r) = $0 { r } else { nil } }, put: { .ofTransfer(record: $0) })
            text("place", it.place, kind) { $0.place = $1 }
            text("accepted_by", it.acceptedBy, kind) { $0.acceptedBy = $1 }
            text("reason", it.reason, kind) { $0.reason = $1 }
        case .ofMoneySent(let it):
            let kind = Kind<MoneySent>(
                get: { if case .ofMoneySent(let r) = $0 { r } else { nil } }, put: { .ofMoneySent(record: $0) })
            text("to", it.to, kind) { $0.to = $1 }
            text("note", it.note, kind) { $0.note = $1 }
        case .ofStopPayment(let it):
            let kind = Kind<StopPayment>(
                get: { if case .ofStopPayment(let r) = $0 { r } else { nil } }, put: { .ofStopPayment(record: $0) })
            text("institution", it.institution, kind) { $0.institution = $1 }
            text("note", it.note, kind) { $0.note = $1 }
        case .ofReview(let it):
            text(
                "comment", it.comment,
                Kind(get: { if case .ofReview(let r) = $0 { r } else { nil } }, put: { .ofReview(record: $0) })
            ) { $0.comment = $1 }
        default:
            shown("text", teller.body(record))
        }
    }
}

private func numbers(_ text: String?) -> [String] {
    (text ?? "").split(whereSeparator: { " ,，、;；".contains($0) }).map(String.init)
}
