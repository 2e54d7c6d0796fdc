// The core's objects, each fetched once.
//
// Invariant: used on the thread that works; `close` lets go of all of them, and with the last one the store is closed.
package qiaomen.model

import qiaomen.core.Replica

/** A replica with its sub-clients by noun. */
class Core(val replica: Replica) : AutoCloseable {
    private val held = java.util.concurrent.ConcurrentLinkedQueue<AutoCloseable>()

    private fun <T : AutoCloseable> once(make: () -> T): Lazy<T> = lazy { make().also(held::add) }

    val households by once(replica::households)
    val doors by once(replica::doors)
    val organisations by once(replica::organisations)
    val pledges by once(replica::pledges)
    val reviews by once(replica::reviews)
    val forms by once(replica::forms)
    val visits by once(replica::visits)
    val drafts by once(replica::drafts)
    val alerts by once(replica::alerts)
    val areas by once(replica::areas)
    val people by once(replica::people)
    val tasks by once(replica::tasks)
    val scripts by once(replica::scripts)
    val reminders by once(replica::reminders)
    val duties by once(replica::duties)
    val routings by once(replica::routings)
    val town by once(replica::settings)
    val notices by once(replica::notices)
    val duty by once(replica::duty)
    val dossiers by once(replica::dossiers)
    val timeline by once(replica::timeline)
    val sync by once(replica::sync)
    val quarantine by once(replica::quarantine)
    val conflicts by once(replica::conflicts)

    override fun close() {
        held.forEach(AutoCloseable::close)
        replica.close()
    }
}
