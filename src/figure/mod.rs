//! Exercise figures.
pub mod body;
pub mod math;
pub mod pose;
pub mod skeleton;
pub mod solids;
pub mod card;
pub mod props;
pub mod props_machines;
pub mod props_scene;
pub mod solve;
pub mod outline;
pub mod scene;
pub mod svg;
pub mod library;

#[allow(unused_imports)]
pub use library::{Figure, figure, figures};

/// Why a figure cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FigureError {
    #[error("no such {0}: {1}")]
    Unknown(&'static str, String),
    #[error("cannot reach: {limb} is {short:.1} cm short of {target}")]
    Reach { limb: String, target: String, short: f64 },
    #[error("past its limit: {joint} {angles}")]
    Limit { joint: String, angles: String },
    #[error("the figure's data cannot be read: {0}")]
    Data(String),
    #[error("figure {0}: {1}")]
    In(String, Box<FigureError>),
}
