// The doors of a grid: as one walks, as a list, and searched.
//
// Invariants: a grid of ten thousand doors is shown from its rows alone, and its list page by page; what is typed into the
// search answers to the last letter.
import QiaomenCore

final class DoorsModel: ScreenModel {
    let frame: ScreenFrame
    var state = DoorsState()
    let route = Route.doors
    private var spots: [Spot] = []
    private var opened = false
    /// How many rows were asked for: also where they are read again before the last of them came.
    private var wanted: Int
    /// Whether the person chose something already.
    private var choosing = false

    private nonisolated static let key = "doors.chosen"
    private static let shown: Set<Noun> = [.households, .visits, .pledges, .alerts, .tasks]

    init(_ desk: Desk) {
        frame = ScreenFrame(desk)
        wanted = desk.habits.page
    }

    static func wrap(_ state: DoorsState) -> Screen { .doors(state: state) }

    /// Which grid was chosen, and how it is looked at: the same after the app was killed.
    private struct Chosen: Codable, Sendable {
        var grid: String?
        var view = DoorsView.walking
        var order = DoorsOrder.lastVisit
    }

    func load() {
        let opening = !opened
        read { bench in
            let kept = opening ? try bench.forms.get(key: DoorsModel.key) : nil
            return (chosen: kept.flatMap { Written.read(Chosen.self, $0) }, grids: try DoorsModel.grids(bench))
        } then: { found in
            self.opened = true
            // What was chosen while this was read stands.
            let before = self.choosing ? nil : found.chosen
            let id = before?.grid ?? self.state.grid?.id
            self.show {
                $0.grids = found.grids
                $0.grid = found.grids.first { $0.id == id } ?? (found.grids.count == 1 ? found.grids[0] : nil)
                if let before {
                    $0.view = before.view
                    $0.order = before.order
                }
                $0.loading = $0.loading && !found.grids.isEmpty
            }
            self.walk()
            self.list()
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if nouns.contains(.directory) || nouns.contains(.identity) || (nouns.contains(.sync) && state.grids.isEmpty) {
            return load()
        }
        if !nouns.isDisjoint(with: DoorsModel.shown) {
            walk()
            list()
        }
    }

    @Work
    private static func grids(_ bench: Bench) throws -> [GridRow] {
        let words = bench.words
        return try bench.core.households.grids().map { line in
            let (doors, visited) = (Int(line.doors), Int(line.visited))
            return GridRow(
                id: line.grid, name: line.name.isBlank ? words("doors.gridUnknown") : line.name,
                pathText: try bench.names.path(line.grid, words), doors: doors, visited: visited,
                text: words.doorCount(doors, visited))
        }.sorted { Counted.before($0.pathText, $1.pathText) }
    }

    private func counted(_ grid: String, _ doors: Int, _ visited: Int) {
        let text = words.doorCount(doors, visited)
        func count(_ row: inout GridRow) {
            row.doors = doors
            row.visited = visited
            row.text = text
        }
        show { state in
            for at in state.grids.indices where state.grids[at].id == grid { count(&state.grids[at]) }
            if var row = state.grid, row.id == grid {
                count(&row)
                state.grid = row
            }
        }
    }

    private func walk() {
        guard let grid = state.grid?.id else {
            spots = []
            show {
                $0.loading = false
                $0.blocks = []
                $0.block = nil
            }
            return
        }
        read("walk") { bench in
            let spots = try bench.core.spots(grid)
            return (spots: spots, blocks: bench.words.blocks(spots))
        } then: { found in
            self.spots = found.spots
            self.show {
                $0.loading = false
                $0.blocks = found.blocks
                $0.block = $0.block.flatMap { self.words.block(found.spots, $0.code) }
            }
            self.counted(grid, found.spots.count, found.blocks.reduce(0) { $0 + $1.visited })
        }
    }

    /// The first pages of the list or of what was found: as many as are shown.
    private func list() {
        if state.view == .walking, state.query.isBlank {
            show {
                $0.rows = []
                $0.more = false
            }
            return
        }
        page(0, wanted)
    }

    private func page(_ skip: Int, _ take: Int) {
        let (query, grid, order, now) = (state.query.trimmed, state.grid?.id, state.order, desk.now())
        read("list") { bench in
            // One more tells whether there is more.
            let part = Page(skip: UInt32(skip), take: UInt32(take + 1))
            let teller = bench.teller(now)
            return try DoorsModel.lines(bench.core, query, grid, order, part).map(teller.doorRow)
        } then: { rows in
            self.show {
                $0.rows = (skip == 0 ? [] : $0.rows) + rows.prefix(take)
                $0.more = rows.count > take
                $0.loading = false
            }
        }
    }

    @Work
    private static func lines(
        _ core: Core, _ query: String, _ grid: String?, _ order: DoorsOrder, _ part: Page
    ) throws -> [HouseholdLine] {
        if !query.isEmpty { return try core.households.find(text: query, page: part) }
        switch order {
        case .lastVisit: return try core.households.list(grid: grid, order: .lastVisit, page: part)
        case .notVisited: return try core.households.notVisited(grid: grid, since: nil, page: part)
        }
    }

    func on(_ event: DoorsEvent) {
        switch event {
        case .grid(let id):
            wanted = desk.habits.page
            show {
                $0.grid = $0.grids.first { $0.id == id }
                $0.block = nil
                $0.blocks = []
                $0.rows = []
                $0.loading = true
            }
            remember()
            walk()
            list()
        case .view(let view):
            wanted = desk.habits.page
            show { $0.view = view }
            remember()
            list()
        case .order(let order):
            wanted = desk.habits.page
            show {
                $0.order = order
                $0.rows = []
            }
            remember()
            list()
        case .search(let text): search(text)
        case .block(let code): show { $0.block = words.block(spots, code) }
        case .closeBlock: show { $0.block = nil }
        case .open(let id): desk.go(.household(id: id))
        case .more:
            if state.more {
                wanted = state.rows.count + desk.habits.page
                page(state.rows.count, desk.habits.page)
            }
        case .add:
            if let grid = state.grid {
                desk.go(.household(grid: grid.id))
            } else {
                desk.say(words("doors.chooseGrid"), failure: true)
            }
        }
    }

    private func search(_ text: String) {
        wanted = desk.habits.page
        show {
            $0.query = text
            $0.rows = []
        }
        list()
    }

    private func remember() {
        choosing = true
        let chosen = Chosen(grid: state.grid?.id, view: state.view, order: state.order)
        write({ try $0.forms.keep(key: DoorsModel.key, text: Written.json(chosen)) })
    }

    func back() -> Bool {
        if !state.query.isEmpty {
            search("")
        } else if state.block != nil {
            show { $0.block = nil }
        } else {
            return false
        }
        return true
    }
}
