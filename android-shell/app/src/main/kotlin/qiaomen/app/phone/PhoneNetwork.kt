// Whether the phone is connected, and whether that costs.
//
// Invariant: what cannot be told counts as connected and costing, so that an exchange is tried and nothing large is fetched for
// it by itself. Whether the internet can be reached is not asked: a town's server may lie in a network that has none.
package qiaomen.app.phone

import android.content.Context
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import qiaomen.core.Network
import qiaomen.core.NetworkState

/** Asks Android for the network that this app would use now. */
class PhoneNetwork(context: Context) : NetworkState {
    private val connections = context.getSystemService(ConnectivityManager::class.java)

    override fun network(): Network {
        // None in flight mode, and none where data saving keeps this app from it.
        val active = connections.activeNetwork ?: return Network.ABSENT
        val free = connections.getNetworkCapabilities(active)?.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
        return if (free == true) Network.UNMETERED else Network.METERED
    }
}
