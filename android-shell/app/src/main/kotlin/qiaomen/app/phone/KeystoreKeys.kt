// The store's key: 32 random bytes in a file, sealed.
//
// Invariants: the same for ever once it was given out; a sealed key that does not open is never written over while there is a store
// that may need it, and never deleted; the key itself is in no file and no log.
package qiaomen.app.phone

import android.util.Log
import java.io.File
import java.io.FileOutputStream
import java.security.SecureRandom
import qiaomen.core.KeyStore
import qiaomen.core.ShellException

/** Keeps the store's key in `file`, sealed by `seal`. `store` is the database that it opens. */
class KeystoreKeys(
    private val file: File,
    private val store: File,
    private val seal: Seal,
    private val random: (ByteArray) -> Unit = SecureRandom()::nextBytes,
) : KeyStore {
    @Synchronized
    override fun storeKey(): ByteArray {
        if (!file.exists()) return begun()
        val key = try {
            seal.open(file.readBytes())
        } catch (broken: SealBroken) {
            Log.w(TAG, "the sealed key does not open", broken)
            if (store.exists()) throw ShellException.Unavailable()
            // The person has put the store aside and begins anew: so does the key.
            putAside()
            return begun()
        }
        if (key.size != BYTES) throw ShellException.Failed("the sealed key has ${key.size} bytes")
        return key
    }

    private fun begun(): ByteArray {
        val key = ByteArray(BYTES).also(random)
        val sealed = try {
            seal.seal(key)
        } catch (broken: SealBroken) {
            Log.w(TAG, "no key can be sealed", broken)
            throw ShellException.Unavailable()
        }
        // Whole or not at all, whenever the phone goes out.
        val fresh = File(file.path + ".new")
        FileOutputStream(fresh).use { out ->
            out.write(sealed)
            out.fd.sync()
        }
        if (!fresh.renameTo(file)) throw ShellException.Failed("the sealed key could not be kept")
        return key
    }

    private fun putAside() {
        var number = 1
        while (aside(number).exists()) number++
        if (!file.renameTo(aside(number))) throw ShellException.Failed("the sealed key could not be put aside")
    }

    private fun aside(number: Int) = File("${file.path}.aside-$number")

    private companion object {
        const val BYTES = 32
        const val TAG = "qiaomen"
    }
}
