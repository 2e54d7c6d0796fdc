// An exchange in the background, begun by the system when there is a network of the right kind.
package qiaomen.app.work

import android.app.job.JobParameters
import android.app.job.JobService
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import qiaomen.app.shell

/** Runs one exchange a job. What the system stops is tried again: what was taken in before stays. */
class SyncJob : JobService() {
    private val running = HashMap<Int, Job>()

    override fun onStartJob(parameters: JobParameters): Boolean {
        val shell = shell
        running[parameters.jobId] = shell.scope.launch {
            val came = shell.exchange()
            running.remove(parameters.jobId)
            // The regular one comes again by itself.
            jobFinished(parameters, came == Came.Later && parameters.jobId == Jobs.EARLY)
        }
        return true
    }

    override fun onStopJob(parameters: JobParameters): Boolean {
        // Only this one: the worker may have begun another.
        running.remove(parameters.jobId)?.cancel()
        return true
    }
}
