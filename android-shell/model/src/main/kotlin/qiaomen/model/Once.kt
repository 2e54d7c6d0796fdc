// What was typed becomes a record once, at whatever moment the app is killed.
//
// Invariants: on the thread that works, in one block: first a note (the form `writing.<key>`) of how many such records there
// are, then the record, then what was typed is thrown away, then the note. What a kill in between leaves:
//   before the record   the form and the note, and as many records as noted: what was typed is shown again, nothing is written
//   after the record    the form and the note, and one record more: the form is thrown away when it is opened next
//   after the form      the note alone, which is thrown away likewise
// So nothing is lost and nothing is there twice.
package qiaomen.model

import qiaomen.core.Forms

/** Writes the record of what was typed under [key]; [have] counts those that there are, [done] throws away what was typed. */
internal fun <T> Forms.once(key: String, have: () -> Int, done: () -> Unit = { discard(key) }, write: () -> T): T {
    keep(NOTE + key, have().toString())
    val made = try {
        write()
    } catch (error: Exception) {
        discard(NOTE + key)
        throw error
    }
    done()
    discard(NOTE + key)
    return made
}

/** When what was typed under [key] is opened: whether it became a record already, just before the app was killed. */
internal fun Forms.became(key: String, have: () -> Int, done: () -> Unit = { discard(key) }): Boolean {
    val before = get(NOTE + key)?.toIntOrNull() ?: return false
    val became = have() > before
    if (became) done()
    discard(NOTE + key)
    return became
}

private const val NOTE = "writing."
