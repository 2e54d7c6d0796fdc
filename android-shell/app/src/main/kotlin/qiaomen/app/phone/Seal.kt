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
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** Seals and opens. */
interface Seal {
    /** What `plain` becomes; its key is made if there is none. */
    fun seal(plain: ByteArray): ByteArray

    /** What was sealed. */
    @Throws(SealBroken::class)
    fun open(sealed: ByteArray): ByteArray
}

/** What was sealed cannot be opened. `forGood`: not later either, since the key is gone or the bytes are others. */
class SealBroken(val forGood: Boolean, cause: Exception?) : Exception(cause)

/**
 * AES-256 in GCM by a key in the Android Keystore, in the phone's secure element where it has one. The person is not asked for it:
 * exchanges run while the phone lies locked in a pocket. (Before it is unlocked for the first time after a start no app runs.)
 */
class KeystoreSeal(private val features: PackageManager) : Seal {
    override fun seal(plain: ByteArray): ByteArray {
        val cipher = Cipher.getInstance(TRANSFORMATION)
        cipher.init(Cipher.ENCRYPT_MODE, key() ?: newKey())
        cipher.updateAAD(PURPOSE)
        val sealed = cipher.doFinal(plain)
        return byteArrayOf(FORM, cipher.iv.size.toByte()) + cipher.iv + sealed
    }

    override fun open(sealed: ByteArray): ByteArray {
        if (sealed.size < 2 || sealed[0] != FORM || sealed.size < 2 + sealed[1]) throw SealBroken(true, null)
        val key = try {
            key()
        } catch (gone: java.security.UnrecoverableKeyException) {
            // Android says so both of keys that are gone and of a keystore that does not answer.
            throw SealBroken(false, gone)
        } catch (failed: GeneralSecurityException) {
            throw SealBroken(false, failed)
        }
        return decrypted(key ?: throw SealBroken(true, null), sealed)
    }

    private fun decrypted(key: SecretKey, sealed: ByteArray): ByteArray {
        val end = 2 + sealed[1]
        try {
            val cipher = Cipher.getInstance(TRANSFORMATION)
            cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, sealed, 2, end - 2))
            cipher.updateAAD(PURPOSE)
            return cipher.doFinal(sealed, end, sealed.size - end)
        } catch (gone: android.security.keystore.KeyPermanentlyInvalidatedException) {
            throw SealBroken(true, gone)
        } catch (other: javax.crypto.AEADBadTagException) {
            throw SealBroken(true, other)
        } catch (failed: GeneralSecurityException) {
            throw SealBroken(false, failed)
        } catch (failed: java.security.ProviderException) {
            throw SealBroken(false, failed)
        }
    }

    private fun key(): SecretKey? {
        val keys = KeyStore.getInstance(KEYSTORE).apply { load(null) }
        return keys.getKey(ALIAS, null) as SecretKey?
    }

    private fun newKey(): SecretKey {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && features.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)) {
            try {
                return generated(strongBox = true)
            } catch (_: StrongBoxUnavailableException) {
                // It has one, but not for such keys.
            }
        }
        return generated(strongBox = false)
    }

    private fun generated(strongBox: Boolean): SecretKey {
        val spec = KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
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
        const val ALIAS = "qiaomen store"
        const val TRANSFORMATION = "AES/GCM/NoPadding"
        const val TAG_BITS = 128
        const val FORM: Byte = 1
        val PURPOSE = "qiaomen store key".encodeToByteArray()
    }
}
