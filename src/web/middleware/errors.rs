//! Turns an error into a page: what happened, what to do now, a way on.

use super::RequestId;
use super::headers::Bare;
use crate::app::AppState;
use crate::web::assets;
use crate::web::error::{AppError, LAST_RESORT};
use crate::web::extract::KEPT_PAGE;
use crate::web::routes::proven::PROVE_PAGE;
use crate::web::view::dialled;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ContentType, LOCATION, RETRY_AFTER};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use askama::Template;

/// Where somebody asks for a link to set a new password.
const FORGOT_PAGE: &str = "/forgot";

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    assets: &'static str,
    title: &'static str,
    text: String,
    link: &'static str,
    link_text: &'static str,
    /// It leads to a new password too.
    forgot: bool,
    reference: String,
    numbers: Option<Numbers>,
}

/// What to call, as it reads and as a telephone takes it.
struct Numbers {
    emergency: String,
    emergency_dial: String,
    urgent: String,
    urgent_dial: String,
}

/// The numbers that are known without asking the database, which may be what fails.
fn numbers(state: Option<&web::Data<AppState>>) -> Option<Numbers> {
    let (emergency, urgent) = state?.houses.numbers()?;
    Some(Numbers { emergency_dial: dialled(&emergency), urgent_dial: dialled(&urgent), emergency, urgent })
}

/// Words for an error.
fn words(error: Option<&AppError>, status: StatusCode) -> (&'static str, String, &'static str, &'static str) {
    let start = ("/", tr!("Go to the start page"));
    let (title, text, (link, link_text)) = match error {
        Some(AppError::FormExpired) => (
            tr!("This form has expired"),
            tr!(
                "The page was open for a long time, or you signed in or out in another window. Nothing was saved. Go back, reload the page, and send it again."
            )
            .to_owned(),
            start,
        ),
        Some(AppError::CrossSite) => (
            tr!("This request came from another site"),
            tr!("To keep your record safe, Gradus only takes forms from its own pages. Nothing was saved.").to_owned(),
            start,
        ),
        Some(AppError::TooMany { minutes }) => (
            tr!("Too many attempts"),
            tr!("There were too many attempts. Wait {minutes} minutes, then try again.", minutes = minutes),
            ("/sign-in", tr!("Back to sign in")),
        ),
        Some(AppError::TooOften { .. }) => (
            tr!("Please wait a moment"),
            tr!("This was asked for many times in a short while. Nothing was lost and nothing was saved. Wait a minute, go back, and try again.")
                .to_owned(),
            start,
        ),
        Some(AppError::TooSlow) => (
            tr!("That took too long to arrive"),
            tr!("Your connection may be slow just now. Nothing was saved. Go back and send it again.").to_owned(),
            start,
        ),
        Some(AppError::TooLarge) => {
            (tr!("That was too long"), tr!("What you sent is longer than any form here can be. Nothing was saved.").to_owned(), start)
        }
        Some(AppError::Unavailable) => {
            (tr!("Gradus is busy"), tr!("Nothing was saved. Wait a minute, then try again.").to_owned(), start)
        }
        Some(AppError::Refused { message, .. }) => (tr!("This could not be done"), message.to_string(), start),
        _ => match status {
            StatusCode::NOT_FOUND => (
                tr!("Page not found"),
                tr!(
                    "There is nothing at this address, or it is not for you. If you typed the address, check it. If you followed a link, it may have been used or have run out."
                )
                .to_owned(),
                start,
            ),
            _ if status.is_client_error() => {
                (tr!("That did not work"), tr!("Gradus could not make sense of this request. Nothing was saved.").to_owned(), start)
            }
            _ => (
                tr!("Something went wrong on our side"),
                tr!("Nothing you did caused this. Try again in a few minutes. If it goes on, tell your clinic the reference below.").to_owned(),
                start,
            ),
        },
    };
    (title, text, link, link_text)
}

fn page(error: Option<&AppError>, status: StatusCode, (request, path): (&str, &str), numbers: Option<Numbers>) -> HttpResponse {
    if let Some(AppError::SignInFirst { next }) = error {
        let query = if next.is_empty() || next == "/" { String::new() } else { format!("?next={next}") };
        return HttpResponse::SeeOther().insert_header((LOCATION, format!("/sign-in{query}"))).finish();
    }
    if let Some(AppError::Gate { to }) = error {
        return HttpResponse::SeeOther().insert_header((LOCATION, *to)).finish();
    }
    if let Some(AppError::ProveFirst { next }) = error {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        return HttpResponse::SeeOther().insert_header((LOCATION, format!("{PROVE_PAGE}?next={next}"))).finish();
    }
    if let Some(AppError::FormKept) = error {
        return HttpResponse::SeeOther().insert_header((LOCATION, KEPT_PAGE)).finish();
    }
    let body = text(error, status, (request, path), numbers);
    let mut response = HttpResponse::build(status);
    // What is left of such a request is not read.
    if matches!(error, Some(AppError::TooSlow | AppError::TooLarge | AppError::Shape(_))) {
        response.force_close();
    }
    response.insert_header(ContentType::html());
    if let Some(AppError::TooOften { seconds }) = error {
        response.insert_header((RETRY_AFTER, *seconds));
    } else if let Some(AppError::TooMany { minutes }) = error {
        response.insert_header((RETRY_AFTER, minutes * 60));
    } else if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((RETRY_AFTER, 30));
    }
    response.body(body)
}

/// The page as text.
fn text(error: Option<&AppError>, status: StatusCode, (request, path): (&str, &str), numbers: Option<Numbers>) -> String {
    let (title, text, link, link_text) = words(error, status);
    let reference = if status.is_server_error() { request.to_owned() } else { String::new() };
    let forgot = matches!(error, Some(AppError::TooMany { .. })) && path != FORGOT_PAGE;
    let shown = ErrorPage { assets: assets::VERSION.as_str(), title, text, link, link_text, forgot, reference, numbers };
    shown.render().unwrap_or_else(|_| LAST_RESORT.to_owned())
}

/// What is left to say when there is no request to answer any more: a handler panicked, or a middleware failed, perhaps
/// because the database does not answer. Still with the numbers to call, where they are known.
pub(super) fn bare(state: Option<&web::Data<AppState>>, request: &str) -> Bare {
    let https = state.is_some_and(|state| state.config.is_https());
    Bare { https, page: text(None, StatusCode::INTERNAL_SERVER_ERROR, (request, ""), numbers(state)) }
}

/// Renders error responses; leaves alone what a handler rendered itself (a form with its messages).
pub async fn render_errors(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let request = req.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let state = req.app_data::<web::Data<AppState>>().cloned();
    let res = match next.call(req).await {
        Ok(res) => res,
        // Only middleware fails this way, mostly because sessions cannot be read.
        Err(error) => {
            tracing::error!(request, %error, "middleware failed");
            return Err(bare(state.as_ref(), &request).into());
        }
    };
    let (status, numbers) = (res.status(), numbers(state.as_ref()));
    let unwritten = !res.headers().contains_key(header::CONTENT_TYPE) && (status.is_client_error() || status.is_server_error());
    let rendered = match res.response().error() {
        Some(error) => {
            let error = error.as_error::<AppError>();
            note(error, &request);
            Some(page(error, status, (request.as_str(), res.request().path()), numbers))
        }
        None => unwritten.then(|| page(None, status, (request.as_str(), ""), numbers)),
    };
    Ok(match rendered {
        Some(mut response) => {
            carry_cookies(res.response(), &mut response);
            res.into_response(response)
        }
        None => res.map_into_boxed_body(),
    })
}

/// A session that began on a failed request keeps its cookie.
fn carry_cookies<B>(from: &HttpResponse<B>, to: &mut HttpResponse) {
    for value in from.headers().get_all(header::SET_COOKIE) {
        to.headers_mut().append(header::SET_COOKIE, value.clone());
    }
}

fn note(error: Option<&AppError>, request: &str) {
    if let Some(AppError::Internal(cause)) = error {
        tracing::error!(request, cause, "internal error");
    }
}
