//! What no honest browser sends. Everything comes from one seed, so that a failure comes again.

use crate::support::Form;

/// A mark that must never come back as markup.
pub const MARK: &str = "x7431";
/// Markup as somebody would plant it, in a text that any field takes.
pub const MARKUP: &str = "<script>x7431()</script>\"><img src=x onerror=x7431()>{{7*7431}}";
/// What the markup above would be if anything took it for markup or a template.
pub const ALIVE: &[&str] = &["<script>x7431", "<img src=x", "=x7431()>", " 52017"];

/// Values for any box.
pub const NASTY: &[&str] = &[
    "",
    " \t\n ",
    "\u{0}\u{1}\u{8}\u{1b}[31m\u{7f}",
    "a\u{0}b",
    "\u{202e}drawkcab\u{202c}\u{200b}\u{feff}",
    "😀👩‍⚕️e\u{301}\u{301}\u{301}\u{301}",
    "' OR '1'='1' --",
    "1; DROP TABLE users; --",
    "\"; SELECT pg_sleep(3); --",
    MARKUP,
    "${7*7431}{{7*7431}}{% include \"/etc/passwd\" %}",
    "x\r\nSet-Cookie: x7431=1\r\n\r\n<script>x7431()</script>",
    "../../../../etc/passwd",
    "=HYPERLINK(\"http://x7431.example\",\"x\")",
    "99999999999999999999999999999999999999",
    "-1",
    "-9223372036854775809",
    "NaN",
    "Infinity",
    "-0.0",
    "1e309",
    "0x41",
    "３",
    "1,5",
    "true",
    "null",
    "[]",
    "0000-00-00",
    "9999-12-31",
    "2026-02-30",
    "25:61",
    "+262143-01-01",
    "https://x7431.example/",
    "//x7431.example",
    "no-such-choice",
];

/// Chance from a seed (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % (count.max(1) as u64)).expect("below a usize")
    }

    pub fn of<'a>(&mut self, values: &[&'a str]) -> &'a str {
        values[self.below(values.len())]
    }
}

pub type Pairs = Vec<(String, String)>;

/// What belongs to the protocol of a form and not to what somebody typed.
pub fn is_frame(name: &str) -> bool {
    matches!(name, "csrf" | "token" | "whose")
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The form with every choice made and every box filled, texts with `text`.
pub fn filled(form: &Form, text: &str, today: &str) -> Pairs {
    let mut pairs = Pairs::new();
    for (name, kind, value) in form.controls() {
        let chosen = pairs.iter().any(|(known, _)| *known == name);
        match kind.as_str() {
            "radio" if chosen => {}
            "hidden" | "radio" | "checkbox" | "select" => pairs.push((name, value)),
            "file" => {}
            "number" | "range" => pairs.push(pair(&name, if value.is_empty() { "3" } else { &value })),
            "date" => pairs.push(pair(&name, if value.is_empty() { today } else { &value })),
            "time" => pairs.push(pair(&name, if value.is_empty() { "08:30" } else { &value })),
            "email" => pairs.push(pair(&name, "x7431@example.org")),
            "text" if !value.is_empty() && value.parse::<f64>().is_ok() => pairs.push((name, value)),
            _ => pairs.push(pair(&name, text)),
        }
    }
    pairs
}

/// Some ways to send a form that its page never meant: what it is called, and the body.
pub fn attacks(form: &Form, chance: &mut Chance, today: &str) -> Vec<(String, Vec<u8>)> {
    let frame: Pairs = form.pairs().into_iter().filter(|(name, _)| is_frame(name)).collect();
    let mut typed: Vec<String> = form.controls().into_iter().map(|(name, _, _)| name).filter(|name| !is_frame(name)).collect();
    typed.extend(form.buttons.iter().map(|(name, _)| name.clone()));
    typed.dedup();
    let mut sent: Vec<(String, Pairs)> = vec![("nothing but the token".to_owned(), frame.clone())];
    let mut all = |value: String, called: &str| {
        let pairs = frame.iter().cloned().chain(typed.iter().map(|name| (name.clone(), value.clone()))).collect();
        sent.push((format!("{called} in every field"), pairs));
    };
    if !typed.is_empty() {
        let value = chance.of(NASTY);
        all(value.to_owned(), &format!("{value:?}"));
        all("x".repeat(9000), "9000 letters");
    }
    // One field goes wrong, the others are as they should be: the mistake gets further.
    for _ in 0..typed.len().min(2) {
        let (name, value) = (&typed[chance.below(typed.len())], chance.of(NASTY));
        let mut pairs = filled(form, "words", today);
        pairs.retain(|(known, _)| known != name);
        pairs.push(pair(name, value));
        sent.push((format!("{value:?} as {name}"), pairs));
    }
    // The first of a name counts: what fits comes second.
    let mut twice: Pairs = frame.iter().cloned().chain(typed.iter().map(|name| pair(name, chance.of(NASTY)))).collect();
    twice.extend(filled(form, "words", today));
    twice.extend(typed.iter().take(3).map(|name| pair(&format!("{name}[]"), "1")));
    // What a record has and no form asks for.
    for (name, value) in [
        ("is_admin", "true"),
        ("is_physio", "1"),
        ("role", "admin"),
        ("id", "1"),
        ("patient_id", "1"),
        ("clinic_id", "2"),
        ("user[is_admin]", "true"),
        ("__proto__[x]", "1"),
    ] {
        if !typed.iter().any(|known| known == name) {
            twice.push(pair(name, value));
        }
    }
    sent.push(("every field twice, and some more".to_owned(), twice));
    let encode = |pairs: &Pairs| url_encoded(pairs).into_bytes();
    let mut bodies: Vec<(String, Vec<u8>)> = sent.iter().map(|(called, pairs)| (called.clone(), encode(pairs))).collect();
    if let Some(name) = typed.first() {
        let mut broken = encode(&frame);
        broken.extend_from_slice(format!("&{name}=%FF%FE%C0%80&%ZZ=%&=&&{name}").as_bytes());
        broken.extend_from_slice(b"\xff\xfe=\xc3\x28");
        bodies.push(("bytes that are no text".to_owned(), broken));
    }
    bodies
}

/// Pairs as a browser encodes them.
pub fn url_encoded(pairs: &Pairs) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
