//! Headings and aligned fields.

use super::Style;
use super::text::Label;

/// Colours of a terminal (ECMA-48).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
}

impl Colour {
    /// Text in this colour, where the style has colours.
    pub(super) fn paint(self, text: &str, style: &Style) -> String {
        let code = match self {
            _ if !style.colour => return text.to_owned(),
            Self::Plain => return text.to_owned(),
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Red => "31",
            Self::Green => "32",
            Self::Yellow => "33",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// A heading and its fields.
pub(super) struct Page<'a> {
    style: &'a Style,
    heading: String,
    heading_colour: Colour,
    fields: Vec<(&'static str, Colour, String)>,
}

impl<'a> Page<'a> {
    pub(super) fn new(heading: impl Into<String>, style: &'a Style) -> Self {
        Self { style, heading: heading.into(), heading_colour: Colour::Bold, fields: Vec::new() }
    }

    /// Puts the heading in another colour.
    pub(super) fn heading_in(&mut self, colour: Colour) -> &mut Self {
        self.heading_colour = colour;
        self
    }

    /// A field of one line.
    pub(super) fn field(&mut self, label: Label, value: impl AsRef<str>) -> &mut Self {
        self.coloured(label, Colour::Plain, value)
    }

    /// A field of one line in a colour.
    pub(super) fn coloured(&mut self, label: Label, colour: Colour, value: impl AsRef<str>) -> &mut Self {
        self.fields.push((self.style.language.words().label(label), colour, printable(value.as_ref())));
        self
    }

    /// A field that may be absent.
    pub(super) fn optional(&mut self, label: Label, value: Option<impl AsRef<str>>) -> &mut Self {
        if let Some(value) = value {
            self.field(label, value);
        }
        self
    }

    /// A field of several lines, none where there is no value.
    pub(super) fn lines<T: AsRef<str>>(
        &mut self,
        label: Label,
        values: impl IntoIterator<Item = T>,
    ) -> &mut Self {
        self.coloured_lines(label, Colour::Plain, values)
    }

    /// A field of several lines in a colour, none where there is no value. The label of the field before is not repeated.
    pub(super) fn coloured_lines<T: AsRef<str>>(
        &mut self,
        label: Label,
        colour: Colour,
        values: impl IntoIterator<Item = T>,
    ) -> &mut Self {
        let mut name = self.style.language.words().label(label);
        let last = self.fields.iter().rev().map(|(label, ..)| *label).find(|label| !label.is_empty());
        if last == Some(name) {
            name = "";
        }
        for value in values {
            self.fields.push((name, colour, printable(value.as_ref())));
            name = "";
        }
        self
    }

    /// The page as text.
    pub(super) fn finish(&self) -> String {
        let wide = self.fields.iter().map(|(label, ..)| width(label)).max().unwrap_or(0);
        let mut text = self.heading_colour.paint(&printable(&self.heading), self.style);
        text.push('\n');
        for (label, colour, value) in &self.fields {
            let gap = " ".repeat(wide - width(label) + 2);
            let label = if label.is_empty() { String::new() } else { Colour::Dim.paint(label, self.style) };
            text.push_str(&format!("  {label}{gap}{}\n", colour.paint(value, self.style)));
        }
        text
    }
}

/// Text without characters that command a terminal or turn the direction of reading: what is shown comes from
/// strangers.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        let turns = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || turns {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Columns of a terminal that our own labels take: characters of East Asia take two.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|character| if character >= '\u{2e80}' { 2 } else { 1 }).sum()
}
