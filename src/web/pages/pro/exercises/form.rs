//! The form of an own exercise: its fields by section, and what it says.

use super::pose::Part;
use crate::clinical::codes::Flag;
use crate::clinical::exercise::Exercise;
use crate::clinical::exercise::own::{Draft, EQUIPMENT, RESTRICTIONS, define, flag_words};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::pro::dose;

/// Names of the steps' fields.
const STEPS: [&str; 4] = ["step1", "step2", "step3", "step4"];

/// The sections of the form, without the poses.
pub(super) struct Sections {
    pub(super) words: Vec<Field>,
    pub(super) dose: Vec<Field>,
    pub(super) flags: Vec<Field>,
    pub(super) note: Vec<Field>,
}

fn capital(text: &str) -> String {
    text.chars().take(1).flat_map(char::to_uppercase).chain(text.chars().skip(1)).collect()
}

impl Sections {
    /// The fields with what `draft` says; `base` is the similar exercise.
    pub(super) fn new(base: &Exercise, draft: &Draft, is_new: bool) -> Self {
        let step = |n: usize| draft.steps.get(n).cloned().unwrap_or_default();
        let text = |name: &str, label: &str, value: &str| Field::new("lines", name, label).value(value);
        let mut words = vec![
            Field::new("text", "title", "Name").hint("As patients read it, everywhere").value(draft.title.clone()),
            text("why", "Why it is for the patient", &draft.why),
            text("start", "How to start", &draft.start),
        ];
        words.extend(STEPS.iter().enumerate().map(|(n, name)| {
            let field = text(name, &format!("Step {}", n + 1), &step(n));
            if n < 2 { field } else { field.optional() }
        }));
        words.push(text("cue", "One thing to think of", &draft.cue));
        let maybe = |field: Field, needed: bool| if needed { field } else { field.optional() };
        words.push(maybe(text("easier_how", "The easier form", &draft.easier_how), !base.easier_how.is_empty()));
        words.push(text("harder_how", "The harder form", &draft.harder_how).optional());
        words.push(maybe(text("stop", "A stop rule of its own", &draft.stop), !base.stop.is_empty()));
        Self { words, dose: dose::fields(&draft.dose), flags: flags(base, draft), note: note(is_new) }
    }

    fn each(&mut self) -> impl Iterator<Item = &mut Field> {
        self.words.iter_mut().chain(&mut self.dose).chain(&mut self.flags).chain(&mut self.note)
    }

    /// With what was typed.
    pub(super) fn sent(mut self, form: &FormData) -> Self {
        self.each().for_each(|field| *field = field.clone().sent(form));
        self
    }

    /// Puts the messages beside their fields, those of the poses too, and lists them.
    pub(super) fn show(&mut self, parts: &mut [Part], errors: &Errors) -> Vec<ErrorLine> {
        let mut list: Vec<Field> = parts.iter().flat_map(|part| part.fields.clone()).collect();
        list.extend(self.each().map(|field| field.clone()));
        let lines = errors.show(&mut list);
        let mut shown = list.into_iter();
        for part in parts {
            for field in &mut part.fields {
                *field = shown.next().unwrap_or_default();
            }
            part.open |= part.fields.iter().any(|field| !field.error.is_empty());
        }
        for field in self.each() {
            *field = shown.next().unwrap_or_default();
        }
        lines
    }
}

fn flags(base: &Exercise, draft: &Draft) -> Vec<Field> {
    let chosen: Vec<String> = draft.flags.iter().map(|flag| flag.code().to_owned()).collect();
    let options = |flags: &[Flag]| flags.iter().map(|flag| (flag.code(), capital(flag_words(*flag)))).collect::<Vec<_>>();
    let mut fields = vec![
        Field::new("checkboxes", "restrictions", "Not, or not without a decision, for people with …")
            .hint("Whoever this concerns is not offered the exercise")
            .options(options(&RESTRICTIONS))
            .values(&chosen)
            .optional(),
        Field::new("checkboxes", "equipment", "It needs …").options(options(&EQUIPMENT)).values(&chosen).optional(),
    ];
    if RESTRICTIONS.iter().any(|flag| base.has(*flag)) {
        let ticked = if draft.lifts { vec!["yes".to_owned()] } else { Vec::new() };
        fields.push(
            Field::new("checkboxes", "lifts", format!("If a mark of “{}” is taken off", base.title))
                .options([("yes", "I have judged this exercise safe without that mark. My name is kept with this.")])
                .values(&ticked)
                .optional(),
        );
    }
    fields
}

fn note(is_new: bool) -> Vec<Field> {
    if is_new {
        return Vec::new();
    }
    vec![Field::new("text", "note", "What is different, in a few words").hint("For your colleagues").optional()]
}

/// What a form says, with everything that does not fit.
pub(super) fn read(form: &FormData, base: &Exercise) -> (Draft, Errors) {
    let mut reader = Reader::new(form);
    let text = |name: &str| form.text(name).to_owned();
    let ticked = |name: &str, known: &[Flag]| -> Vec<Flag> {
        let sent = form.all(name);
        known.iter().copied().filter(|flag| sent.iter().any(|code| code == flag.code())).collect()
    };
    let mut chosen = ticked("restrictions", &RESTRICTIONS);
    chosen.extend(ticked("equipment", &EQUIPMENT));
    let dose = dose::read(&mut reader, text, &base.dose);
    let draft = Draft {
        title: text("title"),
        why: text("why"),
        start: text("start"),
        steps: STEPS.iter().map(|name| text(name)).collect(),
        cue: text("cue"),
        stop: text("stop"),
        easier_how: text("easier_how"),
        harder_how: text("harder_how"),
        flags: chosen,
        lifts: form.text("lifts") == "yes",
        dose,
    };
    let mut errors = reader.errors;
    for (field, message) in define(&base.id, base, &draft).err().unwrap_or_default() {
        errors.add(field, message);
    }
    (draft, errors)
}
