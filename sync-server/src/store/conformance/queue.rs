//! The queue of what supervisors review.

use super::*;

impl Story<'_> {
    pub(super) fn queue(&mut self) {
        let scopes = [(); 2].map(|()| Scope::Grid(AreaId::fresh(NOW, &mut self.random)));
        let [door, one, two, pledge, elsewhere] = [(); 5].map(|()| DocumentId::fresh(NOW, &mut self.random));
        let blob = |id: DocumentId| Cell::Blob(id.bytes().to_vec());
        let text = |text: &str| Cell::Text(text.to_owned());
        let visit = |hours: i64| {
            let ended = Cell::Integer(NOW.plus_hours(hours).millis());
            vec![("household", blob(door)), ("purpose", text("door")), ("outcome", text("met")), ("ended", ended)]
        };
        self.put(one, Kind::Visit, scopes[0], vec![("visit", visit(-1))]);
        self.put(two, Kind::Visit, scopes[0], vec![("visit", visit(-50))]);
        let signed = vec![("household", blob(door)), ("at", Cell::Integer(NOW.millis()))];
        self.put(pledge, Kind::Pledge, scopes[0], vec![("pledge", signed)]);
        self.put(elsewhere, Kind::Visit, scopes[1], vec![("visit", visit(0))]);
        let store = self.store;
        let all = QueueWanted { scopes: scopes[..1].to_vec(), take: 9, ..QueueWanted::default() };
        let read = |wanted: QueueWanted| -> Vec<DocumentId> {
            store.queue(&wanted).unwrap().into_iter().map(|row| row.document.id).collect()
        };
        let of = |state| QueueWanted { state: Some(state), ..all.clone() };
        assert_eq!(read(all.clone()), [pledge, two, one], "the newest first, and of those scopes alone");
        assert!(read(QueueWanted { scopes: Vec::new(), ..all.clone() }).is_empty());
        assert_eq!(read(QueueWanted { skip: 1, take: 1, ..all.clone() }), [two]);
        assert_eq!(read(QueueWanted { kind: Some(Kind::Pledge), ..all.clone() }), [pledge]);
        assert_eq!(read(QueueWanted { late_minutes: Some(120), ..all.clone() }), [two]);
        assert_eq!(read(QueueWanted { happened: (Some(NOW.plus_hours(-2)), Some(NOW)), ..all.clone() }), [one]);
        assert!(read(QueueWanted { arrived: (None, Some(NOW)), ..all.clone() }).is_empty());
        assert!(read(QueueWanted { doubtful: true, ..all.clone() }).is_empty());
        assert_eq!(read(QueueWanted { author: Some(self.device.person), ..all.clone() }).len(), 3);
        let middle = store.document(two).unwrap().unwrap().acceptance;
        assert_eq!(read(QueueWanted { from: QueueFrom::Below(middle), ..all.clone() }), [one]);
        assert_eq!(read(QueueWanted { from: QueueFrom::Above(middle), ..all.clone() }), [pledge]);

        for (number, (of, state)) in
            [(one, "has_issues"), (two, "has_issues"), (two, "approved"), (pledge, "rejected")].into_iter().enumerate()
        {
            let id = DocumentId::fresh(NOW.plus_millis(number as i64), &mut self.random);
            let cells = vec![("of", blob(of)), ("state", text(state)), ("at", Cell::Integer(NOW.millis()))];
            self.put(id, Kind::Review, scopes[0], vec![("review", cells)]);
        }
        let states = || QueueState::ALL.map(|state| read(of(state)));
        assert_eq!(states(), [vec![], vec![one], vec![], vec![two], vec![pledge]], "the last accepted counts");
        let row = store.queue(&of(QueueState::HasIssues)).unwrap().remove(0);
        assert_eq!((row.state, row.moved_on), (QueueState::HasIssues, false));
        assert_eq!(row.reviewed, Some((self.device.person, NOW)));
        assert_eq!(row.household.map(DocumentId::from), Some(door));

        // Somebody puts both right.
        for id in [one, pledge, two] {
            let sequence = store.log().unwrap().size + 1;
            let mut decision = self.decision();
            decision.accepted = vec![self.change(id, sequence, None)];
            self.append(&decision);
        }
        assert_eq!(states(), [vec![], vec![], vec![pledge, one], vec![two], vec![]]);
        assert!(store.queue(&of(QueueState::Approved)).unwrap()[0].moved_on);
        assert_eq!(read(QueueWanted { take: 9, ..all }), [pledge, two, one]);
    }
}
