// A worker's app in a process of its own, to be killed.
//
// Usage: KilledKt STORE SEED [save]. Types into a visit to the first door, and tells on each line of its output what was
// typed; with `save` it saves the visit, tells "saving", then "saved" once it says so, and begins the next. The key of the store
// is FakePlatform's of that seed.
package qiaomen.model.scenario

import java.io.File
import kotlinx.coroutines.runBlocking
import qiaomen.core.HouseholdOrder
import qiaomen.core.Page
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.Screen
import qiaomen.model.state.Tab
import qiaomen.model.state.AppEvent
import qiaomen.model.state.VisitEvent

fun main(arguments: Array<String>) {
    val (store, seed) = arguments
    // Nothing is told of a phone that hangs.
    val phone = Phone(File(store), seed.toInt())
    val model = phone.model
    fun wait(what: String, until: () -> Boolean) {
        val end = System.nanoTime() + 20_000_000_000
        while (!until()) {
            check(System.nanoTime() < end) { "waiting for $what: ${phone.shown()}" }
            Thread.sleep(5)
        }
    }
    val door = runBlocking { checkNotNull(model.replica()) }.households().list(null, HouseholdOrder.WALKING, Page(0u, 1u)).single().household.id
    do {
        phone.drawn { model.on(AppEvent.Choose(Tab.Doors)) }
        phone.drawn { model.on(DoorsEvent.Open(door)) }
        wait("the door") { (model.state.value.screen as? Screen.Household)?.state?.loading == false }
        phone.drawn { model.on(HouseholdEvent.Record) }
        wait("the visit") { (model.state.value.screen as? Screen.Visit)?.state?.outcomes?.isNotEmpty() == true }
        phone.drawn { model.on(VisitEvent.Choose("outcomes", "nobodyHome")) }
        for (count in 1..(if ("save" in arguments) 3 else 10_000)) {
            phone.drawn { model.on(VisitEvent.Type("note", "count $count")) }
            println("typed $count ${System.nanoTime()}")
            Thread.sleep(20)
        }
        phone.drawn { model.on(VisitEvent.GoOn) }
        wait("the summary") { (model.state.value.screen as? Screen.Visit)?.state?.summary?.isNotEmpty() == true }
        println("saving")
        phone.drawn { model.on(VisitEvent.Save) }
        wait("saved") { model.state.value.screen !is Screen.Visit }
        println("saved")
    } while (true)
}
