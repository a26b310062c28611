//! SVG 1.1 that needs nothing beside itself: rows of boxes, the end entity's at the bottom.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::layers::rows;
use super::{Graph, Node, Role, plain};

/// Sizes in pixels.
const WIDTH: usize = 300;
const LINE: usize = 16;
const PAD: usize = 10;
const GAP_ACROSS: usize = 28;
const GAP_UP: usize = 56;
const MARGIN: usize = 24;
const TITLE: usize = 40;

/// The widest line of a box in columns, at 12 pixels sans-serif.
const COLUMNS: usize = 44;
/// The same for a name, which is bold.
const NAME_COLUMNS: usize = 36;
/// The most lines for one fault; the tooltip has the whole text.
const FAULT_LINES: usize = 4;

/// Where a box stands.
struct Place {
    left: usize,
    top: usize,
    height: usize,
}

pub(super) fn draw(graph: &Graph) -> String {
    let rows = rows(graph);
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0).max(2);
    let across = |count: usize| count * WIDTH + count.saturating_sub(1) * GAP_ACROSS;
    let wide = across(widest) + 2 * MARGIN;
    let mut places: HashMap<usize, Place> = HashMap::new();
    let mut top = MARGIN + TITLE;
    for row in rows.iter().rev() {
        let left = (wide - across(row.len())) / 2;
        let heights: Vec<usize> = row.iter().map(|index| height(&graph.nodes[*index])).collect();
        let tallest = heights.iter().copied().max().unwrap_or(0);
        for (column, (index, height)) in row.iter().zip(heights).enumerate() {
            let left = left + column * (WIDTH + GAP_ACROSS);
            places.insert(*index, Place { left, top: top + tallest - height, height });
        }
        top += tallest + GAP_UP;
    }
    let high = top.saturating_sub(GAP_UP) + MARGIN;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" font-family=\"sans-serif\" font-size=\"12\">\n<title>{title}</title>\n<rect width=\"{wide}\" height=\"{high}\" fill=\"#ffffff\"/>\n<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"16\" fill=\"#1f2328\">{title}</text>\n",
        title = escaped(&graph.title),
        y = MARGIN + 16,
    );
    for link in &graph.links {
        if let (Some(below), Some(above)) = (places.get(&link.below), places.get(&link.above)) {
            line(&mut text, below, above, link.fate.colour());
        }
    }
    // In the order of the nodes, so that the same graph gives the same bytes.
    for (index, node) in graph.nodes.iter().enumerate() {
        if let Some(place) = places.get(&index) {
            draw_box(&mut text, node, place);
        }
    }
    text.push_str("</svg>\n");
    text
}

/// From the top of the one below to the bottom of the one above; between boxes of one row or downwards, around the side.
fn line(text: &mut String, below: &Place, above: &Place, colour: &str) {
    let (x1, y1) = (below.left + WIDTH / 2, below.top);
    let (x2, y2) = (above.left + WIDTH / 2, above.top + above.height);
    let bend = GAP_UP / 2;
    let _ = writeln!(
        text,
        "<path d=\"M{x1} {y1} C{x1} {} {x2} {} {x2} {y2}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n<circle cx=\"{x2}\" cy=\"{y2}\" r=\"4\" fill=\"{colour}\"/>",
        y1.saturating_sub(bend),
        y2 + bend,
    );
}

fn lines(node: &Node) -> Vec<(String, &'static str)> {
    let mut lines = vec![(cut(&node.name, NAME_COLUMNS), "#1f2328")];
    lines.extend(node.details.iter().map(|detail| (cut(detail, COLUMNS), "#59636e")));
    for fault in &node.faults {
        lines.extend(wrapped(fault).into_iter().map(|line| (line, "#cf222e")));
    }
    lines
}

fn height(node: &Node) -> usize {
    lines(node).len() * LINE + 2 * PAD
}

fn draw_box(text: &mut String, node: &Node, place: &Place) {
    let Place { left, top, height } = *place;
    let (line, paper) = (node.fate.colour(), node.fate.paper());
    let whole: Vec<_> =
        [&node.name].into_iter().chain(&node.details).chain(&node.faults).map(String::as_str).collect();
    let _ = writeln!(text, "<g>\n<title>{}</title>", escaped(&whole.join("; ")));
    let _ = writeln!(
        text,
        "<rect x=\"{left}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"6\" fill=\"{paper}\" stroke=\"{line}\" stroke-width=\"2\"/>"
    );
    if node.role == Role::Anchor {
        let _ = writeln!(
            text,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"none\" stroke=\"{line}\"/>",
            left + 4,
            top + 4,
            WIDTH - 8,
            height - 8
        );
    }
    for (number, (words, colour)) in lines(node).iter().enumerate() {
        let weight = if number == 0 { " font-weight=\"bold\"" } else { "" };
        let _ = writeln!(
            text,
            "<text x=\"{}\" y=\"{}\" fill=\"{colour}\"{weight}>{}</text>",
            left + PAD,
            top + PAD + LINE * number + 12,
            escaped(words)
        );
    }
    text.push_str("</g>\n");
}

/// Columns of a character: those of East Asia take two.
fn columns(character: char) -> usize {
    if character >= '\u{2e80}' { 2 } else { 1 }
}

/// A line that fits; what does not is marked.
fn cut(text: &str, most: usize) -> String {
    let mut used = 0;
    let mut line = String::new();
    for character in text.chars() {
        used += columns(character);
        if used >= most {
            line.push('…');
            break;
        }
        line.push(character);
    }
    line
}

/// Lines that fit, broken between words, the last one cut.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let width = |line: &str| line.chars().map(columns).sum::<usize>();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) < COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
        if lines.len() > FAULT_LINES {
            lines.truncate(FAULT_LINES);
            if let Some(last) = lines.last_mut() {
                last.push_str(" …");
            }
            break;
        }
    }
    lines.iter().map(|line| cut(line, COLUMNS)).collect()
}

fn escaped(text: &str) -> String {
    plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
