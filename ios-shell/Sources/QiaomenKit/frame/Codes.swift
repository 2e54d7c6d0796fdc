// The core's words as the states have them: names in lower camel case.
//
// Invariant: exhaustive; a word that this version does not know is the word itself.
import QiaomenCore

extension Level {
    var code: String {
        switch self {
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .extreme: "extreme"
        case .unknown(let word): word
        }
    }
}

extension DueKind {
    var code: String {
        switch self {
        case .firstContact: "firstContact"
        case .firstMeeting: "firstMeeting"
        case .feedback: "feedback"
        case .secondVisit: "secondVisit"
        case .threeDayVisit: "threeDayVisit"
        case .monthEndJudgement: "monthEndJudgement"
        }
    }
}

extension Role {
    var code: String {
        switch self {
        case .volunteer: "volunteer"
        case .gridWorker: "gridWorker"
        case .teamHead: "teamHead"
        case .police: "police"
        case .supervisor: "supervisor"
        case .administrator: "administrator"
        case .integration: "integration"
        case .unknown(let word): word
        }
    }

    /// The role of a code that `code` gave; none of another.
    static func of(_ code: String) -> Role? {
        let known: [Role] = [
            .volunteer, .gridWorker, .teamHead, .police, .supervisor, .administrator, .integration,
        ]
        return known.first { $0.code == code }
    }
}

extension SyncMark {
    var mark: Mark {
        switch self {
        case .draft: .draft
        case .sent: .sent
        case .waiting: .waiting
        case .held: .held
        case .refused: .refused
        }
    }
}

extension Noun {
    /// All of them.
    static let all: Set<Noun> = [
        .identity, .tasks, .alerts, .visits, .drafts, .households, .organisations, .pledges, .reviews, .conflicts,
        .quarantine, .sync, .directory, .town, .duty,
    ]
}
