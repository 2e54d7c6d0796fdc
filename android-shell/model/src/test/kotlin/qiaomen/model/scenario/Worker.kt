// What tests do with a phone in a worker's place: touch it, wait for what it shows, join with it.

package qiaomen.model.scenario

import kotlinx.coroutines.runBlocking
import qiaomen.core.Replica
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.Gate
import qiaomen.model.state.Screen

/** Waits until what is shown is so; says what was waited for, and what is shown instead. */
fun Phone.wait(what: String, seconds: Long = 20, until: (AppState) -> Boolean) {
    val end = System.nanoTime() + seconds * 1_000_000_000
    while (!until(model.state.value)) {
        check(System.nanoTime() < end) { "waiting for $what: ${shown()}" }
        Thread.sleep(5)
    }
}

fun Phone.on(event: AppEvent) = drawn { model.on(event) }

/** The core of a phone that is open. */
val Phone.replica: Replica get() = checkNotNull(runBlocking { model.replica() })

/** Types what joins the town of [at] as [login], and does not send it yet. */
fun Phone.typed(at: Stage, login: String) {
    wait("the gate") { it.gate == Gate.Enrolling }
    val code = at.invite(login)
    drawn {
        model.on(EnrolEvent.Server(at.address))
        model.on(EnrolEvent.Code(code))
        model.on(EnrolEvent.Undertake(true))
    }
}

/** Joins, until today's tasks are there. */
fun Phone.joined(at: Stage, login: String): Phone {
    typed(at, login)
    drawn { model.on(EnrolEvent.Enrol) }
    wait("today") { it.gate == Gate.Open && (it.screen as? Screen.Today)?.state?.loading == false }
    return this
}
