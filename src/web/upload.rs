//! Uploaded pictures: recognised by their content, taken apart within limits, turned upright, made smaller and
//! written anew. What is kept is pixels alone: no place, camera, comment or hidden part of the file survives.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// Largest file that is taken, in megabytes.
pub const MAX_MEGABYTES: usize = 5;
/// Largest file that is taken, in bytes.
pub const MAX_BYTES: usize = MAX_MEGABYTES * 1024 * 1024;
/// Most pixels that are taken apart.
const MAX_PIXELS: u64 = 40_000_000;
/// Most memory for taking a picture apart, in bytes.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// Longer side of what is kept, in pixels.
const KEPT: u32 = 1200;
/// Shorter side below which nobody would see anything.
const LEAST: u32 = 100;
/// Quality of a JPEG that is kept.
const QUALITY: u8 = 85;

/// Why a file is not taken, for the person who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither JPEG nor PNG nor WebP, whatever its name says.
    #[error("This is not a picture in one of the formats JPEG, PNG or WebP")]
    NotAPicture,
    /// It begins like a picture and cannot be read to its end.
    #[error("The picture cannot be read. The file may be damaged or incomplete")]
    Broken,
    /// Too many pixels.
    #[error("The picture has more than 40 million dots. Make it smaller and try again")]
    TooLarge,
    /// Too few.
    #[error("The picture is too small to see anything: use at least 100 by 100 dots")]
    TooSmall,
}

/// A picture as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The file.
    pub bytes: Vec<u8>,
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// SHA-256 of the bytes in hex.
    pub sha256: String,
}

/// Makes an uploaded file into a picture that can be kept. Takes a while: not on a request thread.
///
/// # Errors
/// Why it is not taken.
pub fn prepare(file: &[u8]) -> Result<Prepared, Refusal> {
    let format = image::guess_format(file).map_err(|_| Refusal::NotAPicture)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(Refusal::NotAPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refusal::TooLarge);
    }
    if width.min(height) < LEAST {
        return Err(Refusal::TooSmall);
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    if width.max(height) > KEPT {
        picture = picture.resize(KEPT, KEPT, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    written(&picture)
}

fn refusal(error: image::ImageError) -> Refusal {
    match error {
        image::ImageError::Limits(_) => Refusal::TooLarge,
        _ => Refusal::Broken,
    }
}

/// Writes the pixels as a PNG where some can be seen through, else as a JPEG.
fn written(picture: &DynamicImage) -> Result<Prepared, Refusal> {
    let clear = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX);
    let mut bytes = Vec::new();
    let media_type = if clear {
        picture.to_rgba8().write_with_encoder(PngEncoder::new(&mut bytes)).map_err(refusal)?;
        "image/png"
    } else {
        picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).map_err(refusal)?;
        "image/jpeg"
    };
    let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Prepared { media_type, width: picture.width(), height: picture.height(), sha256, bytes })
}
