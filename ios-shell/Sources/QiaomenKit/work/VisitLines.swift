// A visit line by line: for a case file, a door's history, and the summary before it is saved.
//
// Invariants: pure; what was not said has no line.
import QiaomenCore

extension Teller {
    /// What a visit says besides what it was for and what came of it.
    func visitLines(_ visit: Visit) -> [Line] {
        var lines: [Line] = []
        func line(_ field: String, _ text: String?) {
            if let text, !text.isBlank { lines.append(Line(label: words.field(field), text: text)) }
        }
        func list(_ group: String, _ codes: [String]) -> String? {
            codes.isEmpty ? nil : words.list(codes.map { words.word(group, $0) })
        }
        let met = visit.met.map { resident($0) ?? words("person.unknown") }
        line("met", words.list(met + [visit.metOthers].compactMap { $0 }.filter { !$0.isBlank }))
        line("risk", visit.risk.map { words.word("risk", $0.code) })
        line("given", list("given", visit.given.map(\.code)))
        line("explained", list("explained", visit.explained.map(\.code)))
        line("observations", list("observation", visit.observations.map(\.code)))
        if let said = visit.dissuasion {
            line("dissuasion.steps", list("step", said.steps.map(\.code)))
            line("dissuasion.fraud", said.fraud.map { words.word("fraud", $0.code) })
            if said.deeplyTakenIn { line("dissuasion.deeply_taken_in", words("word.yes")) }
            line("dissuasion.brought_in", list("broughtIn", said.broughtIn.map(\.code)))
            line("dissuasion.ways", list("way", said.ways.map(\.code)))
            line("dissuasion.officers", said.officers)
            line("dissuasion.team", said.team)
            line("dissuasion.recording", recordingText(said))
            if said.courtesy { line("dissuasion.courtesy", words("word.yes")) }
            line("dissuasion.care", list("care", said.care.map(\.code)))
        }
        line("photos", photosText(visit.photos))
        line("note", visit.note)
        line("next_step", visit.nextStep)
        return lines
    }

    /// Who took photos with what, and where they are kept; none where there are none.
    func photosText(_ note: PhotoNote?) -> String? {
        guard let note else { return nil }
        return words.dotted(
            note.takenWith.map { words.word("takenWith", $0.code) },
            note.takenBy,
            note.keptAt.map { words.word("keptAt", $0.code) } ?? words("recording.placeUnknown"),
            note.keptAs)
    }

    /// Who recorded on what, and where it is kept; none where nothing is said to be recorded.
    func recordingText(_ said: Dissuasion?) -> String? {
        guard let said, let with = said.recordedWith else { return nil }
        return words.dotted(
            words.word("recorder", with.code),
            said.recordedBy,
            said.keptAt.map { words.word("keptAt", $0.code) } ?? words("recording.placeUnknown"),
            said.keptAs)
    }
}
