//! A record of any kind, as a shell sees it.
//!
//! Floor: mirror. Invariant: every kind of the core's has its place here (a match without a rest proves it).

use qiaomen_core::record::{Invalid, Record};

use super::alerts::{Clearance, Extension, Feedback, FraudAlert, HandOver, Raise, Receipt, Sending, Withdrawal};
use super::doors::{Area, Consent, Household, Organisation, Person, Pledge};
use super::handling::{
    CallBack, Comment, CustodyDecision, Draw, Join, MoneySent, Proposal, Recall, Seen, StopPayment, TakeBack, Transfer,
};
use super::town::{
    CampaignPhase, Decision, Duty, PledgeText, Question, Reminder, Review, Routing, Rulebook, Script, Whereabouts,
};
use super::visits::Visit;
use super::{Back, Show};

macro_rules! any {
    ($($(#[$meta:meta])* $variant:ident = $mirror:ident, $kind:ident;)+) => {
        /// A record of any kind.
        #[expect(clippy::large_enum_variant, reason = "no box crosses the border")]
        #[derive(Clone, Debug, PartialEq, uniffi::Enum)]
        pub enum AnyRecord {
            $($(#[$meta])* $variant {
                /// The record.
                record: $mirror,
            },)+
        }

        impl Show<AnyRecord> for Record {
            fn show(self) -> AnyRecord {
                match self { $(Self::$kind(record) => AnyRecord::$variant { record: record.show() },)+ }
            }
        }

        impl Back<Record> for AnyRecord {
            fn back(self) -> Result<Record, Invalid> {
                match self { $(Self::$variant { record } => record.back().map(Record::$kind),)+ }
            }
        }

        impl AnyRecord {
            /// The fields that the mirror of a kind has.
            #[cfg(test)]
            pub(crate) fn fields(kind: &qiaomen_core::record::Kind) -> &'static [&'static str] {
                match kind {
                    $(qiaomen_core::record::Kind::$kind => <$mirror as super::Mirrored>::FIELDS,)+
                    qiaomen_core::record::Kind::Unknown(_) => &[],
                }
            }
        }
    };
}

// No variant is called as what it holds: in Kotlin its name would stand for itself inside.
any! {
    /// A node of the area tree.
    OfArea = Area, Area;
    /// A person who works with Qiaomen.
    OfPerson = Person, Person;
    /// One door, and the people behind it.
    OfHousehold = Household, Household;
    /// One visit, or one attempt at it.
    OfVisit = Visit, Visit;
    /// An alert about one person.
    OfFraudAlert = FraudAlert, Alert;
    /// An alert's level goes up.
    OfRaise = Raise, Raise;
    /// Somebody took the alert.
    OfReceipt = Receipt, Receipt;
    /// What was found is reported back.
    OfFeedback = Feedback, Feedback;
    /// The person is out of danger.
    OfClearance = Clearance, Clearance;
    /// A clearance is taken back.
    OfWithdrawal = Withdrawal, Withdrawal;
    /// The month is carried on.
    OfExtension = Extension, Extension;
    /// Somebody from elsewhere is sent.
    OfSending = Sending, Sending;
    /// Somebody is offered the alert.
    OfHandOver = HandOver, HandOver;
    /// An organisation with a person who answers for it.
    OfOrganisation = Organisation, Unit;
    /// A resident's pledge.
    OfPledge = Pledge, Pledge;
    /// A door leaves the count, or comes back into it.
    OfConsent = Consent, Consent;
    /// What a supervisor made of a record.
    OfReview = Review, Review;
    /// Money went.
    OfMoneySent = MoneySent, MoneySent;
    /// A step of a stop-payment.
    OfStopPayment = StopPayment, StopPayment;
    /// Somebody looked at the alert.
    OfSeen = Seen, Seen;
    /// The alert was issued in error.
    OfRecall = Recall, Recall;
    /// Another alert joins this one.
    OfJoin = Join, Join;
    /// The person is in other hands.
    OfTransfer = Transfer, Transfer;
    /// A worker finds the person out of danger.
    OfProposal = Proposal, Proposal;
    /// Something said about a case.
    OfComment = Comment, Comment;
    /// An offer is taken back.
    OfTakeBack = TakeBack, TakeBack;
    /// A supervisor says whose the alert is.
    OfCustodyDecision = CustodyDecision, CustodyDecision;
    /// Where alerts of a level go first.
    OfRouting = Routing, Routing;
    /// Who answers for an area's alerts for a while.
    OfDuty = Duty, Duty;
    /// What is said at the door.
    OfScript = Script, Script;
    /// A new trick, or something to remind people of.
    OfReminder = Reminder, Reminder;
    /// What only a supervisor can say about an alert.
    OfQuestion = Question, Question;
    /// Where a worker says that they are.
    OfWhereabouts = Whereabouts, Whereabouts;
    /// A stretch of a campaign.
    OfCampaignPhase = CampaignPhase, Phase;
    /// A town's own follow-up rules.
    OfRulebook = Rulebook, Rulebook;
    /// What residents sign.
    OfPledgeText = PledgeText, PledgeText;
    /// Why a supervisor put a record right.
    OfDecision = Decision, Decision;
    /// A sample of people who sent money, to be called back.
    OfDraw = Draw, Draw;
    /// What somebody said who was called back.
    OfCallBack = CallBack, CallBack;
}
