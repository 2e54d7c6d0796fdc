// What is seen from every screen: banners, the urgent alert, the numbers beside the tabs; and the passing of time.
//
// Invariant: looked at when the core says that it may have changed and every `refreshMillis`; one look at a time, and one
// more afterwards where something changed meanwhile.
package qiaomen.model

import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.update
import kotlinx.serialization.json.Json
import qiaomen.core.DueState
import qiaomen.core.Network
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.QiaomenException
import qiaomen.model.state.Banner
import qiaomen.model.state.BannerKind
import qiaomen.model.state.Gate
import qiaomen.model.state.UrgentAlert

internal class Watch(private val desk: Desk) {
    private val telling = Telling(desk)
    private var ticking: Job? = null
    private var looking: Job? = null
    private var again = false

    /** Urgent alerts that were put off or opened since the start: not on top of everything any more. Earlier ones are kept. */
    private var put: Set<String> = emptySet()

    /** How the phone was connected at the last look. */
    private var network: Network? = null

    private class Seen(
        val urgent: Call?,
        val overdue: Int,
        val waiting: Int,
        val refused: Int,
        val network: Network,
        val doubtful: Boolean,
        val low: Boolean,
    )

    fun begin() {
        look(Noun.entries.toSet())
        tick()
    }

    private fun tick() {
        ticking?.cancel()
        ticking = desk.later(desk.habits.refreshMillis) {
            desk.forgetCalls()
            if (desk.glass.value.gate == Gate.Open) desk.navigation.again()
            look(Noun.entries.toSet())
            tick()
        }
    }

    fun end() {
        ticking?.cancel()
        looking?.cancel()
        telling.end()
    }

    /** These may be others now. */
    fun look(nouns: Set<Noun>) {
        val gate = desk.glass.value.gate
        // In a pocket, locked, it rings too.
        if ((gate != Gate.Open && gate != Gate.Locked) || nouns.none { it in SEEN }) return
        if (Noun.DUTY in nouns) {
            desk.exchanges.onDuty()
            desk.exchanges.schedule()
        }
        telling.look()
        if (looking?.isActive == true) {
            again = true
            return
        }
        again = false
        looking = desk.work(::seen, { if (it is QiaomenException.Revoked) desk.failed(it) }) { now ->
            show(now)
            looking = null
            if (again) look(SEEN)
        }
    }

    /** The urgent alert was seen: it stays among today's calls. */
    fun put(alert: String) {
        put = put + alert
        desk.glass.update { it.copy(urgent = null) }
        // The newest are enough: what is older is taken or over.
        desk.work({ desk.forms.keep(PUT, Json.encodeToString((kept() - alert + alert).toList().takeLast(200))) })
        look(SEEN)
    }

    /** Those that were put off or opened, at any time; on the thread that works. */
    private fun kept(): Set<String> =
        desk.forms.get(PUT)?.let { runCatching { Json.decodeFromString<Set<String>>(it) }.getOrNull() }.orEmpty()

    private fun seen(): Seen {
        val core = desk.core
        desk.clock.learn(core.replica)
        val figures = core.replica.figures()
        val tasks = core.tasks.list(Page(0u, Calls.MOST.toUInt()))
        val put = kept()
        val (free, total) = desk.platform.freeBytes() to desk.platform.totalBytes()
        return Seen(
            urgent = desk.calls.among(tasks).firstOrNull { it.alert !in put },
            overdue = tasks.count { it.visit.state == DueState.OVERDUE },
            waiting = figures.waiting.toInt(),
            refused = figures.quarantined.toInt(),
            network = desk.exchanges.network(),
            doubtful = desk.clock.doubtful,
            low = isLow(free, total),
        )
    }

    private fun show(now: Seen) {
        // Work that waited for a connection goes now, not when the person next asks.
        if (network == Network.ABSENT && now.network != Network.ABSENT) desk.exchanges.soon(0)
        network = now.network
        val words = desk.words
        val failure = desk.exchanges.failure
        val banners = listOfNotNull(
            Banner(BannerKind.SignedOut, words("banner.signedOut")).takeIf { failure is QiaomenException.SignedOut },
            Banner(BannerKind.Update, words("banner.update")).takeIf { failure is QiaomenException.Incompatible },
            Banner(BannerKind.Storage, words("banner.storage")).takeIf { now.low || failure is QiaomenException.StorageFull },
            Banner(BannerKind.Clock, words.clockText(desk.clock.wrongBy)).takeIf { now.doubtful },
            Banner(BannerKind.Refused, words.count("banner.refused", now.refused)).takeIf { now.refused > 0 },
            Banner(BannerKind.Offline, words("banner.offline")).takeIf { now.network == Network.ABSENT },
        )
        val urgent = now.urgent?.takeIf { it.alert !in put }?.let(words::urgent)
        desk.glass.update {
            if (it.gate != Gate.Open) it
            else it.copy(banners = banners, urgent = urgent, waiting = now.waiting, refused = now.refused, overdue = now.overdue)
        }
    }

    companion object {
        private const val PUT = "urgent.put"
        private val SEEN = setOf(
            Noun.IDENTITY, Noun.TASKS, Noun.ALERTS, Noun.QUARANTINE, Noun.SYNC, Noun.DUTY, Noun.VISITS, Noun.TOWN, Noun.REVIEWS,
        )

        /** Whether little room is left: less than 200 MB, or than a twentieth of a small phone's. */
        fun isLow(free: Long, total: Long): Boolean = free in 0 until minOf(LOW, total / 20)

        private const val LOW = 200L * 1000 * 1000
    }
}

/** What the clock is, in words; [wrong] is by how much, where that is known. */
fun Words.clockText(wrong: Long?): String =
    if (wrong == null || kotlin.math.abs(wrong) < 60_000) this("banner.clock")
    else this(if (wrong > 0) "banner.clock.slow" else "banner.clock.fast", "length" to length(wrong))

/** An alert that calls for somebody at once. */
fun Words.urgent(call: Call): UrgentAlert = UrgentAlert(
    call.alert, this(if (call.offer == null) "urgent.open" else "urgent.offered", "name" to call.name, "level" to word("level", call.level)),
    call.level, call.offer != null,
)
