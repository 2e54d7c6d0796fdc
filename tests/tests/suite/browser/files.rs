//! What a page gives to keep: downloads, and the spreadsheets among them.

use std::path::{Path, PathBuf};

use calamine::{Data, Reader, open_workbook_auto};

use super::session::Browser;

impl Browser {
    /// Waits for a file whose name ends so, takes it out of the downloads under a name of its own, and says where it is.
    pub fn downloaded(&self, ending: &str) -> PathBuf {
        let there = || {
            let files = std::fs::read_dir(self.downloads()).unwrap().map(|file| file.unwrap().path());
            let mut ended = files.filter(|file| file.to_string_lossy().ends_with(ending));
            // Chromium writes under another name until all is there.
            ended.next()
        };
        self.wait_until(&format!("a download {ending}"), || there().is_some());
        let file = there().unwrap();
        let kept = self.folder().join("kept");
        std::fs::create_dir_all(&kept).unwrap();
        let number = std::fs::read_dir(&kept).unwrap().count();
        let to = kept.join(format!("{number}-{}", file.file_name().unwrap().to_string_lossy()));
        std::fs::rename(file, &to).unwrap();
        to
    }
}

/// The first sheet of a workbook, cell by cell, as text. A formula shows as its value, which for none is nothing.
pub fn sheet(file: &Path) -> Vec<Vec<String>> {
    let mut book = open_workbook_auto(file).unwrap();
    let cells = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: &Data| cell.to_string();
    cells.rows().map(|row| row.iter().map(text).collect()).collect()
}

/// How many formulas the first sheet of a workbook has.
pub fn formulas(file: &Path) -> usize {
    let mut book = open_workbook_auto(file).unwrap();
    let name = book.sheet_names().remove(0);
    book.worksheet_formula(&name)
        .map_or(0, |formulas| formulas.used_cells().filter(|(_, _, it)| !it.is_empty()).count())
}
