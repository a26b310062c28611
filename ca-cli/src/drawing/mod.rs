//! Pictures of how certificates were looked for and what became of each.

mod dot;
mod layers;
mod svg;

/// What became of a certificate, or of the link between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Looked at on a way that led nowhere.
    Tried,
    /// It broke a rule.
    Refused,
    /// It stands on the path that was accepted.
    Accepted,
}

/// Where a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    EndEntity,
    Between,
    Anchor,
}

/// A certificate or anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// What tells it from others of its name, a line each.
    pub(crate) details: Vec<String>,
    pub(crate) role: Role,
    pub(crate) fate: Fate,
    /// The rules it broke.
    pub(crate) faults: Vec<String>,
}

/// A certificate and one above it that may have issued it, as positions in [`Graph::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) below: usize,
    pub(crate) above: usize,
    pub(crate) fate: Fate,
}

/// Certificates and their links; the first node is the end entity's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Graph {
    pub(crate) title: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) links: Vec<Link>,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Scalable Vector Graphics 1.1.
    Svg,
    /// The language of Graphviz.
    Dot,
}

impl Form {
    /// By the ending of a file's name.
    pub(crate) fn of(file: &std::path::Path) -> Option<Self> {
        let ending = file.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "svg" => Some(Self::Svg),
            "dot" | "gv" => Some(Self::Dot),
            _ => None,
        }
    }
}

/// A picture of a graph.
pub(crate) fn draw(graph: &Graph, form: Form) -> String {
    match form {
        Form::Svg => svg::draw(graph),
        Form::Dot => dot::draw(graph),
    }
}

impl Graph {
    /// Joins a link; of two fates the better one stays.
    pub(crate) fn join(&mut self, link: Link) {
        match self.links.iter_mut().find(|known| known.below == link.below && known.above == link.above) {
            Some(known) => known.fate = known.fate.max(link.fate),
            None => self.links.push(link),
        }
    }
}

impl Fate {
    /// The colour of lines.
    fn colour(self) -> &'static str {
        match self {
            Self::Accepted => "#1a7f37",
            Self::Refused => "#cf222e",
            Self::Tried => "#8c959f",
        }
    }

    /// The colour of areas.
    fn paper(self) -> &'static str {
        match self {
            Self::Accepted => "#dafbe1",
            Self::Refused => "#ffebe9",
            Self::Tried => "#f6f8fa",
        }
    }
}

/// Text without control characters and marks that turn the direction of reading: names come from strangers, and XML has no way to
/// write the former.
fn plain(text: &str) -> String {
    let turns = |character| matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}');
    text.chars()
        .map(|character| if character.is_control() || turns(character) { '\u{fffd}' } else { character })
        .collect()
}

#[cfg(test)]
mod tests;
