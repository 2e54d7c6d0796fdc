package qiaomen.ui

import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AppEvent
import qiaomen.model.state.ConflictsEvent
import qiaomen.model.state.CorrectEvent
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.PasteEvent
import qiaomen.model.state.PledgeEvent
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.SyncEvent
import qiaomen.model.state.TodayEvent
import qiaomen.model.state.VisitEvent

/** Notes what a person does. */
open class Told : PhoneEvents {
    val events = mutableListOf<Any>()
    override fun on(event: AppEvent) { events += event }
    override fun on(event: EnrolEvent) { events += event }
    override fun on(event: TodayEvent) { events += event }
    override fun on(event: AlertEvent) { events += event }
    override fun on(event: PasteEvent) { events += event }
    override fun on(event: DoorsEvent) { events += event }
    override fun on(event: HouseholdEvent) { events += event }
    override fun on(event: VisitEvent) { events += event }
    override fun on(event: PledgeEvent) { events += event }
    override fun on(event: ConflictsEvent) { events += event }
    override fun on(event: SyncEvent) { events += event }
    override fun on(event: CorrectEvent) { events += event }
    override fun on(event: SettingsEvent) { events += event }
}

/** Where nobody does anything. */
object NoEvents : Told()
