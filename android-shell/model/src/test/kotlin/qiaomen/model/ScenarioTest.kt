// Every scenario of tests/scenarios on the real core, against a real server process: two at a time.

package qiaomen.model

import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import org.junit.Test
import org.junit.runner.RunWith
import org.junit.runners.Parameterized
import org.junit.runners.model.RunnerScheduler
import qiaomen.model.scenario.play
import qiaomen.model.scenario.scenarios

@RunWith(ScenarioTest.SideBySide::class)
class ScenarioTest(private val name: String) {
    @Test
    fun `it is as the scenario says`() = play(scenarios.resolve("$name.json"))

    /** Most of a scenario's time is waiting. */
    class SideBySide(test: Class<*>) : Parameterized(test) {
        init {
            setScheduler(object : RunnerScheduler {
                private val pool = Executors.newFixedThreadPool(3)
                override fun schedule(childStatement: Runnable) {
                    pool.submit(childStatement)
                }

                override fun finished() {
                    pool.shutdown()
                    pool.awaitTermination(20, TimeUnit.MINUTES)
                }
            })
        }
    }

    companion object {
        /** All of them, or those whose names begin as `qiaomen.scenario` says. */
        @JvmStatic
        @Parameterized.Parameters(name = "{0}")
        fun names(): List<String> {
            val only = System.getProperty("qiaomen.scenario").orEmpty()
            val found = scenarios.listFiles { file -> file.extension == "json" }.orEmpty().map { it.nameWithoutExtension }
            return found.filter { it.startsWith(only) }.sorted().also { check(it.isNotEmpty()) { "there is no scenario in $scenarios" } }
        }
    }
}
