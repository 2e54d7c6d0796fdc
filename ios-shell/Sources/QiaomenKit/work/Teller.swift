// Records in plain words: what happened, who wrote it when, what it says.
//
// Invariants: pure; every kind of record has its words (the tables are exhaustive); a record entered late or under a doubtful
// clock says so.
import QiaomenCore

/// Tells records in the language of `words`.
struct Teller {
    let words: Words
    let now: Int64
    /// What somebody who works here is called.
    var person: (String) -> String
    /// What an area is called, with those above it.
    var area: (String) -> String
    /// What a resident is called, where this is known.
    var resident: (String) -> String?
    /// What a door is called, where this is known.
    var door: (String) -> String?

    init(
        _ words: Words, _ now: Int64,
        person: ((String) -> String)? = nil,
        area: ((String) -> String)? = nil,
        resident: @escaping (String) -> String? = { _ in nil },
        door: @escaping (String) -> String? = { _ in nil }
    ) {
        self.words = words
        self.now = now
        self.person = person ?? { _ in words("person.unknown") }
        self.area = area ?? { _ in words("person.unknown") }
        self.resident = resident
        self.door = door
    }

    /// From how many minutes after the fact on a record counts as entered late, as the core's dossier has it.
    private static let lateMinutes: Int64 = 120

    /// One row of a case file or of a door's history.
    func row(_ kept: KeptRecord, _ because: String? = nil) -> EventRow {
        let about = kept.about
        let at = moment(kept.record) ?? about.written
        let minutes = (about.written - at) / 60_000
        let late = minutes >= Teller.lateMinutes ? minutes : nil
        let mark = about.mark.mark
        return EventRow(
            id: kept.id,
            title: title(kept.record),
            metaText: meta(about.header.author, about.header.role.code, at, about.header.doubtful, late),
            bodyText: body(kept.record),
            mark: mark == .sent ? nil : mark,
            markText: markText(about, because),
            doubtful: about.header.doubtful || late != nil)
    }

    /// Who and when, and whether the time is to be relied upon.
    func meta(_ by: String, _ role: String, _ at: Int64, _ doubtful: Bool, _ lateMinutes: Int64?) -> String {
        words.dotted(
            words("event.by", ["name": person(by), "role": words.word("role", role)]),
            words.moment(at, now),
            doubtful ? words("event.doubtful") : nil,
            lateMinutes.map { words("event.late", ["length": words.length($0 * 60_000)]) })
    }

    /// Why a record is held, where that is known; how far it has come its mark says.
    func markText(_ about: About, _ because: String?) -> String? {
        about.mark.mark == .held ? because.map { words("mark.heldBecause", ["why": $0]) } : nil
    }

    /// When it happened; none where a record only says when it was written.
    func moment(_ record: AnyRecord) -> Int64? {
        switch record {
        case .ofVisit(let it): it.ended
        case .ofFraudAlert(let it): it.issued
        case .ofRaise(let it): it.at
        case .ofReceipt(let it): it.at
        case .ofFeedback(let it): it.at
        case .ofClearance(let it): it.at
        case .ofWithdrawal(let it): it.at
        case .ofExtension(let it): it.at
        case .ofSending(let it): it.at
        case .ofHandOver(let it): it.at
        case .ofPledge(let it): it.at
        case .ofConsent(let it): it.at
        case .ofReview(let it): it.at
        case .ofMoneySent(let it): it.at
        case .ofStopPayment(let it): it.at
        case .ofSeen(let it): it.at
        case .ofRecall(let it): it.at
        case .ofJoin(let it): it.at
        case .ofTransfer(let it): it.at
        case .ofProposal(let it): it.at
        case .ofComment(let it): it.at
        case .ofTakeBack(let it): it.at
        case .ofCustodyDecision(let it): it.at
        case .ofReminder(let it): it.at
        case .ofQuestion(let it): it.at
        case .ofWhereabouts(let it): it.at
        case .ofDecision(let it): it.at
        case .ofDraw(let it): it.at
        case .ofCallBack(let it): it.at
        case .ofArea, .ofPerson, .ofHousehold, .ofOrganisation, .ofRouting, .ofDuty, .ofScript, .ofCampaignPhase,
            .ofRulebook, .ofPledgeText:
            nil
        }
    }

    /// What happened, in a few words.
    func title(_ record: AnyRecord) -> String {
        switch record {
        case .ofVisit(let it): visitTitle(it)
        case .ofFraudAlert(let it): words("event.alert", ["level": words.word("level", it.level.code)])
        case .ofRaise(let it): words("event.raise", ["level": words.word("level", it.level.code)])
        case .ofReceipt(let it): words(it.offer == nil ? "event.taken" : "event.accepted")
        case .ofFeedback: words("event.feedback")
        case .ofClearance: words("event.clearance")
        case .ofWithdrawal: words("event.withdrawal")
        case .ofExtension(let it): words("event.extension", ["until": words.day(it.until, now)])
        case .ofSending(let it): words("event.sending", ["name": person(it.person)])
        case .ofHandOver(let it): words("event.handOver", ["name": person(it.to)])
        case .ofPledge(let it): pledgeTitle(it)
        case .ofConsent(let it):
            it.outOfCount
                ? words("event.outOfCount", ["reason": words.word("door", it.reason?.code ?? "")])
                : words("event.inCount")
        case .ofReview(let it): words("event.review", ["state": words.word("review", it.state.code)])
        case .ofMoneySent(let it):
            it.fen.map { words("event.moneySent", ["amount": words.yuan($0)]) } ?? words("event.moneySentUnknown")
        case .ofStopPayment(let it): words.word("stop", it.step.code)
        case .ofSeen: words("event.seen")
        case .ofRecall: words("event.recall")
        case .ofJoin(let it): words(it.intoOther ? "event.joinedOther" : "event.otherJoined")
        case .ofTransfer(let it): words.word("hands", it.hands.code)
        case .ofProposal: words("event.proposal")
        case .ofComment: words("event.comment")
        case .ofTakeBack: words("event.takeBack")
        case .ofCustodyDecision(let it): words("event.decided", ["name": person(it.owner)])
        case .ofQuestion(let it): words.word("asked", it.what.code)
        case .ofDecision(let it): words("event.decision", ["about": words.word("about", it.about.code)])
        case .ofCallBack(let it): words("event.callBack", ["outcome": words.word("call", it.outcome.code)])
        case .ofHousehold(let it): named("household", words.address(it.address))
        case .ofArea(let it): named("area", it.name)
        case .ofPerson(let it): named("person", it.name)
        case .ofOrganisation(let it): named("organisation", it.name)
        case .ofScript(let it): named("script", it.title)
        case .ofReminder(let it): named("reminder", it.title)
        case .ofCampaignPhase(let it): named("campaignPhase", it.name)
        case .ofRulebook(let it): named("rulebook", it.version)
        case .ofPledgeText(let it): named("pledgeText", it.title)
        case .ofRouting(let it): named("routing", words.word("level", it.level.code))
        case .ofDuty(let it): named("duty", person(it.person))
        case .ofWhereabouts: words("kind.whereabouts")
        case .ofDraw: words("kind.draw")
        }
    }

    private func named(_ kind: String, _ name: String) -> String {
        words("event.named", ["kind": words("kind.\(kind)"), "name": name])
    }

    /// What a record says besides; none where its title says all. Without the recording where that is told beside it.
    func body(_ record: AnyRecord, recording: Bool = true) -> String? {
        guard let text = said(record, recording), !text.isBlank else { return nil }
        return text
    }

    private func said(_ record: AnyRecord, _ recording: Bool) -> String? {
        switch record {
        case .ofVisit(let it):
            visitLines(it).filter { recording || $0.label != words.field("dissuasion.recording") }
                .map { words("event.line", ["label": $0.label, "text": $0.text]) }.joined(separator: "\n")
        case .ofFraudAlert(let it):
            words.lines(
                words.dotted(it.issuer, it.platformNumber.map { words("event.number", ["number": $0]) }), it.note)
        case .ofRaise(let it): it.reason
        case .ofFeedback(let it): it.note
        case .ofClearance(let it): it.reason
        case .ofWithdrawal(let it): it.reason
        case .ofExtension(let it): it.reason
        case .ofSending(let it): it.note
        case .ofHandOver(let it): it.note
        case .ofPledge(let it): pledgeBody(it)
        case .ofConsent(let it): it.note
        case .ofReview(let it): it.comment
        case .ofMoneySent(let it):
            words.lines(
                it.sent.map { words("event.sentAt", ["when": words.moment($0, now)]) },
                it.to.map { words("event.sentTo", ["to": $0]) },
                it.note)
        case .ofStopPayment(let it): words.lines(it.institution, it.fen.map(words.yuan), it.note)
        case .ofRecall(let it): it.reason
        case .ofJoin(let it):
            words(
                "event.joinAbout",
                ["level": words.word("level", it.level.code), "when": words.moment(it.issued, now)])
        case .ofTransfer(let it):
            words.lines(
                words.dotted(
                    it.place, it.acceptedBy, it.until.map { words("event.until", ["until": words.day($0, now)]) }),
                it.reason)
        case .ofProposal(let it): it.reason
        case .ofComment(let it): it.text
        case .ofTakeBack(let it): it.reason
        case .ofCustodyDecision(let it): it.reason
        case .ofQuestion(let it): words.lines(it.note, it.answer)
        case .ofDecision(let it): it.reason
        case .ofCallBack(let it): it.note
        case .ofHousehold(let it): it.note
        case .ofOrganisation(let it): it.note
        case .ofScript(let it): it.body
        case .ofReminder(let it): it.body
        case .ofPledgeText(let it): it.body
        case .ofCampaignPhase(let it): it.note
        case .ofRulebook(let it): it.reason
        case .ofArea, .ofPerson, .ofReceipt, .ofSeen, .ofRouting, .ofDuty, .ofWhereabouts, .ofDraw: nil
        }
    }

    private func visitTitle(_ visit: Visit) -> String {
        words.dotted(
            words.word("purpose", visit.purpose.code),
            outcomeText(visit.outcome.code, visit.alert != nil, visit.metTarget))
    }

    /// What came of a visit; for an alert, whether its person was met.
    func outcomeText(_ outcome: String, _ forAlert: Bool, _ metTarget: Bool?) -> String {
        if outcome != "met" || !forAlert { return words.word("outcome", outcome) }
        return words(metTarget == false ? "outcome.othersOnly" : "outcome.metPerson")
    }

    private func pledgeTitle(_ pledge: Pledge) -> String {
        let name = resident(pledge.resident) ?? words("person.unknown")
        let key =
            if pledge.void {
                "event.pledgeVoid"
            } else if pledge.corrects != nil {
                "event.pledgeCorrected"
            } else {
                "event.pledge"
            }
        return words(key, ["name": name])
    }

    private func pledgeBody(_ pledge: Pledge) -> String? {
        if pledge.void { return pledge.note }
        let how =
            if pledge.signature != nil {
                words("pledge.onScreen")
            } else if let archive = pledge.archiveNumber {
                words("pledge.onPaperFiled", ["number": archive])
            } else {
                words("pledge.onPaper")
            }
        return words.lines(
            how,
            pledge.proxy.map {
                words(
                    "pledge.byProxy",
                    ["name": $0.name ?? "", "relation": $0.relation ?? words("pledge.relationUnknown")])
            },
            pledge.witness.map { words("pledge.witnessed", ["name": $0]) },
            pledge.note)
    }
}

extension Words {
    /// Those that are there, with a dot between them.
    func dotted(_ parts: String?...) -> String {
        parts.compactMap { $0 }.filter { !$0.isBlank }.joined(separator: " · ")
    }

    /// Those that are there, each on its line; none where there are none.
    func lines(_ lines: String?...) -> String? {
        let text = lines.compactMap { $0 }.filter { !$0.isBlank }.joined(separator: "\n")
        return text.isEmpty ? nil : text
    }

    /// An amount of money: "3,000 yuan".
    func yuan(_ fen: Int64) -> String {
        let (yuan, rest) = (abs(fen) / 100, abs(fen) % 100)
        var whole = ""
        for (at, digit) in String(yuan).reversed().enumerated() {
            if at > 0, at % 3 == 0 { whole.append(",") }
            whole.append(digit)
        }
        let cents = rest == 0 ? "" : rest < 10 ? ".0\(rest)" : ".\(rest)"
        return self("money", ["amount": (fen < 0 ? "-" : "") + String(whole.reversed()) + cents])
    }
}
