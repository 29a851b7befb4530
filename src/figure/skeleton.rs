//! Forward kinematics: from a place and rotations to points and frames, and the marks that data can name.

use super::body::{self, JOINTS, Joint, Side};
use super::math::{M3, V3, v};

/// A body's state: where the pelvis is and how every joint is turned.
#[derive(Debug, Clone)]
pub struct Rig {
    pub at: V3,
    pub root: M3,
    pub joints: [M3; JOINTS],
    /// How far the hands are closed: 0 flat, 1 a fist.
    pub fists: f64,
    /// How far the tummy stands out with a breath, in centimetres.
    pub breath: f64,
}

/// A point with the directions that belong to it.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub at: V3,
    pub turn: M3,
}

impl Frame {
    pub fn point(&self, p: V3) -> V3 {
        self.at + self.turn.apply(p)
    }
}

/// Shoulder, elbow, wrist and hand; or hip, knee, ankle and foot. Bones run along -z.
#[derive(Debug, Clone, Copy)]
pub struct Limb {
    pub upper: Frame,
    pub lower: Frame,
    pub tip: Frame,
}

/// Everything in its place.
#[derive(Debug, Clone)]
pub struct Skeleton {
    /// Frames along the spine, one a centimetre from the hips up.
    pub spine: Vec<Frame>,
    pub neck: Frame,
    pub head: Frame,
    arms: [Limb; 2],
    legs: [Limb; 2],
    pub fists: f64,
    pub breath: f64,
}

impl Rig {
    pub fn joint(&self, joint: Joint) -> &M3 {
        &self.joints[joint.index()]
    }

    pub fn set(&mut self, joint: Joint, turn: M3) {
        self.joints[joint.index()] = turn;
    }

    /// The same in a mirror.
    pub fn mirrored(&self) -> Rig {
        let mut joints = self.joints;
        for joint in Joint::all() {
            joints[joint.mirrored().index()] = self.joint(joint).mirrored();
        }
        Rig { at: v(self.at.x, -self.at.y, self.at.z), root: self.root.mirrored(), joints, ..*self }
    }

    /// Part of the way to another state.
    pub fn blend(&self, to: &Rig, t: f64) -> Rig {
        let mut joints = self.joints;
        for (a, b) in joints.iter_mut().zip(&to.joints) {
            *a = a.blend(b, t);
        }
        let part = |a: f64, b: f64| a + (b - a) * t;
        let (fists, breath) = (part(self.fists, to.fists), part(self.breath, to.breath));
        Rig { at: self.at.lerp(to.at, t), root: self.root.blend(&to.root, t), joints, fists, breath }
    }

    /// All points from the state.
    pub fn stand(&self) -> Skeleton {
        let spine = self.spine();
        let top = spine[spine.len() - 1];
        let neck = Frame { at: top.point(v(-0.6, 0.0, -1.0)), turn: top.turn.then(self.joint(Joint::Neck)) };
        let atlas = neck.point(v(1.2, 0.0, body::NECK));
        let turn = neck.turn.then(self.joint(Joint::Head));
        let head = Frame { at: atlas + turn.apply(v(1.4, 0.0, body::HEAD)), turn };
        let chest = spine[spine.len() - 6];
        let arms = Side::BOTH.map(|s| self.arm(s, &top, &chest));
        let legs = Side::BOTH.map(|s| self.leg(s));
        Skeleton { spine, neck, head, arms, legs, fists: self.fists, breath: self.breath }
    }

    /// Each zone turns by equal steps a centimetre, about one axis.
    fn spine(&self) -> Vec<Frame> {
        let (mut at, mut turn) = (self.at, self.root);
        let mut frames = Vec::with_capacity(body::SPINE as usize + 1);
        frames.push(Frame { at, turn });
        let mut climb = |turn: M3| {
            at = at + frames.last().map_or(turn.z, |f: &Frame| f.turn.z);
            frames.push(Frame { at, turn });
        };
        (0..body::ZONES[0].0 as usize).for_each(|_| climb(turn));
        for (zone, (from, to)) in [Joint::Low, Joint::Mid, Joint::High].into_iter().zip(body::ZONES) {
            let step = self.joint(zone).part(1.0 / (to - from));
            for _ in from as usize..to as usize {
                turn = turn.then(&step);
                climb(turn);
            }
        }
        frames
    }

    /// The shoulder goes along a little with the arm: up when it is raised, forward when it reaches.
    fn arm(&self, side: Side, top: &Frame, chest: &Frame) -> Limb {
        let k = side.sign();
        let upper = self.joint(Joint::Shoulder(side));
        let aim = -upper.z;
        let raised = ((aim.z + 0.35) / 1.35).clamp(0.0, 1.0);
        let reach = if aim.x > 0.0 { aim.x * 2.5 } else { aim.x * 1.5 };
        let give = v(reach - raised, -k * (raised * 3.0 + reach.max(0.0) * 1.3), raised * 5.5);
        let joint = v(-0.8, k * body::SHOULDER_WIDTH, -body::SHOULDER_DROP) + give;
        let at = top.at + chest.turn.apply(joint);
        self.limb(at, &chest.turn, [Joint::Shoulder(side), Joint::Elbow(side), Joint::Wrist(side)], body::UPPER_ARM, body::FOREARM)
    }

    /// How the chest is turned.
    pub fn chest(&self) -> M3 {
        let [low, mid, high] = [Joint::Low, Joint::Mid, Joint::High].map(|j| self.joint(j));
        // The shoulders hang where the upper zone is not yet at its end.
        let (from, to) = body::ZONES[2];
        self.root.then(low).then(mid).then(&high.part((45.0 - from) / (to - from)))
    }

    /// One limb, for which the rest of the body need not stand: a leg needs the pelvis alone.
    pub fn one_limb(&self, side: Side, arm: bool) -> Limb {
        if !arm {
            return self.leg(side);
        }
        let spine = self.spine();
        self.arm(side, &spine[spine.len() - 1], &spine[spine.len() - 6])
    }

    fn leg(&self, side: Side) -> Limb {
        let at = self.at + self.root.apply(v(0.0, side.sign() * body::HIP_WIDTH, 0.0));
        self.limb(at, &self.root, [Joint::Hip(side), Joint::Knee(side), Joint::Ankle(side)], body::THIGH, body::SHANK)
    }

    fn limb(&self, at: V3, parent: &M3, joints: [Joint; 3], first: f64, second: f64) -> Limb {
        let upper = Frame { at, turn: parent.then(self.joint(joints[0])) };
        let lower = Frame { at: upper.point(v(0.0, 0.0, -first)), turn: upper.turn.then(self.joint(joints[1])) };
        let tip = Frame { at: lower.point(v(0.0, 0.0, -second)), turn: lower.turn.then(self.joint(joints[2])) };
        Limb { upper, lower, tip }
    }
}

impl Skeleton {
    pub fn arm(&self, side: Side) -> &Limb {
        &self.arms[usize::from(side == Side::Right)]
    }

    pub fn leg(&self, side: Side) -> &Limb {
        &self.legs[usize::from(side == Side::Right)]
    }

    /// The frame of the spine at `s` centimetres above the hips; straight on below and above.
    pub fn spine_at(&self, s: f64) -> Frame {
        let last = self.spine.len() - 1;
        let low = (s.floor().max(0.0) as usize).min(last);
        let frame = self.spine[low];
        Frame { at: frame.at + frame.turn.z * (s - low as f64), turn: frame.turn }
    }

    /// A named point on the body and the direction out of it.
    pub fn mark(&self, name: &str) -> Option<(V3, V3)> {
        if let Some((part, side)) = sided(name) {
            return self.side_mark(part, side);
        }
        let on = |s: f64, x: f64| {
            let f = self.spine_at(s);
            (f.point(v(x, 0.0, 0.0)), f.turn.x * x.signum())
        };
        Some(match name {
            "pelvis" => (self.spine_at(2.0).at, self.spine_at(0.0).turn.z),
            "belly" => on(13.0, 9.8 + self.breath),
            "chest" => on(37.0, 10.8),
            "tail" => on(1.0, -12.0),
            "low_back" => on(16.0, -8.0),
            "mid_back" => on(27.0, -9.2),
            "upper_back" => on(40.0, -10.6),
            "neck" => (self.neck.point(v(-4.0, 0.0, 5.0)), -self.neck.turn.x),
            "head" => (self.head.at, self.head.turn.z),
            "head_back" => (self.head.point(v(-9.8, 0.0, 1.0)), -self.head.turn.x),
            "nose" => (self.head.point(v(10.5, 0.0, -2.0)), self.head.turn.x),
            "crown" => (self.head.point(v(-1.0, 0.0, 11.5)), self.head.turn.z),
            _ => return None,
        })
    }

    fn side_mark(&self, part: &str, side: Side) -> Option<(V3, V3)> {
        let (arm, leg, k) = (self.arm(side), self.leg(side), side.sign());
        let along = |f: &Frame, d: f64, x: f64| (f.point(v(x, 0.0, -d)), f.turn.x * if x < 0.0 { -1.0 } else { 1.0 });
        Some(match part {
            "hip" => (leg.upper.at, self.spine_at(0.0).turn.y * k),
            // The side of the pelvis, where hands on the hips rest; and behind it.
            "hipside" => (self.spine_at(8.0).point(v(0.0, 15.6 * k, 0.0)), self.spine_at(8.0).turn.y * k),
            "hipback" => (self.spine_at(8.5).point(v(-9.2, 7.5 * k, 0.0)), -self.spine_at(8.5).turn.x),
            "knee" => along(&leg.lower, -1.0, 5.6),
            "thigh" => along(&leg.upper, body::THIGH * 0.6, 7.6),
            "hamstring" => along(&leg.upper, body::THIGH * 0.62, -7.2),
            "shin" => along(&leg.lower, body::SHANK * 0.3, 4.8),
            "ankle" => (leg.tip.at, leg.lower.turn.x),
            "foot" => (leg.tip.point(v(6.0, 0.0, -body::ANKLE)), -leg.tip.turn.z),
            "heel" => (leg.tip.point(v(-4.0, 0.0, -body::ANKLE)), -leg.tip.turn.z),
            "toe" => (leg.tip.point(v(16.0, 0.0, -body::ANKLE)), leg.tip.turn.x),
            "shoulder" => (arm.upper.at, self.spine_at(45.0).turn.y * k),
            "elbow" => (arm.lower.at, -arm.lower.turn.x),
            "wrist" => (arm.tip.at, -arm.tip.turn.z),
            "hand" => (arm.tip.point(v(0.0, 0.0, -body::PALM)), arm.tip.turn.y * k),
            "fingers" => (arm.tip.point(v(0.0, 0.0, -15.5)), -arm.tip.turn.z),
            _ => return None,
        })
    }
}

/// A name and the side at its end: `knee_left`.
pub fn sided(name: &str) -> Option<(&str, Side)> {
    let side = |word: &str, s: Side| name.strip_suffix(word).map(|part| (part, s));
    side("_left", Side::Left).or_else(|| side("_right", Side::Right))
}
