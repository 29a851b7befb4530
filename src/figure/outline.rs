//! From solids to outlines: an orthographic camera and soft closed curves.
//!
//! An outline is a closed polygon of control points; the curve drawn is its quadratic B-spline, which touches
//! every edge in the middle. It needs two numbers a point in SVG (`T` reflects the control point), and two
//! outlines of the same part always have the same number of points, so that one can be moved into the other.

use super::math::{M3, V3, v};
use super::pose::View;
use super::solids::{Ball, Solid, Station};
use std::f64::consts::TAU;
use std::fmt::Write;

/// A point on the picture: to the right and up, in centimetres.
pub type P2 = (f64, f64);

/// Who looks: three directions of length one.
#[derive(Debug, Clone, Copy)]
pub struct Camera {
    pub right: V3,
    pub up: V3,
    pub toward: V3,
}

/// Directions in which a hull is felt.
const FEELERS: usize = 12;

impl Camera {
    pub fn new(view: View, yaw: f64, pitch: f64) -> Camera {
        let (yaw, pitch) = match view {
            View::Side => (yaw, pitch),
            View::Front => (yaw + 90.0, pitch),
            View::Above => (yaw, pitch + 90.0),
        };
        let turn = M3::about_z(yaw);
        let (right, level) = (turn.apply(v(1.0, 0.0, 0.0)), turn.apply(v(0.0, -1.0, 0.0)));
        let (sin, cos) = pitch.to_radians().sin_cos();
        let up = v(0.0, 0.0, 1.0);
        Camera { right, up: up * cos - level * sin, toward: level * cos + up * sin }
    }

    pub fn see(&self, p: V3) -> P2 {
        (p.dot(self.right), p.dot(self.up))
    }

    fn out(&self, d: P2) -> V3 {
        self.right * d.0 + self.up * d.1
    }

    /// The outline of a solid, counter-clockwise.
    pub fn outline(&self, solid: &Solid) -> Vec<P2> {
        match solid {
            Solid::Loft { stations, round, straight } => self.loft(stations, *round, *straight),
            Solid::Hull(balls) => self.hull(balls),
            Solid::Block(corners, r) => self.block(corners, *r),
        }
    }

    fn loft(&self, stations: &[Station], round: (bool, bool), straight: bool) -> Vec<P2> {
        let seen: Vec<P2> = stations.iter().map(|s| self.see(s.at)).collect();
        let last = seen.len() - 1;
        let whole = direction(seen[0], seen[last], (0.0, 1.0));
        let (mut there, mut back) = (Vec::new(), Vec::new());
        for (i, station) in stations.iter().enumerate() {
            let d = if straight { whole } else { direction(seen[i.saturating_sub(1)], seen[(i + 1).min(last)], whole) };
            let n = (-d.1, d.0);
            let r = station.own_reach(self.out(n));
            there.push(shift(seen[i], n, -r));
            back.push(shift(seen[i], n, r));
        }
        let cap = |i: usize, sign: f64| {
            let n = (-whole.1, whole.0);
            let r = stations[i].own_reach(self.out(n));
            let ahead = stations[i].own_reach(self.out(whole)).max(r) * if sign > 0.0 { 1.02 } else { 0.94 } * sign;
            let tip = shift(seen[i], whole, ahead);
            [shift(tip, n, -0.58 * r), shift(tip, n, 0.58 * r)]
        };
        let mut points = there;
        if round.1 {
            points.extend(cap(last, 1.0));
        }
        points.extend(back.into_iter().rev());
        if round.0 {
            let [a, b] = cap(0, -1.0);
            points.extend([b, a]);
        }
        points
    }

    /// Corners where neighbouring tangents meet.
    fn hull(&self, balls: &[Ball]) -> Vec<P2> {
        let (Some(first), Some(last)) = (balls.first(), balls.last()) else { return Vec::new() };
        let aside = self.see(first.turn.z);
        let axis = direction(self.see(first.at), self.see(last.at), aside);
        let start = axis.1.atan2(axis.0);
        let step = TAU / FEELERS as f64;
        let felt: Vec<(P2, f64)> = (0..=FEELERS)
            .map(|i| {
                let (sin, cos) = (start + step * i as f64).sin_cos();
                let n = self.out((cos, sin));
                ((cos, sin), balls.iter().map(|b| b.reach(n)).fold(f64::MIN, f64::max))
            })
            .collect();
        felt.windows(2)
            .map(|w| {
                let (n, h) = w[0];
                let along = (w[1].1 - h * step.cos()) / step.sin();
                (n.0 * h - n.1 * along, n.1 * h + n.0 * along)
            })
            .collect()
    }
}

impl Camera {
    /// The outermost corners, each cut by a short edge so that the curve rounds it.
    fn block(&self, corners: &[V3], r: f64) -> Vec<P2> {
        let mut points: Vec<P2> = corners.iter().map(|c| self.see(*c)).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let turn = |o: P2, a: P2, b: P2| (a.0 - o.0) * (b.1 - o.1) - (a.1 - o.1) * (b.0 - o.0);
        let half = |points: &mut dyn Iterator<Item = P2>| {
            let mut chain: Vec<P2> = Vec::new();
            for p in points {
                while chain.len() > 1 && turn(chain[chain.len() - 2], chain[chain.len() - 1], p) <= 1e-6 {
                    chain.pop();
                }
                chain.push(p);
            }
            chain.pop();
            chain
        };
        let mut hull = half(&mut points.iter().copied());
        hull.extend(half(&mut points.iter().rev().copied()));
        let n = hull.len();
        let toward = |a: P2, b: P2| {
            let length = (b.0 - a.0).hypot(b.1 - a.1);
            shift(a, direction(a, b, (1.0, 0.0)), r.min(length * 0.4))
        };
        (0..n).flat_map(|i| [toward(hull[i], hull[(i + n - 1) % n]), toward(hull[i], hull[(i + 1) % n])]).collect()
    }
}

fn direction(a: P2, b: P2, other: P2) -> P2 {
    let d = (b.0 - a.0, b.1 - a.1);
    let l = d.0.hypot(d.1);
    if l > 0.5 {
        return (d.0 / l, d.1 / l);
    }
    let l = other.0.hypot(other.1);
    if l > 1e-6 { (other.0 / l, other.1 / l) } else { (0.0, 1.0) }
}

fn shift(p: P2, d: P2, by: f64) -> P2 {
    (p.0 + d.0 * by, p.1 + d.1 * by)
}

/// How centimetres become units of the picture.
#[derive(Debug, Clone, Copy)]
pub struct Frame2 {
    pub scale: f64,
    pub x: f64,
    pub y: f64,
}

impl Frame2 {
    /// On a grid of two units, so that the middle between two points is a whole number.
    fn grid(&self, p: P2) -> (i64, i64) {
        (((self.x + p.0 * self.scale) / 2.0).round() as i64, ((self.y - p.1 * self.scale) / 2.0).round() as i64)
    }

    pub fn point(&self, p: P2) -> (i64, i64) {
        let (x, y) = self.grid(p);
        (x * 2, y * 2)
    }

    /// Path data for closed outlines.
    pub fn closed(&self, outlines: &[Vec<P2>], out: &mut String) {
        for outline in outlines {
            let p: Vec<(i64, i64)> = outline.iter().map(|p| self.grid(*p)).collect();
            let n = p.len();
            if n < 3 {
                continue;
            }
            let middle = |i: usize| (p[i % n].0 + p[(i + 1) % n].0, p[i % n].1 + p[(i + 1) % n].1);
            let start = middle(n - 1);
            let _ = write!(out, "M{}", pair(start));
            let first = middle(0);
            let _ = write!(out, "q{}{}", pair((p[0].0 * 2 - start.0, p[0].1 * 2 - start.1)), next((first.0 - start.0, first.1 - start.1)));
            let mut at = first;
            for i in 1..n {
                let to = middle(i);
                let step = pair((to.0 - at.0, to.1 - at.1));
                let _ = write!(
                    out,
                    "{}{step}",
                    if i == 1 {
                        "t"
                    } else if step.starts_with('-') {
                        ""
                    } else {
                        " "
                    }
                );
                at = to;
            }
            out.push('z');
        }
    }

    /// Path data for a line that passes near its points and ends at the first and last.
    pub fn open(&self, points: &[P2], out: &mut String) {
        let p: Vec<(i64, i64)> = points.iter().map(|p| self.grid(*p)).collect();
        let Some(first) = p.first() else { return };
        let _ = write!(out, "M{}", pair((first.0 * 2, first.1 * 2)));
        for i in 1..p.len().saturating_sub(1) {
            let (c, n) = (p[i], p[i + 1]);
            let end = if i + 2 == p.len() { (n.0 * 2, n.1 * 2) } else { (c.0 + n.0, c.1 + n.1) };
            let _ = write!(out, "Q{}{}", pair((c.0 * 2, c.1 * 2)), next(end));
        }
        if p.len() == 2 {
            let _ = write!(out, "L{}", pair((p[1].0 * 2, p[1].1 * 2)));
        }
    }
}

fn pair(p: (i64, i64)) -> String {
    format!("{}{}", p.0, tail(p.1))
}

fn next(p: (i64, i64)) -> String {
    let text = pair(p);
    if text.starts_with('-') { text } else { format!(" {text}") }
}

fn tail(n: i64) -> String {
    if n < 0 { n.to_string() } else { format!(" {n}") }
}
