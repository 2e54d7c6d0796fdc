// What the model needs of an Android phone.
package qiaomen.app.phone

import android.content.Context
import android.os.Build
import java.io.File
import qiaomen.app.notice.PhoneNotifier
import qiaomen.core.DeviceClock
import qiaomen.core.KeyStore
import qiaomen.core.NetworkState
import qiaomen.core.Notifier
import qiaomen.model.Platform
import qiaomen.model.state.Language

/** The phone. The store lies where nothing is ever backed up from. */
class AndroidPlatform(private val context: Context, override val notifier: Notifier) : Platform {
    private val folder: File = context.noBackupFilesDir
    private val room = Room(folder)

    override val storePath: String = File(folder, "replica.db").path
    override val keys: KeyStore = KeystoreKeys(File(folder, "store.key"), File(storePath), KeystoreSeal(context.packageManager))
    override val clock: DeviceClock = PhoneClock(context)
    override val network: NetworkState = PhoneNetwork(context)

    override val version: String
        get() = context.packageManager.getPackageInfo(context.packageName, 0).versionName ?: "?"

    override val deviceName: String
        get() = listOf(Build.MANUFACTURER, Build.MODEL).filter { it != Build.UNKNOWN }.joinToString(" ").ifBlank { "Android" }

    /** Chinese, unless the phone speaks English. */
    override val systemLanguage: Language
        get() = if (context.resources.configuration.locales[0].language == "en") Language.En else Language.Zh

    override fun freeBytes(): Long = room.freeBytes()
    override fun usedBytes(): Long = room.usedBytes()
    override fun totalBytes(): Long = room.totalBytes()
}
