// The process: one model, one store, one place that does what the model wants done, whether somebody looks or not.
//
// Invariants: the store is opened at most once a process; nothing here waits for it on the thread that draws; what the worker
// wrote and what waits to be sent is sent by a job, however the process ends.
package qiaomen.app

import android.content.Context
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import qiaomen.app.effects.Deeds
import qiaomen.app.notice.NoticeAlarm
import qiaomen.app.notice.PhoneNotifier
import qiaomen.app.phone.AndroidPlatform
import qiaomen.app.work.Jobs
import qiaomen.app.work.PlanBook
import qiaomen.core.Replica
import qiaomen.model.Habits
import qiaomen.model.PhoneModel
import qiaomen.model.Words
import qiaomen.model.state.Gate
import qiaomen.model.state.Language

/** Everything that lives as long as the process; `context` is the application's. */
class PhoneProcess(private val context: Context, habits: Habits = Habits()) : Shell {
    override val scope: CoroutineScope = MainScope()
    override val work: CoroutineDispatcher = Dispatchers.IO

    override val jobs by lazy { Jobs(context) }
    override val alarm by lazy { NoticeAlarm(context) }
    override val notifier by lazy { PhoneNotifier(context, { words }, { opened }) }

    /** What the model wants done. */
    val deeds by lazy { Deeds(context) }

    @Volatile
    override var opened: Replica? = null
        private set

    /** Until the first Activity of this process is there: what an earlier process showed can be shown again. */
    var isFresh = true
        internal set

    private var begun = false

    /** The one model; its store is opened by whoever asks for it first, off the thread that draws. */
    val model: PhoneModel by lazy { PhoneModel(AndroidPlatform(context, notifier), scope, habits = habits) }

    private val tables = Language.entries.associateWith { lazy { Words(it) } }

    override val words: Words get() = tables.getValue(model.state.value.look.language).value

    override suspend fun replica(): Replica? {
        start()
        return model.replica().also { opened = it }
    }

    override suspend fun run(): Throwable? {
        start()
        return model.exchange()
    }

    /** Opens the store, once; on the thread that draws, like everything of the model's. */
    fun start() {
        if (begun) return
        begun = true
        scope.launch { model.effects.collect(deeds::take) }
        scope.launch { follow() }
        scope.launch { model.state.map { it.look.language }.distinctUntilChanged().collect { notifier.makeChannels() } }
        model.start()
        scope.launch { model.state.map { it.gate }.distinctUntilChanged().collect { if (it != Gate.Opening) opened = model.replica() } }
    }

    // However the process ends: a job goes on with what waits, and what was told does not outlive what it was told of.
    private suspend fun follow() {
        model.state.map { (it.waiting > 0) to (it.gate is Gate.Revoked) }.distinctUntilChanged().collect { (waits, revoked) ->
            val plan = PlanBook(context).plan
            if (revoked) jobs.end() else if (waits && plan != null) jobs.soon(plan) else if (!waits && isOpen()) jobs.nothingWaits()
        }
    }

    private fun isOpen() = model.state.value.gate == Gate.Open
}
