//! The accessibility check: axe-core in the page.
//!
//! `tests/run` lays the script at `target/tools/axe.min.js`. It is run through the DevTools protocol, which no content
//! policy of the page keeps out.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::driver::missing;
use super::picture::target;
use super::session::Browser;

static SCRIPT: LazyLock<Option<String>> =
    LazyLock::new(|| std::fs::read_to_string(target().join("tools/axe.min.js")).ok());

/// Everything axe knows of WCAG to level AA, and what it calls best practice. `preload` would ask for stylesheets again.
const RUN: &str = "axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
    preload: false,
}).then(found => found.violations.map(one => ({
    rule: one.id,
    impact: one.impact,
    help: one.help,
    nodes: one.nodes.map(node => ({ target: node.target.flat().join(' '), html: node.html, why: node.failureSummary })),
})))";

/// What another colour scheme can break.
const CONTRAST: &str = "axe.run(document, { runOnly: ['color-contrast'], resultTypes: ['violations'], preload: false })
    .then(found => found.violations.map(one => ({
        rule: one.id,
        impact: one.impact,
        help: one.help,
        nodes: one.nodes.map(node => ({ target: node.target.flat().join(' '), html: node.html, why: node.failureSummary })),
    })))";

/// How bad something is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    Minor,
    Moderate,
    Serious,
    Critical,
}

/// A rule that a page breaks.
#[derive(Clone, Debug, Deserialize)]
pub struct Violation {
    pub rule: String,
    pub impact: Option<Impact>,
    pub help: String,
    pub nodes: Vec<Node>,
}

/// Where it breaks it.
#[derive(Clone, Debug, Deserialize)]
pub struct Node {
    pub target: String,
    pub html: String,
    pub why: Option<String>,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "{} ({:?}): {}", self.rule, self.impact, self.help)?;
        for node in self.nodes.iter().take(5) {
            let html: String = node.html.chars().take(200).collect();
            let why = node.why.as_deref().unwrap_or_default().replace('\n', " ");
            writeln!(out, "    {}  {html}\n        {why}", node.target)?;
        }
        match self.nodes.len().saturating_sub(5) {
            0 => Ok(()),
            more => writeln!(out, "    and {more} more"),
        }
    }
}

impl Browser {
    /// What axe finds on the page as it stands; of a dark one, which was looked at light, only what colours do.
    pub fn axe(&self) -> Vec<Violation> {
        let Some(script) = SCRIPT.as_deref() else {
            missing("target/tools/axe.min.js", "./tests/run tools");
            return Vec::new();
        };
        self.evaluate(&format!("{script}; 0"));
        let run = if self.view().dark { CONTRAST } else { RUN };
        serde_json::from_value(self.evaluate(run)).unwrap()
    }

    /// Fails where axe finds something serious or critical; what is less is told.
    pub fn assert_accessible(&self) {
        let (grave, slight): (Vec<_>, Vec<_>) =
            self.axe().into_iter().partition(|found| found.impact >= Some(Impact::Serious));
        for found in slight {
            println!("axe at {}: {found}", self.url());
        }
        let grave: String = grave.iter().map(ToString::to_string).collect();
        assert!(grave.is_empty(), "axe at {} ({:?}):\n{grave}", self.url(), self.view());
    }

    /// Runs an expression in the page, past its content policy, and waits for what it promises.
    fn evaluate(&self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.cdp("Runtime.evaluate", asked);
        assert!(answer.get("exceptionDetails").is_none(), "{:#}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }
}
