//! Graphviz: `dot -Tsvg` or `-Tpdf` draws it.

use std::fmt::Write as _;

use super::layers::shown;
use super::{Graph, Role, plain};

pub(super) fn draw(graph: &Graph) -> String {
    let mut text = String::from("digraph path {\n  rankdir=BT;\n  labelloc=t;\n");
    let _ = writeln!(text, "  label={};", quoted(std::slice::from_ref(&graph.title)));
    text.push_str("  node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=11];\n");
    let shown = shown(graph);
    for index in &shown {
        let node = &graph.nodes[*index];
        let lines: Vec<String> =
            [&node.name].into_iter().chain(&node.details).chain(&node.faults).cloned().collect();
        let rim = if node.role == Role::Anchor { ", peripheries=2" } else { "" };
        let (line, paper) = (node.fate.colour(), node.fate.paper());
        let _ = writeln!(
            text,
            "  n{index} [label={}, color=\"{line}\", fillcolor=\"{paper}\"{rim}];",
            quoted(&lines)
        );
    }
    for link in &graph.links {
        if shown.contains(&link.below) && shown.contains(&link.above) {
            let _ =
                writeln!(text, "  n{} -> n{} [color=\"{}\"];", link.below, link.above, link.fate.colour());
        }
    }
    text.push_str("}\n");
    text
}

/// A string of Graphviz: lines end with `\n`, and of all else only the quote and the backslash have a meaning.
fn quoted(lines: &[String]) -> String {
    let lines: Vec<_> =
        lines.iter().map(|line| plain(line).replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}
