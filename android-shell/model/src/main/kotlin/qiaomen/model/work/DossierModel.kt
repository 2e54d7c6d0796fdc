// Everything about one person.
//
// Invariant: reads alone. Nothing of it leaves the app from here: whoever else needs it looks it up at the console, which
// notes who did.
package qiaomen.model.work

import qiaomen.core.Noun
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.state.DossierState
import qiaomen.model.state.Screen

class DossierModel(desk: Desk, override val route: Route.Dossier) :
    ScreenModel<DossierState, Unit>(desk, DossierState(route.alert), Unit::class, Screen::Dossier) {

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

    override fun on(event: Unit) = Unit

    private companion object {
        val SHOWN = setOf(Noun.ALERTS, Noun.VISITS, Noun.PLEDGES, Noun.HOUSEHOLDS, Noun.DIRECTORY)
    }
}
