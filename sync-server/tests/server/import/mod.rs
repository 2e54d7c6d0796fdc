//! Importing spreadsheets: plain files, files as they really look, what a second file changes, taking it back.

mod again;
mod freely;
mod messy;
mod plain;
