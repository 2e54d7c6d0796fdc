// The store's key: 32 random bytes in a file, sealed.
//
// Invariants: the same for ever once it was given out; a sealed key that does not open is never written over, and put aside (never
// deleted) only where it can never be opened and no store needs it; the key itself is in no file and no log.
package qiaomen.app.phone

import android.util.Log
import java.io.File
import java.io.FileOutputStream
import java.security.GeneralSecurityException
import java.security.SecureRandom
import qiaomen.core.KeyStore
import qiaomen.core.ShellException

/**
 * Keeps the store's key in `file`, sealed by `seal`. `store` is the database that it opens.
 */
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
            Log.w(TAG, "the sealed key does not open, for good: ${broken.forGood}", broken)
            if (!broken.forGood || store.exists()) throw ShellException.Unavailable()
            // The person put the store aside and begins anew.
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
        } catch (failed: GeneralSecurityException) {
            Log.w(TAG, "no key can be made", failed)
            throw ShellException.Unavailable()
        } catch (failed: java.security.ProviderException) {
            Log.w(TAG, "no key can be made", failed)
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
        while (File("${file.path}.aside-$number").exists()) number++
        if (!file.renameTo(File("${file.path}.aside-$number"))) throw ShellException.Failed("the sealed key could not be put aside")
    }

    private companion object {
        const val BYTES = 32
        const val TAG = "qiaomen"
    }
}
