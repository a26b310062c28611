use super::*;

fn node(name: &str, role: Role, fate: Fate, faults: &[&str]) -> Node {
    let faults = faults.iter().map(|fault| (*fault).to_owned()).collect();
    Node { name: name.to_owned(), details: vec!["serial 01".to_owned()], role, fate, faults }
}

/// An end entity under two authorities that certify each other, one of them under an anchor.
fn sample() -> Graph {
    let mut graph = Graph {
        title: "Accepted: CN=\"meter\" <7>".to_owned(),
        nodes: vec![
            node("CN=\"meter\" <7> & \\co", Role::EndEntity, Fate::Accepted, &[]),
            node("CN=签发", Role::Between, Fate::Accepted, &[]),
            node("CN=old", Role::Between, Fate::Refused, &["it is not valid after then (RFC 5280 §6.1.3)"]),
            node("CN=根", Role::Anchor, Fate::Accepted, &[]),
        ],
        links: Vec::new(),
    };
    for (below, above, fate) in [
        (0, 2, Fate::Refused),
        (0, 1, Fate::Tried),
        (0, 1, Fate::Accepted),
        (1, 2, Fate::Tried),
        (2, 1, Fate::Tried),
        (1, 3, Fate::Accepted),
    ] {
        graph.join(Link { below, above, fate });
    }
    graph
}

#[test]
fn pictures_are_as_before() {
    insta::assert_snapshot!("svg", draw(&sample(), Form::Svg));
    insta::assert_snapshot!("dot", draw(&sample(), Form::Dot));
}

#[test]
fn a_link_keeps_its_best_fate() {
    let graph = sample();
    assert_eq!(graph.links.len(), 5);
    assert!(graph.links.contains(&Link { below: 0, above: 1, fate: Fate::Accepted }));
}

#[test]
fn rows_rise_from_the_end_entity_and_loops_end() {
    assert_eq!(layers::rows(&sample()), [vec![0], vec![1, 2], vec![3]]);
}

#[test]
fn crowds_are_cut_and_what_was_accepted_stays() {
    let mut graph = sample();
    let crowd = (0..500).map(|_| node("CN=crowd", Role::Between, Fate::Refused, &["no"]));
    graph.nodes.splice(2..2, crowd);
    graph.links = vec![Link { below: 0, above: 503, fate: Fate::Accepted }];
    let shown = layers::shown(&graph);
    assert_eq!(shown.len(), layers::MAX_NODES);
    assert!([0, 1, 503].iter().all(|index| shown.contains(index)));
    assert!(!draw(&graph, Form::Svg).is_empty() && !draw(&Graph::default(), Form::Svg).is_empty());
}

#[test]
fn names_of_strangers_stay_text() {
    let mut graph = sample();
    graph.nodes[0].name = "\u{1b}[31m\u{202e}</title><script>\"\\".to_owned();
    let svg = draw(&graph, Form::Svg);
    assert!(!svg.contains("<script>") && !svg.contains('\u{1b}') && !svg.contains('\u{202e}'));
    assert!(draw(&graph, Form::Dot).contains(r#"</title><script>\"\\"#));
}

#[test]
fn the_form_is_that_of_the_file() {
    let form = |name: &str| Form::of(std::path::Path::new(name));
    assert_eq!(
        (form("a.svg"), form("a.DOT"), form("a.gv")),
        (Some(Form::Svg), Some(Form::Dot), Some(Form::Dot))
    );
    assert_eq!((form("a.png"), form("svg")), (None, None));
}
