//! QR codes (ISO/IEC 18004) for the terminal and for paper.

use qrcode::render::unicode;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

/// Blank modules around a code, as the standard asks for.
const QUIET: usize = 4;

/// A code as text, two modules a character.
pub(crate) fn text(content: &[u8]) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M)?;
    // A terminal is dark more often than light: the light modules are drawn.
    Ok(code
        .render::<unicode::Dense1x2>()
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .quiet_zone(true)
        .build())
}

/// A code as an SVG element without size, which its place in the page gives it.
pub(crate) fn svg(content: &[u8]) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M)?;
    let side = code.width() + 2 * QUIET;
    let mut path = String::new();
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        if colour == qrcode::Color::Dark {
            let (x, y) = (at % code.width() + QUIET, at / code.width() + QUIET);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Ok(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    ))
}
