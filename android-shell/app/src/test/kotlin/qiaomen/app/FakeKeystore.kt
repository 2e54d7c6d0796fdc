// Stands for the Android Keystore, which exists on phones alone: the same classes are asked by the same names, but keys are made and
// held by this JVM. What a real one does (secure elements, keys that are gone after a reset) is only imitated.
package qiaomen.app

import android.security.keystore.KeyGenParameterSpec
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.Security
import java.security.UnrecoverableKeyException
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.SecretKeySpec

/** What is in it, and what is wrong with it. */
object FakeKeystore {
    val keys = HashMap<String, SecretKey>()

    /** Whether each key that was made was to lie in a secure element. */
    val strongBox = ArrayList<Boolean>()

    /** As while the phone's keystore does not answer. */
    var isSilent = false

    /** Begins anew, as the keystore of this test. */
    fun install() {
        keys.clear()
        strongBox.clear()
        isSilent = false
        Security.removeProvider(NAME)
        Security.addProvider(FakeProvider())
    }

    const val NAME = "AndroidKeyStore"
}

private class FakeProvider : Provider(FakeKeystore.NAME, "1", "for tests") {
    init {
        put("KeyStore.${FakeKeystore.NAME}", FakeStore::class.java.name)
        put("KeyGenerator.AES", FakeGenerator::class.java.name)
    }
}

class FakeGenerator : KeyGeneratorSpi() {
    private lateinit var spec: KeyGenParameterSpec

    override fun engineInit(random: SecureRandom?) = error("a key needs a name")
    override fun engineInit(size: Int, random: SecureRandom?) = error("a key needs a name")
    override fun engineInit(given: AlgorithmParameterSpec, random: SecureRandom?) {
        spec = given as KeyGenParameterSpec
    }

    override fun engineGenerateKey(): SecretKey {
        check(!spec.isUserAuthenticationRequired) { "exchanges run in a pocket" }
        check(spec.keystoreAlias !in FakeKeystore.keys) { "a key was written over" }
        FakeKeystore.strongBox += spec.isStrongBoxBacked
        return SecretKeySpec(SecureRandom().generateSeed(spec.keySize / 8), "AES").also { FakeKeystore.keys[spec.keystoreAlias] = it }
    }
}

class FakeStore : KeyStoreSpi() {
    override fun engineGetKey(alias: String, password: CharArray?): Key? {
        if (FakeKeystore.isSilent) throw UnrecoverableKeyException("does not answer")
        return FakeKeystore.keys[alias]
    }

    override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit
    override fun engineContainsAlias(alias: String) = alias in FakeKeystore.keys
    override fun engineAliases(): Enumeration<String> = Collections.enumeration(FakeKeystore.keys.keys)
    override fun engineSize() = FakeKeystore.keys.size
    override fun engineIsKeyEntry(alias: String) = alias in FakeKeystore.keys
    override fun engineIsCertificateEntry(alias: String) = false
    override fun engineDeleteEntry(alias: String) {
        FakeKeystore.keys.remove(alias)
    }

    override fun engineGetCertificate(alias: String): Certificate? = null
    override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null
    override fun engineGetCertificateAlias(certificate: Certificate): String? = null
    override fun engineGetCreationDate(alias: String): Date = Date(0)
    override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) = error("not so")
    override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) = error("not so")
    override fun engineSetCertificateEntry(alias: String, certificate: Certificate) = error("not so")
    override fun engineStore(stream: OutputStream?, password: CharArray?) = error("not so")
}
