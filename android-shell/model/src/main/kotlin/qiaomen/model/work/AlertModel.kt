// One alert: whose it is, what is due, what was done, and what can be done now.
//
// Invariants: what is typed into a sheet is kept within a moment and comes back when the sheet is opened again; a button
// that could not succeed is not there; what is sent becomes one record (see Once.kt).
package qiaomen.model.work

import kotlinx.serialization.json.Json
import qiaomen.core.AnyRecord
import qiaomen.core.FraudAlert
import qiaomen.core.MoneySent
import qiaomen.core.NearBy
import qiaomen.core.NearWorker
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.QiaomenException
import qiaomen.core.StopStep
import qiaomen.core.masked
import qiaomen.model.Core
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.ShownBadge
import qiaomen.model.Words
import qiaomen.model.became
import qiaomen.model.code
import qiaomen.model.invalid
import qiaomen.model.once
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AlertSheet
import qiaomen.model.state.AlertState
import qiaomen.model.state.Effect
import qiaomen.model.state.FieldError
import qiaomen.model.state.PersonRow
import qiaomen.model.state.PlaceRow
import qiaomen.model.state.Qr
import qiaomen.model.state.Screen

class AlertModel(desk: Desk, override val route: Route.Alert) :
    ScreenModel<AlertState, AlertEvent>(desk, AlertState(route.alert), AlertEvent::class, Screen::Alert) {
    private val id = route.alert
    private var alert: FraudAlert? = null
    private var facts = SheetFacts(qiaomen.core.Level.Low, emptySet())
    private var opened = false
    private var noted = false

    /** What was typed into each sheet, and which one lies over the screen. */
    private val inputs = HashMap<AlertAction, SheetInput>()
    private var over: AlertAction? = null

    /** The sheet whose record is being written: it is not kept any more. */
    private var sending: AlertAction? = null

    /** What is wrong in the sheet that is open, until something is typed. */
    private var errors = emptyList<FieldError>()
    private val prefix = "alert.$id."

    private class Found(val state: AlertState, val alert: FraudAlert?, val facts: SheetFacts, val inputs: Map<AlertAction, SheetInput>, val unseen: Boolean)

    override fun load() {
        val (told, now, opening) = Triple(words, desk.now(), !opened)
        val pending = desk.pending?.alert == id
        read({ look(told, now, pending, if (opening) kept() else emptyMap()) }) { found ->
            alert = found.alert
            facts = SheetFacts(found.facts.level, found.facts.stopped, facts.people, facts.script)
            show { found.state.copy(sheet = it.sheet) }
            if (opening && !opened) {
                inputs.putAll(found.inputs)
                inputs.entries.find { it.value.open }?.let { open(it.key) }
            }
            opened = true
            redo()
            if (found.unseen && !noted) {
                noted = true
                // Whoever may not note it only looks.
                write({ desk.core.alerts.seen(id) }, { it is QiaomenException.RoleUnknown }) { desk.saved() }
            }
        }
    }

    override fun changed(nouns: Set<Noun>) {
        if (nouns.any { it in SHOWN }) load()
    }

    private fun kept(): Map<AlertAction, SheetInput> = AlertAction.entries.mapNotNull { action ->
        desk.forms.became(prefix + action.name, { own(action) })
        desk.forms.get(prefix + action.name)?.let { runCatching { Json.decodeFromString<SheetInput>(it) }.getOrNull() }?.let { action to it }
    }.toMap()

    /** How many records of this person's the sheet has brought about, on the thread that works. */
    private fun own(action: AlertAction): Int {
        val me = desk.names.me()
        return desk.core.timeline.case(id, Page(0u, MOST_FILE)).count { it.about.header.author == me && action.wrote(it.record) }
    }

    /** On the thread that works. */
    private fun look(words: Words, now: Long, pending: Boolean, inputs: Map<AlertAction, SheetInput>): Found {
        val core = desk.core
        val kept = core.alerts.get(id)
            ?: return Found(AlertState(id, loading = false, missing = true), null, SheetFacts(qiaomen.core.Level.Low, emptySet()), emptyMap(), false)
        val (alert, me) = kept.record to desk.names.me()
        val file = core.timeline.case(id, Page(0u, MOST_FILE))
        val teller = teller(desk, words, now, doorsOf(core, file.map { it.record }))
        val (standing, due, custody) = Triple(core.tasks.standing(id), core.tasks.ofCase(id).list, core.tasks.custody(id))
        val card = teller.custodyCard(custody, me)
        val stopped = file.mapNotNull { (it.record as? AnyRecord.OfStopPayment)?.record?.step }.toSet()
        val places = teller.places(alert, alert.household?.let(teller.door))
        val case = CaseNow(
            desk.names.held(), card, custody.owner != null, standing, due, stopped, !alert.telephone.isNullOrBlank(),
            places.any { it.hasPosition || !it.address.isNullOrBlank() },
        )
        val level = standing.level.code
        val state = AlertState(
            id = id,
            loading = false,
            name = alert.name,
            level = level,
            levelText = words.word("level", level),
            telephone = alert.telephone,
            facts = teller.facts(alert),
            note = alert.note,
            result = standing.result.code,
            resultText = teller.resultText(standing),
            custody = card,
            places = places,
            next = next(due)?.let { teller.taskCard(id, alert.name, level, it, places.firstNotNullOfOrNull { place -> place.address }, pending) },
            due = due.map(teller::dueRow),
            actions = actions(case),
            stopPaymentOwed = standing.stopPaymentOwed,
            releaseOwed = standing.releaseOwed,
            file = teller.rows(core, file.filterNot { it.record is AnyRecord.OfSeen }),
            accidentText = teller.accidentText(standing),
        )
        val unseen = kept.about.header.author != me && file.none { it.record is AnyRecord.OfSeen && it.about.header.author == me }
        return Found(state, alert, SheetFacts(standing.level, stopped), inputs, unseen)
    }

    // ---- What the person does ----

    override fun on(event: AlertEvent) {
        // What is being sent is not changed under way.
        if (sending != null && event.ofSheet) return
        when (event) {
            is AlertEvent.Act -> if (event.action in state.actions) act(event.action)
            is AlertEvent.Accept -> accept(event.offer)
            is AlertEvent.TakeBack -> writeOnce("offer", { desk.core.alerts.takeBack(id, event.offer) }) { answered(event.offer, "alert.takenBack") }
            is AlertEvent.Navigate -> navigate(event.place)
            is AlertEvent.Type -> input { it.copy(texts = it.texts + (event.field to event.text)) }
            is AlertEvent.Choose -> choose(event.code)
            AlertEvent.Mask -> input { it.copy(texts = it.texts.mapValues { (_, text) -> masked(text) }) }
            AlertEvent.Confirm -> confirm()
            AlertEvent.CloseSheet -> closeSheet()
            AlertEvent.OpenHousehold -> alert?.household?.let { desk.go(Route.Household(it)) }
        }
    }

    private val AlertEvent.ofSheet: Boolean
        get() = when (this) {
            is AlertEvent.Act, is AlertEvent.Type, is AlertEvent.Choose, AlertEvent.Mask, AlertEvent.Confirm, AlertEvent.CloseSheet -> true
            is AlertEvent.Accept, is AlertEvent.TakeBack, is AlertEvent.Navigate, AlertEvent.OpenHousehold -> false
        }

    private fun act(action: AlertAction) {
        when (action) {
            AlertAction.Take -> writeOnce("take", { desk.core.alerts.receipt(id) }) {
                // Not once more before it is read again.
                show { it.copy(actions = it.actions - AlertAction.Take) }
                done(words("alert.taken"))
            }
            AlertAction.Accept -> state.custody.offers.find { it.toMe }?.let { accept(it.offer) }
            AlertAction.RecordVisit -> desk.go(Route.Visit(alert = id))
            AlertAction.Dissuade -> desk.go(Route.Visit(alert = id, purpose = "dissuasion"))
            AlertAction.Call -> state.telephone?.let { desk.effect(Effect.Call(dialled(it))) }
            AlertAction.Navigate -> (state.places.find { it.hasPosition } ?: state.places.firstOrNull { !it.address.isNullOrBlank() })?.let { navigate(it.id) }
            AlertAction.Badge -> badge()
            AlertAction.Dossier -> desk.go(Route.Dossier(id))
            AlertAction.Script, AlertAction.Feedback, AlertAction.MoneySent, AlertAction.StopPayment, AlertAction.HandOver, AlertAction.Propose,
            AlertAction.Clear, AlertAction.Raise, AlertAction.Comment,
            -> open(action)
        }
    }

    private fun accept(offer: String) = writeOnce("offer", { desk.core.alerts.accept(id, offer) }) { answered(offer, "alert.accepted") }

    private fun answered(offer: String, said: String) {
        show {
            val card = it.custody.copy(offers = it.custody.offers.filterNot { row -> row.offer == offer })
            it.copy(custody = card, actions = it.actions - AlertAction.Accept)
        }
        done(words(said))
    }

    private fun done(text: String) {
        desk.say(text)
        desk.saved()
        load()
    }

    private fun navigate(place: String) {
        val row = state.places.find { it.id == place } ?: return
        val position = alert?.places?.find { it.id == place }?.place?.position
        read({ position?.let(::wgs84) }, "navigate") { way ->
            when {
                way != null -> desk.effect(row.map(way))
                !row.address.isNullOrBlank() -> {
                    desk.effect(Effect.Copy(row.address))
                    desk.say(words("alert.addressCopied"))
                }
                else -> desk.say(words("alert.noAddress"), failure = true)
            }
        }
    }

    private fun badge() {
        val told = words
        read({ desk.core.replica.badge() }, "badge", {
            if (it is QiaomenException.NotFound) desk.say(words("badge.afterSync"), failure = true) else desk.failed(it)
        }) { made ->
            show { it.copy(sheet = badgeSheet(made, told)) }
            shownBadge.shown(made.until)
        }
    }

    private val shownBadge = ShownBadge(desk, { !left && state.sheet is AlertSheet.Badge }, ::badge) { show { it.copy(sheet = null) } }

    // ---- Sheets ----

    private fun open(action: AlertAction) {
        over = action
        errors = emptyList()
        inputs[action] = (inputs[action] ?: SheetInput()).copy(open = true)
        redo()
        when (action) {
            AlertAction.HandOver -> people()
            AlertAction.Script -> script(inputs[action]?.chosen)
            else -> Unit
        }
    }

    /** Shows the sheet as it is now. */
    private fun redo() {
        val action = over ?: return
        show { it.copy(sheet = words.sheet(action, inputs[action] ?: SheetInput(), facts, errors)) }
    }

    private fun wrong(found: List<FieldError>) {
        errors = found
        redo()
    }

    private fun people() {
        val (told, owner) = words to alert?.area
        read({ people(told, owner) }, "people") { found ->
            facts = SheetFacts(facts.level, facts.stopped, found, facts.script)
            redo()
        }
    }

    /** On the thread that works: the nearest first, then everybody who may take it, by name. */
    private fun people(words: Words, area: String?): List<PersonRow> {
        val (core, names) = desk.core to desk.names
        val near = core.alerts.nearest(id).associateBy { it.person }
        val above = area?.let { names.above(it) }.orEmpty()
        val able = all { core.people.list(it) }.filter { !it.record.left && it.id != names.me() }.mapNotNull { kept ->
            val roles = kept.record.assignments.map { it.assignment }.filter { !it.ended && it.role in Deed.Receipt.roles }
            if (roles.isEmpty()) null else kept to roles
        }
        val order = near.keys.withIndex().associate { it.value to it.index }
        return able.sortedWith(
            compareBy({ (kept, _) -> order[kept.id] ?: Int.MAX_VALUE }, { (_, roles) -> roles.none { it.area in above } }, { (kept, _) -> kept.record.name }),
        ).map { (kept, roles) ->
            val text = roles.map { words("person.roleAt", "role" to words.word("role", it.role.code), "area" to names.path(it.area, words)) }
            PersonRow(kept.id, kept.record.name, words.list(text), near[kept.id]?.let { words.near(it) })
        }
    }

    private fun script(kind: String?) {
        val told = words
        read({
            val code = kind ?: lastKind(desk.core) ?: Groups.fraud.known.first().code
            desk.core.scripts.forKind(Groups.fraud.of(code), told.coreLanguage).let { Script(it.name, code, it.title, it.body) }
        }, "script") { found ->
            facts = SheetFacts(facts.level, facts.stopped, facts.people, found)
            redo()
        }
    }

    /** The kind that was judged last. */
    private fun lastKind(core: Core): String? =
        core.visits.ofCase(id, Page(0u, 30u)).firstNotNullOfOrNull { it.record.dissuasion?.fraud?.code }

    private fun choose(code: String) {
        input { it.copy(chosen = code) }
        if (over == AlertAction.Script) script(code)
    }

    private fun input(change: (SheetInput) -> SheetInput) {
        val action = over ?: return
        inputs[action] = change(inputs[action] ?: SheetInput())
        errors = emptyList()
        redo()
        touched()
    }

    override fun keep(): (() -> Unit)? {
        val texts = inputs.filterNot { it.key == sending || it.value.isEmpty && !it.value.open }.map { (action, input) -> prefix + action.name to Json.encodeToString(input) }
        return { texts.forEach { (key, text) -> desk.forms.keep(key, text) } }
    }

    private fun closeSheet() {
        val action = over
        over = null
        if (action != null) {
            val input = inputs[action] ?: SheetInput()
            if (input.isEmpty || action == AlertAction.Script) drop(action) else inputs[action] = input.copy(open = false).also { touched() }
        }
        show { it.copy(sheet = null) }
    }

    private fun drop(action: AlertAction) {
        inputs.remove(action)
        write({ desk.forms.discard(prefix + action.name) })
    }

    override fun back(): Boolean {
        if (state.sheet == null) return false
        if (sending == null) closeSheet()
        return true
    }

    private fun confirm() {
        val action = over ?: return
        val input = inputs[action] ?: SheetInput()
        val sheet = state.sheet
        val text = input.text("text").trim().ifEmpty { null }
        val alerts = desk.core.alerts
        when (action) {
            AlertAction.HandOver -> {
                val person = input.chosen ?: return desk.say(words("handOver.chooseSomebody"), failure = true)
                send(action, words("handOver.offered")) { alerts.handOver(id, person, input.text("note").trim().ifEmpty { null }) }
            }
            AlertAction.MoneySent -> {
                val found = words.moneyErrors(input)
                if (found.isNotEmpty()) return wrong(found)
                val what = MoneySent(
                    alert = id, at = desk.now(), sent = null, fen = fen(input.text("yuan")), to = input.text("account").trim().ifEmpty { null },
                    note = input.text("note").trim().ifEmpty { null },
                )
                send(action, words("moneySent.saved")) { alerts.moneySent(what) }
            }
            AlertAction.StopPayment -> {
                val step = Groups.stop.of((sheet as? AlertSheet.StopPayment)?.step ?: return)
                send(action, words.word("stop", step.code)) { alerts.stopPayment(id, step, input.text("institution").trim().ifEmpty { null }) }
            }
            AlertAction.Raise -> {
                val level = Groups.level.of((sheet as? AlertSheet.Raise)?.levels?.find { it.chosen }?.code ?: return)
                send(action, words("event.raise", "level" to words.word("level", level.code))) {
                    alerts.raise(id, level, input.text("reason").trim().ifEmpty { null })
                }
            }
            AlertAction.Feedback, AlertAction.Propose, AlertAction.Clear, AlertAction.Comment -> {
                if (text == null) return desk.say(words("words.missing"), failure = true)
                when (action) {
                    AlertAction.Feedback -> send(action, words("feedback.saved")) { alerts.feedback(id, text) }
                    AlertAction.Propose -> send(action, words("proposal.saved")) { alerts.propose(id, text) }
                    AlertAction.Clear -> send(action, words("clearance.saved")) { alerts.clear(id, text) }
                    else -> send(action, words("comment.saved")) { alerts.comment(id, text) }
                }
            }
            else -> closeSheet()
        }
    }

    private fun send(action: AlertAction, said: String, block: () -> String) {
        sending = action
        writeOnce("send", { desk.forms.once(prefix + action.name, { own(action) }) { block() } }, ::complained) {
            sending = null
            inputs.remove(action)
            over = null
            show { it.copy(sheet = null) }
            done(said)
        }
    }

    private fun complained(error: Throwable): Boolean {
        sending = null
        touched()
        if (error !is QiaomenException.Invalid) return false
        val field = if (error.field == "fen") "yuan" else if (error.field == "to") "account" else error.field
        wrong(listOf(FieldError(field, words.invalid(error.reason))))
        // Sheets of one sentence have no place for it.
        if (state.sheet !is AlertSheet.MoneySent) desk.failed(error)
        return true
    }

    private companion object {
        /** More than a case file has. */
        const val MOST_FILE = 2_000u
        val SHOWN = setOf(Noun.ALERTS, Noun.TASKS, Noun.VISITS, Noun.DRAFTS, Noun.HOUSEHOLDS, Noun.CONFLICTS, Noun.QUARANTINE, Noun.DIRECTORY)
    }
}

/** What a worker shows at a door. */
fun badgeSheet(badge: qiaomen.core.Badge, words: Words): AlertSheet.Badge = AlertSheet.Badge(
    name = badge.name,
    town = badge.town,
    telephone = badge.telephone,
    url = badge.url,
    qr = Qr(badge.qr.size.toInt(), badge.qr.dark),
    until = badge.until,
    untilText = words("badge.until", "time" to words.time(badge.until)),
)

/** The way there, [at] WGS-84 latitude and longitude. Another firm's app is told where, and not to whom. */
fun PlaceRow.map(at: Pair<Double, Double>): Effect.Map = Effect.Map(at.first, at.second, address?.ifBlank { null } ?: label)

/** How far away somebody is, and how that is known. */
fun Words.near(near: NearWorker): String {
    val far = if (near.metres < 1_000) this("near.metres", "metres" to near.metres) else this("near.kilometres", "kilometres" to "%.1f".format(java.util.Locale.ROOT, near.metres / 1000.0))
    val known = when (near.known) {
        NearBy.RECORDED -> this("near.recorded", "ago" to (near.minutesAgo?.let { length(it * 60_000) } ?: ""))
        NearBy.SHARED -> this("near.shared", "ago" to (near.minutesAgo?.let { length(it * 60_000) } ?: ""))
        NearBy.GRID -> this("near.grid")
    }
    return dotted(if (near.rough) this("near.rough", "far" to far) else far, known)
}
