//! Importing spreadsheets: plain files, files as they really look, what a second file changes, taking it back.

pub mod again;
mod corrected;
mod freely;
mod messy;
mod plain;
