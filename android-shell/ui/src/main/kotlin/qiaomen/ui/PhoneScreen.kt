// Everything that is on the glass: the gate, or the screen on top with what frames it.
//
// Invariants: pure but for the bars that go away by themselves; what is shown is what the state says, and what the person
// does is told by events alone.

package qiaomen.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.WindowInsets
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawing
import androidx.compose.foundation.layout.windowInsetsPadding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.produceState
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontFamily
import kotlinx.coroutines.delay
import qiaomen.model.Words
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.Banner
import qiaomen.model.state.BannerKind
import qiaomen.model.state.Gate
import qiaomen.model.state.Language
import qiaomen.model.state.Said
import qiaomen.model.state.Screen
import qiaomen.model.state.Tab
import qiaomen.model.state.Undo
import qiaomen.ui.parts.Banner as BannerBar
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.SaidBar
import qiaomen.ui.parts.TabBar
import qiaomen.ui.parts.TabItem
import qiaomen.ui.parts.UndoBar
import qiaomen.ui.parts.UrgentBar
import qiaomen.ui.screens.AlertScreen
import qiaomen.ui.screens.ConflictsScreen
import qiaomen.ui.screens.CorrectScreen
import qiaomen.ui.screens.DoorsScreen
import qiaomen.ui.screens.DossierScreen
import qiaomen.ui.screens.EnrolScreen
import qiaomen.ui.screens.GateScreen
import qiaomen.ui.screens.HouseholdScreen
import qiaomen.ui.screens.PasteScreen
import qiaomen.ui.screens.PledgeScreen
import qiaomen.ui.screens.SettingsScreen
import qiaomen.ui.screens.SyncScreen
import qiaomen.ui.screens.TodayScreen
import qiaomen.ui.screens.VisitScreen
import qiaomen.ui.theme.QiaomenTheme
import qiaomen.ui.theme.Theme
import qiaomen.model.state.Theme as ThemeChoice

/** For how long something can be taken back: only how far its bar has shrunk hangs on it. */
private const val UNDO_MILLIS = 10_000f

/** How long a sentence stands there. */
private const val SAID_MILLIS = 4_000L

/** The app, looking as the person chose. `now` is the phone's clock, by which `Undo.until` is meant. */
@Composable
fun PhoneApp(state: AppState, words: Words, now: () -> Long, events: PhoneEvents, family: FontFamily = FontFamily.Default) {
    val dark = when (state.look.theme) {
        ThemeChoice.System -> isSystemInDarkTheme()
        ThemeChoice.Light -> false
        ThemeChoice.Dark -> true
    }
    QiaomenTheme(dark, if (state.look.language == Language.Zh) "zh-CN" else "en", state.look.textPercent, family) {
        PhoneScreen(state, words, now, events)
    }
}

/** The same in the look that is present. */
@Composable
fun PhoneScreen(state: AppState, words: Words, now: () -> Long, events: PhoneEvents) {
    Box(Modifier.fillMaxSize().background(Theme.tones.page.ground).windowInsetsPadding(WindowInsets.safeDrawing)) {
        val shown = state.gate == Gate.Open || state.gate == Gate.Enrolling
        if (!shown) {
            GateScreen(state.gate, words, events::on)
            return@Box
        }
        Column {
            Above(state, words, events)
            Box(Modifier.weight(1f), Alignment.BottomCenter) {
                ScreenOnTop(state, words, events)
            }
            Passing(state, words, now, events)
            if (state.tab != null) Tabs(state, words, events)
        }
    }
}

/** What stands over every screen. In large letters it scrolls, so that half of the glass is the screen's. */
@Composable
private fun Above(state: AppState, words: Words, events: PhoneEvents) {
    if (state.urgent == null && state.banners.isEmpty()) return
    val bars = @Composable {
        state.urgent?.let { urgent ->
            UrgentBar(
                words(if (urgent.offered) "screen.urgent.offered" else "screen.urgent.nobody"), urgent.text, words("screen.urgent.open"),
                words("screen.urgent.later"), { events.on(AppEvent.OpenUrgent) }, { events.on(AppEvent.Later) },
            )
        }
        for (banner in state.banners) Bar(banner) { events.on(AppEvent.OpenBanner(banner.kind)) }
    }
    if (!Theme.largeText) return bars()
    BoxWithConstraints { Column(Modifier.heightIn(max = maxHeight / 2).verticalScroll(rememberScrollState())) { bars() } }
}

@Composable
private fun ScreenOnTop(state: AppState, words: Words, events: PhoneEvents) {
    val back = { events.on(AppEvent.Back) }
    when (val screen = state.screen) {
        is Screen.Enrol -> EnrolScreen(screen.state, words, back, events::on)
        is Screen.Today -> TodayScreen(screen.state, words, events::on)
        is Screen.Alert -> AlertScreen(screen.state, words, back, events::on)
        is Screen.Paste -> PasteScreen(screen.state, words, back, events::on)
        is Screen.Doors -> DoorsScreen(screen.state, words, events::on)
        is Screen.Household -> HouseholdScreen(screen.state, words, back, events::on)
        is Screen.Visit -> VisitScreen(screen.state, words, back, events::on)
        is Screen.Pledge -> PledgeScreen(screen.state, words, back, events::on)
        is Screen.Dossier -> DossierScreen(screen.state, words, back)
        is Screen.Conflicts -> ConflictsScreen(screen.state, words, back, events::on)
        is Screen.Sync -> SyncScreen(screen.state, words, events::on)
        is Screen.Correct -> CorrectScreen(screen.state, words, back, events::on)
        is Screen.Settings -> SettingsScreen(screen.state, words, events::on)
    }
}

@Composable
private fun Bar(banner: Banner, on: () -> Unit) {
    val tones = Theme.tones
    when (banner.kind) {
        // Nothing can be done about it, and work goes on.
        BannerKind.Offline -> BannerBar(banner.text, Icons.Offline, tones.sunk)
        BannerKind.Clock -> BannerBar(banner.text, Icons.Clock, tones.soonSoft, on = on)
        BannerKind.Storage -> BannerBar(banner.text, Icons.Storage, tones.urgentSoft, on = on)
        BannerKind.Update -> BannerBar(banner.text, Icons.Again, tones.soonSoft, on = on)
        BannerKind.SignedOut -> BannerBar(banner.text, Icons.Locked, tones.urgentSoft, on = on)
        BannerKind.Refused -> BannerBar(banner.text, Icons.Refused, tones.urgentSoft, on = on)
    }
}

/** What lies over the page's foot for a while. */
@Composable
private fun Passing(state: AppState, words: Words, now: () -> Long, events: PhoneEvents) {
    state.undo?.let { undo -> UndoBar(undo.text, words("screen.undo"), left(undo, now)) { events.on(AppEvent.TakeBack) } }
    val said = state.said
    if (said != null && stands(said)) SaidBar(said.text, said.failure)
}

/** Which part of the time to take it back is left. Four times a second is smooth enough, and sleeps between. */
@Composable
private fun left(undo: Undo, now: () -> Long): Float {
    val part by produceState((undo.until - now()) / UNDO_MILLIS, undo) {
        while (value > 0f) {
            delay(250)
            value = (undo.until - now()) / UNDO_MILLIS
        }
    }
    return part
}

@Composable
private fun stands(said: Said): Boolean {
    var gone by remember { mutableStateOf(-1) }
    LaunchedEffect(said.number) {
        delay(SAID_MILLIS)
        gone = said.number
    }
    return gone != said.number
}

@Composable
private fun Tabs(state: AppState, words: Words, events: PhoneEvents) {
    fun tab(tab: Tab): () -> Unit = { events.on(AppEvent.Choose(tab)) }
    TabBar(
        listOf(
            TabItem(
                Icons.Today, words("screen.tab.today"), state.tab == Tab.Today, state.overdue,
                if (state.overdue > 0) words.count("screen.tab.overdue", state.overdue) else null, true, tab(Tab.Today),
            ),
            TabItem(Icons.Door, words("screen.tab.doors"), state.tab == Tab.Doors, on = tab(Tab.Doors)),
            TabItem(
                Icons.Exchange, words("screen.tab.sync"), state.tab == Tab.Sync, if (state.refused > 0) state.refused else state.waiting,
                when {
                    state.refused > 0 -> words.count("screen.tab.refused", state.refused)
                    state.waiting > 0 -> words.count("screen.tab.waiting", state.waiting)
                    else -> null
                },
                state.refused > 0, tab(Tab.Sync),
            ),
            TabItem(Icons.Person, words("screen.tab.settings"), state.tab == Tab.Settings, on = tab(Tab.Settings)),
        ),
    )
}
