// States and events as JSON, written alike by both shells.
//
// Invariants: a sealed type is an object of one key, its name; what is absent is left out; what has a default is written.
package qiaomen.model

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonPrimitive
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

object Plain {
    // No name of a state's begins like that.
    private const val TYPE = "#"
    private val json = Json {
        classDiscriminator = TYPE
        encodeDefaults = true
        explicitNulls = false
    }

    /** [value] as JSON. */
    fun <T> of(serializer: KSerializer<T>, value: T): JsonElement = outward(json.encodeToJsonElement(serializer, value))

    /** What [plain] says. */
    fun <T> read(serializer: KSerializer<T>, plain: JsonElement): T =
        json.decodeFromJsonElement(serializer, inward(plain, serializer.descriptor))

    /** Gives the event [plain] of the screen that is called [screen] (`app` for those of none) to [model]. */
    fun send(model: PhoneModel, screen: String, plain: JsonElement) = when (screen) {
        "app" -> model.on(read(AppEvent.serializer(), plain))
        "enrol" -> model.on(read(EnrolEvent.serializer(), plain))
        "today" -> model.on(read(TodayEvent.serializer(), plain))
        "alert" -> model.on(read(AlertEvent.serializer(), plain))
        "paste" -> model.on(read(PasteEvent.serializer(), plain))
        "conflicts" -> model.on(read(ConflictsEvent.serializer(), plain))
        "doors" -> model.on(read(DoorsEvent.serializer(), plain))
        "household" -> model.on(read(HouseholdEvent.serializer(), plain))
        "visit" -> model.on(read(VisitEvent.serializer(), plain))
        "pledge" -> model.on(read(PledgeEvent.serializer(), plain))
        "sync" -> model.on(read(SyncEvent.serializer(), plain))
        "correct" -> model.on(read(CorrectEvent.serializer(), plain))
        "settings" -> model.on(read(SettingsEvent.serializer(), plain))
        else -> throw IllegalArgumentException("there is no screen called $screen")
    }

    private fun outward(element: JsonElement): JsonElement = when (element) {
        is JsonArray -> JsonArray(element.map(::outward))
        is JsonObject -> {
            val fields = element.filterKeys { it != TYPE }.mapValues { outward(it.value) }
            val type = element[TYPE]?.jsonPrimitive?.content
            if (type == null) JsonObject(fields) else JsonObject(mapOf(type to JsonObject(fields)))
        }
        is JsonPrimitive -> element
    }

    @OptIn(ExperimentalSerializationApi::class)
    private fun inward(element: JsonElement, type: SerialDescriptor): JsonElement = when {
        type.kind == PolymorphicKind.SEALED && element is JsonObject -> {
            require(element.size == 1) { "one key is to name what it is: $element" }
            val (name, fields) = element.entries.first()
            // The second element of a sealed type's descriptor holds those of its kinds, by name.
            val kinds = type.getElementDescriptor(1)
            val at = kinds.getElementIndex(name)
            require(at >= 0) { "$name is none of ${(0 until kinds.elementsCount).map(kinds::getElementName)}" }
            val inner = inward(fields, kinds.getElementDescriptor(at)) as JsonObject
            JsonObject(inner + (TYPE to JsonPrimitive(name)))
        }
        type.kind == StructureKind.LIST && element is JsonArray -> JsonArray(element.map { inward(it, type.getElementDescriptor(0)) })
        type.kind == StructureKind.CLASS && element is JsonObject -> JsonObject(
            element.mapValues { (name, value) ->
                val at = type.getElementIndex(name)
                require(at >= 0) { "${type.serialName} has no $name" }
                inward(value, type.getElementDescriptor(at))
            },
        )
        else -> element
    }
}
