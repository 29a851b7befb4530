//! A card: several figures on one picture, for an exercise that is made of others.

use super::FigureError;
use super::library::Figure;
use super::svg::{Drawing, HEIGHT, Sheet, WIDTH, escape};
use std::fmt::Write;

/// Where up to four pictures stand, each half as wide as the whole: to the right and down.
const SPOTS: [(f64, f64); 4] = [(0.0, 0.0), (600.0, 0.0), (300.0, 450.0), (600.0, 450.0)];

impl Figure {
    /// The figures of a card, each small; in the moving form only the last one moves, which keeps it calm.
    ///
    /// # Errors
    /// A figure that does not exist or cannot be drawn.
    pub(super) fn card(&self, drawing: Drawing) -> Result<String, FigureError> {
        let mut out =
            format!("<svg class=\"figure\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", escape(&self.words()));
        let last = self.parts.len().saturating_sub(1);
        for (i, part) in self.parts.iter().enumerate() {
            let sheet = Sheet::new(part)?;
            let (x, y) = SPOTS[i % SPOTS.len()];
            let _ = write!(out, "<g transform=\"translate({x} {y}) scale(.5)\">");
            match drawing {
                Drawing::Moving if i == last && part.poses.len() > 1 => sheet.moving(&mut out)?,
                _ if part.data.cycle => sheet.one(0, &mut out)?,
                _ => sheet.still(&mut out)?,
            }
            out.push_str("</g>");
        }
        out.push_str("</svg>");
        Ok(out)
    }
}
