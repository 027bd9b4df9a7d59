//! The chart: a bar for each contender and case, on a logarithmic axis.

use std::fmt::Write as _;

use crate::measure::{Cell, Outcome};
use crate::plan::{CONTENDERS, EXPERT};
use crate::report;

const COLORS: [&str; CONTENDERS.len()] = [
    "#d1495b", "#30638e", "#7aa6c2", "#8d99ae", "#c9ada7", "#6a994e", "#386641", "#a7c957", "#bc6c25", "#dda15e",
    "#7f5539",
];
const LEFT: f64 = 390.0;
const WIDTH: f64 = 960.0;
const TOP: f64 = 74.0;
const BAR: f64 = 8.0;
const GAP: f64 = 9.0;
/// The axis reaches from a quarter of the expert's time to 256 times it, and a bar beyond is cut and says its value.
const LEAST: f64 = 0.25;
const MOST: f64 = 256.0;

/// As long as the expert takes.
const EVEN: f64 = 1.0;

/// The chart as an SVG image.
pub(crate) fn draw(outcomes: &[Outcome]) -> String {
    let heights: Vec<f64> = outcomes.iter().map(height).collect();
    let bottom = TOP + heights.iter().sum::<f64>();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"12\" y=\"22\" font-size=\"15\">Time as a ratio to the version by hand of an expert; \
         shorter is faster</text>\n",
        bottom + 16.0
    );
    legend(&mut svg);
    axis(&mut svg, bottom);
    let mut top = TOP;
    for (outcome, height) in outcomes.iter().zip(heights) {
        group(&mut svg, outcome, top);
        top += height;
    }
    svg.push_str("</svg>\n");
    svg
}

fn height(outcome: &Outcome) -> f64 {
    outcome.cells.iter().filter(|cell| is_shown(cell)).map(|_| BAR).sum::<f64>() + GAP
}

fn is_shown(cell: &Cell) -> bool {
    matches!(cell, Cell::Measured(_) | Cell::Over)
}

// Writing into a `String` cannot fail, so its results are dropped below.

fn legend(svg: &mut String) {
    let mut x = 12.0;
    for (contender, color) in CONTENDERS.iter().zip(COLORS) {
        let _ = writeln!(svg, "<rect x=\"{x}\" y=\"34\" width=\"10\" height=\"10\" fill=\"{color}\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"43\">{}</text>", x + 14.0, contender.name);
        x += 86.0;
    }
}

fn axis(svg: &mut String, bottom: f64) {
    for mark in [0.25, 0.5, EVEN, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0] {
        let (x, color) = (place(mark), if mark.to_bits() == EVEN.to_bits() { "#444" } else { "#ddd" });
        let top = TOP - 6.0;
        let _ = writeln!(svg, "<path d=\"M{x:.1} {top}V{bottom:.1}\" stroke=\"{color}\"/>");
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{mark}</text>", top - 3.0);
    }
}

fn group(svg: &mut String, outcome: &Outcome, top: f64) {
    let middle = top + (height(outcome) - GAP) / 2.0 + 4.0;
    let x = LEFT - 8.0;
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text>", outcome.case.describe());
    let mut y = top;
    for (contender, color) in COLORS.iter().enumerate().filter(|(contender, _)| is_shown(&outcome.cells[*contender])) {
        let (ratio, label) = match report::ratio(outcome, contender) {
            Some(ratio) => (ratio, if contender == EXPERT { String::new() } else { format!("{ratio:.2}") }),
            None => (MOST, "too long".to_owned()),
        };
        let (end, bar, line) = (place(ratio), BAR - 1.0, y + 7.0);
        let width = (end - LEFT).max(1.0);
        let _ =
            writeln!(svg, "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{bar}\" fill=\"{color}\"/>");
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{line:.1}\" font-size=\"8\">{label}</text>", end + 3.0);
        y += BAR;
    }
}

fn place(ratio: f64) -> f64 {
    let share = (ratio.clamp(LEAST, MOST) / LEAST).log2() / (MOST / LEAST).log2();
    LEFT + share * (WIDTH - LEFT - 40.0)
}
