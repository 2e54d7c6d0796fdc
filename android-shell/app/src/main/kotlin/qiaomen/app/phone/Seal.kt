// Sealing a few bytes by a key that never leaves the phone.
//
// Invariant: whoever has the sealed bytes alone can do nothing with them.
package qiaomen.app.phone

import android.content.pm.PackageManager
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.ProviderException
import java.util.UUID
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** Seals and opens. */
interface Seal {
    /** What `plain` becomes, by a key of its own. */
    @Throws(SealBroken::class)
    fun seal(plain: ByteArray): ByteArray

    /** What was sealed. */
    @Throws(SealBroken::class)
    fun open(sealed: ByteArray): ByteArray
}

/** It cannot be sealed or opened: the key is gone, or not to be had now; or the bytes are others. */
class SealBroken(what: String, cause: Exception? = null) : Exception(what, cause)

/**
 * AES-256 in GCM by a key in the Android Keystore, in the phone's secure element where it has one. The person is not asked for it:
 * exchanges run while the phone lies locked in a pocket. (Before it is unlocked for the first time after a start no app runs.)
 *
 * Each sealing makes a key under a name of its own, which stands before the sealed bytes, so that none is ever written over.
 */
class KeystoreSeal(private val features: PackageManager) : Seal {
    override fun seal(plain: ByteArray): ByteArray = guarded {
        val name = "qiaomen ${UUID.randomUUID()}"
        val cipher = Cipher.getInstance(TRANSFORMATION)
        cipher.init(Cipher.ENCRYPT_MODE, newKey(name))
        cipher.updateAAD(PURPOSE)
        val sealed = cipher.doFinal(plain)
        val label = name.encodeToByteArray()
        byteArrayOf(FORM, label.size.toByte(), cipher.iv.size.toByte()) + label + cipher.iv + sealed
    }

    override fun open(sealed: ByteArray): ByteArray = guarded {
        if (sealed.size < 3 || sealed[0] != FORM) throw SealBroken("not sealed by this")
        val label = 3 + sealed[1]
        val start = label + sealed[2]
        if (sealed[1] < 0 || sealed[2] < 0 || sealed.size < start) throw SealBroken("not whole")
        val key = key(sealed.decodeToString(3, label)) ?: throw SealBroken("the key is gone")
        val cipher = Cipher.getInstance(TRANSFORMATION)
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, sealed, label, start - label))
        cipher.updateAAD(PURPOSE)
        cipher.doFinal(sealed, start, sealed.size - start)
    }

    // Keystores of some phones fail in ways of their own, unchecked ones among them.
    private fun guarded(work: () -> ByteArray): ByteArray = try {
        work()
    } catch (failed: GeneralSecurityException) {
        throw SealBroken("the keystore failed", failed)
    } catch (failed: ProviderException) {
        throw SealBroken("the keystore failed", failed)
    } catch (failed: IllegalStateException) {
        throw SealBroken("the keystore failed", failed)
    }

    private fun key(name: String): SecretKey? {
        val keys = KeyStore.getInstance(KEYSTORE).apply { load(null) }
        return keys.getKey(name, null) as SecretKey?
    }

    private fun newKey(name: String): SecretKey {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && features.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)) {
            try {
                return generated(name, strongBox = true)
            } catch (_: StrongBoxUnavailableException) {
                // It has one, but not for such keys.
            }
        }
        return generated(name, strongBox = false)
    }

    private fun generated(name: String, strongBox: Boolean): SecretKey {
        val spec = KeyGenParameterSpec.Builder(name, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(256)
        if (strongBox && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) spec.setIsStrongBoxBacked(true)
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE)
        generator.init(spec.build())
        return generator.generateKey()
    }

    private companion object {
        const val KEYSTORE = "AndroidKeyStore"
        const val TRANSFORMATION = "AES/GCM/NoPadding"
        const val TAG_BITS = 128
        const val FORM: Byte = 1
        val PURPOSE = "qiaomen store key".encodeToByteArray()
    }
}
