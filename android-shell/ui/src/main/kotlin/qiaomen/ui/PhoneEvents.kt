// What the person does, as screens tell it.

package qiaomen.ui

import qiaomen.model.PhoneModel
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

/** Who is told what the person does: the model, or a test. */
interface PhoneEvents {
    fun on(event: AppEvent)
    fun on(event: EnrolEvent)
    fun on(event: TodayEvent)
    fun on(event: AlertEvent)
    fun on(event: PasteEvent)
    fun on(event: DoorsEvent)
    fun on(event: HouseholdEvent)
    fun on(event: VisitEvent)
    fun on(event: PledgeEvent)
    fun on(event: ConflictsEvent)
    fun on(event: SyncEvent)
    fun on(event: CorrectEvent)
    fun on(event: SettingsEvent)
}

/** Tells the model. */
class ModelEvents(private val model: PhoneModel) : PhoneEvents {
    override fun on(event: AppEvent) = model.on(event)
    override fun on(event: EnrolEvent) = model.on(event)
    override fun on(event: TodayEvent) = model.on(event)
    override fun on(event: AlertEvent) = model.on(event)
    override fun on(event: PasteEvent) = model.on(event)
    override fun on(event: DoorsEvent) = model.on(event)
    override fun on(event: HouseholdEvent) = model.on(event)
    override fun on(event: VisitEvent) = model.on(event)
    override fun on(event: PledgeEvent) = model.on(event)
    override fun on(event: ConflictsEvent) = model.on(event)
    override fun on(event: SyncEvent) = model.on(event)
    override fun on(event: CorrectEvent) = model.on(event)
    override fun on(event: SettingsEvent) = model.on(event)
}
