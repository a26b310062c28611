//! Elements as lines: where, how long, what, which value.

use crate::output::Style;
use crate::output::layout::{Colour, printable};
use crate::output::text::Phrase;
use crate::view::{Asn1Details, ElementDetails};

pub(super) fn listing(details: &Asn1Details, style: &Style) -> String {
    let words = style.language.words();
    let last = details.elements.last().map_or(0, |element| element.offset);
    let digits = last.max(details.omitted_from.unwrap_or(0)).max(999).to_string().len();
    let mut text = String::new();
    for element in &details.elements {
        text.push_str(&line(element, digits, style));
    }
    if let Some(offset) = details.omitted_from {
        text.push_str(&format!("  {offset:>digits$}  … {}\n", words.phrase(Phrase::MoreElements)));
    }
    if let Some(fault) = &details.fault {
        let place = words.place(&fault.path, fault.offset);
        let fault = format!("{}, {place}", fault.detail);
        text.push_str(&format!("  {}\n", Colour::Red.paint(&printable(&fault), style)));
    }
    text
}

fn line(element: &ElementDetails, digits: usize, style: &Style) -> String {
    let numbers = format!("{:>digits$} {:>2}+{:<5}", element.offset, element.header, element.length);
    let indent = "  ".repeat(element.depth);
    // What a string holds is told apart from what stands beside it.
    let mark = if element.encapsulated { "» " } else { "" };
    let mut line = format!("  {} {indent}{mark}{}", Colour::Dim.paint(&numbers, style), element.tag);
    if let Some(name) = element.name {
        line.push_str(&format!(" {}", Colour::Bold.paint(name, style)));
    }
    if !element.value.is_empty() {
        line.push_str(&format!(" {}", printable(&element.value)));
    }
    if let Some(meaning) = element.meaning {
        line.push_str(&format!(" ({})", Colour::Green.paint(meaning, style)));
    }
    line.push('\n');
    line
}
