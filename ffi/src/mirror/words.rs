//! Enumerations whose words may grow, as a shell sees them.
//!
//! Floor: mirror. Invariants: each has every value of the core's (a match without a rest proves it); a word that this
//! version does not know comes and goes as `Unknown` with its text.

use qiaomen_core::{message, record};

use super::macros::words;

words! {
    /// How urgent an alert is.
    pub enum Level = record::Level {
        /// 低危
        Low = Low,
        /// 中危
        Medium = Medium,
        /// 高危
        High = High,
        /// 特危
        Extreme = Extreme,
    }
}

words! {
    /// Where an alert came from.
    pub enum AlertOrigin = record::Origin {
        /// The side of the money: banks and payment.
        FundsSide = FundsSide,
        /// Anything else.
        Other = Other,
    }
}

words! {
    /// What an area is.
    pub enum AreaLevel = record::AreaLevel {
        /// Above the town.
        County = County,
        /// The town (镇, 街道).
        Town = Town,
        /// A village or community (村, 社区).
        Village = Village,
        /// Between a village and its grids (小区).
        Courtyard = Courtyard,
        /// A grid (网格), the unit of replication.
        Grid = Grid,
        /// Below a grid.
        Building = Building,
    }
}

words! {
    /// What a supervisor decided.
    pub enum DecisionAbout = record::DecisionAbout {
        /// Which of several values of a field counts.
        Settle = Settle,
        /// That a door is one and the same as another.
        Merge = Merge,
        /// That it is not after all.
        Unmerge = Unmerge,
    }
}

words! {
    /// A step of a dissuasion.
    pub enum DissuasionStep = record::Step {
        /// Who one is was shown.
        IdentityShown = IdentityShown,
        /// Why one came was said.
        ReasonSaid = ReasonSaid,
        /// The kind of fraud was judged.
        KindJudged = KindJudged,
        /// The script for that kind was used.
        ScriptUsed = ScriptUsed,
        /// The tricks were explained.
        TricksExplained = TricksExplained,
        /// Cases were told.
        CasesTold = CasesTold,
        /// Questions were answered.
        QuestionsAnswered = QuestionsAnswered,
        /// It was gone over again.
        Repeated = Repeated,
    }
}

words! {
    /// Who was brought in for somebody who is deeply taken in.
    pub enum BroughtIn = record::BroughtIn {
        /// Family.
        Relatives = Relatives,
        /// Friends or neighbours.
        Friends = Friends,
        /// People from work.
        Colleagues = Colleagues,
        /// The officer for the village.
        Officer = Officer,
    }
}

words! {
    /// Ways in which somebody was worked with.
    pub enum Way = record::Way {
        /// Face to face.
        InPerson = InPerson,
        /// By telephone.
        Telephone = Telephone,
        /// By messages.
        Online = Online,
        /// Through their relatives.
        ThroughRelatives = ThroughRelatives,
    }
}

words! {
    /// Care for a victim.
    pub enum Care = record::Care {
        /// They were steadied and counselled.
        Counselling = Counselling,
        /// They were told what they can do.
        Guidance = Guidance,
        /// Legal aid was found for them.
        LegalAid = LegalAid,
        /// The incident was taken higher.
        Escalated = Escalated,
    }
}

words! {
    /// What a dissuasion was recorded with.
    pub enum Recorder = record::Recorder {
        /// A body camera.
        BodyCamera = BodyCamera,
        /// A video recorder.
        VideoRecorder = VideoRecorder,
        /// A telephone.
        Telephone = Telephone,
        /// Something else.
        Other = Other,
    }
}

words! {
    /// What photos were taken with.
    pub enum TakenWith = record::TakenWith {
        /// A telephone.
        Telephone = Telephone,
        /// A camera.
        Camera = Camera,
        /// Something else.
        Other = Other,
    }
}

words! {
    /// Where a recording is kept, or photos are.
    pub enum KeptAt = record::KeptAt {
        /// With the police: held, and not missing.
        Police = Police,
        /// With the village or unit.
        Village = Village,
        /// On the worker's device.
        Device = Device,
        /// Attached to the record.
        Attached = Attached,
    }
}

words! {
    /// What came of calling somebody back.
    pub enum CallOutcome = record::CallOutcome {
        /// They were spoken to.
        Reached = Reached,
        /// Nobody answered.
        NoAnswer = NoAnswer,
        /// They would not talk.
        Refused = Refused,
        /// It is not their number.
        WrongNumber = WrongNumber,
    }
}

words! {
    /// What somebody says who is asked whether something was done.
    pub enum Answer = record::Said {
        /// It was.
        Yes = Yes,
        /// It was not.
        No = No,
        /// They do not know.
        NotSure = NotSure,
    }
}

words! {
    /// Who does the first dissuasion of an alert (Q4, L3).
    pub enum FirstHands = record::FirstHands {
        /// The station's people.
        Station = Station,
        /// The local team.
        Team = Team,
        /// The station's people, together with the team.
        Joint = Joint,
    }
}

words! {
    /// The languages in which texts are kept.
    pub enum Language = record::Language {
        /// Chinese.
        Zh = Zh,
        /// English.
        En = En,
    }
}

words! {
    /// What only a supervisor can say about an alert.
    pub enum Asked = record::Asked {
        /// Who the person is.
        Who = Who,
        /// Whether the level is right: the sender has lowered it.
        LowerLevel = LowerLevel,
        /// What to believe: the sender has said something else than what stands here.
        Differs = Differs,
        /// Who takes it: its area has no team.
        NoTeam = NoTeam,
    }
}

words! {
    /// The kind of a fraud.
    pub enum FraudKind = record::FraudKind {
        /// 刷单返利: paid tasks, of which the first pay.
        RefundRebateTask = RefundRebateTask,
        /// 虚假投资理财: investments that exist on a screen.
        FakeInvestment = FakeInvestment,
        /// 虚假贷款、征信: loans and cleared records against a fee.
        FakeLoan = FakeLoan,
        /// 冒充电商物流客服: refunds from somebody who says they are customer service.
        FakeCustomerService = FakeCustomerService,
        /// 冒充公检法: police, prosecutors or courts on the telephone.
        ImpersonatingAuthority = ImpersonatingAuthority,
        /// 冒充领导、熟人: a superior, a relative, a friend.
        ImpersonatingAcquaintance = ImpersonatingAcquaintance,
        /// 虚假游戏交易: accounts and goods of games.
        GameTrade = GameTrade,
        /// 网络婚恋、交友: love that asks for money.
        Romance = Romance,
        /// 养老、保健品: health products and old-age care.
        HealthProducts = HealthProducts,
        /// 其他: anything else.
        Other = Other,
    }
}

words! {
    /// In whose hands a person is who is elsewhere.
    pub enum Hands = record::Hands {
        /// Another place, which has accepted.
        OtherPlace = OtherPlace,
        /// Ours, from afar, with a supervisor's consent.
        FromAfar = FromAfar,
    }
}

words! {
    /// What is found behind a door.
    pub enum Door = record::Door {
        /// Somebody lives there.
        LivedIn = LivedIn,
        /// Nobody lives there.
        Vacant = Vacant,
        /// The house is gone.
        Demolished = Demolished,
        /// Its people have been away for long.
        LongAbsent = LongAbsent,
    }
}

words! {
    /// What a worker should know of a resident before the door opens.
    pub enum ResidentTag = record::Tag {
        /// Old.
        Elderly = Elderly,
        /// At school or university.
        Student = Student,
        /// Handles an enterprise's money.
        FinanceStaff = FinanceStaff,
        /// Easily deceived; reached again at a set interval.
        EasilyDeceived = EasilyDeceived,
    }
}

words! {
    /// How far a stop-payment has come.
    pub enum StopStep = record::StopStep {
        /// 申请止付: it was asked for.
        Asked = Asked,
        /// 已止付: the account is frozen.
        Frozen = Frozen,
        /// 解除止付: it is released.
        Released = Released,
    }
}

words! {
    /// What a person may do, in the area they hold it for.
    pub enum Role = record::Role {
        /// Visits doors (志愿者).
        Volunteer = Volunteer,
        /// Looks after a grid (网格员).
        GridWorker = GridWorker,
        /// Leads the team of grids or villages (队长).
        TeamHead = TeamHead,
        /// The station's officers and auxiliaries (民警, 辅警).
        Police = Police,
        /// Reviews and decides for the town or a part of it.
        Supervisor = Supervisor,
        /// Looks after people, devices and settings; no casework.
        Administrator = Administrator,
        /// A system that sends alerts, and holds nothing.
        Integration = Integration,
    }
}

words! {
    /// What a supervisor made of a record.
    pub enum ReviewState = record::ReviewState {
        /// Something is to be put right (有问题).
        HasIssues = HasIssues,
        /// It stands (通过).
        Approved = Approved,
        /// It does not count (不通过).
        Rejected = Rejected,
    }
}

words! {
    /// What a unit is.
    pub enum OrganisationSort = record::UnitSort {
        /// A school or nursery (学校).
        School = School,
        /// A bank's branch (银行).
        Bank = Bank,
        /// An enterprise (企业).
        Enterprise = Enterprise,
        /// A public body (机关).
        Body = Body,
        /// A public institution (事业单位).
        Institution = Institution,
        /// A market (市场).
        Market = Market,
        /// Anything else.
        Other = Other,
    }
}

words! {
    /// What a visit was for.
    pub enum Purpose = record::Purpose {
        /// Telling every household how the tricks work.
        Door = Door,
        /// Reaching an alert's person for the first time, by whatever means.
        FirstContact = FirstContact,
        /// Meeting an alert's person to stop the fraud.
        Dissuasion = Dissuasion,
        /// Coming back afterwards.
        FollowUp = FollowUp,
    }
}

words! {
    /// What came of a visit.
    pub enum Outcome = record::Outcome {
        /// The person was met face to face.
        Met = Met,
        /// Nobody opened.
        NobodyHome = NobodyHome,
        /// They would not talk.
        Refused = Refused,
        /// They live there no longer.
        Moved = Moved,
        /// The door could not be reached.
        Inaccessible = Inaccessible,
        /// They were only spoken to by telephone.
        TelephoneOnly = TelephoneOnly,
    }
}

words! {
    /// What a meeting judged.
    pub enum Risk = record::Risk {
        /// No further risk.
        NoFurther = None,
        /// The person may be defrauded again.
        MayBeDefraudedAgain = MayBeDefraudedAgain,
    }
}

words! {
    /// What was handed over.
    pub enum Given = record::Given {
        /// The open letter.
        OpenLetter = OpenLetter,
        /// The police's contact card.
        ContactCard = ContactCard,
        /// The pledge, to be signed.
        Pledge = Pledge,
        /// Other material.
        Leaflet = Leaflet,
    }
}

words! {
    /// What was explained.
    pub enum Explained = record::Explained {
        /// Paid tasks and false orders.
        TaskRebate = TaskRebate,
        /// Investment.
        Investment = Investment,
        /// Loans.
        Loan = Loan,
        /// Callers who say they are customer service.
        CustomerService = CustomerService,
        /// Callers who say they are police, prosecutors or courts.
        Impersonation = Impersonation,
        /// Romance.
        Romance = Romance,
        /// Health products and old-age care.
        HealthProducts = HealthProducts,
        /// Never giving out personal and bank data.
        PersonalInformation = PersonalInformation,
        /// The national anti-fraud app.
        App = App,
        /// Cases from nearby.
        Cases = Cases,
    }
}

words! {
    /// What the worker noticed.
    pub enum Noticed = record::Observation {
        /// Flustered.
        Flustered = Flustered,
        /// Evasive.
        Evasive = Evasive,
        /// Incoherent.
        Incoherent = Incoherent,
        /// On the telephone with a stranger while the worker was there.
        OnTheTelephone = OnTheTelephone,
        /// Money has been sent.
        MoneySent = MoneySent,
        /// Calm, and knows the trick.
        Aware = Aware,
    }
}

words! {
    /// The datum of a position.
    pub enum Datum = record::Datum {
        /// The satellites' own.
        Wgs84 = Wgs84,
        /// Chinese maps'.
        Gcj02 = Gcj02,
        /// Baidu's.
        Bd09 = Bd09,
        /// Not known.
        Unstated = Unstated,
    }
}

words! {
    /// What a record is.
    pub enum RecordKind = record::Kind {
        /// A node of the area tree.
        Area = Area,
        /// A person who works with Qiaomen.
        Person = Person,
        /// One door, and the people behind it.
        Household = Household,
        /// One visit, or one attempt at it.
        Visit = Visit,
        /// An alert about one person.
        FraudAlert = Alert,
        /// An alert's level goes up.
        Raise = Raise,
        /// Somebody took the alert.
        Receipt = Receipt,
        /// What was found is reported back.
        Feedback = Feedback,
        /// The person is out of danger.
        Clearance = Clearance,
        /// A clearance is taken back.
        Withdrawal = Withdrawal,
        /// The month is carried on.
        Extension = Extension,
        /// Somebody from elsewhere is sent.
        Sending = Sending,
        /// Somebody is offered the alert.
        HandOver = HandOver,
        /// An organisation with a person who answers for it.
        Organisation = Unit,
        /// A resident's pledge.
        Pledge = Pledge,
        /// A door leaves the count, or comes back into it.
        Consent = Consent,
        /// What a supervisor made of a record.
        Review = Review,
        /// Money went.
        MoneySent = MoneySent,
        /// A step of a stop-payment.
        StopPayment = StopPayment,
        /// Somebody looked at the alert.
        Seen = Seen,
        /// The alert was issued in error.
        Recall = Recall,
        /// Another alert joins this one.
        Join = Join,
        /// The person is in other hands.
        Transfer = Transfer,
        /// A worker finds the person out of danger.
        Proposal = Proposal,
        /// Something said about a case.
        Comment = Comment,
        /// An offer is taken back.
        TakeBack = TakeBack,
        /// A supervisor says whose the alert is.
        CustodyDecision = CustodyDecision,
        /// Where alerts of a level go first.
        Routing = Routing,
        /// Who answers for an area's alerts for a while.
        Duty = Duty,
        /// What is said at the door.
        Script = Script,
        /// A new trick, or something to remind people of.
        Reminder = Reminder,
        /// What only a supervisor can say about an alert.
        Question = Question,
        /// Where a worker says that they are.
        Whereabouts = Whereabouts,
        /// A stretch of a campaign.
        CampaignPhase = Phase,
        /// A town's own follow-up rules.
        Rulebook = Rulebook,
        /// What residents sign.
        PledgeText = PledgeText,
        /// Why a supervisor put a record right.
        Decision = Decision,
        /// A sample of people who sent money, to be called back.
        Draw = Draw,
        /// What somebody said who was called back.
        CallBack = CallBack,
    }
}

words! {
    /// A field of what a pasted message says.
    pub enum PastedField = message::Item {
        /// The name.
        Name = Name,
        /// The telephone.
        Telephone = Telephone,
        /// The level.
        Level = Level,
        /// The number on the issuer's platform.
        PlatformNumber = PlatformNumber,
        /// The address.
        Address = Address,
        /// When it was issued.
        Issued = Issued,
        /// When it reached the station.
        ReachedStation = ReachedStation,
        /// Who issued it.
        Issuer = Issuer,
        /// Where it came from.
        Origin = Origin,
        /// The kind of fraud.
        Kind = Kind,
    }
}
