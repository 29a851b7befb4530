//! The form of a template: everything of it stands in the page, so that adding an exercise or a phase shows the page
//! again with all that was typed, and nothing is kept before it is saved.

use super::super::dose;
use crate::care::desk::templates::{MAX_PHASES, WEEKS, problems};
use crate::clinical::advice::advice;
use crate::clinical::codes::{Activity, Category};
use crate::clinical::plan::template::{Phase, QuotaHint, Template};
use crate::clinical::plan::{Level, MAX_ITEMS, Prescribed};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};

/// Days a week that a daily goal is suggested for without a word.
const USUAL_DAYS: u8 = 5;

/// An exercise of the form.
pub(super) struct ItemView {
    /// Where it stands: "p1.i2".
    pub(super) place: String,
    /// The place above and the one below; empty at the ends of the list.
    pub(super) above: String,
    pub(super) below: String,
    pub(super) title: String,
    pub(super) dose: String,
    pub(super) open: bool,
    pub(super) fields: Vec<Field>,
}

/// A phase of the form.
pub(super) struct PhaseView {
    pub(super) heading: String,
    pub(super) fields: Vec<Field>,
    pub(super) items: Vec<ItemView>,
    pub(super) quota: Vec<Field>,
}

/// All of it.
pub(super) struct Sections {
    pub(super) head: Vec<Field>,
    pub(super) phases: Vec<PhaseView>,
    pub(super) add: Vec<Field>,
    pub(super) explain: Vec<Field>,
    pub(super) note: Vec<Field>,
}

fn under(prefix: &str, field: Field) -> Field {
    let name = format!("{prefix}.{}", field.name);
    Field { id: format!("f-{}", name.replace(['_', '.'], "-")), name, ..field }
}

fn item_view(phase: &str, (n, of): (usize, usize), item: &Prescribed) -> ItemView {
    let place = |n: usize| format!("{phase}.i{n}");
    let prefix = place(n);
    let levels = [("easier", "The easier form"), ("standard", "As described"), ("harder", "The harder form")];
    let own = item.own.as_ref().map(|own| own.version.to_string()).unwrap_or_default();
    let mut fields = vec![Field::new("hidden", "exercise", "").value(item.exercise.as_str()), Field::new("hidden", "own", "").value(own)];
    fields.extend(dose::fields(&item.dose));
    fields.push(Field::new("select", "level", "Form").options(levels).value(item.level.code()));
    fields.push(Field::new("checkboxes", "out", "Take it out").options([("yes", "Not in this phase")]));
    ItemView {
        above: if n > 1 { place(n - 1) } else { String::new() },
        below: if n < of { place(n + 1) } else { String::new() },
        title: item.title().to_owned(),
        dose: item.in_words().to_string(),
        open: false,
        fields: fields.into_iter().map(|field| under(&prefix, field)).collect(),
        place: prefix,
    }
}

fn phase_view(at: usize, phase: &Phase, of: usize) -> PhaseView {
    let prefix = format!("p{at}");
    let mut fields = vec![
        Field::new("text", "name", "Name of the phase").value(phase.name.as_str()),
        Field::new("number", "weeks", "How long").suffix("weeks").value(phase.weeks.to_string()),
    ];
    if of > 1 {
        fields.push(Field::new("checkboxes", "out", "Take it out").options([("yes", "Without this phase")]));
    }
    let hint = phase.quotas.first();
    let activities = Activity::ALL.iter().map(|a| (a.code().to_owned(), advice().activity(*a).name.clone()));
    let activities = std::iter::once((String::new(), "None".to_owned())).chain(activities);
    let quota = vec![
        Field::new("select", "quota", "Activity").options(activities).value(hint.map_or("", |hint| hint.activity.code())),
        Field::new("select", "start", "Begins with")
            .hint("Of what the baseline showed. Where the rules say less for a person, that counts.")
            .options([("70", "70 %"), ("80", "80 %")])
            .value(hint.map_or("80".to_owned(), |hint| hint.start_percent.to_string())),
        Field::new("number", "days", "Days a week").suffix("days").value(hint.map_or(USUAL_DAYS, |hint| hint.days_per_week).to_string()),
    ];
    PhaseView {
        heading: format!("Phase {at}"),
        fields: fields.into_iter().map(|field| under(&prefix, field)).collect(),
        items: (1..).zip(&phase.items).map(|(n, item)| item_view(&prefix, (n, phase.items.len()), item)).collect(),
        quota: quota.into_iter().map(|field| under(&prefix, field)).collect(),
    }
}

impl Sections {
    pub(super) fn new(body: &Template, choosable: &[Prescribed], note: &str, is_new: bool) -> Self {
        let suits: Vec<String> = body.suits.iter().map(|category| category.code().to_owned()).collect();
        let categories = Category::ALL.iter().map(|c| (c.code(), advice().category(*c).name.clone()));
        let group = |item: &Prescribed| item.definition().map_or("", |exercise| exercise.group.title());
        let exercises = choosable.iter().map(|item| (item.exercise.clone(), format!("{}: {}", group(item), item.title())));
        let phases = (1..=body.phases.len()).map(|at| (at.to_string(), format!("Phase {at}")));
        let note_hint = if is_new { "May stay empty." } else { "Your colleagues decide by it whether to update their patients." };
        Self {
            head: vec![
                Field::new("text", "name", "Name").value(body.name.as_str()),
                Field::new("lines", "sentence", "For whom is it?").hint("A sentence.").value(body.sentence.as_str()),
                Field::new("checkboxes", "suits", "Patterns it suits").hint("None: any pattern.").options(categories).values(&suits),
                Field::new("radios", "days_per_week", "Training days a week")
                    .options([("3", "3"), ("4", "4"), ("5", "5")])
                    .value(body.days_per_week.to_string()),
            ],
            phases: (1..).zip(&body.phases).map(|(at, phase)| phase_view(at, phase, body.phases.len())).collect(),
            add: vec![
                Field::new("select", "add", "Exercise")
                    .options(std::iter::once((String::new(), "Choose an exercise".to_owned())).chain(exercises)),
                Field::new("select", "add_to", "To which phase?").options(phases).value(body.phases.len().to_string()),
            ],
            explain: vec![
                Field::new("textarea", "explain", "What to explain")
                    .hint("A line for each point of the checklist.")
                    .value(body.explain.join("\n"))
                    .optional(),
            ],
            note: vec![Field::new("text", "note", "Why is it as it is now?").hint(note_hint).value(note)],
        }
    }

    fn groups(&mut self) -> Vec<&mut Vec<Field>> {
        let mut groups: Vec<&mut Vec<Field>> = vec![&mut self.head];
        for phase in &mut self.phases {
            groups.push(&mut phase.fields);
            groups.extend(phase.items.iter_mut().map(|item| &mut item.fields));
            groups.push(&mut phase.quota);
        }
        groups.extend([&mut self.add, &mut self.explain, &mut self.note]);
        groups
    }

    /// Shows what was typed, also where it cannot be read; an exercise that was moved takes along what was typed of it.
    /// Where something was taken out the rest has moved up and shows what was read.
    pub(super) fn typed(mut self, form: &FormData) -> Self {
        if form.pairs().iter().any(|(name, _)| name.ends_with(".out")) {
            return self;
        }
        let moved = moved(form).map(|(phase, at, up)| {
            let place = |n: usize| format!("p{phase}.i{n}.");
            (place(at), place(if up { at.saturating_sub(1) } else { at + 1 }))
        });
        let typed_as = |name: &str| match &moved {
            Some((from, to)) if name.starts_with(from.as_str()) => name.replacen(from.as_str(), to, 1),
            Some((from, to)) if name.starts_with(to.as_str()) => name.replacen(to.as_str(), from, 1),
            _ => name.to_owned(),
        };
        for field in self.groups().into_iter().flatten() {
            let written = matches!(field.kind.as_str(), "text" | "number" | "lines" | "textarea");
            let sent = typed_as(&field.name);
            if written && form.pairs().iter().any(|(name, _)| *name == sent) {
                form.text(&sent).clone_into(&mut field.value);
            }
        }
        self
    }

    /// Puts the messages beside their fields and lists them.
    pub(super) fn show(&mut self, errors: &Errors) -> Vec<ErrorLine> {
        let mut groups = self.groups();
        let counts: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let mut all: Vec<Field> = groups.iter_mut().flat_map(|group| std::mem::take(*group)).collect();
        let lines = errors.show(&mut all);
        let mut rest = all.into_iter();
        for (group, count) in groups.into_iter().zip(counts) {
            group.extend(rest.by_ref().take(count));
        }
        for item in self.phases.iter_mut().flat_map(|phase| &mut phase.items) {
            item.open = item.fields.iter().any(|field| !field.error.is_empty());
        }
        lines
    }
}

/// An exercise of the form as it would be given: as the template had it, as a newly added one, or as another version of
/// the clinic's own.
fn given(form: &FormData, began: &Template, choosable: &[Prescribed]) -> Option<Prescribed> {
    let (id, own) = (form.text("exercise"), form.text("own").parse::<u32>().ok());
    let fits = |item: &&Prescribed| item.exercise == id && item.own.as_ref().map(|own| own.version) == own;
    began.phases.iter().flat_map(|phase| &phase.items).chain(choosable).find(fits).cloned()
}

fn read_item(prefix: &str, form: &FormData, item: &Prescribed, errors: &mut Errors) -> Prescribed {
    let part = form.part(prefix);
    let mut reader = Reader::new(&part);
    let dose = dose::read(&mut reader, |name| part.text(name).to_owned(), &item.dose);
    if let (true, Err(wrong)) = (reader.errors.is_empty(), dose.check()) {
        let first = dose::fields(&dose).first().map_or("level".to_owned(), |field| field.name.clone());
        reader.errors.add(&first, wrong.to_string());
    }
    errors.of_part(prefix, reader.errors);
    let level = [Level::Easier, Level::Standard, Level::Harder].into_iter().find(|level| level.code() == part.text("level"));
    Prescribed { dose, level: level.unwrap_or(item.level), ..item.clone() }
}

fn read_phase(at: usize, form: &FormData, began: &Template, choosable: &[Prescribed], errors: &mut Errors) -> Phase {
    let prefix = format!("p{at}");
    let part = form.part(&prefix);
    let mut reader = Reader::new(&part);
    let message = format!("Enter {} to {} weeks", WEEKS.start(), WEEKS.end());
    let weeks = reader.whole("weeks", i64::from(*WEEKS.start())..=i64::from(*WEEKS.end()), &message);
    let weeks = reader.need("weeks", weeks, &message).and_then(|weeks| u8::try_from(weeks).ok()).unwrap_or(*WEEKS.start());
    let mut quotas = Vec::new();
    if let Ok(activity) = part.text("quota").parse::<Activity>() {
        let days = reader.whole("days", 1..=7, "Enter 1 to 7 days a week");
        let days = reader.need("days", days, "Enter 1 to 7 days a week").and_then(|days| u8::try_from(days).ok());
        let start_percent = if part.text("start") == "70" { 70 } else { 80 };
        quotas.push(QuotaHint { activity, start_percent, days_per_week: days.unwrap_or(USUAL_DAYS) });
    }
    errors.of_part(&prefix, reader.errors);
    let mut items = Vec::new();
    let mut n = 1;
    loop {
        let name = format!("{prefix}.i{n}");
        let item = form.part(&name);
        if item.text("exercise").is_empty() {
            break;
        }
        if item.text("out") != "yes"
            && let Some(given) = given(&item, began, choosable)
        {
            // What is taken out before it moves the others up: messages belong to where an exercise stands then.
            let mut of_item = Errors::default();
            let read = read_item(&name, form, &given, &mut of_item);
            let moved = format!("{prefix}.i{}", items.len() + 1);
            for field in dose::fields(&read.dose).iter().map(|field| field.name.as_str()).chain(["level"]) {
                let message = of_item.of(&format!("{name}.{field}"));
                if !message.is_empty() {
                    errors.add(&format!("{moved}.{field}"), message);
                }
            }
            items.push(read);
        }
        n += 1;
    }
    Phase { name: part.text("name").to_owned(), weeks, items, quotas }
}

/// The exercise that a button moves: its phase and place, both from 1, and whether towards the beginning.
fn moved(form: &FormData) -> Option<(usize, usize, bool)> {
    let (way, place) = form.text("do").split_once(':')?;
    let (phase, item) = place.strip_prefix('p')?.split_once(".i")?;
    match way {
        "up" | "down" => Some((phase.parse().ok()?, item.parse().ok()?, way == "up")),
        _ => None,
    }
}

/// Moves an exercise of a phase (`at`, from 1) one place; nothing happens where there is no such place.
fn shift(items: &mut [Prescribed], at: usize, up: bool) {
    let Some(from) = at.checked_sub(1).filter(|from| *from < items.len()) else { return };
    let to = if up { from.checked_sub(1) } else { Some(from + 1).filter(|to| *to < items.len()) };
    if let Some(to) = to {
        items.swap(from, to);
    }
}

/// What a form says of a template, after what its buttons ask for; and what does not fit.
pub(super) fn read(form: &FormData, began: &Template, choosable: &[Prescribed]) -> (Template, Errors) {
    let mut errors = Errors::default();
    let there = (1..=MAX_PHASES + 1).take_while(|at| form.pairs().iter().any(|(name, _)| *name == format!("p{at}.name"))).count();
    let staying: Vec<usize> = (1..=there).filter(|at| form.text(&format!("p{at}.out")) != "yes").collect();
    let mut phases = Vec::new();
    for at in 1..=there {
        let mut of_phase = Errors::default();
        let phase = read_phase(at, form, began, choosable, &mut of_phase);
        if staying.contains(&at) {
            // A phase that moves up cannot take its messages along.
            if staying.len() == there {
                errors.merge(of_phase);
            } else if !of_phase.is_empty() {
                errors.add("", format!("A number of “{}” does not fit. Look at its exercises again", phase.name));
            }
            phases.push(phase);
        }
    }
    let added = choosable.iter().find(|item| item.exercise == form.text("add"));
    let place = form.text("add_to").parse::<usize>().unwrap_or(there).min(phases.len());
    if let (Some(item), Some(phase)) = (added, place.checked_sub(1).and_then(|at| phases.get_mut(at)))
        && phase.items.iter().all(|other| other.exercise != item.exercise)
    {
        phase.items.push(item.clone());
    }
    if form.text("do") == "phase" && phases.len() < MAX_PHASES {
        let last = phases.last().map(|phase| (phase.items.clone(), phase.quotas.clone())).unwrap_or_default();
        phases.push(Phase { name: format!("Phase {}", phases.len() + 1), weeks: 4, items: last.0, quotas: last.1 });
    }
    let stays = |phase: usize, n: usize| form.text(&format!("p{phase}.i{n}.out")) != "yes";
    if let Some((number, at, up)) = moved(form).filter(|(phase, at, _)| staying.len() == there && stays(*phase, *at))
        && let Some(phase) = number.checked_sub(1).and_then(|at| phases.get_mut(at))
    {
        // What is taken out with the same form has moved the others up already.
        let now = (1..=at.min(2 * MAX_ITEMS)).filter(|n| stays(number, *n)).count();
        shift(&mut phase.items, now, up);
    }
    let suits = form.all("suits");
    let text = |name: &str| form.text(name).replace("\r\n", "\n");
    let body = Template {
        name: text("name"),
        sentence: text("sentence"),
        suits: Category::ALL.iter().copied().filter(|category| suits.iter().any(|code| code == category.code())).collect(),
        days_per_week: form.text("days_per_week").parse().unwrap_or(0),
        explain: text("explain").lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        phases,
    };
    for (field, message) in problems(&body) {
        errors.add(&field, message);
    }
    (body, errors)
}
