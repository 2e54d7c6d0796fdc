// The doors of a grid: as one walks, building by building, or as a list by last visit; found by whatever is known of them.
//
// Only what is seen is laid out, and rows are asked for by pages: ten thousand households scroll like ten.
import QiaomenKit
import SwiftUI

struct DoorsScreen: View {
    let state: DoorsState
    let send: @MainActor (DoorsEvent) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    var body: some View {
        if let block = state.block, state.query.isEmpty {
            Walk(block: block, grid: state.grid?.name, send: send)
        } else if state.grid == nil, !state.grids.isEmpty {
            grids
        } else {
            doors
        }
    }

    /// Which grid, where there are several.
    private var grids: some View {
        ListPage {
            TabTitle(words("screen.doors.title"), words("screen.doors.chooseGrid"))
        } content: {
            ForEach(state.grids, id: \.id) { grid in
                Counted(name: grid.name, path: grid.pathText, text: grid.text, visited: grid.visited, doors: grid.doors)
                {
                    send(.grid(id: grid.id))
                }
            }
        }
    }

    private var listed: Bool { !state.query.isEmpty || state.view == .list }

    private var doors: some View {
        ListPage(more: listed && state.more) {
            send(.more)
        } head: {
            VStack(alignment: .leading, spacing: Gap.small) {
                TabTitle(state.grid?.name ?? words("screen.doors.title"), state.grid?.text) {
                    SignButton(.plus, words("screen.doors.add")) { send(.add) }
                }
                VStack(alignment: .leading, spacing: Gap.small) {
                    search
                    if state.query.isEmpty { ways }
                }
                .padding(.horizontal, Gap.large)
            }
        } content: {
            if state.loading {
                Loading()
            } else if listed {
                rows
            } else if state.blocks.isEmpty {
                Nothing(.door, words("screen.doors.none"), words("screen.doors.noneText"))
            } else {
                ForEach(state.blocks, id: \.code) { block in
                    Counted(name: block.name, text: block.text, visited: block.visited, doors: block.doors) {
                        send(.block(code: block.code))
                    }
                }
            }
        }
    }

    private var search: some View {
        HStack(spacing: Gap.small) {
            SignView(.search, tones.card.soft)
            TextField(
                words("screen.doors.search"), text: .of(state.query) { send(.search(text: $0)) }
            )
            .font(Letters.body)
            .foregroundStyle(tones.card.ink.colour)
            .keys(.search)
            .accessibilityLabel(words("screen.doors.search"))
            if !state.query.isEmpty {
                SignButton(.close, words("screen.clear"), tones.card.soft) { send(.search(text: "")) }
            }
        }
        .padding(.leading, Gap.medium)
        .frame(minHeight: Extent.row)
        .on(tones.card, corner: Corner.medium)
        .overlay { RoundedRectangle(cornerRadius: Corner.medium).stroke(tones.card.edge.colour, lineWidth: 1) }
    }

    /// Walking or list, and the list's order; another grid.
    @ViewBuilder private var ways: some View {
        Segments(options: [
            Option("walking", words("screen.doors.walking"), state.view == .walking),
            Option("list", words("screen.doors.list"), state.view == .list),
        ]) { send(.view(view: $0 == "list" ? .list : .walking)) }
        if state.view == .list {
            Segments(options: [
                Option("lastVisit", words("screen.doors.lastVisit"), state.order == .lastVisit),
                Option("notVisited", words("screen.doors.notVisited"), state.order == .notVisited),
            ]) { send(.order(order: $0 == "lastVisit" ? .lastVisit : .notVisited)) }
        }
        if state.grids.count > 1 {
            Flow {
                ForEach(state.grids.filter { $0.id != state.grid?.id }, id: \.id) { grid in
                    WordButton(
                        grid.name, .lesser, label: words("screen.doors.gridLabel", ["name": grid.name]), wide: false
                    ) { send(.grid(id: grid.id)) }
                }
            }
        }
    }

    @ViewBuilder private var rows: some View {
        if state.rows.isEmpty {
            Nothing(.search, words("screen.doors.nothing"), words("screen.doors.nothingText"))
        }
        ForEach(state.rows, id: \.id) { row in
            Card(inside: 0, gap: 0) {
                OpenRow(row.address, text: row.peopleText, aside: row.foundText) {
                    send(.open(id: row.id))
                } marks: {
                    Flow {
                        Chip(row.lastText, row.never ? tones.soonSoft : tones.sunk, row.never ? .door : .clock)
                        if let mark = row.mark { MarkChip(mark: mark) }
                    }
                }
            }
            .padding(.horizontal, Gap.large)
        }
    }
}

/// Something with doors, and how many of them were reached.
private struct Counted: View {
    let name: String
    var path = ""
    let text: String
    let visited: Int
    let doors: Int
    let does: @MainActor () -> Void
    @Environment(\.tones) private var tones

    var body: some View {
        Card(inside: 0, gap: 0) {
            Button(action: does) {
                HStack(spacing: Gap.medium) {
                    VStack(alignment: .leading, spacing: Gap.hair) {
                        Say(name, Letters.title)
                        if !path.isEmpty { Aside(path) }
                        Gauge(text: text, part: doors == 0 ? 0 : Double(visited) / Double(doors))
                    }
                    SignView(.next, tones.card.soft, font: Letters.small)
                }
                .padding(.horizontal, Gap.large)
                .padding(.vertical, Gap.medium)
                .contentShape(Rectangle())
            }
            .buttonStyle(.plain)
            .accessibilityElement(children: .combine)
            .accessibilityAddTraits(.isButton)
        }
        .padding(.horizontal, Gap.large)
    }
}

/// A building or a village group: floor by floor, as one walks.
private struct Walk: View {
    let block: Block
    let grid: String?
    let send: @MainActor (DoorsEvent) -> Void
    @Environment(\.words) private var words

    var body: some View {
        ListPage(gap: Gap.small) {
            TopBar(block.name, grid, backLabel: words("screen.doors.closeBlock")) { send(.closeBlock) }
        } content: {
            legend.padding(.horizontal, Gap.large)
            ForEach(block.units.indices, id: \.self) { at in
                let unit = block.units[at]
                if !unit.name.isEmpty { SectionTitle(unit.name).padding(.horizontal, Gap.large) }
                ForEach(unit.floors.indices, id: \.self) { floor in
                    Floor(row: unit.floors[floor]) { send(.open(id: $0)) }.padding(.horizontal, Gap.large)
                }
            }
        }
    }

    /// What the grounds mean.
    private var legend: some View {
        let looks = Set(block.units.flatMap(\.floors).flatMap(\.cells).map(\.state))
        return Flow(gap: Gap.medium) {
            ForEach(DoorMark.allCases.filter(looks.contains), id: \.self) { mark in
                HStack(spacing: Gap.hair) {
                    DoorSign(mark: mark)
                    Aside(mark.text(words))
                }
                .accessibilityElement(children: .combine)
            }
        }
    }
}

/// A small picture of how a door stands.
private struct DoorSign: View {
    let mark: DoorMark
    @Environment(\.tones) private var tones

    var body: some View {
        let tone = mark.tone(tones)
        SignView(mark.sign, mark == .never ? tone.edge : tone.ink, font: Letters.small)
            .padding(3)
            .on(tone, corner: Corner.small, edged: true)
    }
}

private struct Floor: View {
    let row: FloorRow
    let open: @MainActor (String) -> Void
    @Environment(\.tones) private var tones
    @Environment(\.dynamicTypeSize) private var size

    var body: some View {
        if row.name.isEmpty {
            cells
        } else if size.isAccessibilitySize {
            VStack(alignment: .leading, spacing: Gap.hair) {
                Aside(row.name)
                cells
            }
        } else {
            HStack(spacing: Gap.small) {
                Aside(row.name).frame(width: 40, alignment: .leading)
                cells
            }
        }
    }

    private var cells: some View {
        let most = size.isAccessibilitySize ? 2 : row.name.isEmpty ? 4 : min(max(row.cells.count, 2), 4)
        let columns = Array(repeating: GridItem(.flexible(), spacing: Gap.small), count: most)
        return LazyVGrid(columns: columns, spacing: Gap.small) {
            ForEach(row.cells, id: \.id) { cell in
                let tone = cell.state.tone(tones)
                let ink = cell.state == .never ? tone.edge : tone.ink
                Button(action: { open(cell.id) }) {
                    VStack(spacing: 2) {
                        Say(cell.text, Letters.strong, tone.ink, align: .center)
                        SignView(cell.state.sign, ink, font: Letters.small)
                    }
                    .padding(.horizontal, Gap.hair)
                    .padding(.vertical, Gap.small)
                    .frame(maxWidth: .infinity, minHeight: 58)
                    .on(tone, corner: Corner.small)
                    .overlay {
                        RoundedRectangle(cornerRadius: Corner.small)
                            .stroke((cell.state == .never ? tone.edge : tone.line).colour, lineWidth: 1)
                    }
                }
                .buttonStyle(.plain)
                .accessibilityLabel(cell.label)
            }
        }
    }
}

extension DoorMark {
    /// How a door that stands so is drawn: by its icon and its ground, never by colour alone.
    fileprivate func tone(_ tones: Tones) -> Tone {
        switch self {
        case .never: tones.card
        case .inVain: tones.soonSoft
        case .visited: tones.accentSoft
        case .pledged: tones.accent
        case .out: tones.sunk
        case .alert: tones.urgent
        }
    }

    fileprivate var sign: Sign {
        switch self {
        case .never: .door
        case .inVain: .again
        case .visited: .tick
        case .pledged: .signature
        case .out: .close
        case .alert: .bell
        }
    }

    fileprivate func text(_ words: Words) -> String {
        switch self {
        case .never: words("screen.door.never")
        case .inVain: words("screen.door.inVain")
        case .visited: words("screen.door.visited")
        case .pledged: words("screen.door.pledged")
        case .out: words("screen.door.out")
        case .alert: words("screen.door.alert")
        }
    }
}
