// Everything about one person.
//
// Invariant: reads alone.
package qiaomen.model.work

import qiaomen.core.Noun
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.state.DossierEvent
import qiaomen.model.state.DossierState
import qiaomen.model.state.Effect
import qiaomen.model.state.Screen

class DossierModel(desk: Desk, override val route: Route.Dossier) :
    ScreenModel<DossierState, DossierEvent>(desk, DossierState(route.alert), DossierEvent::class, Screen::Dossier) {

    override fun load() {
        val (told, now) = words to desk.now()
        read({
            val entries = desk.core.dossiers.of(route.alert)
            val teller = teller(desk, told, now, doorsOf(desk.core, entries.map { it.record }))
            desk.core.alerts.get(route.alert)?.record?.name.orEmpty() to entries.map(teller::dossierRow)
        }) { (name, rows) -> show { it.copy(loading = false, name = name, entries = rows) } }
    }

    override fun changed(nouns: Set<Noun>) {
        if (nouns.any { it in SHOWN }) load()
    }

    override fun on(event: DossierEvent) {
        when (event) {
            DossierEvent.Share -> desk.effect(Effect.Share(Teller(words, desk.now(), { it }).dossierText(state.name, state.entries)))
        }
    }

    private companion object {
        val SHOWN = setOf(Noun.ALERTS, Noun.VISITS, Noun.PLEDGES, Noun.HOUSEHOLDS, Noun.DIRECTORY)
    }
}
