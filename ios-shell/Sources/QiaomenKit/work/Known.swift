// The closed words that can be chosen in forms, in the order in which they are shown; and back from a code.
//
// Invariant: what a newer version wrote and this one does not know goes through a form unchanged.
import QiaomenCore

/// A closed word's group: which can be chosen, and how they are named and found.
struct WordGroup<T: Sendable>: Sendable {
    /// What its words' keys begin with.
    let name: String
    let known: [T]
    let codeOf: @Sendable (T) -> String
    private let unknown: @Sendable (String) -> T

    init(
        _ name: String, _ known: [T], _ codeOf: @escaping @Sendable (T) -> String,
        _ unknown: @escaping @Sendable (String) -> T
    ) {
        self.name = name
        self.known = known
        self.codeOf = codeOf
        self.unknown = unknown
    }

    func of(_ code: String) -> T { known.first { codeOf($0) == code } ?? unknown(code) }

    /// All of them, and what this version does not know but is chosen.
    func choices(_ words: Words, _ chosen: [String]) -> [Choice] {
        let codes = known.map(codeOf)
        return (codes + chosen.filter { !codes.contains($0) }).map { words.choice(name, $0, chosen.contains($0)) }
    }

    /// The codes that can be chosen.
    var codes: [String] { known.map(codeOf) }
}

enum Groups {
    static let level = WordGroup<Level>(
        "level", [.extreme, .high, .medium, .low], { $0.code }, { .unknown(word: $0) })
    static let purpose = WordGroup<Purpose>(
        "purpose", [.door, .firstContact, .dissuasion, .followUp], { $0.code }, { .unknown(word: $0) })
    static let outcome = WordGroup<Outcome>(
        "outcome", [.met, .nobodyHome, .refused, .telephoneOnly, .moved, .inaccessible], { $0.code },
        { .unknown(word: $0) })
    static let risk = WordGroup<Risk>(
        "risk", [.noFurther, .mayBeDefraudedAgain], { $0.code }, { .unknown(word: $0) })
    static let given = WordGroup<Given>(
        "given", [.openLetter, .contactCard, .pledge, .leaflet], { $0.code }, { .unknown(word: $0) })
    static let explained = WordGroup<Explained>(
        "explained",
        [
            .taskRebate, .investment, .loan, .customerService, .impersonation, .romance, .healthProducts,
            .personalInformation, .app, .cases,
        ],
        { $0.code }, { .unknown(word: $0) })
    static let observation = WordGroup<Noticed>(
        "observation", [.aware, .flustered, .evasive, .incoherent, .onTheTelephone, .moneySent], { $0.code },
        { .unknown(word: $0) })
    static let step = WordGroup<DissuasionStep>(
        "step",
        [
            .identityShown, .reasonSaid, .kindJudged, .scriptUsed, .tricksExplained, .casesTold, .questionsAnswered,
            .repeated,
        ],
        { $0.code }, { .unknown(word: $0) })
    static let fraud = WordGroup<FraudKind>(
        "fraud",
        [
            .refundRebateTask, .fakeInvestment, .fakeLoan, .fakeCustomerService, .impersonatingAuthority,
            .impersonatingAcquaintance, .gameTrade, .romance, .healthProducts, .other,
        ],
        { $0.code }, { .unknown(word: $0) })
    static let broughtIn = WordGroup<BroughtIn>(
        "broughtIn", [.relatives, .friends, .colleagues, .officer], { $0.code }, { .unknown(word: $0) })
    static let way = WordGroup<Way>(
        "way", [.inPerson, .telephone, .online, .throughRelatives], { $0.code }, { .unknown(word: $0) })
    static let recorder = WordGroup<Recorder>(
        "recorder", [.bodyCamera, .videoRecorder, .telephone, .other], { $0.code }, { .unknown(word: $0) })
    static let takenWith = WordGroup<TakenWith>(
        "takenWith", [.telephone, .camera, .other], { $0.code }, { .unknown(word: $0) })
    static let keptAt = WordGroup<KeptAt>(
        "keptAt", [.police, .village, .device, .attached], { $0.code }, { .unknown(word: $0) })
    static let care = WordGroup<Care>(
        "care", [.counselling, .guidance, .legalAid, .escalated], { $0.code }, { .unknown(word: $0) })
    static let door = WordGroup<Door>(
        "door", [.livedIn, .vacant, .longAbsent, .demolished], { $0.code }, { .unknown(word: $0) })
    static let tag = WordGroup<ResidentTag>(
        "tag", [.elderly, .student, .financeStaff, .easilyDeceived], { $0.code }, { .unknown(word: $0) })
    static let stop = WordGroup<StopStep>("stop", [.asked, .frozen, .released], { $0.code }, { .unknown(word: $0) })

    /// All, for tests: their names with the codes that can be chosen.
    static let all: [(name: String, codes: [String])] = [
        (level.name, level.codes), (purpose.name, purpose.codes), (outcome.name, outcome.codes),
        (risk.name, risk.codes), (given.name, given.codes), (explained.name, explained.codes),
        (observation.name, observation.codes), (step.name, step.codes), (fraud.name, fraud.codes),
        (broughtIn.name, broughtIn.codes), (way.name, way.codes), (recorder.name, recorder.codes),
        (keptAt.name, keptAt.codes), (care.name, care.codes), (door.name, door.codes), (tag.name, tag.codes),
        (stop.name, stop.codes),
    ]
}

/// A word as the core keeps it (`nobody_home`) by its code here (`nobodyHome`), where a value is told without its type.
func camel(_ word: String) -> String {
    let parts = word.split(separator: "_", omittingEmptySubsequences: false)
    return parts.dropFirst().reduce(parts.first.map(String.init) ?? "") {
        $0 + $1.prefix(1).uppercased() + $1.dropFirst()
    }
}
