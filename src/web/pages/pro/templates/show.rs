//! One template: its phases in words, its versions, who follows it, retiring it.

use super::{length, used};
use crate::care::desk::templates::{Follower, Shown, retire as retiring, show as shown};
use crate::clinical::plan::Role;
use crate::clinical::plan::template::{Phase, QuotaHint, patterns};
use crate::store::templates::Version;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::view::figure::thumbnail_of;
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono_tz::Tz;
use std::sync::Arc;

struct ItemView {
    href: String,
    name: String,
    dose: String,
    hint: String,
    thumb: Arc<str>,
}

/// A phase in words.
struct PhaseView {
    name: String,
    sentence: String,
    items: Vec<ItemView>,
    quotas: Vec<String>,
}

impl PhaseView {
    fn new(phase: &Phase, days: u8) -> Self {
        let item = |item: &crate::clinical::plan::Prescribed| ItemView {
            href: match &item.own {
                Some(own) => format!("/pro/exercises/{}", own.id()),
                None => format!("/exercises/{}", item.exercise),
            },
            name: item.title().to_owned(),
            dose: item.in_words().to_string(),
            hint: item.own.as_ref().map(|own| format!("The clinic’s own, version {}", own.version)).unwrap_or_default(),
            thumb: thumbnail_of(item),
        };
        let training = phase.items.iter().filter(|item| item.role == Role::Training).count();
        let weeks = if phase.weeks == 1 { "One week".to_owned() } else { format!("{} weeks", phase.weeks) };
        Self {
            name: phase.name.clone(),
            sentence: format!("{weeks}, {training} exercises in turn on {days} training days a week, at most four a day."),
            items: phase.items.iter().map(item).collect(),
            quotas: phase.quotas.iter().map(QuotaHint::words).collect(),
        }
    }
}

struct VersionView {
    number: i32,
    saved: String,
    note: String,
    different: Vec<String>,
}

impl VersionView {
    fn new(version: &Version, before: Option<&Version>, zone: Tz) -> Self {
        let by = version.by.as_deref().unwrap_or("Somebody who has left");
        Self {
            number: version.version,
            saved: format!("{by}, {}", words::instant(version.at, zone)),
            note: version.note.clone(),
            different: before.map(|before| before.body.differences(&version.body)).unwrap_or_default(),
        }
    }
}

struct FollowerView {
    name: String,
    href: String,
    assign: String,
    stands: String,
    /// An update waits for a look.
    update: bool,
}

impl FollowerView {
    fn new(follower: &Follower, shown: &Shown, newest: i32) -> Self {
        let phase = usize::try_from(follower.used.phase).unwrap_or(0);
        let body = shown.versions.iter().find(|version| version.version == follower.used.version).map(|version| &version.body);
        let name = body.and_then(|body| body.phases.get(phase)).map(|phase| phase.name.clone()).unwrap_or_default();
        Self {
            name: follower.name.clone(),
            href: format!("/pro/patients/{}", follower.patient),
            assign: format!("/pro/patients/{}/assign/{}", follower.patient, follower.used.template_id),
            stands: format!("Version {}, {name} since {}", follower.used.version, words::date(follower.used.from_on)),
            update: follower.used.version < newest,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/templates/show.html")]
struct ShowPage {
    ctx: PageCtx,
    href: String,
    name: String,
    sentence: String,
    version: i32,
    length: String,
    patterns: String,
    days: u8,
    used: String,
    retired: bool,
    phases: Vec<PhaseView>,
    explain: Vec<String>,
    followers: Vec<FollowerView>,
    versions: Vec<VersionView>,
}

/// The template.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let (physio, template, now) = (desk.physio.clone(), id.to_string(), desk.visitor.app.clock.now());
    let found = desk.visitor.run(move |store| store.read(|tx| shown(tx, &physio, &template, now))).await?;
    let newest = found.versions.first().ok_or(AppError::NotFound)?;
    let (body, zone) = (&newest.body, desk.visitor.moment().zone);
    page(&ShowPage {
        ctx: desk.visitor.ctx(),
        href: format!("/pro/templates/{}", newest.template),
        name: body.name.clone(),
        sentence: body.sentence.clone(),
        version: newest.version,
        length: length(&body.phases),
        patterns: patterns(&body.suits),
        days: body.days_per_week,
        used: used(&found.counts),
        retired: newest.retired_at.is_some(),
        phases: body.phases.iter().map(|phase| PhaseView::new(phase, body.days_per_week)).collect(),
        explain: body.explain.clone(),
        followers: found.followers.iter().map(|follower| FollowerView::new(follower, &found, newest.version)).collect(),
        versions: found.versions.iter().enumerate().map(|(n, v)| VersionView::new(v, found.versions.get(n + 1), zone)).collect(),
    })
}

/// Retires it, or takes it back into use.
pub async fn retire(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (physio, template, now) = (desk.physio.clone(), id.to_string(), desk.visitor.app.clock.now());
    let away = form.0.text("back") != "yes";
    desk.visitor.run(move |store| retiring(store, &physio, &template, away, now)).await?;
    desk.visitor.flash(if away {
        "The template is retired. It is not offered any more; plans that follow it go on."
    } else {
        "The template is in use again."
    });
    Ok(go(&format!("/pro/templates/{}", id.as_str())))
}
