//! A QR code as the path of a drawing: black squares on white, with the quiet border that cameras need.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// White modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code to be drawn.
#[derive(Debug, Clone)]
pub struct Qr {
    /// Width and height of the drawing, in modules.
    pub size: usize,
    /// Path of the dark modules, one bar for each run of them in a row.
    pub dark: String,
}

impl Qr {
    /// The code of a text; `None` when it is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut dark = String::new();
        for (row, modules) in code.to_colors().chunks(width).enumerate() {
            let mut at = 0;
            while at < width {
                let run = modules[at..].iter().take_while(|module| **module == Color::Dark).count();
                if run > 0 {
                    // Writing to a string never fails.
                    let _ = write!(dark, "M{} {}h{run}v1h-{run}z", at + QUIET, row + QUIET);
                }
                at += run.max(1);
            }
        }
        Some(Self { size: width + 2 * QUIET, dark })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_has_the_corner_of_a_code_inside_its_quiet_border() {
        let qr = Qr::of("https://gradus.example.org/invite/abc").unwrap();
        // The finder pattern in the upper left corner: seven dark modules in its first row.
        assert!(qr.dark.starts_with("M4 4h7v1h-7z"), "{}", qr.dark);
        assert!(qr.size > 21 + 2 * QUIET - 1);
        assert!(Qr::of(&"x".repeat(8000)).is_none());
    }
}
