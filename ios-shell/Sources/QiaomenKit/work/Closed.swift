// The core's closed words as the states have them: names in lower camel case, and the groups their words stand under.
//
// Invariants: every table is exhaustive, so that a new word of the core's does not compile until it is named here; a word that
// this version does not know is the word itself. `frame/Codes.swift` has the tables that the frame needs too.
import QiaomenCore

extension DissuasionStep {
    var code: String {
        switch self {
        case .identityShown: "identityShown"
        case .reasonSaid: "reasonSaid"
        case .kindJudged: "kindJudged"
        case .scriptUsed: "scriptUsed"
        case .tricksExplained: "tricksExplained"
        case .casesTold: "casesTold"
        case .questionsAnswered: "questionsAnswered"
        case .repeated: "repeated"
        case .unknown(let word): word
        }
    }
}

extension BroughtIn {
    var code: String {
        switch self {
        case .relatives: "relatives"
        case .friends: "friends"
        case .colleagues: "colleagues"
        case .officer: "officer"
        case .unknown(let word): word
        }
    }
}

extension Way {
    var code: String {
        switch self {
        case .inPerson: "inPerson"
        case .telephone: "telephone"
        case .online: "online"
        case .throughRelatives: "throughRelatives"
        case .unknown(let word): word
        }
    }
}

extension Care {
    var code: String {
        switch self {
        case .counselling: "counselling"
        case .guidance: "guidance"
        case .legalAid: "legalAid"
        case .escalated: "escalated"
        case .unknown(let word): word
        }
    }
}

extension Recorder {
    var code: String {
        switch self {
        case .bodyCamera: "bodyCamera"
        case .videoRecorder: "videoRecorder"
        case .telephone: "telephone"
        case .other: "other"
        case .unknown(let word): word
        }
    }
}

extension TakenWith {
    var code: String {
        switch self {
        case .telephone: "telephone"
        case .camera: "camera"
        case .other: "other"
        case .unknown(let word): word
        }
    }
}

extension KeptAt {
    var code: String {
        switch self {
        case .police: "police"
        case .village: "village"
        case .device: "device"
        case .attached: "attached"
        case .unknown(let word): word
        }
    }
}

extension FraudKind {
    var code: String {
        switch self {
        case .refundRebateTask: "refundRebateTask"
        case .fakeInvestment: "fakeInvestment"
        case .fakeLoan: "fakeLoan"
        case .fakeCustomerService: "fakeCustomerService"
        case .impersonatingAuthority: "impersonatingAuthority"
        case .impersonatingAcquaintance: "impersonatingAcquaintance"
        case .gameTrade: "gameTrade"
        case .romance: "romance"
        case .healthProducts: "healthProducts"
        case .other: "other"
        case .unknown(let word): word
        }
    }
}

extension Door {
    var code: String {
        switch self {
        case .livedIn: "livedIn"
        case .vacant: "vacant"
        case .demolished: "demolished"
        case .longAbsent: "longAbsent"
        case .unknown(let word): word
        }
    }
}

extension ResidentTag {
    var code: String {
        switch self {
        case .elderly: "elderly"
        case .student: "student"
        case .financeStaff: "financeStaff"
        case .easilyDeceived: "easilyDeceived"
        case .unknown(let word): word
        }
    }
}

extension StopStep {
    var code: String {
        switch self {
        case .asked: "asked"
        case .frozen: "frozen"
        case .released: "released"
        case .unknown(let word): word
        }
    }
}

extension Purpose {
    var code: String {
        switch self {
        case .door: "door"
        case .firstContact: "firstContact"
        case .dissuasion: "dissuasion"
        case .followUp: "followUp"
        case .unknown(let word): word
        }
    }
}

extension Outcome {
    var code: String {
        switch self {
        case .met: "met"
        case .nobodyHome: "nobodyHome"
        case .refused: "refused"
        case .moved: "moved"
        case .inaccessible: "inaccessible"
        case .telephoneOnly: "telephoneOnly"
        case .unknown(let word): word
        }
    }
}

extension Risk {
    var code: String {
        switch self {
        case .noFurther: "noFurther"
        case .mayBeDefraudedAgain: "mayBeDefraudedAgain"
        case .unknown(let word): word
        }
    }
}

extension Given {
    var code: String {
        switch self {
        case .openLetter: "openLetter"
        case .contactCard: "contactCard"
        case .pledge: "pledge"
        case .leaflet: "leaflet"
        case .unknown(let word): word
        }
    }
}

extension Explained {
    var code: String {
        switch self {
        case .taskRebate: "taskRebate"
        case .investment: "investment"
        case .loan: "loan"
        case .customerService: "customerService"
        case .impersonation: "impersonation"
        case .romance: "romance"
        case .healthProducts: "healthProducts"
        case .personalInformation: "personalInformation"
        case .app: "app"
        case .cases: "cases"
        case .unknown(let word): word
        }
    }
}

extension Noticed {
    var code: String {
        switch self {
        case .flustered: "flustered"
        case .evasive: "evasive"
        case .incoherent: "incoherent"
        case .onTheTelephone: "onTheTelephone"
        case .moneySent: "moneySent"
        case .aware: "aware"
        case .unknown(let word): word
        }
    }
}

extension Datum {
    var code: String {
        switch self {
        case .wgs84: "wgs84"
        case .gcj02: "gcj02"
        case .bd09: "bd09"
        case .unstated: "unstated"
        case .unknown(let word): word
        }
    }
}

extension AlertOrigin {
    var code: String {
        switch self {
        case .fundsSide: "fundsSide"
        case .other: "other"
        case .unknown(let word): word
        }
    }
}

extension OrganisationSort {
    var code: String {
        switch self {
        case .school: "school"
        case .bank: "bank"
        case .enterprise: "enterprise"
        case .body: "body"
        case .institution: "institution"
        case .market: "market"
        case .other: "other"
        case .unknown(let word): word
        }
    }
}

extension Hands {
    var code: String {
        switch self {
        case .otherPlace: "otherPlace"
        case .fromAfar: "fromAfar"
        case .unknown(let word): word
        }
    }
}

extension CallOutcome {
    var code: String {
        switch self {
        case .reached: "reached"
        case .noAnswer: "noAnswer"
        case .refused: "refused"
        case .wrongNumber: "wrongNumber"
        case .unknown(let word): word
        }
    }
}

extension Answer {
    var code: String {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .notSure: "notSure"
        case .unknown(let word): word
        }
    }
}

extension ReviewState {
    var code: String {
        switch self {
        case .hasIssues: "hasIssues"
        case .approved: "approved"
        case .rejected: "rejected"
        case .unknown(let word): word
        }
    }
}

extension Asked {
    var code: String {
        switch self {
        case .who: "who"
        case .lowerLevel: "lowerLevel"
        case .differs: "differs"
        case .noTeam: "noTeam"
        case .unknown(let word): word
        }
    }
}

extension FirstHands {
    var code: String {
        switch self {
        case .station: "station"
        case .team: "team"
        case .joint: "joint"
        case .unknown(let word): word
        }
    }
}

extension QiaomenCore.Language {
    var code: String {
        switch self {
        case .zh: "zh"
        case .en: "en"
        case .unknown(let word): word
        }
    }
}

extension AreaLevel {
    var code: String {
        switch self {
        case .county: "county"
        case .town: "town"
        case .village: "village"
        case .courtyard: "courtyard"
        case .grid: "grid"
        case .building: "building"
        case .unknown(let word): word
        }
    }
}

extension DecisionAbout {
    var code: String {
        switch self {
        case .settle: "settle"
        case .merge: "merge"
        case .unmerge: "unmerge"
        case .unknown(let word): word
        }
    }
}

extension PastedField {
    var code: String {
        switch self {
        case .name: "name"
        case .telephone: "telephone"
        case .level: "level"
        case .platformNumber: "platformNumber"
        case .address: "address"
        case .issued: "issued"
        case .reachedStation: "reachedStation"
        case .issuer: "issuer"
        case .origin: "origin"
        case .kind: "kind"
        case .unknown(let word): word
        }
    }
}

extension RecordKind {
    var code: String {
        switch self {
        case .area: "area"
        case .person: "person"
        case .household: "household"
        case .visit: "visit"
        case .fraudAlert: "fraudAlert"
        case .raise: "raise"
        case .receipt: "receipt"
        case .feedback: "feedback"
        case .clearance: "clearance"
        case .withdrawal: "withdrawal"
        case .extension: "extension"
        case .sending: "sending"
        case .handOver: "handOver"
        case .organisation: "organisation"
        case .pledge: "pledge"
        case .consent: "consent"
        case .review: "review"
        case .moneySent: "moneySent"
        case .stopPayment: "stopPayment"
        case .seen: "seen"
        case .recall: "recall"
        case .join: "join"
        case .transfer: "transfer"
        case .proposal: "proposal"
        case .comment: "comment"
        case .takeBack: "takeBack"
        case .custodyDecision: "custodyDecision"
        case .routing: "routing"
        case .duty: "duty"
        case .script: "script"
        case .reminder: "reminder"
        case .question: "question"
        case .whereabouts: "whereabouts"
        case .campaignPhase: "campaignPhase"
        case .rulebook: "rulebook"
        case .pledgeText: "pledgeText"
        case .decision: "decision"
        case .draw: "draw"
        case .callBack: "callBack"
        case .unknown(let word): word
        }
    }
}

extension Came {
    var code: String {
        switch self {
        case .first: "first"
        case .handedOver: "handedOver"
        case .decided: "decided"
        }
    }
}

extension CaseResult {
    var code: String {
        switch self {
        case .running: "running"
        case .cleared: "cleared"
        case .recalled: "recalled"
        case .joined: "joined"
        case .lying: "lying"
        }
    }
}

extension DueState {
    var code: String {
        switch self {
        case .open: "open"
        case .done: "done"
        case .late: "late"
        case .overdue: "overdue"
        case .missed: "missed"
        case .excused: "excused"
        }
    }
}

extension NearBy {
    var code: String {
        switch self {
        case .recorded: "recorded"
        case .shared: "shared"
        case .grid: "grid"
        }
    }
}
