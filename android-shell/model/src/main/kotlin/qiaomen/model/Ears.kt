// Hears from the core what changed and how far an exchange is, on whatever thread that is said.
//
// Invariant: it notes it and returns; changes are gathered for a moment, then told once on the thread that draws.
package qiaomen.model

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicReference
import qiaomen.core.Noun
import qiaomen.core.Observer
import qiaomen.core.SyncProgress

internal class Ears(
    private val desk: Desk,
    private val changed: (Set<Noun>) -> Unit,
    private val progress: (SyncProgress) -> Unit,
) : Observer {
    private val heard = ConcurrentHashMap.newKeySet<Noun>()
    private val telling = AtomicBoolean()
    private val latest = AtomicReference<SyncProgress>()

    override fun changed(nouns: List<Noun>) {
        heard.addAll(nouns)
        if (telling.compareAndSet(false, true)) desk.later(desk.habits.gatherMillis) {
            telling.set(false)
            val now = heard.toSet()
            heard.removeAll(now)
            changed(now)
        }
    }

    override fun progress(progress: SyncProgress) {
        // The last word counts: those that come while one is being told are skipped.
        if (latest.getAndSet(progress) == null) desk.later(0) { latest.getAndSet(null)?.let(this.progress) }
    }
}
