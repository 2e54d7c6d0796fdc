// What the tests of a phone have in common: a process that can end, a phone that belongs to somebody, and waiting for it.
package qiaomen.app

import android.app.Activity
import android.os.Bundle
import android.os.Looper
import java.time.Duration
import kotlin.test.assertEquals
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowSystemClock
import qiaomen.app.phone.AndroidPlatform
import qiaomen.core.Noun
import qiaomen.core.Observer
import qiaomen.core.Replica
import qiaomen.core.Server
import qiaomen.core.SyncProgress
import qiaomen.model.Habits
import qiaomen.model.PhoneModel

/** Shows nothing: what is on the glass is tested in `ui`. */
class BareGlass : Glass {
    override fun lay(activity: Activity, saved: Bundle?, model: PhoneModel) {
        laid = model
    }

    companion object {
        /** The model that was laid over an Activity last. */
        var laid: PhoneModel? = null
    }
}

/** Robolectric takes this one for the one of the manifest. Its keystore is the tests' own. */
class TestQiaomenApplication : QiaomenApplication() {
    override fun onCreate() {
        super.onCreate()
        FakeKeystore.install()
        begin()
    }

    /** A new process on the same files. */
    fun begin(habits: Habits = QUIET) {
        phone = PhoneProcess(this, habits)
    }

    /** The process ends, without a word to anybody. */
    fun die() {
        phone.scope.cancel()
        // As PhoneModel's own tests have it: nothing is kept, nothing is finished.
        PhoneModel::class.java.declaredMethods.first { it.name.startsWith("kill") }.invoke(phone.model)
        begin()
    }

    companion object {
        /** Nothing by itself: each test says what happens. */
        val QUIET = Habits(undoMillis = 400, draftMillis = 50, syncByItself = false, lockMinutes = 0)
    }
}

internal val app: TestQiaomenApplication get() = RuntimeEnvironment.getApplication() as TestQiaomenApplication

/** Lets both threads go on until it is so. */
internal fun until(what: String, seconds: Int = 20, holds: () -> Boolean) {
    val end = System.nanoTime() + seconds * 1_000_000_000L
    while (true) {
        shadowOf(Looper.getMainLooper()).idle()
        if (holds()) return
        check(System.nanoTime() < end) { "not within $seconds s: $what. Gate: ${app.phone.model.state.value.gate}" }
        Thread.sleep(5)
        ShadowSystemClock.advanceBy(Duration.ofMillis(5))
    }
}

/** The phone is `login`'s from now on, and has everything; said before its process has opened the store. */
internal fun join(login: String, lockMinutes: Int = 0, town: AppTown = AppTown.shared): String {
    val platform = AndroidPlatform(app, app.phone.notifier)
    Replica.open(platform.storePath, platform.keys, platform.clock, platform.network, platform.notifier, Deaf).use { replica ->
        replica.setServer(Server(town.address))
        runBlocking {
            replica.enrol(town.invite(login), "test")
            replica.sync().use { it.run() }
        }
        replica.forms().use {
            it.keep("preference.server", town.address)
            it.keep("preference.lock", lockMinutes.toString())
        }
        return checkNotNull(replica.identity()).device
    }
}

private object Deaf : Observer {
    override fun changed(nouns: List<Noun>) = Unit
    override fun progress(progress: SyncProgress) = Unit
}

/** The store's replica, once it is open. */
internal fun replica(): Replica {
    var found: Replica? = null
    app.phone.start()
    until("the store is open") { app.phone.opened.also { found = it } != null }
    return found!!
}

/** An exchange to its end. */
internal fun sync() = assertEquals(Unit, cameOf())

/** What came of an exchange. */
internal fun cameOf(): Any {
    var came: Any? = null
    app.phone.scope.launch { came = app.phone.run() ?: Unit }
    until("the exchange has ended") { came != null }
    return came!!
}
