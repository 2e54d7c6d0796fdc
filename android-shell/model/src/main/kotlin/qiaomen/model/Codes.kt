// The core's words as the states have them: names in lower camel case.
//
// Invariant: exhaustive; a word that this version does not know is the word itself.
package qiaomen.model

import qiaomen.core.DueKind
import qiaomen.core.Level
import qiaomen.core.NoticeKind
import qiaomen.core.Role
import qiaomen.core.SyncMark
import qiaomen.model.state.Mark

val Level.code: String
    get() = when (this) {
        Level.Low -> "low"
        Level.Medium -> "medium"
        Level.High -> "high"
        Level.Extreme -> "extreme"
        is Level.Unknown -> word
    }

val DueKind.code: String
    get() = when (this) {
        DueKind.FIRST_CONTACT -> "firstContact"
        DueKind.FIRST_MEETING -> "firstMeeting"
        DueKind.FEEDBACK -> "feedback"
        DueKind.SECOND_VISIT -> "secondVisit"
        DueKind.THREE_DAY_VISIT -> "threeDayVisit"
        DueKind.MONTH_END_JUDGEMENT -> "monthEndJudgement"
    }

val Role.code: String
    get() = when (this) {
        Role.Volunteer -> "volunteer"
        Role.GridWorker -> "gridWorker"
        Role.TeamHead -> "teamHead"
        Role.Police -> "police"
        Role.Supervisor -> "supervisor"
        Role.Administrator -> "administrator"
        Role.Integration -> "integration"
        is Role.Unknown -> word
    }

/** The role of a code that [code] gave; none of another. */
fun roleOf(code: String): Role? = listOf(
    Role.Volunteer, Role.GridWorker, Role.TeamHead, Role.Police, Role.Supervisor, Role.Administrator, Role.Integration,
).find { it.code == code }

val SyncMark.mark: Mark
    get() = when (this) {
        SyncMark.DRAFT -> Mark.Draft
        SyncMark.SENT -> Mark.Sent
        SyncMark.WAITING -> Mark.Waiting
        SyncMark.HELD -> Mark.Held
        SyncMark.REFUSED -> Mark.Refused
    }

/** The key of the words that tell of it, counted. */
val NoticeKind.words: String
    get() = when (this) {
        NoticeKind.NEW_ALERT -> "notice.newAlert"
        NoticeKind.HANDED_OVER -> "notice.handedOver"
        NoticeKind.CONTEST -> "notice.contest"
        NoticeKind.TAKEN_FROM_ME -> "notice.takenFromMe"
        NoticeKind.DUE_IN_SIX_HOURS -> "notice.dueInSixHours"
        NoticeKind.DUE_IN_ONE_HOUR -> "notice.dueInOneHour"
        NoticeKind.OVERDUE -> "notice.overdue"
        NoticeKind.REFUSED -> "notice.refused"
        NoticeKind.COMMENT -> "notice.comment"
        NoticeKind.REMINDER -> "notice.reminder"
    }
