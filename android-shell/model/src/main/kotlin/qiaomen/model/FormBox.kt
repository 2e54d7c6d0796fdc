// Text of the shell's own under its own keys, kept encrypted by the store: what is being typed, and preferences.
//
// Invariant: used on the thread that works.
package qiaomen.model

/** Forms. Keys that begin with `preference.` can be read on a revoked phone too. */
interface FormBox {
    fun keep(key: String, text: String)
    fun get(key: String): String?
    fun discard(key: String): Boolean

    /** The last kept first. */
    fun keys(): List<String>
}
