//! Figures: medians of several runs, for people as a table, for programs one line each.
//!
//! Floor: tests. Invariants: a line for programs is `figure NAME VALUE UNIT`, with a name that never changes
//! its meaning; nothing here judges a figure.

#![expect(clippy::print_stdout, reason = "printing figures is what this is for")]

/// What was measured, once a run.
#[derive(Clone, Debug, Default)]
pub struct Runs(Vec<f64>);

impl Runs {
    /// One run more.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The median; zero where nothing was measured.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The least and the greatest.
    #[must_use]
    pub fn span(&self) -> (f64, f64) {
        (self.quantile(0.0), self.quantile(1.0))
    }

    fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1) as f64;
        let (low, high) = ((last * share).floor(), (last * share).ceil());
        let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(0.0);
        f64::midpoint(at(low), at(high))
    }
}

impl FromIterator<f64> for Runs {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

struct Row {
    name: String,
    unit: &'static str,
    median: f64,
    span: Option<(f64, f64)>,
    says: &'static str,
}

/// The figures of one benchmark.
pub struct Table {
    title: String,
    rows: Vec<Row>,
}

impl Table {
    /// No figures yet.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: Vec::new() }
    }

    /// The median of `runs` as a figure; `says` tells people what it is.
    pub fn runs(&mut self, name: impl Into<String>, runs: &Runs, unit: &'static str, says: &'static str) {
        self.rows.push(Row { name: name.into(), unit, median: runs.median(), span: Some(runs.span()), says });
    }

    /// A figure that is counted, not timed.
    pub fn count(&mut self, name: impl Into<String>, value: f64, unit: &'static str, says: &'static str) {
        self.rows.push(Row { name: name.into(), unit, median: value, span: None, says });
    }

    /// Prints the table, then the lines for programs.
    pub fn print(&self) {
        println!("\n{}", self.title);
        let wide = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
        for row in &self.rows {
            let span = row.span.map(|(least, most)| format!("{} … {}", shown(least), shown(most))).unwrap_or_default();
            println!("  {:wide$}  {:>12} {:8} {span:24} {}", row.name, shown(row.median), row.unit, row.says);
        }
        println!();
        for row in &self.rows {
            println!("figure {} {} {}", row.name, shown(row.median), row.unit);
        }
    }
}

/// A number with the digits that mean something.
fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 || (value.fract() == 0.0 && size >= 1.0) => format!("{value:.0}"),
        size if size >= 100.0 => format!("{value:.1}"),
        size if size >= 10.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        let median = |values: &[f64]| values.iter().copied().collect::<Runs>().median();
        assert_eq!(median(&[3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]).to_bits(), 2.5_f64.to_bits());
        assert_eq!(median(&[]).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn digits() {
        assert_eq!(shown(12_345.6), "12346");
        assert_eq!(shown(0.123_45), "0.123");
        assert_eq!(shown(5.0), "5");
        assert_eq!(shown(29.55), "29.55");
    }
}
