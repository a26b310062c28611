//! A plan in words.

use super::Document;

/// One sentence of a plan: a stable key, by which texts in other languages are found, the values in it, and the sentence in
/// English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Which sentence.
    pub key: &'static str,
    /// The values, in the order in which the English sentence has them.
    pub values: Vec<String>,
    /// The sentence in English.
    pub english: String,
}

pub(super) fn sentences(plan: &Document) -> Vec<Sentence> {
    vec![Sentence { key: "title", values: vec![plan.title.clone()], english: plan.title.clone() }]
}
