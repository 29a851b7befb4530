//! Vectors and rotations in space. x points forward, y to the left, z up; lengths in centimetres,
//! angles in degrees.

use std::ops::{Add, Mul, Neg, Sub};

/// A point or a direction.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct V3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

/// Short for a vector of three numbers.
pub const fn v(x: f64, y: f64, z: f64) -> V3 {
    V3 { x, y, z }
}

impl Add for V3 {
    type Output = V3;
    fn add(self, o: V3) -> V3 {
        v(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}

impl Sub for V3 {
    type Output = V3;
    fn sub(self, o: V3) -> V3 {
        v(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}

impl Mul<f64> for V3 {
    type Output = V3;
    fn mul(self, k: f64) -> V3 {
        v(self.x * k, self.y * k, self.z * k)
    }
}

impl Neg for V3 {
    type Output = V3;
    fn neg(self) -> V3 {
        self * -1.0
    }
}

impl V3 {
    pub fn dot(self, o: V3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    pub fn cross(self, o: V3) -> V3 {
        v(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }

    pub fn len(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// Length one; `None` where there is no direction.
    pub fn unit(self) -> Option<V3> {
        let l = self.len();
        (l > 1e-6).then(|| self * (1.0 / l))
    }

    /// Length one, or the other direction where this one is too short to tell.
    pub fn unit_or(self, other: V3) -> V3 {
        self.unit().unwrap_or(other)
    }

    /// The part of this vector that lies across `axis` (of length one).
    pub fn across(self, axis: V3) -> V3 {
        self - axis * self.dot(axis)
    }

    pub fn lerp(self, o: V3, t: f64) -> V3 {
        self + (o - self) * t
    }
}

/// A rotation, as the three axes of the turned frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct M3 {
    pub x: V3,
    pub y: V3,
    pub z: V3,
}

impl M3 {
    pub const SAME: M3 = M3 { x: v(1.0, 0.0, 0.0), y: v(0.0, 1.0, 0.0), z: v(0.0, 0.0, 1.0) };

    pub fn about_x(deg: f64) -> M3 {
        let (s, c) = deg.to_radians().sin_cos();
        M3 { x: v(1.0, 0.0, 0.0), y: v(0.0, c, s), z: v(0.0, -s, c) }
    }

    /// Positive leans forward: z goes towards x.
    pub fn about_y(deg: f64) -> M3 {
        let (s, c) = deg.to_radians().sin_cos();
        M3 { x: v(c, 0.0, -s), y: v(0.0, 1.0, 0.0), z: v(s, 0.0, c) }
    }

    /// Positive turns to the left: x goes towards y.
    pub fn about_z(deg: f64) -> M3 {
        let (s, c) = deg.to_radians().sin_cos();
        M3 { x: v(c, s, 0.0), y: v(-s, c, 0.0), z: v(0.0, 0.0, 1.0) }
    }

    /// The frame whose z is `z` and whose x is as near to `x` as can be.
    pub fn of_z_x(z: V3, x: V3) -> M3 {
        let z = z.unit_or(v(0.0, 0.0, 1.0));
        let spare = if z.x.abs() < 0.9 { v(1.0, 0.0, 0.0) } else { v(0.0, 0.0, -1.0) };
        let x = x.across(z).unit_or(spare.across(z).unit_or(spare));
        M3 { x, y: z.cross(x), z }
    }

    pub fn apply(&self, p: V3) -> V3 {
        self.x * p.x + self.y * p.y + self.z * p.z
    }

    pub fn then(&self, inner: &M3) -> M3 {
        M3 { x: self.apply(inner.x), y: self.apply(inner.y), z: self.apply(inner.z) }
    }

    pub fn inverse(&self) -> M3 {
        M3 { x: v(self.x.x, self.y.x, self.z.x), y: v(self.x.y, self.y.y, self.z.y), z: v(self.x.z, self.y.z, self.z.z) }
    }

    /// Rotation about any axis of length one.
    pub fn about(axis: V3, deg: f64) -> M3 {
        let (s, c) = deg.to_radians().sin_cos();
        let turn = |p: V3| p * c + axis.cross(p) * s + axis * (axis.dot(p) * (1.0 - c));
        M3 { x: turn(Self::SAME.x), y: turn(Self::SAME.y), z: turn(Self::SAME.z) }
    }

    /// Axis and angle of this rotation.
    fn axis_angle(&self) -> (V3, f64) {
        let cos = ((self.x.x + self.y.y + self.z.z - 1.0) / 2.0).clamp(-1.0, 1.0);
        let twice = v(self.y.z - self.z.y, self.z.x - self.x.z, self.x.y - self.y.x);
        let angle = twice.len().atan2(2.0 * cos).to_degrees();
        let axis = twice.unit().unwrap_or_else(|| {
            // Half a turn: the axis is the direction that stays.
            let sum = [self.x + Self::SAME.x, self.y + Self::SAME.y, self.z + Self::SAME.z];
            sum.into_iter().max_by(|a, b| a.len().total_cmp(&b.len())).and_then(V3::unit).unwrap_or(Self::SAME.y)
        });
        (axis, angle)
    }

    /// Part of the way from this rotation to another, by the shortest turn.
    pub fn blend(&self, to: &M3, t: f64) -> M3 {
        let (axis, angle) = self.inverse().then(to).axis_angle();
        self.then(&M3::about(axis, angle * t))
    }

    /// Part of this rotation.
    pub fn part(&self, t: f64) -> M3 {
        M3::SAME.blend(self, t)
    }

    /// The angles p, q, r of `about_y(p) · about_x(q) · about_z(r)`.
    pub fn angles(&self) -> (f64, f64, f64) {
        let q = -self.z.y.clamp(-1.0, 1.0).asin();
        if q.cos().abs() < 0.02 {
            let r = self.x.z.atan2(self.x.x);
            return (0.0, q.to_degrees(), if q > 0.0 { r.to_degrees() } else { -r.to_degrees() });
        }
        (self.z.x.atan2(self.z.z).to_degrees(), q.to_degrees(), self.x.y.atan2(self.y.y).to_degrees())
    }

    pub fn of_angles(p: f64, q: f64, r: f64) -> M3 {
        M3::about_y(p).then(&M3::about_x(q)).then(&M3::about_z(r))
    }

    /// The same rotation in a mirror that swaps left and right.
    pub fn mirrored(&self) -> M3 {
        let flip = |p: V3| v(p.x, -p.y, p.z);
        M3 { x: flip(self.x), y: -flip(self.y), z: flip(self.z) }
    }
}
