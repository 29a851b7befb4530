//! Things the figure lies on, sits on, holds or pushes: their shapes, and the places that poses name.

use super::FigureError;
use super::math::{M3, V3, v};
use super::pose::PropData;
use super::skeleton::Skeleton;
use super::solids::{Ball, Solid};

/// A place to touch: a surface with its direction, or a point to grip.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub point: V3,
    pub normal: V3,
    pub grip: bool,
    pub on_body: bool,
}

/// Where a shape is drawn: behind the figure, between its far and near limbs, before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    Back,
    Middle,
    /// Between two near legs.
    Between,
    Front,
}

/// What a prop looks like.
#[derive(Debug, Clone)]
pub enum Look {
    /// Filled shapes.
    Fill(Vec<Solid>),
    /// A line through points.
    Wire { points: Vec<V3>, closed: bool },
}

/// A drawn piece of a prop.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The class suffix: `wood`, `soft`, `metal`, `line`.
    pub class: &'static str,
    pub layer: Layer,
    pub look: Look,
}

const UP: V3 = v(0.0, 0.0, 1.0);

/// The props of a figure.
#[derive(Debug, Clone)]
pub struct Props(pub Vec<PropData>);

pub(super) fn surface(point: V3, normal: V3) -> Place {
    Place { point, normal, grip: false, on_body: false }
}

pub(super) fn grip(point: V3) -> Place {
    Place { point, normal: UP, grip: true, on_body: false }
}

impl Props {
    /// A place by its name: `floor`, `chair.seat`, `bike.pedal_right`.
    ///
    /// # Errors
    /// No such prop or place.
    pub fn place(&self, name: &str, phase: f64) -> Result<Place, FigureError> {
        if name == "floor" {
            return Ok(surface(v(0.0, 0.0, 0.0), UP));
        }
        let unknown = || FigureError::Unknown("place", name.to_owned());
        let (kind, spot) = name.split_once('.').ok_or_else(unknown)?;
        let number = kind.trim_start_matches(|c: char| !c.is_ascii_digit());
        let (kind, nth) = (kind.trim_end_matches(|c: char| c.is_ascii_digit()), number.parse().unwrap_or(1_usize));
        let prop = self.0.iter().filter(|p| p.kind == kind).nth(nth.saturating_sub(1)).ok_or_else(unknown)?;
        prop.place(spot, phase).ok_or_else(unknown)
    }

    /// Every shape, for a body that holds some of them.
    ///
    /// # Errors
    /// A kind or a mark that does not exist.
    pub fn shapes(&self, body: &Skeleton, phase: f64) -> Result<Vec<Shape>, FigureError> {
        let mut all = Vec::new();
        for prop in &self.0 {
            let layer = match prop.layer.as_deref() {
                Some("front") => Some(Layer::Front),
                Some("between") => Some(Layer::Between),
                Some("middle") => Some(Layer::Middle),
                _ => None,
            };
            for mut shape in prop.shapes(body, phase)? {
                shape.layer = layer.unwrap_or(shape.layer);
                all.push(shape);
            }
        }
        Ok(all)
    }

    /// The height of the floor's line: under a bed it lies lower.
    pub fn floor(&self) -> f64 {
        self.0.iter().find(|p| p.kind == "bed").map_or(0.0, |p| -p.height.unwrap_or(42.0))
    }
}

impl PropData {
    pub(super) fn origin(&self) -> V3 {
        v(self.at[0], self.at[1], self.at[2])
    }

    pub(super) fn frame(&self) -> M3 {
        M3::about_z(-self.turn)
    }

    pub(super) fn spot(&self, x: f64, y: f64, z: f64) -> V3 {
        self.origin() + self.frame().apply(v(x, y, z))
    }

    pub(super) fn tall(&self, usual: f64) -> f64 {
        self.height.unwrap_or(usual)
    }

    pub(super) fn long(&self, usual: f64) -> f64 {
        self.size.unwrap_or(usual)
    }

    fn place(&self, spot: &str, phase: f64) -> Option<Place> {
        let forward = self.frame().x;
        Some(match (self.kind.as_str(), spot) {
            ("chair", "seat") => surface(self.spot(0.0, 0.0, self.tall(45.0)), UP),
            ("chair", "back") => {
                let n = self.frame().apply(M3::about_y(-self.lean).x);
                surface(self.spot(-20.0, 0.0, self.tall(45.0)), n)
            }
            ("chair", "arm") => grip(self.spot(8.0, 0.0, self.tall(45.0) + self.armrest() + 1.0)),
            ("chair", "backrest") => grip(self.spot(-20.0, 0.0, self.tall(45.0) + 45.0)),
            ("table", "top") => surface(self.spot(0.0, 0.0, self.tall(90.0)), UP),
            ("table", "edge") => grip(self.spot(-self.long(50.0) / 2.0 + 3.0, 0.0, self.tall(90.0))),
            ("wall", "face") => surface(self.origin(), -forward),
            ("step" | "box", "top") => surface(self.spot(0.0, 0.0, self.tall(if self.kind == "box" { 40.0 } else { 18.0 })), UP),
            ("ball", "top") => surface(self.spot(0.0, 0.0, self.long(30.0) * 2.0), UP),
            ("pillow" | "cushion", "top") => surface(self.spot(0.0, 0.0, self.tall(11.0)), UP),
            ("mat" | "bed", "top") => surface(v(0.0, 0.0, 0.0), UP),
            _ => {
                return self
                    .machine_place(spot, phase)
                    .or_else(|| super::props_machines::place(self, spot, phase))
                    .or_else(|| super::props_strength::place(self, spot));
            }
        })
    }

    pub(super) fn mark(&self, body: &Skeleton, name: &Option<String>) -> Result<V3, FigureError> {
        let Some(name) = name else { return Ok(self.origin()) };
        let numbers: Vec<f64> = name.split_whitespace().filter_map(|w| w.parse().ok()).collect();
        if let [x, y, z] = numbers[..] {
            return Ok(v(x, y, z));
        }
        body.mark(name).map(|(p, _)| p).ok_or_else(|| FigureError::Unknown("mark", name.clone()))
    }

    fn shapes(&self, body: &Skeleton, phase: f64) -> Result<Vec<Shape>, FigureError> {
        Ok(match self.kind.as_str() {
            "chair" => self.chair(),
            "table" => self.table(),
            "wall" => vec![self.block("wall", (0.0, 3.0), (-self.long(80.0) / 2.0, self.long(80.0) / 2.0), (0.0, self.tall(190.0)), 0.6)],
            "step" => self.stairs(),
            "box" => {
                let half = self.long(40.0) / 2.0;
                vec![self.block("wood", (-half, half), (-20.0, 20.0), (0.0, self.tall(40.0)), 1.5)]
            }
            "mat" => {
                let half = self.long(190.0) / 2.0;
                vec![self.block("mat", (-half, half), (-32.0, 32.0), (-3.2, 0.0), 1.2)]
            }
            "bed" => self.bed(),
            "pillow" | "cushion" => vec![self.pillow(body)?],
            "roll" => {
                let at = self.mark(body, &self.from)?;
                let r = self.long(5.0);
                vec![fill(
                    "roll",
                    Layer::Middle,
                    vec![Solid::Hull(vec![Ball::round(at + v(0.0, -12.0, 0.0), r), Ball::round(at + v(0.0, 12.0, 0.0), r)])],
                )]
            }
            "ball" => {
                let r = self.long(30.0);
                // It may roll along under two marks.
                let under = match (&self.from, &self.to) {
                    (Some(_), Some(_)) => (self.mark(body, &self.from)? + self.mark(body, &self.to)?) * 0.5,
                    _ => V3::default(),
                };
                let at = self.spot(under.x, under.y, r);
                vec![fill("soft", Layer::Middle, vec![Solid::Hull(vec![Ball::round(at, r)])])]
            }
            "post" => super::props_core::post(self.origin(), self.tall(120.0)),
            "stick" => vec![self.stick(body)?],
            "band" | "strap" => {
                let (a, b) = (self.mark(body, &self.from)?, self.mark(body, &self.to)?);
                let class = if self.kind == "band" { "band" } else { "strap" };
                vec![Shape { class, layer: Layer::Front, look: Look::Wire { points: vec![a, a.lerp(b, 0.5), b], closed: false } }]
            }
            "bag" => self.bag(body)?,
            "weight" => self.weight(body)?,
            "bike" => self.bike(phase),
            "trainer" | "rower" => super::props_machines::shapes(self, body, phase),
            _ => match super::props_strength::shapes(self, body) {
                Some(shapes) => shapes,
                None => super::props_scene::shapes(self, body, phase)?,
            },
        })
    }

    /// A block with softened edges, by its ranges forward, to the left and up.
    pub(super) fn block(&self, class: &'static str, x: (f64, f64), y: (f64, f64), z: (f64, f64), r: f64) -> Shape {
        let mut corners = Vec::new();
        for px in [x.0, x.1] {
            for py in [y.0, y.1] {
                for pz in [z.0, z.1] {
                    corners.push(self.spot(px, py, pz));
                }
            }
        }
        fill(class, Layer::Back, vec![Solid::Block(corners, r)])
    }

    pub(super) fn bar(&self, a: V3, b: V3, r: f64) -> Solid {
        let at = |p: V3| self.spot(p.x, p.y, p.z);
        Solid::Hull(vec![Ball::round(at(a), r), Ball::round(at(b), r)])
    }

    /// How high the armrests of a chair are above its seat.
    fn armrest(&self) -> f64 {
        self.size.filter(|s| *s > 5.0).unwrap_or(22.0)
    }

    fn chair(&self) -> Vec<Shape> {
        let h = self.tall(45.0);
        let top = self.back.unwrap_or(45.0);
        let lean = self.lean.to_radians().tan();
        let mut legs = Vec::new();
        for y in [-19.0, 19.0] {
            legs.push(self.bar(v(-19.0, y, h - 2.0), v(-22.0, y, 1.4), 1.4));
            legs.push(self.bar(v(18.0, y, h - 2.0), v(20.0, y, 1.4), 1.4));
            legs.push(self.bar(v(-20.0, y, h - 2.0), v(-21.0 - lean * (top - 3.0), y, h + top - 3.0), 1.4));
        }
        let low = v(-20.5 - lean * top * 0.45, 0.0, h + top * 0.45);
        let high = v(-21.0 - lean * top, 0.0, h + top);
        let mut rest = Vec::new();
        for p in [low, high] {
            for y in [-20.0, 20.0] {
                rest.extend([-1.8, 1.8].map(|x| self.spot(p.x + x, y, p.z)));
            }
        }
        let seat = self.block("wood", (-22.0, 22.0), (-21.0, 21.0), (h - 4.0, h), 1.9);
        let mut shapes = vec![fill("frame", Layer::Back, legs), fill("wood", Layer::Back, vec![Solid::Block(rest, 1.6)]), seat];
        if self.size.is_some() {
            // With armrests.
            let up = h + self.armrest() - 3.6;
            for (y, layer) in [(23.0, Layer::Back), (-23.0, Layer::Front)] {
                let bar = |a: V3, b: V3| self.bar(a, b, 1.5);
                let arm = vec![bar(v(-20.0, y, up), v(16.0, y, up)), bar(v(13.0, y, up), v(14.0, y, h - 3.0))];
                shapes.push(fill("frame", layer, arm));
            }
        }
        shapes
    }

    fn table(&self) -> Vec<Shape> {
        let (h, half) = (self.tall(90.0), self.long(50.0) / 2.0);
        vec![
            self.block("cupboard", (-half + 5.0, half - 1.0), (-45.0, 45.0), (0.0, h - 3.0), 1.0),
            self.block("wood", (-half, half), (-48.0, 48.0), (h - 4.0, h), 1.6),
        ]
    }

    fn stairs(&self) -> Vec<Shape> {
        let half = self.long(36.0) / 2.0;
        vec![self.block("wood", (-half, half), (-30.0, 30.0), (0.0, self.tall(18.0)), 1.2)]
    }

    fn bed(&self) -> Vec<Shape> {
        let (half, h) = (self.long(200.0) / 2.0, self.tall(42.0));
        let mut legs = Vec::new();
        for x in [-half + 6.0, half - 6.0] {
            legs.push(self.bar(v(x, -40.0, -20.0), v(x, -40.0, -h + 1.6), 2.2));
        }
        vec![
            fill("frame", Layer::Back, legs),
            self.block("wood", (-half, half), (-45.0, 45.0), (-24.0, -14.0), 1.6),
            self.block("mattress", (-half + 1.0, half - 1.0), (-45.0, 45.0), (-16.0, 0.0), 4.5),
        ]
    }

    /// A cushion: on its place, or between two marks.
    fn pillow(&self, body: &Skeleton) -> Result<Shape, FigureError> {
        let (long, high) = (self.long(40.0) / 2.0, self.tall(11.0) / 2.0);
        let (middle, lift) = match (&self.from, &self.to) {
            (None, None) => (self.origin(), high),
            (_, None) => (self.mark(body, &self.from)? + self.origin(), 0.0),
            _ => ((self.mark(body, &self.from)? + self.mark(body, &self.to)?) * 0.5 + self.origin(), 0.0),
        };
        let tip = self.frame().then(&M3::about_y(self.lean));
        let mut balls = Vec::new();
        let corner = (high * 0.6).min(4.0);
        for x in [-1.0, 1.0] {
            for y in [-1.0, 1.0] {
                balls.push(Ball::round(middle + v(0.0, 0.0, lift) + tip.apply(v(x * (long - corner), y * 16.0, 0.0)), corner));
            }
        }
        balls.push(Ball { at: middle + v(0.0, 0.0, lift), turn: tip, half: v(long * 0.86, 18.0, high), cut: None });
        Ok(fill("soft", Layer::Middle, vec![Solid::Hull(balls)]))
    }

    fn stick(&self, body: &Skeleton) -> Result<Shape, FigureError> {
        let (a, b) = (self.mark(body, &self.from)?, self.mark(body, &self.to)?);
        let along = (b - a).unit_or(UP);
        let over = self.long(14.0);
        let ends = [a - along * over, b + along * over].map(|p| Ball::round(p, 1.5));
        Ok(fill("stick", Layer::Front, vec![Solid::Hull(ends.to_vec())]))
    }

    fn bag(&self, body: &Skeleton) -> Result<Vec<Shape>, FigureError> {
        let hand = self.mark(body, &self.from)?;
        let at = |x: f64, y: f64, z: f64| hand + v(x, y, z);
        let handle =
            Look::Wire { points: vec![at(-8.0, -5.0, -13.0), at(-6.0, -2.0, 2.0), at(6.0, 2.0, 2.0), at(8.0, 5.0, -13.0)], closed: false };
        let mut corners = Vec::new();
        for (x, z) in [(14.0, -13.0), (17.0, -37.0)] {
            for x in [-x, x] {
                corners.extend([-7.0, 7.0].map(|y| at(x, y, z)));
            }
        }
        Ok(vec![Shape { class: "line", layer: Layer::Front, look: handle }, fill("bag", Layer::Front, vec![Solid::Block(corners, 4.0)])])
    }

    /// Where a thing is held: at one mark, or half way between two.
    fn held(&self, body: &Skeleton) -> Result<V3, FigureError> {
        let one = self.mark(body, &self.from)?;
        if self.to.is_none() { Ok(one) } else { Ok(one.lerp(self.mark(body, &self.to)?, 0.5)) }
    }

    /// A round weight with a handle.
    fn weight(&self, body: &Skeleton) -> Result<Vec<Shape>, FigureError> {
        let hand = self.held(body)?;
        let r = self.long(9.0);
        let drop = r + 5.0;
        let at = |x: f64, z: f64| hand + v(x, 0.0, z);
        let handle = vec![at(-r * 0.6, -drop + r * 0.5), at(-r * 0.7, 0.5), at(r * 0.7, 0.5), at(r * 0.6, -drop + r * 0.5)];
        Ok(vec![
            Shape { class: "line", layer: Layer::Front, look: Look::Wire { points: handle, closed: false } },
            fill("metal", Layer::Front, vec![Solid::Hull(vec![Ball::round(at(0.0, -drop), r)])]),
        ])
    }
}

pub(super) fn fill(class: &'static str, layer: Layer, solids: Vec<Solid>) -> Shape {
    Shape { class, layer, look: Look::Fill(solids) }
}
