// Where the phone is, asked once.
//
// Invariant: in WGS-84, as Android's own location service has it everywhere; given up after half a minute.
package qiaomen.app.effects

import android.annotation.SuppressLint
import android.app.Activity
import android.content.Context
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Bundle
import android.os.CancellationSignal
import android.os.Handler
import android.os.Looper
import kotlin.math.ceil

/** Asks the phone's location service. The permission is asked for by whoever asks here. */
internal class Place(private val activity: Activity) {
    private val service = activity.getSystemService(Context.LOCATION_SERVICE) as LocationManager
    private val later = Handler(Looper.getMainLooper())

    /** What was found. */
    sealed interface Found {
        data class Here(val latitude: Double, val longitude: Double, val accuracyMetres: Int?) : Found
        data object SwitchedOff : Found
        data object Nowhere : Found
    }

    /** Finds it, and tells on the thread that draws: once. */
    @SuppressLint("MissingPermission")
    fun find(then: (Found) -> Unit) {
        val provider = provider() ?: return then(Found.SwitchedOff)
        var told = false
        val once = { location: Location? ->
            if (!told) {
                told = true
                then(location?.let(::here) ?: Found.Nowhere)
            }
        }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val end = CancellationSignal()
            service.getCurrentLocation(provider, end, activity.mainExecutor) { once(it) }
            later.postDelayed({ end.cancel(); once(null) }, PATIENCE_MILLIS)
        } else {
            val listener = Listener(once)
            @Suppress("DEPRECATION") // What took its place came with Android 11.
            service.requestSingleUpdate(provider, listener, Looper.getMainLooper())
            later.postDelayed({ service.removeUpdates(listener); once(null) }, PATIENCE_MILLIS)
        }
    }

    // Android before 11 calls all four, and has none of them ready-made.
    private class Listener(private val once: (Location?) -> Unit) : LocationListener {
        override fun onLocationChanged(location: Location) = once(location)

        @Deprecated("As Android has it")
        override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?) = Unit
        override fun onProviderEnabled(provider: String) = Unit
        override fun onProviderDisabled(provider: String) = Unit
    }

    // Phones without services of a vendor's have satellites alone; indoors the network is sooner.
    private fun provider(): String? {
        val wanted = buildList {
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) add(LocationManager.FUSED_PROVIDER)
            add(LocationManager.GPS_PROVIDER)
            add(LocationManager.NETWORK_PROVIDER)
        }
        return wanted.firstOrNull { it in service.allProviders && service.isProviderEnabled(it) }
    }

    private fun here(location: Location) = Found.Here(
        location.latitude, location.longitude, if (location.hasAccuracy()) ceil(location.accuracy.toDouble()).toInt() else null,
    )

    private companion object {
        const val PATIENCE_MILLIS = 30_000L
    }
}
