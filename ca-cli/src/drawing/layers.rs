//! Which certificates are drawn, and in which row: as far up as they are from the end entity's.

use std::collections::VecDeque;

use super::{Fate, Graph};

/// The most certificates drawn: more is no picture any more.
pub(super) const MAX_NODES: usize = 120;

/// The nodes that are drawn: accepted ones first, then as they were met.
pub(super) fn shown(graph: &Graph) -> Vec<usize> {
    let mut order: Vec<usize> = (0..graph.nodes.len()).collect();
    order.sort_by_key(|index| (*index != 0, graph.nodes[*index].fate != Fate::Accepted));
    order.truncate(MAX_NODES);
    order.sort_unstable();
    order
}

/// Rows of nodes from the end entity's upwards: the row of each is its distance from there.
pub(super) fn rows(graph: &Graph) -> Vec<Vec<usize>> {
    let shown = shown(graph);
    let mut distance: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    let mut queue = VecDeque::new();
    if !graph.nodes.is_empty() {
        distance[0] = Some(0);
        queue.push_back((0, 0));
    }
    while let Some((below, far)) = queue.pop_front() {
        for link in graph.links.iter().filter(|link| link.below == below) {
            if distance[link.above].is_none() {
                distance[link.above] = Some(far + 1);
                queue.push_back((link.above, far + 1));
            }
        }
    }
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for index in shown {
        // What nothing leads to stands beside the end entity.
        let row = distance[index].unwrap_or(0);
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        rows[row].push(index);
    }
    rows.retain(|row| !row.is_empty());
    for row in &mut rows {
        row.sort_by_key(|index| std::cmp::Reverse(graph.nodes[*index].fate));
    }
    rows
}
