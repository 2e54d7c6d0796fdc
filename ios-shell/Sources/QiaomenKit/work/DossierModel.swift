// Everything about one person.
//
// Invariant: reads alone. Nothing of it leaves the app from here: whoever else needs it looks it up at the console, which
// notes who did.
import QiaomenCore

final class DossierModel: ScreenModel {
    let frame: ScreenFrame
    var state: DossierState
    let route: Route
    private let alert: String

    private static let shown: Set<Noun> = [.alerts, .visits, .pledges, .households, .directory]

    init(_ desk: Desk, alert: String) {
        frame = ScreenFrame(desk)
        state = DossierState(alert: alert)
        route = .dossier(alert: alert)
        self.alert = alert
    }

    static func wrap(_ state: DossierState) -> Screen { .dossier(state: state) }

    func load() {
        let (alert, now) = (alert, desk.now())
        read { bench in
            let entries = try bench.core.dossiers.of(alert: alert)
            let teller = bench.teller(now, doors: try bench.doors(of: entries.map(\.record)))
            let name = try bench.core.alerts.get(id: alert)?.record.name ?? ""
            return (name: name, rows: entries.map(teller.dossierRow))
        } then: { found in
            self.show {
                $0.loading = false
                $0.name = found.name
                $0.entries = found.rows
            }
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if !nouns.isDisjoint(with: DossierModel.shown) { load() }
    }

    func on(_ event: Never) {}
}
