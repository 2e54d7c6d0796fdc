//! Records of every kind, made from a seed.

use crate::record::word::Word;
use crate::record::*;

struct Dice(SeededRandom);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % limit
    }

    fn one<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| make(self))
    }

    fn text(&mut self) -> String {
        let letters = ["王", "李", "3", "12号", "a", "B", " x", "栋", "💡", "-"];
        (0..=self.below(6)).map(|_| letters[self.below(10) as usize]).collect::<String>() + "。"
    }

    fn word<T: Word>(&mut self, known: &[T]) -> T {
        match self.below(12) {
            0 => T::from_word("word_of_tomorrow"),
            at => known[at as usize % known.len()].clone(),
        }
    }

    fn set<T: Word>(&mut self, known: &[T]) -> std::collections::BTreeSet<T> {
        (0..self.below(4)).map(|_| self.word(known)).collect()
    }

    fn bytes(&mut self) -> [u8; 16] {
        random::bytes(&mut self.0)
    }

    fn time(&mut self) -> Time {
        super::time(self.below(1_000_000) as i64).plus_millis(self.below(1000) as i64)
    }

    fn position(&mut self) -> Position {
        Position {
            latitude: self.below(1_800_000_000) as i64 - 900_000_000,
            longitude: self.below(3_600_000_000) as i64 - 1_800_000_000,
            datum: self.word(Datum::KNOWN),
            accuracy: self.one(|dice| dice.below(5000) as i64),
        }
    }

    fn resident(&mut self) -> Resident {
        Resident {
            name: self.text(),
            telephones: (0..self.below(3)).map(|_| format!("138{:08}", self.below(100_000_000))).collect(),
            birth_year: self.one(|dice| 1900 + dice.below(120) as i64),
            tags: self.set(Tag::KNOWN),
            app_installed: self.one(|dice| dice.below(2) == 0),
            left_town: self.below(2) == 0,
            left_to: self.one(Self::text),
            left_contact: self.one(Self::text),
            removed: self.below(5) == 0,
        }
    }

    fn visit(&mut self) -> Visit {
        let started = self.time();
        let door = self.below(2) == 0;
        let outcome = self.word(Outcome::KNOWN);
        Visit {
            purpose: if door { Purpose::Door } else { Purpose::FollowUp },
            household: Some(HouseholdId::from_bytes(self.bytes())).filter(|_| door),
            alert: Some(AlertId::from_bytes(self.bytes())).filter(|_| !door),
            met_target: self.one(|_| false),
            outcome,
            met: (0..self.below(3)).map(|_| ResidentId::from_bytes(self.bytes())).collect(),
            met_others: self.one(Self::text),
            started,
            ended: started.plus_minutes(1 + self.below(60) as i64),
            position: self.one(Self::position),
            given: self.set(Given::KNOWN),
            explained: self.set(Explained::KNOWN),
            observations: self.set(Observation::KNOWN),
            note: self.one(Self::text),
            risk: self.one(|dice| dice.word(Risk::KNOWN)),
            next_step: self.one(Self::text),
            dissuasion: self.one(Self::dissuasion).map(Box::new),
            photos: self.one(Self::photos).map(Box::new),
        }
    }

    fn photos(&mut self) -> PhotoNote {
        PhotoNote {
            taken_with: Some(self.word(TakenWith::KNOWN)),
            taken_by: self.one(Self::text),
            kept_at: self.one(|dice| dice.word(KeptAt::KNOWN)),
            kept_as: self.one(Self::text),
        }
    }

    fn dissuasion(&mut self) -> Dissuasion {
        let recorded_with = self.one(|dice| dice.word(Recorder::KNOWN));
        Dissuasion {
            steps: self.set(Step::KNOWN),
            fraud: Some(self.word(FraudKind::KNOWN)),
            script: self.one(Self::text),
            deeply_taken_in: self.below(2) == 0,
            brought_in: self.set(BroughtIn::KNOWN),
            ways: self.set(Way::KNOWN),
            place: self.one(|dice| PlaceId::from_bytes(dice.bytes())),
            officers: self.one(Self::text),
            team: self.one(Self::text),
            courtesy: self.below(2) == 0,
            recorded_by: self.one(Self::text).filter(|_| recorded_with.is_some()),
            kept_at: self.one(|dice| dice.word(KeptAt::KNOWN)).filter(|_| recorded_with.is_some()),
            recorded_with,
            kept_as: self.one(Self::text),
            care: self.set(Care::KNOWN),
        }
    }

    fn fen(&mut self) -> Option<i64> {
        self.one(|dice| dice.below(100_000_000) as i64)
    }

    fn contact(&mut self) -> Contact {
        Contact { name: Some(self.text()), telephone: self.one(|_| "12000030000".to_owned()) }
    }

    fn pledge(&mut self, at: Time) -> Pledge {
        let point = |dice: &mut Self, millis| signature::Point {
            x: dice.below(40_000) as u32,
            y: dice.below(10_000) as u32,
            millis,
        };
        Pledge {
            household: HouseholdId::from_bytes(self.bytes()),
            resident: ResidentId::from_bytes(self.bytes()),
            template: self.text(),
            version: 1 + self.below(9) as i64,
            at,
            signature: self.one(|dice| {
                let strokes = [vec![point(dice, 0), point(dice, 16)], vec![point(dice, 300)]];
                Signature::of(&strokes).unwrap()
            }),
            proxy: self.one(|dice| Proxy { name: Some(dice.text()), relation: dice.one(Self::text) }),
            witness: self.one(Self::text),
            archive_number: self.one(Self::text),
            corrects: self.one(|dice| DocumentId::from_bytes(dice.bytes())),
            void: false,
            note: self.one(Self::text),
        }
    }

    fn alert(&mut self) -> Alert {
        let issued = self.time();
        Alert {
            name: self.text(),
            telephone: self.one(|_| "12000010000".to_owned()),
            household: self.one(|dice| HouseholdId::from_bytes(dice.bytes())),
            resident: self.one(|dice| ResidentId::from_bytes(dice.bytes())),
            outsider: self.below(6) == 0,
            area: AreaId::from_bytes(self.bytes()),
            places: (0..self.below(3))
                .map(|_| {
                    let place =
                        Place { label: self.text(), address: self.one(Self::text), position: self.one(Self::position) };
                    (PlaceId::from_bytes(self.bytes()), place)
                })
                .collect(),
            level: self.word(Level::KNOWN),
            issuer: self.text(),
            platform_number: self.one(Self::text),
            origin: self.word(Origin::KNOWN),
            issued,
            reached_station: self.one(|dice| issued.plus_minutes(dice.below(90) as i64)),
            passed_on: self.one(|dice| issued.plus_minutes(dice.below(90) as i64)),
            entered: issued.plus_minutes(3),
            playbook: "1".to_owned(),
            note: self.one(Self::text),
        }
    }
}

/// The record of this kind that belongs to `seed`. It holds together.
pub(crate) fn record(kind: &Kind, seed: u64) -> Record {
    let mut dice = Dice(SeededRandom::new(seed));
    let alert = AlertId::from_bytes(dice.bytes());
    let at = dice.time();
    match kind {
        Kind::Area => Area {
            name: dice.text(),
            level: dice.word(AreaLevel::KNOWN),
            parent: dice.one(|dice| AreaId::from_bytes(dice.bytes())),
            code: dice.one(Dice::text),
            telephone: dice.one(|_| "0371-12000000".to_owned()),
        }
        .into(),
        Kind::Person => Person {
            name: dice.text(),
            login: dice.one(|_| "wang.li".to_owned()),
            telephone: dice.one(|_| "12000020000".to_owned()),
            left: dice.below(4) == 0,
            assignments: (0..dice.below(3))
                .map(|_| {
                    let area = AreaId::from_bytes(dice.bytes());
                    let held = Assignment { role: dice.word(Role::KNOWN), area, ended: dice.below(2) == 0 };
                    (AssignmentId::from_bytes(dice.bytes()), held)
                })
                .collect(),
        }
        .into(),
        Kind::Household => Household {
            address: Address {
                building: Some(dice.text()),
                unit: dice.one(Dice::text),
                floor: dice.one(|dice| dice.below(30) as i64 - 2),
                room: dice.one(Dice::text),
                group: dice.one(Dice::text),
                number: dice.one(Dice::text),
            },
            door: dice.word(Door::KNOWN),
            note: dice.one(Dice::text),
            residents: (0..dice.below(4)).map(|_| (ResidentId::from_bytes(dice.bytes()), dice.resident())).collect(),
            grid: dice.one(|dice| AreaId::from_bytes(dice.bytes())),
            removed: dice.below(6) == 0,
            merged_into: dice.one(|dice| HouseholdId::from_bytes(dice.bytes())),
            counterparts: (0..dice.below(3))
                .map(|_| counterpart(ResidentId::from_bytes(dice.bytes()), ResidentId::from_bytes(dice.bytes())))
                .collect(),
        }
        .into(),
        Kind::Visit => dice.visit().into(),
        Kind::Alert => dice.alert().into(),
        Kind::Raise => Raise { alert, level: dice.word(Level::KNOWN), at, reason: dice.one(Dice::text) }.into(),
        Kind::Receipt => {
            let offer = dice.one(|dice| DocumentId::from_bytes(dice.bytes()));
            Receipt { alert, at, offer }.into()
        }
        Kind::Feedback => Feedback { alert, at, note: dice.one(Dice::text) }.into(),
        Kind::Clearance => Clearance { alert, at, reason: dice.one(Dice::text) }.into(),
        Kind::Withdrawal => {
            let clearance = DocumentId::from_bytes(dice.bytes());
            Withdrawal { alert, clearance, at, reason: dice.one(Dice::text) }.into()
        }
        Kind::Extension => {
            let until = at.plus_hours(24 * 30);
            Extension { alert, at, until, reason: dice.one(Dice::text) }.into()
        }
        Kind::Sending => {
            let person = PersonId::from_bytes(dice.bytes());
            Sending { alert, person, at, note: dice.one(Dice::text) }.into()
        }
        Kind::HandOver => {
            let to = PersonId::from_bytes(dice.bytes());
            HandOver { alert, to, at, note: dice.one(Dice::text) }.into()
        }
        Kind::MoneySent => MoneySent {
            alert,
            at,
            sent: dice.one(|dice| at.plus_minutes(-(dice.below(300) as i64))),
            fen: dice.fen(),
            to: dice.one(Dice::text),
            note: dice.one(Dice::text),
        }
        .into(),
        Kind::StopPayment => StopPayment {
            alert,
            step: dice.word(StopStep::KNOWN),
            at,
            fen: dice.fen(),
            institution: dice.one(Dice::text),
            note: dice.one(Dice::text),
        }
        .into(),
        Kind::Seen => Seen { alert, at }.into(),
        Kind::Recall => Recall { alert, at, reason: dice.one(Dice::text) }.into(),
        Kind::Join => Join {
            alert,
            other: AlertId::from_bytes(dice.bytes()),
            level: dice.word(Level::KNOWN),
            issued: dice.time(),
            at,
            into_other: dice.below(2) == 0,
        }
        .into(),
        Kind::Transfer => Transfer {
            alert,
            hands: dice.word(Hands::KNOWN),
            place: dice.one(Dice::text),
            accepted_by: Some(dice.text()),
            at,
            until: dice.one(|dice| at.plus_minutes(dice.below(9_000) as i64)),
            reason: dice.one(Dice::text),
        }
        .into(),
        Kind::Proposal => Proposal { alert, at, reason: dice.one(Dice::text) }.into(),
        Kind::Comment => Comment { alert, at, text: dice.text() }.into(),
        Kind::TakeBack => {
            let offer = DocumentId::from_bytes(dice.bytes());
            TakeBack { alert, offer, at, reason: dice.one(Dice::text) }.into()
        }
        Kind::CustodyDecision => {
            let owner = PersonId::from_bytes(dice.bytes());
            CustodyDecision { alert, owner, at, reason: dice.one(Dice::text) }.into()
        }
        Kind::Unit => Unit {
            name: dice.text(),
            sort: dice.word(UnitSort::KNOWN),
            address: dice.one(Dice::text),
            responsible: dice.one(Dice::contact),
            deputy: dice.one(Dice::contact),
            note: dice.one(Dice::text),
            grid: dice.one(|dice| AreaId::from_bytes(dice.bytes())),
            removed: dice.below(6) == 0,
        }
        .into(),
        Kind::Pledge => dice.pledge(at).into(),
        Kind::Consent => Consent {
            household: HouseholdId::from_bytes(dice.bytes()),
            out_of_count: dice.below(3) > 0,
            reason: Some(dice.word(&[Door::Vacant, Door::Demolished, Door::LongAbsent])),
            at,
            note: dice.one(Dice::text),
        }
        .into(),
        Kind::Review => {
            let heads = (0..=dice.below(2)).map(|_| random::bytes(&mut dice.0)).collect::<Vec<[u8; 32]>>();
            Review {
                of: DocumentId::from_bytes(dice.bytes()),
                heads: Heads::new(heads).unwrap(),
                state: dice.word(ReviewState::KNOWN),
                at,
                comment: dice.one(Dice::text),
            }
            .into()
        }
        Kind::Routing => {
            let deputy_minutes = 1 + dice.below(30) as i64;
            let head_minutes = deputy_minutes + dice.below(30) as i64;
            Routing {
                level: dice.word(Level::KNOWN),
                first: dice.word(FirstHands::KNOWN),
                deputy_minutes,
                head_minutes,
                telephone_minutes: head_minutes + dice.below(60) as i64,
            }
            .into()
        }
        Kind::Duty => Duty {
            area: AreaId::from_bytes(dice.bytes()),
            from: at,
            until: at.plus_hours(8 + dice.below(16) as i64),
            person: PersonId::from_bytes(dice.bytes()),
            deputy: dice.one(|dice| PersonId::from_bytes(dice.bytes())),
            cancelled: dice.below(5) == 0,
        }
        .into(),
        Kind::Script => Script {
            fraud: dice.word(FraudKind::KNOWN),
            language: dice.word(Language::KNOWN),
            title: dice.text(),
            body: dice.text(),
            retired: dice.below(5) == 0,
        }
        .into(),
        Kind::Reminder => Reminder {
            title: dice.text(),
            body: dice.text(),
            fraud: dice.one(|dice| dice.word(FraudKind::KNOWN)),
            at,
            until: dice.one(|dice| at.plus_hours(dice.below(900) as i64)),
            withdrawn: dice.below(5) == 0,
        }
        .into(),
        Kind::Question => Question {
            alert,
            what: dice.word(Asked::KNOWN),
            level: dice.one(|dice| dice.word(Level::KNOWN)),
            note: dice.one(Dice::text),
            at,
            answered: dice.one(|dice| at.plus_minutes(dice.below(9_000) as i64)),
            answer: dice.one(Dice::text),
        }
        .into(),
        Kind::Whereabouts => Whereabouts {
            at,
            position: dice.position(),
            until: dice.one(|dice| at.plus_minutes(dice.below(600) as i64)),
        }
        .into(),
        Kind::Phase => Phase {
            campaign: dice.text(),
            name: dice.text(),
            from: at,
            to: at.plus_hours(1 + dice.below(900) as i64),
            note: dice.one(Dice::text),
            cancelled: dice.below(5) == 0,
        }
        .into(),
        Kind::Rulebook => {
            let version = format!("town-{}", dice.below(900));
            let rules = format!("version = \"{version}\"\nfeedback_minutes = {}\n", 1 + dice.below(600));
            Rulebook { version, rules, from: at, reason: dice.one(Dice::text) }.into()
        }
        Kind::PledgeText => PledgeText {
            language: dice.word(Language::KNOWN),
            title: dice.text(),
            body: dice.text(),
            version: 1 + dice.below(9) as i64,
            from: at,
            retired: dice.below(5) == 0,
        }
        .into(),
        Kind::Decision => Decision {
            subject: DocumentId::from_bytes(dice.bytes()),
            about: dice.word(DecisionAbout::KNOWN),
            field: Some(dice.text()),
            other: Some(DocumentId::from_bytes(dice.bytes())),
            reason: dice.text(),
            at,
            moved_from: dice.one(|dice| AreaId::from_bytes(dice.bytes())),
            residents: (0..dice.below(3)).map(|_| ResidentId::from_bytes(dice.bytes())).collect(),
            filled: (0..dice.below(3)).map(|_| dice.text()).collect(),
        }
        .into(),
        Kind::Draw => {
            let chosen: std::collections::BTreeSet<_> =
                (0..dice.below(4)).map(|_| AlertId::from_bytes(dice.bytes())).collect();
            let count = 1 + chosen.len() as i64;
            Draw {
                at,
                seed: dice.text(),
                from: dice.one(|dice| at.plus_minutes(-(dice.below(9_000) as i64))),
                to: dice.one(|_| at),
                count,
                population: count + dice.below(90) as i64,
                population_hash: dice.bytes().map(|byte| format!("{byte:02x}")).concat().repeat(2),
                chosen,
            }
            .into()
        }
        Kind::CallBack => CallBack {
            alert,
            draw: DocumentId::from_bytes(dice.bytes()),
            at,
            outcome: CallOutcome::Reached,
            visited: dice.one(|dice| dice.word(Said::KNOWN)),
            explained: dice.one(|dice| dice.word(Said::KNOWN)),
            signed: dice.one(|dice| dice.word(Said::KNOWN)),
            app: dice.one(|dice| dice.word(Said::KNOWN)),
            met_in_time: dice.one(|dice| dice.word(Said::KNOWN)),
            satisfied: dice.one(|dice| 1 + dice.below(5) as i64),
            corrects: dice.one(|dice| DocumentId::from_bytes(dice.bytes())),
            note: dice.one(Dice::text),
        }
        .into(),
        Kind::Unknown(_) => panic!("no record of an unknown kind"),
    }
}
