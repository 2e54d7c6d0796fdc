// What may be done about an alert now, and the sheets in which it is done.
//
// Invariants: pure; the order is that of the buttons: what is most urgent first; whoever may not do something has no button
// for it (the server decides all the same).
import Foundation
import QiaomenCore

extension AlertAction {
    /// Whether this is what the action's sheet writes.
    func wrote(_ record: AnyRecord) -> Bool {
        switch (self, record) {
        case (.handOver, .ofHandOver), (.moneySent, .ofMoneySent), (.stopPayment, .ofStopPayment), (.raise, .ofRaise),
            (.feedback, .ofFeedback), (.propose, .ofProposal), (.clear, .ofClearance), (.comment, .ofComment):
            true
        default: false
        }
    }
}

extension AlertEvent {
    /// Whether it opens, fills or closes a sheet.
    var isOfSheet: Bool {
        switch self {
        case .act, .type, .choose, .mask, .confirm, .closeSheet: true
        case .accept, .takeBack, .navigate, .openHousehold: false
        }
    }
}

/// How an alert stands, as far as it decides what may be done.
struct CaseNow {
    var held: [Assignment]
    var custody: CustodyCard
    var owned: Bool
    var standing: CaseStanding
    var due: [DueVisit]
    /// The steps of a stop-payment that were taken.
    var stopped: [StopStep]
    var hasTelephone: Bool
    var hasPlace: Bool

    /// What may be done, in the order of the buttons.
    var actions: [AlertAction] {
        let over = standing.result == .recalled || standing.result == .joined
        func may(_ deed: Deed) -> Bool { held.contains { deed.roles.contains($0.role) } }
        let offered = custody.offers.contains(where: \.toMe)
        let works = !over && may(.caseFact)
        let feedbackDue = due.contains { $0.kind == .feedback && ($0.state == .open || $0.state == .overdue) }
        let supervises = held.contains { $0.role == .supervisor }
        let cleared = standing.result == .cleared
        let all: [(AlertAction, Bool)] = [
            (.accept, !over && offered && may(.receipt)),
            (.take, !over && !owned && !custody.mine && !offered && may(.receipt)),
            (.stopPayment, works && standing.stopPaymentOwed),
            (.dissuade, works && standing.met == nil),
            (.recordVisit, works),
            (.feedback, works && feedbackDue),
            (.call, hasTelephone),
            (.navigate, hasPlace),
            (.badge, true),
            (.script, works),
            (.moneySent, works),
            (.stopPayment, works && !standing.stopPaymentOwed && !stopped.contains(.released)),
            (.handOver, !over && may(.handOver) && (custody.mine || supervises)),
            (.clear, !over && !cleared && may(.clear)),
            (.propose, works && !cleared && standing.met != nil && !may(.clear)),
            (.raise, !over && standing.level != .extreme && may(.raise)),
            (.comment, may(.comment)),
            (.dossier, true),
        ]
        return all.filter(\.1).map(\.0)
    }
}

/// What was entered into a sheet so far: kept until it is confirmed.
struct SheetInput: Codable, Equatable, Sendable {
    var chosen: String?
    var texts: [String: String] = [:]
    var open = true

    func text(_ field: String) -> String { texts[field] ?? "" }
    var isEmpty: Bool { chosen == nil && texts.values.allSatisfy(\.isBlank) }
}

/// What a sheet shows besides what is entered.
struct SheetFacts: Sendable {
    var level = Level.low
    var stopped: [StopStep] = []
    var people: [PersonRow] = []
    var script: SaidScript?

    /// The step of a stop-payment that comes next.
    var nextStep: StopStep { Groups.stop.known.first { !stopped.contains($0) } ?? .released }
}

/// What is said at the door.
struct SaidScript: Sendable {
    var name: String
    var fraud: String
    var title: String
    var body: String

    init(_ text: ScriptText, _ fraud: String) {
        name = text.name
        self.fraud = fraud
        title = text.title
        body = text.body
    }
}

extension Words {
    /// The sheet in which something is done; none for what needs none, and for the badge, which is made by the core.
    func sheet(
        _ action: AlertAction, _ input: SheetInput, _ facts: SheetFacts, _ errors: [FieldError] = []
    ) -> AlertSheet? {
        switch action {
        case .handOver:
            return .handOver(.init(people: facts.people, chosen: input.chosen, note: input.text("note")))
        case .script:
            let kind = input.chosen ?? facts.script?.fraud
            return .script(
                .init(
                    kinds: Groups.fraud.choices(self, [kind].compactMap { $0 }), title: facts.script?.title ?? "",
                    body: facts.script?.body ?? ""))
        case .moneySent:
            return .moneySent(
                .init(
                    yuan: input.text("yuan"), account: input.text("account"), note: input.text("note"), errors: errors))
        case .stopPayment:
            let steps = Groups.stop.known.map {
                Choice(code: $0.code, text: word("stop", $0.code), chosen: facts.stopped.contains($0))
            }
            return .stopPayment(
                .init(steps: steps, step: input.chosen ?? facts.nextStep.code, institution: input.text("institution")))
        case .raise:
            let above = Array(Groups.level.known.prefix { $0 != facts.level })
            let chosen = input.chosen ?? above.last?.code
            return .raise(
                .init(
                    levels: above.reversed().map { choice("level", $0.code, $0.code == chosen) },
                    reason: input.text("reason")))
        case .feedback, .propose, .clear, .comment:
            let text = input.text("text")
            return .words(.init(action: action, text: text, required: true, sensitive: Sensitive.spans(text, self)))
        case .take, .accept, .recordVisit, .dissuade, .call, .navigate, .badge, .dossier: return nil
        }
    }

    /// What is wrong with what was entered about money.
    func moneyErrors(_ input: SheetInput) -> [FieldError] {
        var errors: [FieldError] = []
        if !input.text("yuan").isBlank, Money.fen(input.text("yuan")) == nil {
            errors.append(FieldError(field: "yuan", text: self("money.amountWrong")))
        }
        for field in ["account", "note"] where !Sensitive.spans(input.text(field), self).isEmpty {
            errors.append(FieldError(field: field, text: self("money.accountNumber")))
        }
        return errors
    }
}

enum Money {
    /// More than anybody has: a slip of the finger.
    private static let most: Int64 = 1_000_000_000_000

    /// An amount that somebody typed, in fen; none where it is no amount.
    static func fen(_ typed: String) -> Int64? {
        var text = typed.precomposedStringWithCompatibilityMapping.filter { !$0.isWhitespace && !",，元¥".contains($0) }
        let tenThousands = text.hasSuffix("万")
        if tenThousands { text.removeLast() }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.digits == $0 }),
            parts[0].count <= 12, parts.count == 1 || parts[1].count <= 6, let whole = Int64(parts[0])
        else { return nil }
        let rest = parts.count == 1 ? "" : parts[1]
        guard let millionths = Int64(rest.padding(toLength: 6, withPad: "0", startingAt: 0)) else { return nil }
        let (yuan, over) = whole.multipliedReportingOverflow(by: 1_000_000)
        if over { return nil }
        let exact = yuan + millionths
        // Ten thousand yuan are a million fen.
        if !tenThousands, exact % 10_000 != 0 { return nil }
        let fen = tenThousands ? exact : exact / 10_000
        return fen <= most ? fen : nil
    }
}
