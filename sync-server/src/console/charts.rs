//! Charts as SVG: lines over time, bars, a map-like picture of grids.
//!
//! Floor: console; pure. Invariants: colours are classes of the stylesheet, so that charts follow light and dark; what a
//! chart says also stands in a table beside it.

use std::fmt::Write as _;

/// A line of a chart.
pub(super) struct Series<'a> {
    /// Its class: `s1` to `s4`.
    pub(super) class: &'a str,
    /// Its values, one a step, each a share of `most`.
    pub(super) values: &'a [f64],
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 40.0;
const BOTTOM: f64 = 24.0;
const TOP: f64 = 8.0;
const RIGHT: f64 = 8.0;

/// Lines over time. `labels` stand below, as many as fit; `most` is the value at the top.
pub(super) fn lines(series: &[Series<'_>], labels: &[String], most: f64, unit: &str) -> String {
    let mut svg =
        format!("<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"presentation\" aria-hidden=\"true\">");
    let (wide, high) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let most = if most > 0.0 { most } else { 1.0 };
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        let y = TOP + high * (1.0 - share);
        // Writing into a String cannot fail.
        let _ = write!(
            svg,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{:.0}{unit}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            most * share
        );
    }
    let steps = labels.len().max(2) - 1;
    let every = labels.len().div_ceil(6).max(1);
    for (at, label) in labels.iter().enumerate().step_by(every) {
        let x = LEFT + wide * at as f64 / steps as f64;
        let anchor = match at {
            0 => "start",
            at if at == steps => "end",
            _ => "middle",
        };
        let _ = write!(
            svg,
            "<text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            HEIGHT - 6.0,
            escaped(label)
        );
    }
    for Series { class, values } in series {
        let points: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(at, value)| {
                let x = LEFT + wide * at as f64 / steps as f64;
                let y = TOP + high * (1.0 - (value / most).clamp(0.0, 1.0));
                format!("{x:.1},{y:.1}")
            })
            .collect();
        let _ = write!(svg, "<polyline class=\"line {class}\" points=\"{}\"/>", points.join(" "));
        if let Some(last) = points.last().and_then(|point| point.split_once(',')) {
            let _ = write!(svg, "<circle class=\"dot {class}\" cx=\"{}\" cy=\"{}\" r=\"3\"/>", last.0, last.1);
        }
    }
    svg.push_str("</svg>");
    svg
}

/// What may stand in SVG.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
