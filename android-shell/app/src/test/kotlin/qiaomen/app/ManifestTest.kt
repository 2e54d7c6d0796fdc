// The manifest and the resources that the phone gets, as aapt2 linked them.
package qiaomen.app

import android.content.Context
import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.content.pm.ServiceInfo
import android.content.res.Configuration
import android.graphics.drawable.AdaptiveIconDrawable
import java.io.File
import java.util.concurrent.TimeUnit
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.xmlpull.v1.XmlPullParser

@RunWith(RobolectricTestRunner::class)
class ManifestTest {
    private val told: PackageInfo = app.packageManager.getPackageInfo(
        app.packageName,
        PackageManager.GET_ACTIVITIES or PackageManager.GET_SERVICES or PackageManager.GET_RECEIVERS or PackageManager.GET_PERMISSIONS,
    )

    @Test
    fun `everything that the manifest names is there`() {
        val named = told.activities!!.map { it.name } + told.services!!.map { it.name } + told.receivers!!.map { it.name }
        assertEquals(5, named.size)
        for (name in named) Class.forName(name)
        assertEquals("qiaomen.app.QiaomenApplication", told.applicationInfo!!.className.replace(".Test", "."))
    }

    @Test
    fun `only the window can be opened by others`() {
        assertTrue(told.activities!!.single().exported)
        assertFalse(told.services!!.any { it.exported } || told.receivers!!.any { it.exported })
        assertEquals("android.permission.BIND_JOB_SERVICE", told.services!!.single { it.name.endsWith("SyncJob") }.permission)
        val duty = told.services!!.single { it.name.endsWith("DutyService") }
        assertEquals(ServiceInfo.FOREGROUND_SERVICE_TYPE_DATA_SYNC, duty.foregroundServiceType)
    }

    @Test
    fun `neither the camera nor the address book nor anybody's files are asked for`() {
        // That for recordings is asked for by Android 9 and older alone.
        val asked = told.requestedPermissions!!.map { it.substringAfterLast('.') }.toSet()
        assertEquals(
            setOf(
                "INTERNET", "ACCESS_NETWORK_STATE", "RECEIVE_BOOT_COMPLETED", "POST_NOTIFICATIONS", "FOREGROUND_SERVICE",
                "FOREGROUND_SERVICE_DATA_SYNC", "WAKE_LOCK", "ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION",
            ),
            asked,
        )
    }

    @Test
    fun `nothing is backed up or moved to another phone`() {
        assertFalse(told.applicationInfo!!.flags and android.content.pm.ApplicationInfo.FLAG_ALLOW_BACKUP != 0)
        val left = HashMap<String, MutableSet<String>>()
        app.resources.getXml(R.xml.data_extraction_rules).use { rules ->
            var way = ""
            while (rules.next() != XmlPullParser.END_DOCUMENT) {
                if (rules.eventType != XmlPullParser.START_TAG) continue
                if (rules.name == "exclude") left.getValue(way) += rules.getAttributeValue(null, "domain")
                else if (rules.name != "data-extraction-rules") left[rules.name.also { way = it }] = HashSet()
            }
        }
        val all = setOf("root", "file", "database", "sharedpref", "external")
        assertEquals(mapOf("cloud-backup" to all, "device-transfer" to all), left.mapValues { it.value.toSet() })
    }

    @Test
    fun `it is called by its name in both languages and has a door for an icon`() {
        fun in_(language: String): Context =
            app.createConfigurationContext(Configuration(app.resources.configuration).apply { setLocale(java.util.Locale(language)) })
        assertEquals("敲门", in_("zh").getString(R.string.app_name))
        assertEquals("Qiaomen", in_("en").getString(R.string.app_name))
        assertEquals("敲门", in_("fr").getString(R.string.app_name))
        assertIs<AdaptiveIconDrawable>(app.getDrawable(R.mipmap.launcher))
    }

    @Test
    fun `a fault in manifest or resources is found`() {
        val module = File(checkNotNull(System.getProperty("qiaomen.app.dir")) { "run android-shell/test" })
        fun check(name: String, old: String, new: String): Pair<Int, String> {
            val copy = File(app.cacheDir, "faulty").apply { deleteRecursively() }
            File(module, "check-resources").copyTo(File(copy, "check-resources")).setExecutable(true)
            for (part in listOf("res", "AndroidManifest.xml")) File(module, "src/main/$part").copyRecursively(File(copy, "src/main/$part"))
            val file = File(copy, "src/main/$name")
            val text = file.readText()
            check(old in text) { "$old is not in $name" }
            file.writeText(text.replace(old, new))
            val framework = File(module, "target/framework/framework.jar").path
            val run = ProcessBuilder("bash", File(copy, "check-resources").path, framework, File(copy, "out").path).redirectErrorStream(true).start()
            val said = run.inputStream.readAllBytes().decodeToString()
            check(run.waitFor(60, TimeUnit.SECONDS))
            return run.exitValue() to said
        }
        val same = "AndroidManifest.xml" to "android:allowBackup=\"false\""
        assertEquals(0, check(same.first, same.second, same.second).first)
        for ((name, old, new, why) in listOf(
            listOf("AndroidManifest.xml", "@mipmap/launcher", "@mipmap/launched", "launched"),
            listOf("AndroidManifest.xml", "android:allowBackup", "android:allowBackups", "allowBackups"),
            listOf("res/values/themes.xml", "@color/accent", "@color/accents", "accents"),
            listOf("res/drawable/notice.xml", "android:pathData", "android:pathDate", "pathDate"),
            listOf("res/values/strings.xml", "</resources>", "", "no element found"),
        )) {
            val (status, said) = check(name, old, new)
            assertTrue(status != 0 && why in said, "$name with $new: $status $said")
        }
    }
}
