// The phone, 360 × 640, and the bench beside it.
package qiaomen.window

import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.text.BasicText
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.unit.dp
import qiaomen.model.PhoneModel
import qiaomen.model.Words
import qiaomen.model.words
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Language
import qiaomen.ui.PhoneApp
import qiaomen.ui.ModelEvents
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.QiaomenTheme
import qiaomen.ui.theme.Theme

private const val HOUR = 3_600_000L

/** The phone on the left, the bench on the right. */
@Composable
fun Bench(model: PhoneModel, desktop: Desktop, deeds: Deeds) {
    val state by model.state.collectAsState()
    val words = remember(state.look.language) { Words(state.look.language) }
    val events = remember(model) { ModelEvents(model) }
    Row(Modifier.fillMaxSize().padding(16.dp), Arrangement.spacedBy(16.dp)) {
        Box(Modifier.size(360.dp, 640.dp).border(1.dp, androidx.compose.ui.graphics.Color.Gray)) {
            PhoneApp(state, words, desktop::now, events)
        }
        QiaomenTheme(false, if (state.look.language == Language.Zh) "zh-CN" else "en") {
            Column(Modifier.fillMaxWidth().verticalScroll(rememberScrollState()), Arrangement.spacedBy(8.dp)) {
                Controls(model, desktop, words)
                val said by deeds.said.collectAsState()
                Line(said)
                val notices by desktop.notices.collectAsState()
                for (notice in notices) Line("🔔 " + words.count(notice.kind.words, notice.count.toInt()))
            }
        }
    }
}

@Composable
private fun Controls(model: PhoneModel, desktop: Desktop, words: Words) {
    val flight by desktop.flight.collectAsState()
    val zh = words.language == Language.Zh
    Line(if (zh) "左边就是网格员手机上的应用。下面几个开关是手机本身的事。" else "On the left is the worker's app as it is on a phone. These switches are the phone's own.")
    val network = if (zh) { if (flight) "关闭飞行模式" else "打开飞行模式" } else { if (flight) "Leave flight mode" else "Flight mode" }
    Button(network, weight = Weight.Lesser) {
        desktop.flight.value = !flight
        model.on(AppEvent.Shown)
    }
    for (hours in listOf(1L, 48L)) {
        Button(if (zh) "时间过去 $hours 小时" else "$hours h later", weight = Weight.Lesser) {
            desktop.moveOn(hours * HOUR)
            model.on(AppEvent.Shown)
        }
    }
    Button(if (zh) "切到后台" else "Put the app aside", weight = Weight.Lesser) { model.on(AppEvent.Hidden) }
    Button(if (zh) "回到前台" else "Bring it back", weight = Weight.Lesser) { model.on(AppEvent.Shown) }
}

@Composable
private fun Line(text: String) {
    BasicText(text, style = TextStyle(color = Theme.tones.page.ink))
}
