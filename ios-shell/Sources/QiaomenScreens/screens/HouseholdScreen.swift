// One door and the people behind it. Under the thumb: nobody opened, or a visit to record.
import QiaomenKit
import SwiftUI

struct HouseholdScreen: View {
    let state: HouseholdState
    let back: @MainActor () -> Void
    let send: @MainActor (HouseholdEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words
    @Environment(\.dynamicTypeSize) private var size

    private var known: Bool { state.id != nil && !state.missing }

    var body: some View {
        Page {
            TopBar(state.address.isEmpty ? words("screen.household.new") : state.address, state.gridText, back: back) {
                if known { SignButton(.pencil, words("screen.household.editDoor")) { send(.editDoor) } }
            }
            // In large letters they would leave the page no room.
            if !size.isAccessibilitySize { conflicting }
        } content: {
            if state.missing {
                Nothing(.door, words("screen.household.missing"), words("screen.household.missingText"))
            } else if state.loading {
                Loading()
            } else {
                door
            }
        } thumb: {
            if known { ThumbBar { thumb } }
        }
        .sheet(
            of: state.sheet, close: { send(.closeSheet) },
            content: { HouseholdSheetView(sheet: $0, new: state.id == nil, send: send) })
    }

    @ViewBuilder private var thumb: some View {
        let record = WordButton(words("screen.household.record"), .main, .pencil) { send(.record) }
        let closed = WordButton(words("screen.household.closed"), .lesser) { send(.closed) }
        if size.isAccessibilitySize {
            record
            closed
        } else {
            HStack(spacing: Gap.medium) {
                closed
                record
            }
        }
    }

    /// Fields that two people wrote differently.
    @ViewBuilder private var conflicting: some View {
        if !state.conflictTexts.isEmpty {
            BannerBar(state.conflictTexts.joined(separator: "\n"), .fork, tones.soonSoft) { send(.openConflicts) }
        }
    }

    @ViewBuilder private var door: some View {
        if size.isAccessibilitySize { conflicting }
        ForEach(state.alerts, id: \.alert) { call in CallView(card: call) { send(.openAlert(alert: call.alert)) } }
        Flow {
            if !state.doorText.isEmpty { Chip(state.doorText, nil, .door) }
            if !state.lastText.isEmpty { Chip(state.lastText, nil, .clock) }
            if let mark = state.mark { MarkChip(mark: mark) }
        }
        if let why = state.markText { Remark(.info, why) }
        if let note = state.note { Remark(.file, note, tones.page.ink, font: Letters.body) }
        SectionTitle(words("screen.household.residents"))
        if state.residents.isEmpty { Say(words("screen.household.nobody"), Letters.body, tones.page.soft) }
        ForEach(state.residents, id: \.id) { ResidentCard(resident: $0, send: send) }
        WordButton(words("screen.household.addResident"), .lesser, .plus) { send(.editResident()) }
        if let next = state.nextText {
            Card(inside: 0) { OpenRow(words("screen.household.next"), text: next, sign: .door) { send(.next) } }
        }
        if !state.history.isEmpty {
            SectionTitle(words("screen.household.history"))
            CardOf(state.history) { Happened(row: $0) }
            if state.historyMore { WordButton(words("screen.more"), .lesser) { send(.moreHistory) } }
        }
    }
}

private struct ResidentCard: View {
    let resident: ResidentRow
    let send: @MainActor (HouseholdEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        let tone = tones.card
        Card {
            HStack {
                Flow {
                    Say(resident.name, Letters.title)
                    ForEach(resident.tagTexts, id: \.self) { Chip($0, tones.soonSoft) }
                }
                Spacer(minLength: 0)
                SignButton(.pencil, words("screen.household.editLabel", ["name": resident.name])) {
                    send(.editResident(resident: resident.id))
                }
            }
            Remark(
                resident.app == "yes" ? .tick : .info, resident.appText, resident.app == "yes" ? tone.accent : tone.soft
            )
            Remark(
                resident.pledged ? .signature : .info, resident.pledgeText, resident.pledged ? tone.accent : tone.soft)
            Flow {
                ForEach(resident.telephones, id: \.self) { number in
                    WordButton(
                        number, .lesser, .handset,
                        label: words("screen.household.call", ["name": resident.name, "number": number]), wide: false
                    ) { send(.call(number: number)) }
                }
                WordButton(
                    words("screen.household.pledge"), .lesser, .signature,
                    label: words("screen.household.pledgeLabel", ["name": resident.name]), wide: false
                ) { send(.pledge(resident: resident.id)) }
            }
        }
    }
}

private struct HouseholdSheetView: View {
    let sheet: HouseholdSheet
    let new: Bool
    let send: @MainActor (HouseholdEvent) -> Void
    @Environment(\.words) private var words
    @Environment(\.tones) private var tones

    private var title: String {
        switch sheet {
        case .resident(let sheet): words(sheet.id == nil ? "screen.resident.new" : "screen.resident.edit")
        case .door: words(new ? "screen.household.new" : "screen.household.editDoor")
        }
    }

    private func type(_ field: String) -> @MainActor (String) -> Void { { send(.type(field: field, text: $0)) } }
    private func choose(_ field: String) -> @MainActor (String) -> Void { { send(.choose(field: field, code: $0)) } }

    private func close() { send(.closeSheet) }

    var body: some View {
        SheetPage(title, close: close) {
            switch sheet {
            case .resident(let sheet): resident(sheet)
            case .door(let sheet): door(sheet)
            }
        } buttons: {
            ThumbBar { WordButton(words("screen.save")) { send(.confirm) } }
        }
    }

    @ViewBuilder private func resident(_ sheet: HouseholdSheet.Resident) -> some View {
        let wrong = sheet.errors
        Field(words("screen.resident.name"), sheet.name, error: wrong.of("name"), does: type("name"))
        Field(
            words("screen.resident.telephone"), sheet.telephone, error: wrong.of("telephone"), keys: .telephone,
            does: type("telephone"))
        Field(
            words("screen.resident.birthYear"), sheet.birthYear, error: wrong.of("birthYear"), keys: .number,
            does: type("birthYear"))
        Ask(words("screen.resident.tags"), sheet.tags, .many, does: choose("tags"))
        Ask(words("screen.resident.app"), sheet.app, .one, does: choose("app"))
        Card(inside: 0) {
            SwitchRow(words("screen.resident.leftTown"), sheet.leftTown) {
                send(.choose(field: "leftTown", code: $0 ? "yes" : "no"))
            }
        }
        if sheet.leftTown {
            Field(words("screen.resident.leftTo"), sheet.leftTo, error: wrong.of("leftTo"), does: type("leftTo"))
            Field(
                words("screen.resident.leftContact"), sheet.leftContact, error: wrong.of("leftContact"),
                does: type("leftContact"))
        }
    }

    @ViewBuilder private func door(_ sheet: HouseholdSheet.Door) -> some View {
        let wrong = sheet.errors
        Remark(.info, words("screen.door.help"))
        Field(words("screen.door.building"), sheet.building, error: wrong.of("building"), does: type("building"))
        Field(words("screen.door.unit"), sheet.unit, error: wrong.of("unit"), does: type("unit"))
        Field(words("screen.door.floor"), sheet.floor, error: wrong.of("floor"), keys: .number, does: type("floor"))
        Field(words("screen.door.room"), sheet.room, error: wrong.of("room"), does: type("room"))
        Field(words("screen.door.group"), sheet.group, error: wrong.of("group"), does: type("group"))
        Field(words("screen.door.number"), sheet.number, error: wrong.of("number"), does: type("number"))
        Ask(words("screen.door.state"), sheet.door, .oneShort, wrong.of("door"), does: choose("door"))
        Field(words("screen.note"), sheet.note, error: wrong.of("note"), lines: 2, does: type("note"))
    }
}
