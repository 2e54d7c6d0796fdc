// How a case stands, in rows: what is due, whose it is, where the person may be found.
//
// Invariants: pure; what is overdue stands before what is not; nothing is reckoned here that the core reckons.
import QiaomenCore

enum CaseRows {
    /// Within this a task is due soon.
    static let soonMillis: Int64 = 6 * 3_600_000

    /// The place of an alert whose person lives at a door of the roster: that door.
    static let doorPlace = "door"

    /// What is to be done next: what is overdue first, then what has less time left; none where nothing is.
    static func next(_ due: [DueVisit]) -> DueVisit? {
        due.filter { $0.state == .open || $0.state == .overdue }.min { one, other in
            let (late, later) = (one.state == .overdue, other.state == .overdue)
            return late == later ? one.due < other.due : late
        }
    }

    /// Whether it is this person's, as far as this phone knows: what they took or accepted and the server has not confirmed
    /// counts.
    static func isMine(_ custody: Custody, _ me: String) -> Bool {
        let taken = takenBy(me, custody)
        let accepted = taken.contains { offer in
            offer != nil && custody.offers.contains { $0.document == offer && $0.to == me }
        }
        return custody.owner?.person == me || accepted || (custody.owner == nil && taken.contains(nil))
    }

    /// What somebody took and the server has not confirmed: the offers that they accepted, none where they simply took it.
    static func takenBy(_ me: String, _ custody: Custody) -> [String?] {
        custody.unconfirmed.compactMap { event -> String?? in
            guard event.person == me, case .taken(let offer) = event.what else { return nil }
            return .some(offer)
        }
    }
}

extension Words {
    /// "Tried twice in vain"; none where it was not.
    func attempts(_ attempts: UInt32) -> String? {
        attempts > 0 ? count("due.attempts", Int(attempts)) : nil
    }

    /// A moment by which something is due: midnight is the end of the day before it.
    func deadline(_ at: Int64, _ now: Int64) -> String {
        time(at) == "00:00" ? self("due.endOf", ["day": day(at - 1, now)]) : moment(at, now)
    }
}

extension Teller {
    /// One visit that is or was due, with how it stands.
    func dueRow(_ visit: DueVisit) -> DueRow {
        let late = words.length(visit.lateMinutes * 60_000)
        let done = words.moment(visit.doneAt ?? visit.due, now)
        let state =
            switch visit.state {
            case .open: words.left(visit.due - now)
            case .overdue: words("dueState.overdueBy", ["length": late])
            case .done: words("dueState.doneAt", ["when": done])
            case .late: words("dueState.lateBy", ["when": done, "length": late])
            case .missed: words("dueState.missed")
            case .excused: words("dueState.excused")
            }
        return DueRow(
            kind: visit.kind.code,
            kindText: words.word("due", visit.kind.code),
            state: visit.state.code,
            stateText: state,
            dueText: words("due.by", ["when": words.deadline(visit.due, now)]),
            attemptsText: words.attempts(visit.attempts))
    }

    /// A task's card.
    func taskCard(
        _ alert: String, _ name: String, _ level: String, _ visit: DueVisit, _ place: String?, justDone: Bool
    ) -> TaskCard {
        let left = visit.due - now
        let overdue = visit.state == .overdue
        return TaskCard(
            alert: alert,
            name: name,
            level: level,
            levelText: words.word("level", level),
            kind: visit.kind.code,
            kindText: words.word("due", visit.kind.code),
            dueText: words.deadline(visit.due, now),
            leftText: words.left(left),
            overdue: overdue,
            soon: !overdue && left <= CaseRows.soonMillis,
            attemptsText: words.attempts(visit.attempts),
            placeText: place,
            justDone: justDone)
    }

    /// Whose an alert is.
    func custodyCard(_ custody: Custody, _ me: String) -> CustodyCard {
        let mine = CaseRows.isMine(custody, me)
        let accepted = CaseRows.takenBy(me, custody).compactMap { $0 }
        let takenBack = custody.unconfirmed.compactMap { event -> String? in
            if case .takenBack(let offer) = event.what { offer } else { nil }
        }
        let offers = custody.offers
            .filter { !accepted.contains($0.document) && !takenBack.contains($0.document) }
            .map { offerRow($0.document, $0.from, $0.to, $0.at, me) }
        // What this worker offered and the server does not have yet is an offer to them all the same.
        let own = custody.unconfirmed.compactMap { event -> OfferRow? in
            guard !takenBack.contains(event.document), case .offered(let to) = event.what else { return nil }
            return offerRow(event.document, event.person, to, event.at, me)
        }
        let owner: String
        if let holder = custody.owner, mine, holder.person == me {
            owner = words("custody.mine", ["when": words.moment(holder.at, now)])
        } else if mine {
            owner = words("custody.mineUnconfirmed")
        } else if let holder = custody.owner {
            owner = words("custody.theirs", ["name": person(holder.person), "when": words.moment(holder.at, now)])
        } else {
            owner = words("custody.nobody")
        }
        return CustodyCard(
            mine: mine,
            ownerText: owner,
            historyTexts: custody.holders.map {
                words(
                    "custody.history",
                    [
                        "name": person($0.person), "when": words.moment($0.at, now),
                        "how": words("came.\($0.came.code)", ["name": person($0.by)]),
                    ])
            },
            offers: offers + own,
            contestTexts: custody.contests.map {
                words("custody.contest", ["name": person($0.person), "when": words.moment($0.at, now)])
            },
            unconfirmedTexts: custody.unconfirmed.map(unconfirmed))
    }

    private func offerRow(_ document: String, _ from: String, _ to: String, _ at: Int64, _ me: String) -> OfferRow {
        let when = words.moment(at, now)
        let text =
            if to == me {
                words("offer.toMe", ["name": person(from), "when": when])
            } else if from == me {
                words("offer.byMe", ["name": person(to), "when": when])
            } else {
                words("offer.other", ["from": person(from), "to": person(to), "when": when])
            }
        return OfferRow(offer: document, text: text, toMe: to == me, byMe: from == me)
    }

    private func unconfirmed(_ event: Unconfirmed) -> String {
        let name = person(event.person)
        let what =
            switch event.what {
            case .taken(let offer): words(offer == nil ? "unconfirmed.taken" : "unconfirmed.accepted", ["name": name])
            case .offered(let to): words("unconfirmed.offered", ["name": name, "to": person(to)])
            case .takenBack: words("unconfirmed.takenBack", ["name": name])
            case .decided(let owner): words("unconfirmed.decided", ["name": name, "owner": person(owner)])
            }
        return words("unconfirmed", ["what": what])
    }

    /// Issuer, number, the four times, the area.
    func facts(_ alert: FraudAlert) -> [Line] {
        let told: [(String, String?)] = [
            ("issuer", alert.issuer),
            ("platform_number", alert.platformNumber),
            ("origin", words.word("origin", alert.origin.code)),
            ("issued", words.moment(alert.issued, now)),
            ("reached_station", alert.reachedStation.map { words.moment($0, now) }),
            ("passed_on", alert.passedOn.map { words.moment($0, now) }),
            ("entered", words.moment(alert.entered, now)),
            ("area", area(alert.area)),
        ]
        return told.compactMap { field, text in
            guard let text, !text.isBlank else { return nil }
            return Line(label: words.field(field), text: text)
        }
    }

    /// Where the person may be found: the alert's places, and their door.
    func places(_ alert: FraudAlert, _ door: String?) -> [PlaceRow] {
        var rows = alert.places.map {
            PlaceRow(
                id: $0.id, label: placeLabel($0.place.label), address: $0.place.address,
                hasPosition: $0.place.position != nil)
        }
        if let door {
            rows.append(
                PlaceRow(id: CaseRows.doorPlace, label: words("place.door"), address: door, hasPosition: false))
        }
        return rows
    }

    /// What a place is to the person: the words that come from sheets and messages in the language of the interface, others
    /// as they are.
    func placeLabel(_ label: String) -> String { words.known("place.\(label)") ?? label }

    /// What became of a case, with its month.
    func resultText(_ standing: CaseStanding) -> String {
        words(
            "result.\(standing.result.code)",
            [
                "until": words.day(standing.seriesEnds - 1, now),
                "when": standing.cleared.map { words.moment($0, now) } ?? "",
            ])
    }

    /// Met, and defrauded afterwards.
    func accidentText(_ standing: CaseStanding) -> String? {
        standing.accident.map {
            words("case.accident", ["when": words.moment($0, now), "amount": words.yuan(standing.fenAfterAlert)])
        }
    }
}
