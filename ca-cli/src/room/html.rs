//! Pages for paper: no script, nothing from elsewhere, sizes in millimetres.

/// Text as it stands between tags and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character if character.is_control() && character != '\n' => {
                escaped.extend(character.escape_unicode());
            }
            character => escaped.push(character),
        }
    }
    escaped
}

/// How all pages look: A4, black on white.
const STYLE: &str = "@page{size:A4;margin:15mm}\
*{box-sizing:border-box}\
body{font:10.5pt/1.45 \"Noto Sans\",\"Noto Sans CJK SC\",\"Source Han Sans SC\",sans-serif;color:#000;background:#fff;max-width:180mm;margin:0 auto;padding:4mm 0}\
h1{font-size:17pt;margin:0 0 2mm}h2{font-size:12.5pt;margin:6mm 0 2mm;break-after:avoid}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.8mm 3mm .8mm 0;border-bottom:.2mm solid #bbb}\
th{font-weight:600;white-space:nowrap}tr{break-inside:avoid}\
code,pre{font:9pt/1.4 \"Noto Sans Mono\",\"DejaVu Sans Mono\",monospace;overflow-wrap:anywhere}pre{white-space:pre-wrap;margin:0}\
.mark{border:1mm solid #000;font-size:15pt;font-weight:700;padding:2mm 4mm;margin:0 0 4mm;text-align:center}\
.qr{width:52mm;height:52mm;display:block}.side{display:flex;gap:6mm;align-items:flex-start}.side>:last-child{flex:1}\
.log{table-layout:fixed}.log th{white-space:normal;width:36mm}.log>tbody>tr>td:first-child{width:9mm;color:#444}\
.fact{display:grid;grid-template-columns:30mm minmax(0,1fr);column-gap:3mm}.fact b{font-weight:600}.fact span{overflow-wrap:anywhere}\
.words{font-size:11.5pt;line-height:1.5}.sign td{height:14mm}.small{font-size:9pt}\
.box{display:inline-block;width:3.6mm;height:3.6mm;border:.3mm solid #000;vertical-align:-.4mm;margin-right:2mm}";

/// A page. The body is markup; the title is text.
pub(super) fn page(language: &str, title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape(title)
    )
}

/// A table of names and values, both text; values are set as code where they are digests and the like.
pub(super) fn facts<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let row = |(name, value): (&str, String)| {
        format!("<tr><th>{}</th><td>{}</td></tr>\n", escape(name), escape(&value))
    };
    format!("<table>\n{}</table>\n", rows.into_iter().map(row).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<a href='x'>&\u{1b}[0m"), "&lt;a href=&#39;x&#39;&gt;&amp;\\u{1b}[0m");
        let page = page("en", "</title><script>", &facts([("<b>", "\"<i>".to_owned())]));
        assert!(!page.contains("<script>") && !page.contains("<b>") && !page.contains("<i>"), "{page}");
    }

    #[test]
    fn a_page_asks_for_nothing_from_elsewhere() {
        let page = page("en", "a", "");
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("url("), "{page}");
    }
}
