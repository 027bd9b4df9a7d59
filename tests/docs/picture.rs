//! `docs/performance.svg`: three items of the table of measurements, as bars. It is drawn from the table:
//! `GUIDE=overwrite cargo test --test docs`.

use std::fmt::Write as _;

use crate::text::read;
use crate::written::assert_written;

/// A column of the picture: its two headings, and the item of the table.
const ITEMS: [(&str, &str, &str); 3] = [
    ("A whole table", "10,000 students with 20 courses", "(b) students with their courses, 10,000 × 20"),
    ("A web request", "100 students with their courses", "(h) 100 students by a condition"),
    ("A single row", "by its key", "(g) one row by key"),
];
/// A row of the picture: its label, and the contender of the table.
const CONTENDERS: [(&str, &str); 7] = [
    ("orm", "orm"),
    ("by hand, expert", "expert"),
    ("by hand, naive", "naive"),
    ("Diesel", "diesel"),
    ("sqlx", "sqlx"),
    ("SeaORM", "seaorm"),
    ("Django", "django"),
];
/// Bars are drawn up to this ratio; longer ones are cut.
const LONGEST: f64 = 10.0;

const LEFT: f64 = 132.0;
const TOP: f64 = 90.0;
const COLUMN: f64 = 222.0;
const ROW: f64 = 26.0;
/// The length of the longest bar; its label follows.
const BAR: f64 = 158.0;

const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 284" role="img" font-family="system-ui, sans-serif" font-size="14">
<title>Time as a ratio to an expert's hand-written version; shorter is faster</title>
<style>
  .page { fill: #fff } text { fill: #1f2328 } text.note { fill: #59636e }
  .bar { fill: #a9b4c0 } .ours { fill: #c2304a }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #e6edf3 } text.note { fill: #9198a1 }
    .bar { fill: #59636e } .ours { fill: #f0637c }
  }
</style>
<rect class="page" width="100%" height="100%"/>
<text x="12" y="26" font-size="16" font-weight="600">Time as a ratio to an expert's hand-written version</text>
<text class="note" x="788" y="26" text-anchor="end">SQLite; shorter is faster</text>
"#;

#[test]
fn the_picture_is_drawn_from_the_table() {
    assert_written("docs/performance.svg", &draw(&read("docs/performance-table.md")));
}

fn draw(table: &str) -> String {
    let mut svg = HEAD.to_owned();
    // Writing into a `String` cannot fail, so its results are dropped.
    for (top, (label, _)) in places(TOP, ROW).zip(CONTENDERS) {
        let _ = writeln!(svg, r#"<text x="{}" y="{}" text-anchor="end">{label}</text>"#, LEFT - 10.0, top + 15.0);
    }
    for (left, (heading, note, item)) in places(LEFT, COLUMN).zip(ITEMS) {
        let _ = writeln!(svg, r#"<text x="{left}" y="{}" font-weight="600">{heading}</text>"#, TOP - 30.0);
        let _ = writeln!(svg, r#"<text class="note" x="{left}" y="{}" font-size="13">{note}</text>"#, TOP - 12.0);
        for (top, (_, contender)) in places(TOP, ROW).zip(CONTENDERS) {
            svg += &bar(left, top, contender, &time(table, item, contender));
        }
    }
    svg + "</svg>"
}

fn places(first: f64, step: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(first), move |place| Some(place + step))
}

/// A bar and its label. A bar that is longer than the column is cut.
fn bar(left: f64, top: f64, contender: &str, time: &str) -> String {
    let ratio = time.parse().unwrap_or(f64::INFINITY);
    let (class, width) = (if contender == "orm" { "ours" } else { "bar" }, ratio.min(LONGEST) * BAR / LONGEST);
    let mut svg = format!(r#"<rect class="{class}" x="{left}" y="{top}" width="{width:.1}" height="19"/>"#);
    if ratio > LONGEST {
        let (cut, bottom) = (left + BAR * 0.9, top + 20.0);
        let _ = write!(svg, r#"<path class="page" d="M{cut:.1} {bottom}l8 -21h5l-8 21z"/>"#);
    }
    let _ = writeln!(svg, r#"<text x="{:.1}" y="{}">{time}</text>"#, left + width + 6.0, top + 15.0);
    svg
}

/// The time of a contender at an item: a ratio to the expert's, or words such as `too long`.
fn time(table: &str, item: &str, contender: &str) -> String {
    let mut rows = table.lines().filter(|line| line.starts_with('|')).map(cells);
    let names = rows.next().expect("the table has a head");
    let column = names.iter().position(|name| *name == contender).expect("the table has the contender");
    let row = rows.find(|row| row[1].starts_with(item)).expect("the table has the item");
    // The expert's own time is in milliseconds; the others' minima are in brackets.
    let time = if contender == "expert" { "1" } else { row[column] };
    time.split(" (").next().unwrap_or_default().to_owned()
}

fn cells(line: &str) -> Vec<&str> {
    line.split('|').map(str::trim).collect()
}
