//! What is read of very many rows, and alerts by a part of their words.

use super::*;

impl Story<'_> {
    /// Writes a document with one row in each of these tables.
    pub(super) fn put(&mut self, id: DocumentId, kind: Kind, scope: Scope, rows: Vec<(&str, Vec<(&str, Cell)>)>) {
        let sequence = self.store.log().unwrap().size + 1;
        let mut change = self.change(id, sequence, Some(scope));
        change.first = change.first.map(|first| NewDocument { kind, ..first });
        let mut decision = self.decision();
        decision.accepted = vec![change];
        let row = |(table, cells): (&str, Vec<(&str, Cell)>)| {
            let table = table_named(table).unwrap();
            let cell = |name: &str| cells.iter().find(|(have, _)| *have == name).map(|(_, cell)| cell.clone());
            let cells = table.columns.iter().map(|column| cell(column.name).unwrap_or(Cell::Null)).collect();
            Row { table, part: table.parts.then_some([9; 16]), cells }
        };
        let rows: Vec<Row> = rows.into_iter().map(row).collect();
        let (rows, moved) = (rows.into(), None);
        decision.shown = vec![Shown { document: id, rows, updated: false, conflicts: 0, doubtful: false, moved }];
        self.append(&decision);
    }

    pub(super) fn cells(&mut self) {
        let text = |text: &str| Cell::Text(text.to_owned());
        let mut alerts = Vec::new();
        for (name, address) in [("王小明", "北街3号"), ("李四", "王府井"), ("赵%_", "南街")] {
            let id = DocumentId::fresh(NOW, &mut self.random);
            let scope = Scope::CaseFile(id.into());
            let rows = vec![("alert", vec![("name", text(name))]), ("place", vec![("address", text(address))])];
            self.put(id, Kind::Alert, scope, rows);
            alerts.push(AlertId::from(id));
        }
        let like = |text: &str, most: usize| {
            let mut found = self.store.alerts_like(text, most).unwrap();
            found.sort_unstable();
            found
        };
        let mut both = vec![alerts[0], alerts[1]];
        both.sort_unstable();
        assert_eq!(like("王", 9), both, "a name, or a place");
        assert_eq!(like("王", 1).len(), 1);
        assert_eq!(like("%_", 9), [alerts[2]], "no letter stands for others");
        assert_eq!(like("街3", 9), [alerts[0]]);

        let mut seen = Vec::new();
        let each = &mut |row: &CellRow, cells: &[Cell]| {
            assert_eq!((row.author, row.role.clone(), row.arrival), (self.device.person, Role::GridWorker, NOW));
            assert_eq!(row.scope, Scope::CaseFile(row.document.into()));
            seen.push((AlertId::from(row.document), row.part, cells.to_vec()));
            Ok(())
        };
        self.store.walk_cells("alert", &["number_is_not_one"], each).unwrap_err();
        self.store.walk_cells("no_table", &[], each).unwrap_err();
        self.store.walk_cells("alert", &["level", "name"], each).unwrap();
        seen.sort_unstable_by_key(|(alert, _, _)| alerts.iter().position(|have| have == alert));
        let whole: Vec<_> = ["王小明", "李四", "赵%_"].map(|name| vec![Cell::Null, text(name)]).into_iter().collect();
        assert_eq!(
            seen.iter().map(|(_, part, cells)| (*part, cells.clone())).collect::<Vec<_>>(),
            whole.into_iter().map(|cells| (None, cells)).collect::<Vec<_>>()
        );
        let mut parts = 0;
        self.store
            .walk_cells("place", &[], &mut |row, cells| {
                parts += usize::from(row.part == Some([9; 16]) && cells.is_empty());
                Ok(())
            })
            .unwrap();
        assert_eq!(parts, 3);
        // What the reader does not want any more ends it.
        let stop = &mut |_: &CellRow, _: &[Cell]| Err(StoreError::Busy);
        assert!(matches!(self.store.walk_cells("alert", &["name"], stop), Err(StoreError::Busy)));
    }
}
