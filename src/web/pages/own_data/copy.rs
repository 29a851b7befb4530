//! `/account/data`: everything that is kept about a person, as one file.

use crate::care::own_data::gather;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::passport::pack;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/own_data/copy.html")]
struct CopyPage {
    ctx: PageCtx,
}

/// What is in the file, and the button.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    page(&CopyPage { ctx: me.visitor.ctx() })
}

/// The file. Its name says nothing about anybody, and it goes out as it is: compressed it is already.
pub async fn take(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    let clinic = me.visitor.house.name.clone();
    let file = me.run(move |store, who, moment| pack(&gather(store, who, moment)?, &clinic)).await?;
    let name = format!("attachment; filename=\"gradus-{}.zip\"", me.moment.today());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_ENCODING, HeaderValue::from_static("identity")))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(file))
}
