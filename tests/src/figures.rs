//! Figures: medians of several runs, for people as a table, for programs one line each.
//!
//! Floor: tests. Invariants: a line for programs is `figure NAME VALUE UNIT`, with a name that never changes
//! its meaning; an aim is shown beside its figure, and nothing fails for missing one.

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

/// What a figure is to be at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// The figure's name.
    pub name: &'static str,
    /// What it is to be at most.
    pub most: f64,
    /// What it would better be.
    pub stretch: Option<f64>,
}

const fn aim(name: &'static str, most: f64) -> Aim {
    Aim { name, most, stretch: None }
}

/// Every aim. They are shown beside their figures, and nothing fails for missing one.
pub const AIMS: &[Aim] = &[
    aim("upload.us_per_record", 30.0),
    aim("upload.bytes_per_record", 150.0),
    aim("upload.ratio_to_json", 1.3),
    aim("upload.requests", 5.0),
    Aim { stretch: Some(45.0), ..aim("download.us_per_record", 80.0) },
    aim("delta_up.ms", 15.0),
    aim("delta_up.requests", 1.0),
    aim("delta_down.ms", 20.0),
    aim("delta_down.requests", 1.0),
    aim("idle.bytes", 400.0),
    aim("idle.requests", 1.0),
    aim("phone.bytes_10000", 10_000_000.0),
    aim("due.ms_10000", 20.0),
    aim("due.list_ms_10000", 20.0),
    aim("alert.ms_to_phone", 1_000.0),
    aim("alert.ms_to_phone_300", 1_000.0),
    aim("today.ms", 50.0),
    aim("console.page_ms_worst", 200.0),
    aim("save.above_bare_us", 1_000.0),
    aim("upload.growth_100000", 1.2),
    aim("download.growth_100000", 1.2),
];

impl Aim {
    /// The aim of the figure with this name, if it has one.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        AIMS.iter().find(|aim| aim.name == name).copied()
    }

    /// How `value` stands to it.
    #[must_use]
    pub fn judge(&self, value: f64) -> String {
        let most = format!("aim ≤ {}", shown(self.most));
        let stretch = self.stretch.map(|stretch| format!(", better ≤ {}", shown(stretch))).unwrap_or_default();
        let met = match self.stretch {
            _ if value > self.most => "NOT MET",
            Some(stretch) if value > stretch => "met, not the better one",
            _ => "met",
        };
        format!("{most}{stretch}: {met}")
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
            let aim = Aim::of(&row.name).map(|aim| format!("  [{}]", aim.judge(row.median))).unwrap_or_default();
            println!("  {:wide$}  {:>12} {:8} {span:24} {}{aim}", row.name, shown(row.median), row.unit, row.says);
        }
        println!();
        for row in &self.rows {
            println!("figure {} {} {}", row.name, shown(row.median), row.unit);
        }
    }

    /// The figures that have an aim.
    pub fn aimed(&self) -> impl Iterator<Item = (Aim, f64)> {
        self.rows.iter().filter_map(|row| Some((Aim::of(&row.name)?, row.median)))
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
    fn aims_are_judged() {
        let aim = Aim::of("download.us_per_record").unwrap();
        assert_eq!(aim.judge(31.0), "aim ≤ 80, better ≤ 45: met");
        assert_eq!(aim.judge(50.0), "aim ≤ 80, better ≤ 45: met, not the better one");
        assert_eq!(aim.judge(80.1), "aim ≤ 80, better ≤ 45: NOT MET");
        assert_eq!(Aim::of("upload.requests").unwrap().judge(5.0), "aim ≤ 5: met");
        assert_eq!(Aim::of("none"), None);
    }

    #[test]
    fn digits() {
        assert_eq!(shown(12_345.6), "12346");
        assert_eq!(shown(0.123_45), "0.123");
        assert_eq!(shown(5.0), "5");
        assert_eq!(shown(29.55), "29.55");
    }
}
