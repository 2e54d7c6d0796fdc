// What the phone is asked for by each effect, what comes back, and what is said where nobody is there to do it.
package qiaomen.app

import android.Manifest
import android.app.Activity
import android.app.AlertDialog
import android.app.KeyguardManager
import android.content.ClipData
import android.content.ClipDescription
import android.content.ClipboardManager
import android.content.ComponentName
import android.content.ContentProvider
import android.content.ContentUris
import android.content.ContentValues
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.PackageManager
import android.database.Cursor
import android.database.MatrixCursor
import android.location.Location
import android.location.LocationManager
import android.net.Uri
import android.provider.MediaStore
import android.provider.Settings
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.OutputStream
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog
import org.robolectric.shadows.ShadowContentResolver
import org.robolectric.shadows.ShadowToast
import qiaomen.app.effects.Hands
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Effect

@RunWith(RobolectricTestRunner::class)
class EffectsTest {
    private val activity: Activity = Robolectric.buildActivity(Activity::class.java).setup().get()
    private val shadow = shadowOf(activity)
    private val told = ArrayList<AppEvent>()
    private val hands = Hands(activity, told::add)
    private val clipboard = app.getSystemService(ClipboardManager::class.java)
    private val gallery = FakeGallery().also { ShadowContentResolver.registerProviderInternal(MediaStore.AUTHORITY, it) }
    private val copied get() = clipboard.primaryClip?.getItemAt(0)?.text?.toString()

    /** From now on only what is installed answers. */
    private fun nobodyAnswers() = shadowOf(app).checkActivities(true)

    private fun dialog(): AlertDialog = assertNotNull(ShadowAlertDialog.getLatestAlertDialog(), "a dialog is shown")
    private fun press(button: Int) {
        dialog().getButton(button).performClick()
        shadowOf(android.os.Looper.getMainLooper()).idle()
    }

    @Test
    fun `a call is dialled, not made`() {
        hands.perform(Effect.Call("12000010001"))
        val asked = shadow.nextStartedActivity
        assertEquals(Intent.ACTION_DIAL to "tel:12000010001", asked.action to asked.dataString)
        nobodyAnswers()
        hands.perform(Effect.Call("12000010001"))
        assertEquals("12000010001", copied)
        assertEquals("这部手机不能打电话。号码已复制", ShadowToast.getTextOfLatestToast())
    }

    @Test
    fun `a map app is told which datum the coordinates are in`() {
        hands.perform(Effect.Map(27.123456, 112.5, "3号楼(东)"))
        val amap = Uri.parse(shadow.nextStartedActivity.dataString)
        assertEquals("androidamap" to "1", amap.scheme to amap.getQueryParameter("dev"))
        assertEquals("27.123456" to "112.500000", amap.getQueryParameter("lat") to amap.getQueryParameter("lon"))
        assertEquals("3号楼(东)", amap.getQueryParameter("poiname"))
    }

    @Test
    fun `without the apps that can be told, any map will do, and without one the address is copied`() {
        nobodyAnswers()
        val maps = android.content.ComponentName("some.map", "some.map.Main")
        shadowOf(app.packageManager).addActivityIfNotPresent(maps)
        shadowOf(app.packageManager).addIntentFilterForActivity(
            maps,
            android.content.IntentFilter(Intent.ACTION_VIEW).apply { addDataScheme("geo"); addCategory(Intent.CATEGORY_DEFAULT) },
        )
        hands.perform(Effect.Map(27.1, 112.5, "河东村"))
        assertEquals("geo:27.100000,112.500000?q=27.100000,112.500000(" + Uri.encode("河东村") + ")", shadow.nextStartedActivity.dataString)
        shadowOf(app.packageManager).removeActivity(maps)
        hands.perform(Effect.Map(27.1, 112.5, "河东村"))
        assertNull(shadow.nextStartedActivity)
        assertEquals("河东村", copied)
        assertEquals("没有地图应用。地址已复制", ShadowToast.getTextOfLatestToast())
    }

    @Test
    @Config(qualifiers = "fr")
    fun `coordinates have a point in every language`() {
        java.util.Locale.setDefault(java.util.Locale.FRANCE)
        hands.perform(Effect.Map(27.5, 112.5, "a"))
        assertEquals("27.500000", Uri.parse(shadow.nextStartedActivity.dataString).getQueryParameter("lat"))
    }

    @Test
    fun `what is copied is not shown by the phone`() {
        app.phone.deeds.take(Effect.Copy("河东村3号楼"))
        assertEquals("河东村3号楼", copied)
        assertTrue(clipboard.primaryClip!!.description.extras.getBoolean(ClipDescription.EXTRA_IS_SENSITIVE))
    }

    @Test
    fun `a text is shared by whichever app the worker picks`() {
        hands.perform(Effect.Share("新骗术"))
        val chooser = shadow.nextStartedActivity
        val sent = chooser.getParcelableExtra(Intent.EXTRA_INTENT, Intent::class.java)!!
        assertEquals(Intent.ACTION_CHOOSER to "新骗术", chooser.action to sent.getStringExtra(Intent.EXTRA_TEXT))
    }

    @Test
    fun `a file goes where the worker says`() {
        hands.perform(Effect.SaveFile("record.json", "{\"note\":\"狗\"}"))
        val asked = shadow.nextStartedActivityForResult
        assertEquals(Intent.ACTION_CREATE_DOCUMENT to "record.json", asked.intent.action to asked.intent.getStringExtra(Intent.EXTRA_TITLE))
        val (place, written) = Uri.parse("content://somewhere/1") to ByteArrayOutputStream()
        shadowOf(app.contentResolver).registerOutputStream(place, written)
        hands.answered(asked.requestCode, Activity.RESULT_OK, Intent().setData(place))
        until("it is written") { ShadowToast.getTextOfLatestToast() == "文件已保存" }
        assertEquals("{\"note\":\"狗\"}", written.toString(Charsets.UTF_8))
    }

    @Test
    fun `a file that could not be written is said so, also after the process was ended meanwhile`() {
        val place = Uri.parse("content://somewhere/full")
        shadowOf(app.contentResolver).registerOutputStream(place, object : OutputStream() {
            override fun write(byte: Int) = throw IOException("full")
        })
        hands.perform(Effect.SaveFile("record.json", "{}"))
        val request = shadow.nextStartedActivityForResult.requestCode
        hands.answered(request, Activity.RESULT_OK, Intent().setData(place))
        val said = "文件没有保存成功，请换一个位置再试。记录还在手机里"
        until("it is said") { ShadowToast.getTextOfLatestToast() == said }
        ShadowToast.reset()
        // Its text was in memory alone.
        hands.answered(request, Activity.RESULT_OK, Intent().setData(Uri.parse("content://somewhere/2")))
        until("it is said again") { ShadowToast.getTextOfLatestToast() == said }
    }

    @Test
    fun `a scanner app scans`() {
        hands.perform(Effect.Scan)
        val asked = shadow.nextStartedActivityForResult
        assertEquals("com.google.zxing.client.android.SCAN", asked.intent.action)
        hands.answered(asked.requestCode, Activity.RESULT_OK, Intent().putExtra("SCAN_RESULT", "qiaomen:http://a#B"))
        assertEquals(listOf<AppEvent>(AppEvent.Scanned("qiaomen:http://a#B")), told)
        hands.answered(asked.requestCode, Activity.RESULT_CANCELED, null)
        assertEquals(1, told.size)
    }

    @Test
    fun `without a scanner the clipboard is offered, and how to do it is said`() {
        nobodyAnswers()
        clipboard.setPrimaryClip(ClipData.newPlainText("", "somebody's telephone number"))
        hands.perform(Effect.Scan)
        assertTrue("复制扫出的文字" in shadowOf(dialog()).message)
        press(AlertDialog.BUTTON_POSITIVE)
        assertEquals(emptyList(), told)
        clipboard.setPrimaryClip(ClipData.newPlainText("", " qiaomen:http://a#B\n"))
        hands.perform(Effect.Scan)
        press(AlertDialog.BUTTON_POSITIVE)
        assertEquals(listOf<AppEvent>(AppEvent.Scanned("qiaomen:http://a#B")), told)
    }

    @Test
    fun `a recording is made by the phone's camera, and its name is told`() {
        hands.perform(Effect.RecordVideo)
        val asked = shadow.nextStartedActivityForResult
        assertEquals(MediaStore.ACTION_VIDEO_CAPTURE, asked.intent.action)
        val place = asked.intent.getParcelableExtra(MediaStore.EXTRA_OUTPUT, Uri::class.java)
        val name = assertNotNull(gallery.rows[place])
        // The camera takes much memory: this Activity may be another by the time it answers.
        val saved = android.os.Bundle().also(hands::save)
        val after = Hands(activity, told::add).apply { restore(saved) }
        after.answered(asked.requestCode, Activity.RESULT_OK, null)
        assertEquals(listOf<AppEvent>(AppEvent.Recorded(name)), told)
        assertTrue(name.startsWith("敲门-") && name.endsWith(" (1).mp4"), name)
    }

    @Test
    fun `a recording that was not made leaves nothing behind`() {
        hands.perform(Effect.RecordVideo)
        val asked = shadow.nextStartedActivityForResult
        assertEquals(MediaStore.ACTION_VIDEO_CAPTURE, asked.intent.action)
        assertEquals(1, gallery.rows.size)
        hands.answered(asked.requestCode, Activity.RESULT_CANCELED, null)
        assertEquals(emptyList(), told)
        assertEquals(0, gallery.rows.size)
        nobodyAnswers()
        hands.perform(Effect.RecordVideo)
        assertEquals("没有相机应用", ShadowToast.getTextOfLatestToast())
        assertEquals(0, gallery.rows.size)
    }

    @Test
    fun `where no app makes films, the phone's recorder is asked for the sound`() {
        nobodyAnswers()
        val recorder = ComponentName("recorder", "recorder.Main")
        val answers = IntentFilter(MediaStore.Audio.Media.RECORD_SOUND_ACTION).apply { addCategory(Intent.CATEGORY_DEFAULT) }
        shadowOf(app.packageManager).addActivityIfNotPresent(recorder)
        shadowOf(app.packageManager).addIntentFilterForActivity(recorder, answers)
        hands.perform(Effect.RecordVideo)
        assertEquals(0, gallery.rows.size)
        assertTrue("只有声音" in ShadowToast.getTextOfLatestToast())
        val asked = generateSequence { shadow.nextStartedActivityForResult }.last()
        assertEquals(MediaStore.Audio.Media.RECORD_SOUND_ACTION, asked.intent.action)
        hands.answered(asked.requestCode, Activity.RESULT_CANCELED, null)
        assertEquals(emptyList(), told)
        // Some recorders do not say which it is: that there is one is noted, and its name is asked for.
        hands.answered(asked.requestCode, Activity.RESULT_OK, Intent())
        assertTrue("请填进记录" in ShadowToast.getTextOfLatestToast())
        assertEquals(listOf<AppEvent>(AppEvent.Recorded("")), told)
        told.clear()
        val place = ContentUris.withAppendedId(MediaStore.Audio.Media.EXTERNAL_CONTENT_URI, 3)
        gallery.rows[place] = "录音 12.m4a"
        hands.answered(asked.requestCode, Activity.RESULT_OK, Intent().setData(place))
        assertEquals(listOf<AppEvent>(AppEvent.Recorded("录音 12.m4a")), told)
    }

    @Test
    fun `the place is asked for once it was said what for, and the worker may say no`() {
        shadowOf(app).denyPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        hands.perform(Effect.Locate)
        assertTrue("不会跟踪" in shadowOf(dialog()).message)
        assertNull(shadow.lastRequestedPermission)
        press(AlertDialog.BUTTON_POSITIVE)
        val asked = shadow.lastRequestedPermission
        assertTrue(Manifest.permission.ACCESS_COARSE_LOCATION in asked.requestedPermissions)
        // Android will not ask again: the settings are offered.
        hands.permitted(intArrayOf(PackageManager.PERMISSION_DENIED, PackageManager.PERMISSION_DENIED))
        assertEquals(emptyList(), told)
        press(AlertDialog.BUTTON_POSITIVE)
        assertEquals(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, shadow.nextStartedActivity.action)
    }

    @Test
    fun `the place comes in the datum of satellites`() {
        shadowOf(app).denyPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        val service = shadowOf(app.getSystemService(LocationManager::class.java))
        service.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        hands.perform(Effect.Locate)
        press(AlertDialog.BUTTON_POSITIVE)
        // The Activity is made anew while the system asks.
        val saved = android.os.Bundle().also(hands::save)
        val after = Hands(activity, told::add).apply { restore(saved) }
        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_COARSE_LOCATION)
        after.permitted(intArrayOf(PackageManager.PERMISSION_DENIED, PackageManager.PERMISSION_GRANTED))
        service.simulateLocation(Location(LocationManager.GPS_PROVIDER).apply {
            latitude = 27.5
            longitude = 112.25
            accuracy = 12.4f
            time = System.currentTimeMillis()
            elapsedRealtimeNanos = android.os.SystemClock.elapsedRealtimeNanos()
        })
        until("it is told") { told.isNotEmpty() }
        assertEquals(listOf<AppEvent>(AppEvent.Positioned(27.5, 112.25, 13, "wgs84")), told)
    }

    @Test
    fun `where no place is found, that is said and the waiting ends`() {
        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION)
        val service = shadowOf(app.getSystemService(LocationManager::class.java))
        for (provider in app.getSystemService(LocationManager::class.java).allProviders) service.setProviderEnabled(provider, false)
        hands.perform(Effect.Locate)
        assertEquals("手机的定位没有打开", ShadowToast.getTextOfLatestToast())
        service.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        hands.perform(Effect.Locate)
        shadowOf(android.os.Looper.getMainLooper()).idleFor(java.time.Duration.ofSeconds(31))
        assertEquals("没有取到位置。请到窗边或室外再试，也可以不填", ShadowToast.getTextOfLatestToast())
        assertEquals(emptyList(), told)
    }

    @Test
    fun `the person shows by the phone's own lock that it is they`() {
        val keyguard = shadowOf(app.getSystemService(KeyguardManager::class.java))
        keyguard.setIsDeviceSecure(true)
        hands.perform(Effect.ConfirmPerson)
        val asked = shadow.nextStartedActivityForResult
        hands.answered(asked.requestCode, Activity.RESULT_CANCELED, null)
        assertEquals(emptyList(), told)
        hands.answered(asked.requestCode, Activity.RESULT_OK, null)
        assertEquals(listOf<AppEvent>(AppEvent.Unlocked), told)
    }

    @Test
    fun `a phone without a lock keeps nobody out, and says so`() {
        shadowOf(app.getSystemService(KeyguardManager::class.java)).setIsDeviceSecure(false)
        hands.perform(Effect.ConfirmPerson)
        assertEquals(listOf<AppEvent>(AppEvent.Unlocked), told)
        assertTrue("没有设锁屏密码" in ShadowToast.getTextOfLatestToast())
    }

    @Test
    fun `what needs an Activity waits for one, in its order`() {
        val deeds = app.phone.deeds
        deeds.take(Effect.Call("1"))
        deeds.take(Effect.Share("2"))
        assertNull(shadow.nextStartedActivity)
        deeds.attach(hands)
        // The last one begun is seen first.
        assertEquals(listOf(Intent.ACTION_CHOOSER, Intent.ACTION_DIAL), List(2) { shadow.nextStartedActivity.action })
        deeds.detach(hands)
        deeds.take(Effect.Call("3"))
        assertNull(shadow.nextStartedActivity)
    }
}

/** The phone's pictures, as far as they are asked for: rows by number. */
private class FakeGallery : ContentProvider() {
    val rows = HashMap<Uri, String>()

    override fun insert(uri: Uri, values: ContentValues?): Uri {
        // As a phone does where the name is there already.
        val name = values!!.getAsString(MediaStore.MediaColumns.DISPLAY_NAME).replace(".", " (1).")
        check("/Qiaomen" in values.getAsString(MediaStore.MediaColumns.RELATIVE_PATH))
        return ContentUris.withAppendedId(uri, 7).also { rows[it] = name }
    }

    override fun query(uri: Uri, columns: Array<String>?, where: String?, with: Array<String>?, order: String?): Cursor =
        MatrixCursor(columns).apply { rows[uri]?.let { addRow(arrayOf(it)) } }

    override fun delete(uri: Uri, where: String?, with: Array<String>?): Int = if (rows.remove(uri) == null) 0 else 1

    override fun onCreate() = true
    override fun getType(uri: Uri): String? = null
    override fun update(uri: Uri, values: ContentValues?, where: String?, with: Array<String>?) = 0
}
