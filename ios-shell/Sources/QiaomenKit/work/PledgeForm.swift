// A pledge as it is being signed, and the record it becomes.
//
// Invariants: pure; a signature is kept as its points with their times; the words that were shown are the ones named.
import QiaomenCore

/// What is kept of a pledge while it is being signed.
struct PledgeForm: Codable, Equatable, Sendable {
    var resident: String?
    var mode = PledgeMode.screen
    var strokes: [[SignPoint]] = []
    var witness = ""
    var forAnother = false
    var proxyName = ""
    var proxyRelation = ""
    var archiveNumber = ""
    var note = ""

    /// What is missing.
    func wrong(_ words: Words) -> [FieldError] {
        var errors: [FieldError] = []
        func add(_ field: String, _ key: String, if so: Bool) {
            if so { errors.append(FieldError(field: field, text: words(key))) }
        }
        add("residents", "pledge.residentMissing", if: resident == nil)
        add("strokes", "pledge.signatureMissing", if: mode == .screen && !signed)
        add("proxyName", "pledge.proxyNameMissing", if: forAnother && proxyName.isBlank)
        add("proxyRelation", "pledge.proxyRelationMissing", if: forAnother && proxyRelation.isBlank)
        add("archiveNumber", "pledge.archiveNumberMissing", if: mode == .paper && archiveNumber.isBlank)
        return errors
    }

    private var points: Int { strokes.reduce(0) { $0 + $1.count } }

    /// Whether there is a line and not only a touch.
    var signed: Bool { points >= 3 }

    /// The record; `words` are those that were shown. None while nobody is chosen.
    func record(_ household: String, _ words: PledgeWords, _ now: Int64) -> Pledge? {
        guard let resident else { return nil }
        return Pledge(
            household: household,
            resident: resident,
            template: words.template,
            version: words.version,
            at: now,
            signature: mode == .screen ? signature : nil,
            proxy: forAnother ? Proxy(name: proxyName.trimmed, relation: proxyRelation.orNone) : nil,
            witness: witness.orNone,
            archiveNumber: mode == .paper ? archiveNumber.orNone : nil,
            corrects: nil,
            void: false,
            note: note.orNone)
    }

    /// The core takes no times that run backwards, as those of a pad do that was wiped.
    private var signature: Signature {
        var last = 0
        return Signature(
            strokes: strokes.filter { !$0.isEmpty }.map { points in
                Stroke(
                    points: points.map { at in
                        last = min(max(at.millis, last), PledgeForm.hour)
                        return SignaturePoint(
                            x: UInt32(min(max(at.x, 0), PledgeForm.across)),
                            y: UInt32(min(max(at.y, 0), PledgeForm.down)),
                            millis: UInt32(last))
                    })
            })
    }

    /// With another stroke, thinned so that every signature fits into its record: what lies nearer than a hair to the point
    /// before is left out, and a stroke that would be too much is not taken.
    func drawn(_ stroke: [SignPoint]) -> PledgeForm {
        let thin = stroke.enumerated().filter { at, point in
            guard at > 0, at < stroke.count - 1 else { return true }
            let before = stroke[at - 1]
            return max(abs(before.x - point.x), abs(before.y - point.y)) >= PledgeForm.hair
        }.map(\.element)
        guard !thin.isEmpty, points + thin.count <= PledgeForm.mostPoints else { return self }
        var form = self
        form.strokes.append(thin)
        return form
    }

    /// How far a point may lie from the pad's corner, in ten-thousandths of its width.
    private static let across = 10_000
    private static let down = 40_000
    private static let hour = 3_600_000
    private static let hair = 30
    /// At most six bytes a point, and 8 KB a signature.
    private static let mostPoints = 1_300
}

extension PledgeState {
    var form: PledgeForm {
        PledgeForm(
            resident: residents.first(where: \.chosen)?.code, mode: mode, strokes: strokes, witness: witness,
            forAnother: forAnother, proxyName: proxyName, proxyRelation: proxyRelation, archiveNumber: archiveNumber,
            note: note)
    }

    mutating func take(_ form: PledgeForm) {
        mode = form.mode
        strokes = form.strokes
        witness = form.witness
        forAnother = form.forAnother
        proxyName = form.proxyName
        proxyRelation = form.proxyRelation
        archiveNumber = form.archiveNumber
        note = form.note
    }
}
