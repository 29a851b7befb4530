//! `/learn`: what the programme explains, readable by everybody; what somebody has read and writes about it is
//! for the signed-in patient.

use super::check;
use crate::access::authorise_own;
use crate::care::CareError;
use crate::care::learn::{NewReflection, Opening, Shelf, read, reflect, shelf, withdraw};
use crate::clinical::advice::fill;
use crate::clinical::learn::{Block, Theme, Topic};
use crate::clinical::numbers::{Kind, numbers};
use crate::figure::library::Form;
use crate::lang::say;
use crate::store::learn::{Reflection, of_topic, one};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::figure::{Pictures, pictures};
use crate::web::view::told::{advice, learn, library};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeMap;

/// The short read of the week, as Today shows it.
pub struct ReadCard {
    /// Address.
    pub href: String,
    /// Heading of the topic.
    pub title: String,
    /// In a sentence.
    pub summary: String,
    /// Why this one.
    pub why: String,
    /// Read already.
    pub done: bool,
}

fn card_of(shelf: &Shelf) -> Option<ReadCard> {
    let (chosen, why) = shelf.week.as_ref()?;
    let topic = learn().topic(&chosen.topic.id)?;
    Some(ReadCard {
        href: address(topic),
        title: topic.title.clone(),
        summary: topic.summary.clone(),
        why: say(why).to_owned(),
        done: shelf.read.contains_key(&topic.id),
    })
}

/// The short read of the week.
pub async fn card(me: &Me) -> Result<Option<ReadCard>, AppError> {
    let shelf = me.run(|store, who, moment| store.read(|tx| shelf(tx, who, moment.today()))).await?;
    Ok(card_of(&shelf))
}

fn address(topic: &Topic) -> String {
    format!("/learn/{}", topic.id)
}

/// What a visitor or a patient finds open. SAFETY(patient): after a check that holds, nothing that asks for movement.
async fn shelf_of(visitor: &Visitor) -> Result<(Shelf, bool), AppError> {
    let plain = |opening| Shelf { opening, week: None, read: BTreeMap::new() };
    match visitor.actor() {
        None if check::holds(visitor) => Ok((plain(Opening::Still), false)),
        Some(actor) if actor.is_patient => {
            let (who, on) = (authorise_own(&actor)?, visitor.moment().today());
            Ok((visitor.run(move |store| store.read(|tx| shelf(tx, &who, on))).await?, true))
        }
        _ => Ok((plain(Opening::All), false)),
    }
}

/// What to know first while plan or check say stop; empty otherwise.
fn still_words(visitor: &Visitor, shelf: &Shelf) -> &'static str {
    match (shelf.opening, visitor.user.is_some()) {
        (Opening::Still, true) => {
            tr!("Your plan stands still for now. Read what you like, and leave exercises and planned amounts until you have been cleared.")
        }
        (Opening::Still, false) => {
            tr!("Your answers need somebody to look at them first. Read what you like, and leave exercises until you have been checked.")
        }
        _ => "",
    }
}

/// What a source is worth, as people read it here.
fn worth(kind: Kind) -> &'static str {
    match kind {
        Kind::Seed => tr!("an article that this programme began with"),
        Kind::Source => tr!("published"),
        Kind::Remembered => tr!("to be checked again"),
        Kind::Decision => tr!("our own choice, not tested in a study"),
    }
}

struct TopicRow {
    href: String,
    title: String,
    summary: String,
    kind: &'static str,
    word: &'static str,
}

#[derive(Template)]
#[template(path = "pages/learn/list.html")]
struct ListPage {
    ctx: PageCtx,
    still: &'static str,
    week: Option<ReadCard>,
    under_way: bool,
    groups: Vec<(&'static str, Vec<TopicRow>)>,
}

/// All topics, this week's on top.
pub async fn list(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let (shelf, _) = shelf_of(&visitor).await?;
    let row = |topic: &Topic| {
        let (kind, word) = if shelf.read.contains_key(&topic.id) { ("done", tr!("Read")) } else { ("", "") };
        TopicRow { href: address(topic), title: topic.title.clone(), summary: topic.summary.clone(), kind, word }
    };
    let of_theme = |theme: &Theme| (say(theme.title()), learn().all().iter().filter(|t| t.group == *theme).map(row).collect());
    page(&ListPage {
        still: still_words(&visitor, &shelf),
        week: card_of(&shelf),
        under_way: shelf.opening != Opening::Words,
        groups: Theme::ALL.iter().map(of_theme).collect(),
        ctx: visitor.reading(),
    })
}

/// A block as the page draws it.
#[derive(Default)]
struct BlockView {
    kind: &'static str,
    text: String,
    lines: Vec<String>,
    note: String,
    id: String,
    pictures: Option<Pictures>,
}

fn block_view(block: &Block, opening: Opening, ctx: &PageCtx) -> Option<BlockView> {
    let filled = |text: &str| fill(text, &ctx.emergency_number, &ctx.urgent_number);
    let text = |kind, text: &str| Some(BlockView { kind, text: filled(text), ..BlockView::default() });
    let list = |kind, lines: &[String]| Some(BlockView { kind, lines: lines.iter().map(|l| filled(l)).collect(), ..BlockView::default() });
    match block {
        Block::Heading(words) => text("heading", words),
        Block::Text(words) | Block::Exercise(words) => text("text", words),
        Block::List(lines) | Block::ExerciseList(lines) => list("list", lines),
        Block::Try(lines) => list("try", lines),
        Block::Help(words) => text("help", words),
        Block::Signs(_) => {
            let ces = &advice().ces;
            let note = filled(ces.note.as_deref().unwrap_or_default());
            Some(BlockView { text: filled(&ces.title), note, ..list("signs", &ces.lines)? })
        }
        Block::Figure(_) if opening != Opening::All => None,
        Block::Figure(id) => Some(BlockView {
            kind: "figure",
            text: library().get(id).map(|e| e.title.clone()).unwrap_or_default(),
            id: id.clone(),
            pictures: pictures(id, Form::Main),
            ..BlockView::default()
        }),
    }
}

struct ReflectionView {
    id: String,
    day: String,
    answer: String,
    shared: bool,
}

impl ReflectionView {
    fn new(reflection: &Reflection) -> Self {
        Self {
            id: reflection.id.clone(),
            day: words::date(reflection.on_date),
            answer: reflection.answer.clone(),
            shared: reflection.shared,
        }
    }
}

/// The patient's own part of a topic's page.
struct OwnPart {
    read_on: String,
    token: String,
    fields: Vec<Field>,
    earlier: Vec<ReflectionView>,
}

#[derive(Template)]
#[template(path = "pages/learn/show.html")]
struct TopicPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    still: &'static str,
    topic: &'static Topic,
    why: String,
    blocks: Vec<BlockView>,
    own: Option<OwnPart>,
    sources: Vec<(String, &'static str, String)>,
    reviewed: String,
}

fn known(id: &str) -> Result<&'static Topic, AppError> {
    learn().topic(id).ok_or(AppError::NotFound)
}

fn fields(topic: &Topic) -> Vec<Field> {
    vec![
        Field::new("textarea", "answer", topic.question.clone()).hint(tr!("A few words are enough")),
        Field::new("checkboxes", "share", tr!("Who may read it?"))
            .hint(tr!("Only you, unless you choose otherwise"))
            .options([("yes", tr!("Share this answer with my physiotherapist"))])
            .optional(),
    ]
}

fn topic_page(visitor: &Visitor, topic: &'static Topic, shelf: &Shelf, own: Option<OwnPart>, errors: Vec<ErrorLine>) -> TopicPage {
    let ctx = if own.is_some() { visitor.ctx() } else { visitor.reading() };
    let source = |key: &String| {
        let source = numbers().reference(key)?;
        Some((source.text.clone(), worth(source.kind), source.address.clone().unwrap_or_default()))
    };
    TopicPage {
        errors,
        still: still_words(visitor, shelf),
        topic,
        why: shelf.week.iter().filter(|(c, _)| c.topic.id == topic.id).map(|(_, why)| say(why)).collect(),
        blocks: topic
            .shown(shelf.opening == Opening::Still)
            .into_iter()
            .filter_map(|block| block_view(block, shelf.opening, &ctx))
            .collect(),
        own,
        sources: topic.refs.iter().filter_map(source).collect(),
        reviewed: words::date(topic.reviewed),
        ctx,
    }
}

/// The patient's part of a page, with a form that is empty or as it was sent.
async fn own_part(
    visitor: &Visitor,
    topic: &'static Topic,
    shelf: &Shelf,
    sent: Option<(&FormData, &Errors)>,
) -> Result<(OwnPart, Vec<ErrorLine>), AppError> {
    let who = authorise_own(&visitor.actor().ok_or(AppError::NotFound)?)?;
    let earlier = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(of_topic(tx, &who, &topic.id)?))).await?;
    let mut fields = fields(topic);
    let mut lines = Vec::new();
    if let Some((form, errors)) = sent {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
        lines = errors.show(&mut fields);
    }
    let part = OwnPart {
        read_on: shelf.read.get(&topic.id).map(|day| words::date(*day)).unwrap_or_default(),
        token: sent.map_or_else(crate::ids::fresh, |(form, _)| form.token()),
        fields,
        earlier: earlier.iter().map(ReflectionView::new).collect(),
    };
    Ok((part, lines))
}

/// One topic.
pub async fn show(visitor: Visitor, id: Id) -> Result<HttpResponse, AppError> {
    let topic = known(&id)?;
    let (shelf, is_patient) = shelf_of(&visitor).await?;
    let own = if is_patient { Some(own_part(&visitor, topic, &shelf, None).await?.0) } else { None };
    page(&topic_page(&visitor, topic, &shelf, own, Vec::new()))
}

/// "I have read this".
pub async fn mark(me: Me, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let topic = known(&id)?;
    me.run(move |store, who, moment| read(store, who, &topic.id, moment)).await?;
    me.visitor.flash(tr!("Marked as read. You can come back to it at any time."));
    // Whoever came for the week's topic came from Today.
    let (shelf, _) = shelf_of(&me.visitor).await?;
    let of_week = shelf.opening == Opening::All && shelf.week.is_some_and(|(chosen, _)| chosen.topic.id == topic.id);
    Ok(go(if of_week { "/today" } else { "/learn" }))
}

/// Keeps what somebody writes about a topic.
pub async fn write(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let topic = known(&id)?;
    let new = NewReflection {
        topic: topic.id.clone(),
        answer: form.0.text("answer").replace("\r\n", "\n"),
        shared: form.0.text("share") == "yes",
        token: form.0.token(),
    };
    let mut errors = Errors::default();
    match me.run(move |store, who, moment| reflect(store, who, &new, moment)).await {
        Ok(()) => {
            me.visitor.flash(tr!("Your answer is saved. You find it below the text."));
            return Ok(go(&address(topic)));
        }
        Err(error) => errors.absorb(error)?,
    }
    let (shelf, _) = shelf_of(&me.visitor).await?;
    let (own, lines) = own_part(&me.visitor, topic, &shelf, Some((&form.0, &errors))).await?;
    page_again(&topic_page(&me.visitor, topic, &shelf, Some(own), lines))
}

#[derive(Template)]
#[template(path = "pages/learn/remove.html")]
struct RemovePage {
    ctx: PageCtx,
    topic: &'static Topic,
    of: ReflectionView,
    action: String,
    back: String,
}

/// A topic and the id of something written about it.
pub type Of = web::Path<(String, String)>;

/// Asks before an answer is deleted.
pub async fn ask_to_remove(me: Me, of: Of) -> Result<HttpResponse, AppError> {
    let (topic, id) = of.into_inner();
    let topic = known(&topic)?;
    let found = me.run(move |store, who, _| store.read(|tx| Ok::<_, CareError>(one(tx, who, &topic.id, &id)?))).await?;
    page(&RemovePage {
        ctx: me.visitor.ctx(),
        action: format!("/learn/{}/answers/{}/remove", topic.id, found.id),
        back: address(topic),
        of: ReflectionView::new(&found),
        topic,
    })
}

/// Deletes an answer for good.
pub async fn remove(me: Me, of: Of, _form: Posted) -> Result<HttpResponse, AppError> {
    let (topic, id) = of.into_inner();
    let topic = known(&topic)?;
    me.run(move |store, who, _| withdraw(store, who, &topic.id, &id)).await?;
    me.visitor.flash(tr!("Your answer is deleted."));
    Ok(go(&address(topic)))
}
