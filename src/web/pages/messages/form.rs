//! The form of a message: its words, and what is asked when it is about a problem with an exercise.

use crate::care::adverse::{LONGEST as LONGEST_EVENT, NewEvent, OTHER, Problem};
use crate::care::messages::LONGEST;
use crate::clock::Moment;
use crate::lang::say;
use crate::store::adverse::Severity;
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;

/// The fields.
pub struct Fields {
    /// The message.
    pub body: Field,
    /// The tick; none while there is no exercise to have a problem with.
    pub problem: Option<Field>,
    /// What the tick opens.
    pub more: Vec<Field>,
}

impl Fields {
    /// An empty form.
    pub fn new(exercises: &[(String, String)], moment: Moment) -> Self {
        let body = Field::new("textarea", "body", tr!("Your message")).hint(tr!("Up to {max} letters.", max = LONGEST));
        if exercises.is_empty() {
            return Self { body, problem: None, more: Vec::new() };
        }
        let titles = exercises.iter().map(|(id, title)| (id.clone(), say(title).to_owned()));
        let choices = std::iter::once((String::new(), tr!("Choose one").to_owned()))
            .chain(titles)
            .chain([(OTHER.to_owned(), tr!("Another one, or I am not sure").to_owned())]);
        let more = vec![
            Field::new("select", "exercise", tr!("Which exercise?")).options(choices),
            Field::new("date", "happened", tr!("On which day?")).value(moment.today().to_string()),
            Field::new("textarea", "what", tr!("What happened?")).hint(tr!("You need not write it twice: this may be your whole message.")),
            Field::new("radios", "anything_new", advice().recheck.log_line.clone())
                .hint(advice().recheck.log_hint.clone())
                .options([("no", tr!("No")), ("yes", tr!("Yes"))]),
        ];
        let tick = Field::new("checkboxes", "problem", tr!("A problem with an exercise"))
            .options([("yes", tr!("This is about a problem with an exercise"))])
            .option_hint("yes", tr!("A few questions follow, so that your clinic can act on it."));
        Self { body, problem: Some(tick), more }
    }

    /// Shows what was typed.
    pub fn sent(&mut self, form: &FormData) {
        let again = |field: &mut Field| *field = std::mem::take(field).sent(form);
        again(&mut self.body);
        self.problem.iter_mut().chain(&mut self.more).for_each(again);
        // A "yes" counts without the tick: what it belongs to is shown with it.
        if form.text("anything_new") == "yes" {
            self.problem.iter_mut().flat_map(|tick| &mut tick.options).for_each(|option| option.checked = true);
        }
    }

    /// Puts the messages beside the fields; the lines of the summary.
    pub fn show(&mut self, errors: &Errors) -> Vec<ErrorLine> {
        let mut all = vec![std::mem::take(&mut self.body)];
        all.append(&mut self.more);
        let lines = errors.show(&mut all);
        self.more = all.split_off(1);
        self.body = all.pop().unwrap_or_default();
        lines
    }
}

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    /// The message.
    pub body: String,
    /// The problem that it tells, when all of it fits.
    pub problem: Option<Problem>,
    /// Something is new.
    pub anything_new: bool,
}

/// Reads a form; `asked` when it had the questions about a problem.
pub fn read(form: &FormData, asked: bool) -> (Written, Errors) {
    let mut reader = Reader::new(form);
    let anything_new = asked && form.text("anything_new") == "yes";
    if !asked || (form.all("problem").is_empty() && !anything_new) {
        let body = reader.text("body", LONGEST, Some(tr!("Write your message")));
        return (Written { body, ..Written::default() }, reader.errors);
    }
    let what = reader.text("what", LONGEST_EVENT, Some(tr!("Write what happened")));
    let mut body = reader.text("body", LONGEST, None);
    if body.is_empty() {
        body.clone_from(&what);
    }
    let exercise = form.text("exercise").to_owned();
    if exercise.is_empty() {
        reader.errors.add("exercise", tr!("Choose which exercise it was"));
    }
    let on = reader.date("happened");
    let on = reader.need("happened", on, tr!("Say on which day it was"));
    let new = reader.yes_no("anything_new");
    reader.need("anything_new", new, tr!("Say whether you noticed anything new"));
    let event = on.map(|on| NewEvent { exercise, on, what, severity: Severity::Unsure });
    let problem = event.map(|event| Problem { event, anything_new });
    (Written { body, problem, anything_new }, reader.errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_counts_without_the_tick_and_nothing_else_does() {
        let yes = FormData::of(&[("body", "Hello"), ("anything_new", "yes"), ("what", "")]);
        let (written, errors) = read(&yes, true);
        assert!(written.anything_new && !errors.is_empty(), "the rest is asked for");
        let (written, errors) = read(&FormData::of(&[("body", "Hello"), ("anything_new", "no"), ("what", "x")]), true);
        assert!(errors.is_empty() && written.problem.is_none() && written.body == "Hello");
    }

    #[test]
    fn what_happened_may_be_the_whole_message() {
        let told = [("problem", "yes"), ("exercise", "RP1"), ("happened", "2026-03-02"), ("what", "A sting"), ("anything_new", "no")];
        let (written, errors) = read(&FormData::of(&told), true);
        assert!(errors.is_empty() && written.body == "A sting" && written.problem.is_some());
    }
}
