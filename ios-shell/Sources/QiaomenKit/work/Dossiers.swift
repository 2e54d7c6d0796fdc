// A dossier in rows, with how each meeting's recording stands.
//
// Invariants: pure; nothing is left out; a meeting without a recording says so (Q6).
import QiaomenCore

extension Teller {
    /// One thing of a dossier.
    func dossierRow(_ entry: DossierEntry) -> DossierRow {
        let meta = words.dotted(
            meta(entry.by, entry.role.code, entry.at, entry.doubtful, entry.enteredLateMinutes),
            entry.arrived.map { words("event.arrived", ["when": words.moment($0, now)]) }
                ?? words("event.notArrived"))
        let row = EventRow(
            id: entry.id,
            title: title(entry.record),
            metaText: meta,
            bodyText: body(entry.record, recording: entry.recording == .notOwed),
            doubtful: entry.doubtful || entry.enteredLateMinutes != nil)
        return DossierRow(
            row: row, recordingText: recording(entry), recordingMissing: entry.recording == .missing)
    }

    private func recording(_ entry: DossierEntry) -> String? {
        switch entry.recording {
        case .notOwed: return nil
        case .missing: return words("recording.missing")
        case .kept(let at):
            if case .ofVisit(let visit) = entry.record, let told = recordingText(visit.dissuasion) { return told }
            return at.map { words.word("keptAt", $0.code) } ?? words("recording.placeUnknown")
        }
    }
}
