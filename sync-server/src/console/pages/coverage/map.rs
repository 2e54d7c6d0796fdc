//! A map-like picture of grids, as SVG: each grid is the part of the ground that lies nearest to the middle of what was
//! recorded there.
//!
//! Floor: console; pure. Invariants: colours are classes of the stylesheet; nothing but its arguments is drawn; grids that
//! lie so near to each other that nobody could tell them apart are moved apart, which is why it is map-like and no map;
//! what it says also stands in the table beside it.

use std::fmt::Write as _;

use crate::console::charts::escaped;

/// A grid on the map.
pub(super) struct Site<'a> {
    /// Where it leads.
    pub(super) href: &'a str,
    /// What it is called by itself.
    pub(super) name: &'a str,
    /// What it is called in full.
    pub(super) path: &'a str,
    /// Its village.
    pub(super) village: &'a str,
    /// How far it is, as a share; none where nothing is counted.
    pub(super) share: Option<f64>,
    /// How many doors are counted.
    pub(super) doors: u64,
    /// Longitude and latitude, times ten million.
    pub(super) at: (i64, i64),
}

type At = (f64, f64);

/// A corner, and what the edge that begins there borders on; none for the outside.
type Corner = (At, Option<usize>);

const WIDTH: f64 = 720.0;
const MOST_HIGH: f64 = 520.0;
const MARGIN: f64 = 14.0;
/// How many corners a cell has that borders on nothing.
const CORNERS: usize = 40;
/// How often grids are moved apart.
const ROUNDS: usize = 80;
/// Above how many grids only villages are named.
const MANY: usize = 36;

fn minus((ax, ay): At, (bx, by): At) -> At {
    (ax - bx, ay - by)
}

fn far(one: At, other: At) -> f64 {
    let (x, y) = minus(one, other);
    x.hypot(y)
}

/// Where sites lie in the plane, with how far apart neighbours are.
fn plane(sites: &[Site<'_>]) -> (Vec<At>, f64) {
    let middle = sites.iter().map(|site| site.at.1 as f64).sum::<f64>() / sites.len().max(1) as f64;
    let narrow = (middle / 1e7).to_radians().cos().max(0.05);
    let mut at: Vec<At> = sites.iter().map(|site| (site.at.0 as f64 * narrow, -(site.at.1 as f64))).collect();
    let nearest = |at: &[At]| -> Vec<f64> {
        let to = |one: usize| {
            let others = at.iter().enumerate().filter(|(other, _)| *other != one);
            others.map(|(_, place)| far(at[one], *place)).fold(f64::INFINITY, f64::min)
        };
        (0..at.len()).map(to).filter(|far| far.is_finite()).collect()
    };
    let mut gaps = nearest(&at);
    gaps.sort_by(f64::total_cmp);
    // The upper third: a few that lie on top of each other do not make all the others large.
    let gap = gaps.get(gaps.len() * 2 / 3).copied().filter(|gap| *gap > 0.0).unwrap_or(1.0);
    for round in 0..ROUNDS {
        let mut moved = false;
        for one in 0..at.len() {
            for other in one + 1..at.len() {
                let (x, y) = minus(at[other], at[one]);
                let length = x.hypot(y);
                let lacking = gap * 0.8 - length;
                if lacking <= gap * 0.01 {
                    continue;
                }
                moved = true;
                // Those on one spot part along a direction of their own.
                let (x, y) = if length > gap * 1e-6 {
                    (x / length, y / length)
                } else {
                    let turn = (one * 7 + other * 13 + round) as f64 * 2.4;
                    (turn.cos(), turn.sin())
                };
                let half = lacking / 2.0;
                at[one] = (at[one].0 - x * half, at[one].1 - y * half);
                at[other] = (at[other].0 + x * half, at[other].1 + y * half);
            }
        }
        if !moved {
            break;
        }
    }
    (at, gap)
}

/// What is left of a cell on its own side of the line half way to a neighbour.
fn clipped(cell: &[Corner], own: At, other: At, neighbour: usize) -> Vec<Corner> {
    let side = |at: At| far(at, other).powi(2) - far(at, own).powi(2);
    let mut left = Vec::with_capacity(cell.len() + 2);
    for (at, (corner, borders)) in cell.iter().enumerate() {
        let (next, _) = cell[(at + 1) % cell.len()];
        let (here, there) = (side(*corner), side(next));
        let crossing = || {
            let part = here / (here - there);
            (corner.0 + (next.0 - corner.0) * part, corner.1 + (next.1 - corner.1) * part)
        };
        match (here >= 0.0, there >= 0.0) {
            (true, true) => left.push((*corner, *borders)),
            (true, false) => {
                left.push((*corner, *borders));
                left.push((crossing(), Some(neighbour)));
            }
            (false, true) => left.push((crossing(), *borders)),
            (false, false) => {}
        }
    }
    left
}

fn cells(at: &[At], gap: f64) -> Vec<Vec<Corner>> {
    let reach = gap * 0.82;
    let cell = |own: usize| {
        let corner = |step: usize| {
            let turn = step as f64 / CORNERS as f64 * std::f64::consts::TAU;
            ((at[own].0 + reach * turn.cos(), at[own].1 + reach * turn.sin()), None)
        };
        let mut cell: Vec<Corner> = (0..CORNERS).map(corner).collect();
        for (other, place) in at.iter().enumerate() {
            if other != own && far(at[own], *place) < reach * 2.0 && !cell.is_empty() {
                cell = clipped(&cell, at[own], *place, other);
            }
        }
        cell
    };
    (0..at.len()).map(cell).collect()
}

/// The classes of shares, with what each stands for.
pub(super) const CLASSES: [(&str, &str); 6] =
    [("c0", "0–19%"), ("c1", "20–39%"), ("c2", "40–59%"), ("c3", "60–79%"), ("c4", "80–99%"), ("c5", "100%")];

/// The class of a share: one of six.
pub(super) fn class(share: Option<f64>) -> &'static str {
    match share {
        None => "none",
        Some(share) if share >= 1.0 => "c5",
        Some(share) if share >= 0.8 => "c4",
        Some(share) if share >= 0.6 => "c3",
        Some(share) if share >= 0.4 => "c2",
        Some(share) if share >= 0.2 => "c1",
        Some(_) => "c0",
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "—".to_owned(), |share| format!("{}%", (share * 100.0).floor()))
}

/// At most so many characters, as wide as they are shown.
fn short(name: &str, wide: f64) -> String {
    let mut room = wide;
    let mut kept = String::new();
    for letter in name.chars() {
        room -= if letter.is_ascii() { 0.55 } else { 1.0 };
        if room < 0.0 {
            kept.push('…');
            break;
        }
        kept.push(letter);
    }
    kept
}

/// The picture.
pub(super) fn map(sites: &[Site<'_>]) -> String {
    let (at, gap) = plane(sites);
    let cells = cells(&at, gap);
    let corners = || cells.iter().flatten().map(|(at, _)| *at);
    let (left, right) = corners().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, r), (x, _)| (l.min(x), r.max(x)));
    let (top, bottom) = corners().fold((f64::INFINITY, f64::NEG_INFINITY), |(t, b), (_, y)| (t.min(y), b.max(y)));
    let (wide, high) = ((right - left).max(1e-9), (bottom - top).max(1e-9));
    let scale = ((WIDTH - 2.0 * MARGIN) / wide).min((MOST_HIGH - 2.0 * MARGIN) / high).min(130.0 / gap);
    let height = high * scale + 2.0 * MARGIN;
    let shift = (WIDTH - wide * scale) / 2.0;
    let shown = |(x, y): At| ((x - left) * scale + shift, (y - top) * scale + MARGIN);
    let size = gap * scale;
    let mut svg = format!("<svg class=\"map\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"group\">");
    let mut borders = String::new();
    let mut labels = String::new();
    for (own, (site, cell)) in sites.iter().zip(&cells).enumerate() {
        let points: Vec<String> = cell
            .iter()
            .map(|(at, _)| {
                let (x, y) = shown(*at);
                format!("{x:.1},{y:.1}")
            })
            .collect();
        let class = class(site.share);
        // Writing into a String cannot fail.
        let _ = write!(
            svg,
            "<a href=\"{}\"><title>{} · {} · {}</title><polygon class=\"area {class}\" points=\"{}\"/></a>",
            escaped(site.href),
            escaped(site.path),
            percent(site.share),
            site.doors,
            points.join(" ")
        );
        for (corner, (from, beyond)) in cell.iter().enumerate() {
            if beyond.is_none_or(|other| sites[other].village != site.village && other > own) {
                let ((ax, ay), (bx, by)) = (shown(*from), shown(cell[(corner + 1) % cell.len()].0));
                let _ = write!(borders, "M{ax:.1} {ay:.1}L{bx:.1} {by:.1}");
            }
        }
        let (x, y) = shown(at[own]);
        let on = if matches!(class, "c4" | "c5") { " on" } else { "" };
        let named = sites.len() <= MANY && size >= 44.0;
        if named {
            let name = short(site.name, size * 0.95 / 11.0);
            let _ =
                write!(labels, "<text class=\"name{on}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>", y - 3.0, escaped(&name));
        }
        if size >= 26.0 {
            let down = if named { 14.0 } else { 4.0 };
            let _ = write!(
                labels,
                "<text class=\"share{on}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                y + down,
                percent(site.share)
            );
        }
    }
    let _ = write!(svg, "<path class=\"border\" d=\"{borders}\"/><g aria-hidden=\"true\">{labels}</g></svg>");
    svg
}

/// Parts of a whole side by side.
pub(super) fn bar(parts: &[u64]) -> String {
    let whole: u64 = parts.iter().sum();
    let mut svg = String::from(
        "<svg class=\"stackbar\" viewBox=\"0 0 1000 12\" preserveAspectRatio=\"none\" role=\"presentation\" aria-hidden=\"true\">",
    );
    let mut at = 0.0;
    for (number, part) in parts.iter().enumerate().filter(|(_, part)| **part > 0) {
        let wide = *part as f64 * 1000.0 / whole as f64;
        let _ =
            write!(svg, "<rect class=\"b{}\" x=\"{at:.2}\" y=\"0\" width=\"{wide:.2}\" height=\"12\"/>", number + 1);
        at += wide;
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(at: (i64, i64), village: &str) -> Site<'_> {
        Site {
            href: "/coverage?a=1&b=2", name: "一网格", path: "东村/<一>", village, share: Some(0.5), doors: 3, at
        }
    }

    #[test]
    fn cells_part_the_ground_between_neighbours_and_do_not_overlap() {
        let at = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
        let cells = cells(&at, 1.0);
        for (own, cell) in cells.iter().enumerate() {
            assert!(cell.len() > 3);
            for ((x, y), _) in cell {
                let nearest = at.iter().map(|place| far(*place, (*x, *y))).fold(f64::INFINITY, f64::min);
                assert!(far(at[own], (*x, *y)) <= nearest + 1e-6);
            }
            assert!(cell.iter().any(|(_, beyond)| beyond.is_some()));
        }
    }

    #[test]
    fn grids_on_one_spot_are_told_apart_and_names_are_text() {
        let sites = [site((1_200_000_000, 300_000_000), "a"), site((1_200_000_000, 300_000_000), "b")];
        let (at, gap) = plane(&sites);
        assert!(far(at[0], at[1]) > gap * 0.5);
        let drawn = map(&sites);
        assert_eq!(drawn.matches("<polygon").count(), 2);
        assert!(drawn.contains("东村/&lt;一&gt;") && drawn.contains("a=1&amp;b=2") && !drawn.contains("NaN"));
        let alone = map(&[site((0, 0), "a")]);
        assert!(alone.contains("<polygon") && !alone.contains("NaN"));
    }
}
