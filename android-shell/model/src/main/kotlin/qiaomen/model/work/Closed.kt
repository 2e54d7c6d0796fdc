// The core's closed words as the states have them: names in lower camel case, and the groups their words stand under.
//
// Invariants: every table is exhaustive, so that a new word of the core's does not compile until it is named here; a word
// that this version does not know is the word itself. `Codes.kt` has the tables that the frame needs too.
package qiaomen.model.work

import qiaomen.core.AlertOrigin
import qiaomen.core.Answer
import qiaomen.core.AreaLevel
import qiaomen.core.Asked
import qiaomen.core.BroughtIn
import qiaomen.core.CallOutcome
import qiaomen.core.Came
import qiaomen.core.Care
import qiaomen.core.CaseResult
import qiaomen.core.Datum
import qiaomen.core.DecisionAbout
import qiaomen.core.DissuasionStep
import qiaomen.core.Door
import qiaomen.core.DueState
import qiaomen.core.Explained
import qiaomen.core.FirstHands
import qiaomen.core.FraudKind
import qiaomen.core.Given
import qiaomen.core.Hands
import qiaomen.core.KeptAt
import qiaomen.core.Language
import qiaomen.core.NearBy
import qiaomen.core.Noticed
import qiaomen.core.OrganisationSort
import qiaomen.core.Outcome
import qiaomen.core.PastedField
import qiaomen.core.Purpose
import qiaomen.core.RecordKind
import qiaomen.core.Recorder
import qiaomen.core.ResidentTag
import qiaomen.core.ReviewState
import qiaomen.core.Risk
import qiaomen.core.StopStep
import qiaomen.core.TakenWith
import qiaomen.core.Way

val DissuasionStep.code: String
    get() = when (this) {
        DissuasionStep.IdentityShown -> "identityShown"
        DissuasionStep.ReasonSaid -> "reasonSaid"
        DissuasionStep.KindJudged -> "kindJudged"
        DissuasionStep.ScriptUsed -> "scriptUsed"
        DissuasionStep.TricksExplained -> "tricksExplained"
        DissuasionStep.CasesTold -> "casesTold"
        DissuasionStep.QuestionsAnswered -> "questionsAnswered"
        DissuasionStep.Repeated -> "repeated"
        is DissuasionStep.Unknown -> word
    }

val BroughtIn.code: String
    get() = when (this) {
        BroughtIn.Relatives -> "relatives"
        BroughtIn.Friends -> "friends"
        BroughtIn.Colleagues -> "colleagues"
        BroughtIn.Officer -> "officer"
        is BroughtIn.Unknown -> word
    }

val Way.code: String
    get() = when (this) {
        Way.InPerson -> "inPerson"
        Way.Telephone -> "telephone"
        Way.Online -> "online"
        Way.ThroughRelatives -> "throughRelatives"
        is Way.Unknown -> word
    }

val Care.code: String
    get() = when (this) {
        Care.Counselling -> "counselling"
        Care.Guidance -> "guidance"
        Care.LegalAid -> "legalAid"
        Care.Escalated -> "escalated"
        is Care.Unknown -> word
    }

val TakenWith.code: String
    get() = when (this) {
        TakenWith.Telephone -> "telephone"
        TakenWith.Camera -> "camera"
        TakenWith.Other -> "other"
        is TakenWith.Unknown -> word
    }

val Recorder.code: String
    get() = when (this) {
        Recorder.BodyCamera -> "bodyCamera"
        Recorder.VideoRecorder -> "videoRecorder"
        Recorder.Telephone -> "telephone"
        Recorder.Other -> "other"
        is Recorder.Unknown -> word
    }

val KeptAt.code: String
    get() = when (this) {
        KeptAt.Police -> "police"
        KeptAt.Village -> "village"
        KeptAt.Device -> "device"
        KeptAt.Attached -> "attached"
        is KeptAt.Unknown -> word
    }

val FraudKind.code: String
    get() = when (this) {
        FraudKind.RefundRebateTask -> "refundRebateTask"
        FraudKind.FakeInvestment -> "fakeInvestment"
        FraudKind.FakeLoan -> "fakeLoan"
        FraudKind.FakeCustomerService -> "fakeCustomerService"
        FraudKind.ImpersonatingAuthority -> "impersonatingAuthority"
        FraudKind.ImpersonatingAcquaintance -> "impersonatingAcquaintance"
        FraudKind.GameTrade -> "gameTrade"
        FraudKind.Romance -> "romance"
        FraudKind.HealthProducts -> "healthProducts"
        FraudKind.Other -> "other"
        is FraudKind.Unknown -> word
    }

val Door.code: String
    get() = when (this) {
        Door.LivedIn -> "livedIn"
        Door.Vacant -> "vacant"
        Door.Demolished -> "demolished"
        Door.LongAbsent -> "longAbsent"
        is Door.Unknown -> word
    }

val ResidentTag.code: String
    get() = when (this) {
        ResidentTag.Elderly -> "elderly"
        ResidentTag.Student -> "student"
        ResidentTag.FinanceStaff -> "financeStaff"
        ResidentTag.EasilyDeceived -> "easilyDeceived"
        is ResidentTag.Unknown -> word
    }

val StopStep.code: String
    get() = when (this) {
        StopStep.Asked -> "asked"
        StopStep.Frozen -> "frozen"
        StopStep.Released -> "released"
        is StopStep.Unknown -> word
    }

val Purpose.code: String
    get() = when (this) {
        Purpose.Door -> "door"
        Purpose.FirstContact -> "firstContact"
        Purpose.Dissuasion -> "dissuasion"
        Purpose.FollowUp -> "followUp"
        is Purpose.Unknown -> word
    }

val Outcome.code: String
    get() = when (this) {
        Outcome.Met -> "met"
        Outcome.NobodyHome -> "nobodyHome"
        Outcome.Refused -> "refused"
        Outcome.Moved -> "moved"
        Outcome.Inaccessible -> "inaccessible"
        Outcome.TelephoneOnly -> "telephoneOnly"
        is Outcome.Unknown -> word
    }

val Risk.code: String
    get() = when (this) {
        Risk.NoFurther -> "noFurther"
        Risk.MayBeDefraudedAgain -> "mayBeDefraudedAgain"
        is Risk.Unknown -> word
    }

val Given.code: String
    get() = when (this) {
        Given.OpenLetter -> "openLetter"
        Given.ContactCard -> "contactCard"
        Given.Pledge -> "pledge"
        Given.Leaflet -> "leaflet"
        is Given.Unknown -> word
    }

val Explained.code: String
    get() = when (this) {
        Explained.TaskRebate -> "taskRebate"
        Explained.Investment -> "investment"
        Explained.Loan -> "loan"
        Explained.CustomerService -> "customerService"
        Explained.Impersonation -> "impersonation"
        Explained.Romance -> "romance"
        Explained.HealthProducts -> "healthProducts"
        Explained.PersonalInformation -> "personalInformation"
        Explained.App -> "app"
        Explained.Cases -> "cases"
        is Explained.Unknown -> word
    }

val Noticed.code: String
    get() = when (this) {
        Noticed.Flustered -> "flustered"
        Noticed.Evasive -> "evasive"
        Noticed.Incoherent -> "incoherent"
        Noticed.OnTheTelephone -> "onTheTelephone"
        Noticed.MoneySent -> "moneySent"
        Noticed.Aware -> "aware"
        is Noticed.Unknown -> word
    }

val Datum.code: String
    get() = when (this) {
        Datum.Wgs84 -> "wgs84"
        Datum.Gcj02 -> "gcj02"
        Datum.Bd09 -> "bd09"
        Datum.Unstated -> "unstated"
        is Datum.Unknown -> word
    }

val AlertOrigin.code: String
    get() = when (this) {
        AlertOrigin.FundsSide -> "fundsSide"
        AlertOrigin.Other -> "other"
        is AlertOrigin.Unknown -> word
    }

val OrganisationSort.code: String
    get() = when (this) {
        OrganisationSort.School -> "school"
        OrganisationSort.Bank -> "bank"
        OrganisationSort.Enterprise -> "enterprise"
        OrganisationSort.Body -> "body"
        OrganisationSort.Institution -> "institution"
        OrganisationSort.Market -> "market"
        OrganisationSort.Other -> "other"
        is OrganisationSort.Unknown -> word
    }

val Hands.code: String
    get() = when (this) {
        Hands.OtherPlace -> "otherPlace"
        Hands.FromAfar -> "fromAfar"
        is Hands.Unknown -> word
    }

val CallOutcome.code: String
    get() = when (this) {
        CallOutcome.Reached -> "reached"
        CallOutcome.NoAnswer -> "noAnswer"
        CallOutcome.Refused -> "refused"
        CallOutcome.WrongNumber -> "wrongNumber"
        is CallOutcome.Unknown -> word
    }

val Answer.code: String
    get() = when (this) {
        Answer.Yes -> "yes"
        Answer.No -> "no"
        Answer.NotSure -> "notSure"
        is Answer.Unknown -> word
    }

val ReviewState.code: String
    get() = when (this) {
        ReviewState.HasIssues -> "hasIssues"
        ReviewState.Approved -> "approved"
        ReviewState.Rejected -> "rejected"
        is ReviewState.Unknown -> word
    }

val Asked.code: String
    get() = when (this) {
        Asked.Who -> "who"
        Asked.LowerLevel -> "lowerLevel"
        Asked.Differs -> "differs"
        Asked.NoTeam -> "noTeam"
        is Asked.Unknown -> word
    }

val FirstHands.code: String
    get() = when (this) {
        FirstHands.Station -> "station"
        FirstHands.Team -> "team"
        FirstHands.Joint -> "joint"
        is FirstHands.Unknown -> word
    }

val Language.code: String
    get() = when (this) {
        Language.Zh -> "zh"
        Language.En -> "en"
        is Language.Unknown -> word
    }

val AreaLevel.code: String
    get() = when (this) {
        AreaLevel.County -> "county"
        AreaLevel.Town -> "town"
        AreaLevel.Village -> "village"
        AreaLevel.Courtyard -> "courtyard"
        AreaLevel.Grid -> "grid"
        AreaLevel.Building -> "building"
        is AreaLevel.Unknown -> word
    }

val DecisionAbout.code: String
    get() = when (this) {
        DecisionAbout.Settle -> "settle"
        DecisionAbout.Merge -> "merge"
        DecisionAbout.Unmerge -> "unmerge"
        is DecisionAbout.Unknown -> word
    }

val PastedField.code: String
    get() = when (this) {
        PastedField.Name -> "name"
        PastedField.Telephone -> "telephone"
        PastedField.Level -> "level"
        PastedField.PlatformNumber -> "platformNumber"
        PastedField.Address -> "address"
        PastedField.Issued -> "issued"
        PastedField.ReachedStation -> "reachedStation"
        PastedField.Issuer -> "issuer"
        PastedField.Origin -> "origin"
        PastedField.Kind -> "kind"
        is PastedField.Unknown -> word
    }

val RecordKind.code: String
    get() = when (this) {
        RecordKind.Area -> "area"
        RecordKind.Person -> "person"
        RecordKind.Household -> "household"
        RecordKind.Visit -> "visit"
        RecordKind.FraudAlert -> "fraudAlert"
        RecordKind.Raise -> "raise"
        RecordKind.Receipt -> "receipt"
        RecordKind.Feedback -> "feedback"
        RecordKind.Clearance -> "clearance"
        RecordKind.Withdrawal -> "withdrawal"
        RecordKind.Extension -> "extension"
        RecordKind.Sending -> "sending"
        RecordKind.HandOver -> "handOver"
        RecordKind.Organisation -> "organisation"
        RecordKind.Pledge -> "pledge"
        RecordKind.Consent -> "consent"
        RecordKind.Review -> "review"
        RecordKind.MoneySent -> "moneySent"
        RecordKind.StopPayment -> "stopPayment"
        RecordKind.Seen -> "seen"
        RecordKind.Recall -> "recall"
        RecordKind.Join -> "join"
        RecordKind.Transfer -> "transfer"
        RecordKind.Proposal -> "proposal"
        RecordKind.Comment -> "comment"
        RecordKind.TakeBack -> "takeBack"
        RecordKind.CustodyDecision -> "custodyDecision"
        RecordKind.Routing -> "routing"
        RecordKind.Duty -> "duty"
        RecordKind.Script -> "script"
        RecordKind.Reminder -> "reminder"
        RecordKind.Question -> "question"
        RecordKind.Whereabouts -> "whereabouts"
        RecordKind.CampaignPhase -> "campaignPhase"
        RecordKind.Rulebook -> "rulebook"
        RecordKind.PledgeText -> "pledgeText"
        RecordKind.Decision -> "decision"
        RecordKind.Draw -> "draw"
        RecordKind.CallBack -> "callBack"
        is RecordKind.Unknown -> word
    }

val Came.code: String
    get() = when (this) {
        Came.FIRST -> "first"
        Came.HANDED_OVER -> "handedOver"
        Came.DECIDED -> "decided"
    }

val CaseResult.code: String
    get() = when (this) {
        CaseResult.RUNNING -> "running"
        CaseResult.CLEARED -> "cleared"
        CaseResult.RECALLED -> "recalled"
        CaseResult.JOINED -> "joined"
        CaseResult.LYING -> "lying"
    }

val DueState.code: String
    get() = when (this) {
        DueState.OPEN -> "open"
        DueState.DONE -> "done"
        DueState.LATE -> "late"
        DueState.OVERDUE -> "overdue"
        DueState.MISSED -> "missed"
        DueState.EXCUSED -> "excused"
    }

val NearBy.code: String
    get() = when (this) {
        NearBy.RECORDED -> "recorded"
        NearBy.SHARED -> "shared"
        NearBy.GRID -> "grid"
    }
