// Exchanges: what waits, what was sent, what was refused and why.
//
// Invariants: draft, waiting, sent, held, refused are the core's counts and kept apart; nothing refused goes without a second
// word.
package qiaomen.model.screens

import qiaomen.core.Network
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.QiaomenException
import qiaomen.core.QuarantineEntry
import qiaomen.model.Desk
import qiaomen.model.LastExchange
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Watch
import qiaomen.model.clockText
import qiaomen.model.Words
import qiaomen.model.error
import qiaomen.model.progress
import qiaomen.model.state.Effect
import qiaomen.model.state.EventRow
import qiaomen.model.state.Language
import qiaomen.model.state.Mark
import qiaomen.model.state.RefusedRow
import qiaomen.model.state.Screen
import qiaomen.model.state.StorageGauge
import qiaomen.model.state.SyncEvent
import qiaomen.model.state.SyncState

internal class SyncModel(desk: Desk) : ScreenModel<SyncState, SyncEvent>(desk, SyncState(), SyncEvent::class, Screen::Sync) {
    override val route = Route.Sync

    /** What the person wants to give up, once they say so again. */
    private var doomed: Long? = null

    override fun load() {
        val (words, now) = words to desk.now()
        run()
        read({ look(words, now) }) { found -> show { running(found) } }
    }

    override fun changed(nouns: Set<Noun>) {
        if (nouns == setOf(Noun.SYNC) && desk.exchanges.running) run() else load()
    }

    /** How far it is, at once. */
    private fun run() = show(::running)

    private fun running(of: SyncState): SyncState {
        val exchanges = desk.exchanges
        return of.copy(
            running = exchanges.running,
            progress = exchanges.progress?.let(words::progress),
            lastText = words.lastText(exchanges.last, desk.now()),
            failureText = exchanges.failure?.let(words::error),
            signedOut = exchanges.failure is QiaomenException.SignedOut,
        )
    }

    private fun look(words: Words, now: Long): SyncState {
        val figures = core.replica.figures()
        val places = Places(desk, words)
        val aside = core.replica.aside().size
        return SyncState(
            drafts = figures.drafts.toInt(),
            waiting = figures.waiting.toInt(),
            sent = figures.sent.toInt(),
            held = figures.held.toInt(),
            refused = core.quarantine.list().asReversed().map { row(it, now, places) },
            heldRows = held(now, places),
            conflicts = figures.conflicts.toInt(),
            asideText = aside.takeIf { it > 0 }?.let { words.count("sync.aside", it) },
            storage = words.gauge(desk.platform.freeBytes(), desk.platform.usedBytes(), desk.platform.totalBytes()),
            clockText = words.clockText(desk.clock.wrongBy).takeIf { desk.clock.doubtful },
            networkText = words.networkText(desk.exchanges.network(), desk.preferences.unmeteredOnly),
        )
    }

    private fun row(entry: QuarantineEntry, now: Long, places: Places): RefusedRow =
        places.teller(now).let { teller -> teller.refusedRow(entry, toCorrect(entry, core, teller)) }

    private fun held(now: Long, places: Places): List<EventRow> = core.sync.held(Page(0u, HELD)).map { entry ->
        val because = entry.because.let { if (words.language == Language.Zh) it.reasonZh else it.reasonEn }
        // One that is seen no more since one looks after another grid has its reason all the same.
        entry.record?.let { places.teller(now).row(it, because).copy(mark = Mark.Held) } ?: EventRow(
            entry.document, words("sync.held.unseen"), entry.at?.let { words.moment(it, now) }.orEmpty(), mark = Mark.Held, markText = because,
        )
    }

    override fun on(event: SyncEvent) {
        if (event !is SyncEvent.Discard) doomed = null
        when (event) {
            SyncEvent.Run -> desk.exchanges.now()
            SyncEvent.Cancel -> desk.exchanges.cancel()
            is SyncEvent.Retry -> retry(event.item)
            is SyncEvent.Correct -> desk.go(Route.Correct(event.item))
            is SyncEvent.Export -> write({ core.quarantine.export(event.item) }) {
                desk.effect(Effect.SaveFile("qiaomen-${event.item}.json", it))
            }
            is SyncEvent.Discard -> discard(event.item)
            SyncEvent.OpenConflicts -> desk.go(Route.Conflicts())
            SyncEvent.JoinAgain -> desk.go(Route.Enrol)
        }
    }

    private fun retry(item: Long) {
        val (words, now) = words to desk.now()
        writeOnce("retry.$item", {
            val entry = core.quarantine.get(item)
            val record = toCorrect(entry, core, Places(desk, words).teller(now))
            record?.let { core.quarantine.resend(item, it, entry.role.takeIf { role -> role in desk.roles() }) } != null
        }) { sent ->
            if (sent) {
                desk.say(words("sync.sentAgain"))
                desk.saved()
            } else {
                desk.say(words("sync.cannotShow"), failure = true)
            }
        }
    }

    private fun discard(item: Long) {
        if (doomed != item) {
            doomed = item
            desk.say(words("sync.discardAgain"), failure = true)
            return
        }
        doomed = null
        writeOnce("discard.$item", { core.quarantine.discard(item) }) { desk.say(words("sync.discarded")) }
    }

    private companion object {
        const val HELD = 50u
    }
}

/** When the last exchange came to its end, and what it brought. */
fun Words.lastText(last: LastExchange?, now: Long): String {
    if (last == null) return this("sync.never")
    val parts = listOfNotNull(
        count("sync.last.accepted", last.accepted).takeIf { last.accepted > 0 },
        count("sync.last.refused", last.refused).takeIf { last.refused > 0 },
        count("sync.last.held", last.held).takeIf { last.held > 0 },
        count("sync.last.documents", last.documents).takeIf { last.documents > 0 },
    )
    val brought = if (parts.isEmpty()) this("sync.last.nothing") else list(parts)
    return this("sync.last.brought", "moment" to moment(last.at, now), "brought" to brought)
}

/** Room on the phone, in bytes: free, used by the app, in all. */
fun Words.gauge(free: Long, used: Long, total: Long): StorageGauge = StorageGauge(
    usedText = this("storage.used", "size" to bytes(used)),
    freeText = this("storage.free", "size" to bytes(free)),
    percent = if (total > 0) ((total - free) * 100 / total).toInt().coerceIn(0, 100) else 0,
    low = Watch.isLow(free, total),
)

/** How the phone is connected, and what that means for exchanges that begin by themselves. */
fun Words.networkText(network: Network, unmeteredOnly: Boolean): String = when (network) {
    Network.ABSENT -> this("network.absent")
    Network.METERED -> this(if (unmeteredOnly) "network.waits" else "network.metered")
    Network.UNMETERED -> this("network.unmetered")
}
