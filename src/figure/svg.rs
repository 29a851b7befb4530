//! The SVG of a figure: still, moving, two poses side by side, or one pose. Classes only; the colours are in
//! `static/css/figure.css`.

use super::FigureError;
use super::library::Figure;
use super::math::v;
use super::outline::{Frame2, P2};
use super::pose::View;
use super::scene::{Order, Piece};
use super::solve::Solved;
use std::fmt::Write;

/// The picture's box in units: three units are one pixel of a 400 × 300 picture.
pub const WIDTH: f64 = 1200.0;
pub const HEIGHT: f64 = 900.0;
/// Room round the figure, and the largest scale in units a centimetre.
const MARGIN: f64 = 54.0;
const LARGEST: f64 = 5.3;
/// The shortest arrow, in centimetres.
const SHORTEST: f64 = 20.0;
/// A part that moves less than this (in centimetres) has no ghost.
const STIRS: f64 = 4.0;
/// Seen from higher up than this (in degrees) the floor is no line.
const STEEP: f64 = 9.0;
/// Seconds for one way, for a rest at its end, and for a stretch of a round.
const WAY: f64 = 2.0;
const PAUSE: f64 = 0.7;
const ROUND: f64 = 0.7;

/// The forms of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// The end pose with a ghost of the start and an arrow.
    Still,
    /// Slowly between the poses, without a script.
    Moving,
    /// Start and end side by side, for paper.
    Pair,
    /// One pose by its number.
    Pose(usize),
}

impl Figure {
    /// The picture in a form; `mirrored` shows the other side.
    ///
    /// # Errors
    /// A prop or way that cannot be carried out.
    pub fn svg(&self, drawing: Drawing, mirrored: bool) -> Result<String, FigureError> {
        if !self.data.card.is_empty() {
            return self.card(drawing);
        }
        let mirrored = mirrored != self.data.mirrored;
        let sheet = Sheet::new(self)?;
        let strip = self.data.strip && matches!(drawing, Drawing::Still | Drawing::Pair);
        let wide = if drawing == Drawing::Pair && self.poses.len() > 1 && !strip { WIDTH * 2.0 } else { WIDTH };
        let mut out =
            format!("<svg class=\"figure\" viewBox=\"0 0 {wide} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", escape(&self.words()));
        if strip {
            sheet.strip(mirrored, &mut out)?;
            out.push_str("</svg>");
            return Ok(out);
        }
        if mirrored {
            let _ = write!(out, "<g transform=\"matrix(-1 0 0 1 {wide} 0)\">");
        }
        let last = figure_end(self);
        match drawing {
            Drawing::Still => sheet.still(&mut out)?,
            Drawing::Moving if self.poses.len() > 1 => sheet.moving(&mut out)?,
            Drawing::Moving => sheet.one(0, &mut out)?,
            Drawing::Pose(n) => sheet.one(n.min(self.poses.len() - 1), &mut out)?,
            Drawing::Pair if self.poses.len() > 1 => {
                sheet.one(0, &mut out)?;
                let _ = write!(out, "<g transform=\"translate({WIDTH})\">");
                sheet.one(last, &mut out)?;
                sheet.arrow(&mut out)?;
                out.push_str("</g>");
            }
            Drawing::Pair => sheet.one(0, &mut out)?,
        }
        out.push_str(if mirrored { "</g></svg>" } else { "</svg>" });
        Ok(out)
    }

    /// The text alternative as one text.
    pub fn words(&self) -> String {
        let alt = self.alt();
        [&alt.start, &alt.movement, &alt.end].into_iter().filter(|t| !t.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// A figure with its place on the picture.
pub(super) struct Sheet<'a> {
    figure: &'a Figure,
    order: Order,
    frame: Frame2,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(figure: &'a Figure) -> Result<Sheet<'a>, FigureError> {
        let stage = figure.stage();
        let shown = &figure.solved[figure.shown()];
        let order = stage.order(&shown.body);
        let mut low: P2 = (f64::MAX, f64::MAX);
        let mut high: P2 = (f64::MIN, f64::MIN);
        for solved in &figure.solved {
            for piece in stage.pieces(solved, &order)? {
                for p in piece.lines.iter().flatten() {
                    low = (low.0.min(p.0), low.1.min(p.1));
                    high = (high.0.max(p.0), high.1.max(p.1));
                }
            }
        }
        for p in arrow_points(figure)? {
            low = (low.0.min(p.0 - 3.0), low.1.min(p.1 - 3.0));
            high = (high.0.max(p.0 + 3.0), high.1.max(p.1 + 3.0));
        }
        let (w, h) = (high.0 - low.0, high.1 - low.1);
        let scale = ((WIDTH - 2.0 * MARGIN) / w).min((HEIGHT - 2.0 * MARGIN) / h).min(LARGEST);
        let x = WIDTH / 2.0 - (low.0 + high.0) / 2.0 * scale;
        let y = HEIGHT / 2.0 + (low.1 + high.1) / 2.0 * scale;
        Ok(Sheet { figure, order, frame: Frame2 { scale, x, y } })
    }

    fn pieces(&self, solved: &Solved) -> Result<Vec<Piece>, FigureError> {
        self.figure.stage().pieces(solved, &self.order)
    }

    fn floor(&self, out: &mut String) {
        if self.figure.data.view == View::Above || self.figure.data.pitch > STEEP {
            return;
        }
        let (_, y) = self.frame.point((0.0, self.figure.props.floor()));
        let _ = write!(out, "<path class=\"f-floor\" d=\"M40 {0}H{1}\"/>", y + 4, WIDTH - 40.0);
    }

    pub(super) fn one(&self, n: usize, out: &mut String) -> Result<(), FigureError> {
        self.floor(out);
        for piece in self.pieces(&self.figure.solved[n])? {
            self.path(&piece, out);
        }
        Ok(())
    }

    /// Every pose in its own quarter, numbered in reading order; only the poses are mirrored, not their order.
    /// Two poses stand side by side at full size: for tall, narrow pictures.
    fn strip(&self, mirrored: bool, out: &mut String) -> Result<(), FigureError> {
        if self.figure.poses.len() == 2 {
            for n in 0..2 {
                let x = n as f64 * WIDTH / 2.0;
                let _ = write!(out, "<text class=\"f-step\" x=\"{}\" y=\"74\">{}</text>", x + 30.0, n + 1);
                let matrix = if mirrored { format!("-1 0 0 1 {} 0", x + WIDTH * 0.75) } else { format!("1 0 0 1 {} 0", x - WIDTH / 4.0) };
                let _ = write!(out, "<g transform=\"matrix({matrix})\">");
                self.one(n, out)?;
                if n == 1 {
                    self.arrow(out)?;
                }
                out.push_str("</g>");
            }
            return Ok(());
        }
        for n in 0..self.figure.poses.len().min(4) {
            let (x, y) = ((n % 2) as f64 * WIDTH / 2.0, (n / 2) as f64 * HEIGHT / 2.0);
            let _ = write!(out, "<text class=\"f-step\" x=\"{}\" y=\"{}\">{}</text>", x + 30.0, y + 74.0, n + 1);
            let matrix = if mirrored { format!("-.5 0 0 .5 {} {y}", x + WIDTH / 2.0) } else { format!(".5 0 0 .5 {x} {y}") };
            let _ = write!(out, "<g transform=\"matrix({matrix})\">");
            self.one(n, out)?;
            out.push_str("</g>");
        }
        Ok(())
    }

    pub(super) fn still(&self, out: &mut String) -> Result<(), FigureError> {
        self.floor(out);
        let shown = self.figure.shown();
        let pieces = self.pieces(&self.figure.solved[shown])?;
        let props = pieces.iter().take_while(|p| !p.body).count();
        for piece in &pieces[..props] {
            self.path(piece, out);
        }
        if shown > 0 && !self.figure.data.no_ghost {
            self.ghost(out)?;
        }
        for piece in &pieces[props..] {
            self.path(piece, out);
        }
        self.arrow(out)
    }

    /// The start pose's parts that are elsewhere in the end pose, as one shape.
    fn ghost(&self, out: &mut String) -> Result<(), FigureError> {
        let mut d = String::new();
        let start = self.pieces(&self.figure.solved[0])?;
        let end = self.pieces(&self.figure.solved[self.figure.shown()])?;
        for (a, b) in start.iter().zip(&end).filter(|(a, _)| a.body) {
            for (from, to) in a.lines.iter().zip(&b.lines) {
                let way = from.iter().zip(to).map(|(p, q)| (p.0 - q.0).hypot(p.1 - q.1)).fold(0.0, f64::max);
                if way > STIRS {
                    self.frame.closed(std::slice::from_ref(from), &mut d);
                }
            }
        }
        if !d.is_empty() {
            let _ = write!(out, "<path class=\"f-ghost\" d=\"{d}\"/>");
        }
        Ok(())
    }

    fn data(&self, piece: &Piece) -> String {
        let mut d = String::new();
        if piece.wire && !piece.closed {
            for line in &piece.lines {
                self.frame.open(line, &mut d);
            }
        } else {
            self.frame.closed(&piece.lines, &mut d);
        }
        d
    }

    fn path(&self, piece: &Piece, out: &mut String) {
        let _ = write!(out, "<path class=\"{}\" d=\"{}\"/>", classes(piece), self.data(piece));
    }

    /// The way there and back (or round): numbers of samples with their times.
    pub(super) fn moving(&self, out: &mut String) -> Result<(), FigureError> {
        self.floor(out);
        let figure = self.figure;
        let stops = figure.poses.len();
        let mut samples: Vec<Vec<Piece>> = vec![self.pieces(&figure.solved[0])?];
        let mut ways: Vec<(usize, usize)> = Vec::new();
        let legs: Vec<(usize, usize)> = (0..stops).map(|i| (i, (i + 1) % stops)).filter(|(i, j)| figure.data.cycle || j > i).collect();
        for (from, to) in legs {
            let steps = figure.steps(from, to);
            let start = samples.len() - 1;
            for step in 1..steps {
                samples.push(self.pieces(&figure.between(from, to, step as f64 / steps as f64)?)?);
            }
            samples.push(self.pieces(&figure.solved[to])?);
            ways.push((start, samples.len() - 1));
        }
        let (times, frames) = timeline(&ways, figure.data.cycle);
        let total = times.last().copied().unwrap_or(1.0);
        let keys = times.iter().map(|t| number(t / total)).collect::<Vec<_>>().join(";");
        let clock = format!("dur=\"{}s\" repeatCount=\"indefinite\" keyTimes=\"{keys}\"", number(total));
        for (i, piece) in samples[0].iter().enumerate() {
            let d: Vec<String> = samples.iter().map(|s| s.get(i).map_or_else(String::new, |p| self.data(p))).collect();
            if d.iter().all(|x| *x == d[0]) {
                self.path(piece, out);
                continue;
            }
            let values = frames.iter().map(|f| d[*f].as_str()).collect::<Vec<_>>().join(";");
            let _ = write!(
                out,
                "<path class=\"{}\" d=\"{}\"><animate attributeName=\"d\" {clock} values=\"{values}\"/></path>",
                classes(piece),
                d[0]
            );
        }
        Ok(())
    }

    /// Along the way of a mark from the first pose to the shown one.
    fn arrow(&self, out: &mut String) -> Result<(), FigureError> {
        let Some(arrow) = &self.figure.data.arrow else { return Ok(()) };
        let mut points = arrow_points(self.figure)?;
        if points.is_empty() {
            return Ok(());
        }
        let mut d = String::new();
        let heads = if arrow.both { 2 } else { 1 };
        let mut tips = String::new();
        for head in 0..heads {
            if head == 1 {
                points.reverse();
            }
            self.tip(&mut points, &mut tips);
        }
        self.frame.open(&points, &mut d);
        let _ =
            write!(out, "<path class=\"f-halo\" d=\"{d}{tips}\"/><path class=\"f-arrow\" d=\"{d}\"/><path class=\"f-tip\" d=\"{tips}\"/>");
        Ok(())
    }

    /// An arrow's head at the end of a line, which is cut back to make room for it.
    fn tip(&self, points: &mut [P2], out: &mut String) {
        let last = points.len() - 1;
        let (end, before) = (points[last], points[last - 1]);
        let (dx, dy) = (end.0 - before.0, end.1 - before.1);
        let length = dx.hypot(dy).max(0.01);
        let (dx, dy) = (dx / length, dy / length);
        let size = 30.0 / self.frame.scale;
        let corner =
            |along: f64, aside: f64| (end.0 + dx * along * size - dy * aside * size, end.1 + dy * along * size + dx * aside * size);
        let [a, b, c] = [corner(0.75, 0.0), corner(-0.6, 0.72), corner(-0.6, -0.72)].map(|p| self.frame.point(p));
        let _ = write!(out, "M{} {}L{} {}L{} {}z", a.0, a.1, b.0, b.1, c.0, c.1);
        points[last] = corner(-0.2, 0.0);
    }
}

/// The pose that stands beside the start on paper: the shown one, of a round the one half-way.
fn figure_end(figure: &Figure) -> usize {
    if figure.data.cycle { figure.poses.len() / 2 } else { figure.shown() }
}

/// The way of the mark that the arrow follows, from the first pose to the shown one.
fn arrow_points(figure: &Figure) -> Result<Vec<P2>, FigureError> {
    let Some(arrow) = &figure.data.arrow else { return Ok(Vec::new()) };
    if !arrow.path.is_empty() {
        return Ok(arrow.path.iter().map(|p| (p[0], p[1])).collect());
    }
    if figure.poses.len() < 2 || (figure.data.cycle && arrow.round.is_none()) {
        return Ok(Vec::new());
    }
    let camera = figure.stage().camera;
    let dots = if arrow.round.is_some() { 12 } else { 6 };
    let point = |i: i32| {
        let t = arrow.part[0] + (arrow.part[1] - arrow.part[0]) * f64::from(i) / f64::from(dots);
        let body = if arrow.round.is_some() { figure.solved[figure.shown()].body.clone() } else { figure.along(t)?.body };
        let (at, _) = body.mark(&arrow.follow).ok_or_else(|| FigureError::Unknown("mark", arrow.follow.clone()))?;
        // To the right: clockwise as seen from above, beginning in front.
        let (sin, cos) = (t * -std::f64::consts::TAU).sin_cos();
        let p = camera.see(at + v(cos, sin, 0.0) * arrow.round.unwrap_or_default());
        Ok((p.0 + arrow.shift[0], p.1 + arrow.shift[1]))
    };
    let mut points = (0..=dots).map(point).collect::<Result<Vec<P2>, FigureError>>()?;
    // A short way is drawn longer, about its middle: a direction must be seen.
    let length: f64 = points.windows(2).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum();
    if length > 0.5 && length < SHORTEST {
        let (c, k) = (points[points.len() / 2], SHORTEST / length);
        for p in &mut points {
            *p = (c.0 + (p.0 - c.0) * k, c.1 + (p.1 - c.1) * k);
        }
    }
    Ok(points)
}

/// When each sample is due: slow at both ends of a way, a rest between ways; back by the same samples unless
/// the poses go round.
fn timeline(ways: &[(usize, usize)], cycle: bool) -> (Vec<f64>, Vec<usize>) {
    let (mut times, mut frames) = (vec![0.0], vec![0]);
    let mut at = 0.0;
    let back: Vec<(usize, usize)> = if cycle { Vec::new() } else { ways.iter().rev().map(|(a, b)| (*b, *a)).collect() };
    for (from, to) in ways.iter().copied().chain(back) {
        let steps = from.abs_diff(to);
        let length = if cycle { ROUND } else { WAY / (ways.len() as f64).sqrt() };
        let resting = frames.last().is_some_and(|f| *f == 0 || ways.last().is_some_and(|(_, end)| f == end));
        if !cycle && resting {
            at += PAUSE;
            times.push(at);
            frames.push(from);
        }
        for i in 1..=steps {
            let part = i as f64 / steps as f64;
            // The inverse of an eased way: samples are equal turns, so that the ends take longer.
            let eased = if cycle { part } else { (1.0 - 2.0 * part).acos() / std::f64::consts::PI };
            times.push(at + length * eased);
            frames.push(if to > from { from + i } else { from - i });
        }
        at += length;
    }
    (times, frames)
}

fn number(x: f64) -> String {
    let text = format!("{x:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.strip_prefix("0.").map_or_else(|| text.to_owned(), |rest| format!(".{rest}"))
}

fn classes(piece: &Piece) -> String {
    let words = piece.class.split(' ').map(|w| format!("f-{w}")).collect::<Vec<_>>().join(" ");
    match (piece.body, piece.wire) {
        (true, _) => format!("f-b {words}"),
        (false, true) => format!("f-w {words}"),
        (false, false) => format!("f-p {words}"),
    }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
