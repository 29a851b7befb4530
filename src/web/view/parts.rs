//! Parts that many pages hold: the frame, a field, the list of mistakes, an icon. Each is a template of its own, drawn by
//! one function, because a macro of askama is written out wherever it is used: as macros these parts were nine tenths of
//! the code that the templates become.

use super::PageCtx;
use crate::web::forms::{ErrorLine, Field};
use askama::Template;
use askama::filters::HtmlSafe;

/// What stands in the head of every page after its title.
#[derive(Template)]
#[template(path = "parts/head.html")]
pub struct Head<'a> {
    ctx: &'a PageCtx,
}

/// What stands above the main part.
#[derive(Template)]
#[template(path = "parts/top.html")]
pub struct Top<'a> {
    ctx: &'a PageCtx,
}

/// The message shown once.
#[derive(Template)]
#[template(path = "parts/flash.html")]
pub struct FlashPart<'a> {
    ctx: &'a PageCtx,
}

/// What stands under the main part.
#[derive(Template)]
#[template(path = "parts/foot.html")]
pub struct Foot<'a> {
    ctx: &'a PageCtx,
}

/// The hidden fields every form carries.
#[derive(Template)]
#[template(path = "parts/token_fields.html")]
pub struct TokenFields<'a> {
    ctx: &'a PageCtx,
}

/// A field of a form.
#[derive(Template)]
#[template(path = "parts/field.html")]
pub struct FieldPart<'a> {
    f: &'a Field,
}

/// The list of mistakes above a form.
#[derive(Template)]
#[template(path = "parts/error_summary.html")]
pub struct ErrorSummary<'a> {
    errors: &'a [ErrorLine],
}

/// The button that asks for a passkey; without script there is none.
#[derive(Template)]
#[template(path = "parts/passkey_button.html")]
pub struct PasskeyButton<'a> {
    ctx: &'a PageCtx,
    action: &'a str,
    begin: &'a str,
    label: &'a str,
    next: &'a str,
}

/// A drawing beside a word.
#[derive(Template)]
#[template(path = "parts/icon.html")]
pub struct Icon<'a> {
    kind: &'a str,
}

// What a template drew is markup already: everything in it was escaped there.
impl HtmlSafe for Head<'_> {}
impl HtmlSafe for Top<'_> {}
impl HtmlSafe for FlashPart<'_> {}
impl HtmlSafe for Foot<'_> {}
impl HtmlSafe for TokenFields<'_> {}
impl HtmlSafe for FieldPart<'_> {}
impl HtmlSafe for ErrorSummary<'_> {}
impl HtmlSafe for PasskeyButton<'_> {}
impl HtmlSafe for Icon<'_> {}

impl PageCtx {
    /// What stands in the head after the title.
    pub fn head(&self) -> Head<'_> {
        Head { ctx: self }
    }

    /// What stands above the main part.
    pub fn top(&self) -> Top<'_> {
        Top { ctx: self }
    }

    /// The message shown once, or nothing.
    pub fn flash_part(&self) -> FlashPart<'_> {
        FlashPart { ctx: self }
    }

    /// What stands under the main part.
    pub fn foot(&self) -> Foot<'_> {
        Foot { ctx: self }
    }

    /// The hidden fields every form carries.
    pub fn token_fields(&self) -> TokenFields<'_> {
        TokenFields { ctx: self }
    }
}

impl Field {
    /// The field as markup, with its question, help and message.
    pub fn drawn(&self) -> FieldPart<'_> {
        FieldPart { f: self }
    }
}

/// The list of mistakes above a form; nothing where there are none.
pub fn error_summary<T: AsRef<[ErrorLine]> + ?Sized>(errors: &T) -> ErrorSummary<'_> {
    ErrorSummary { errors: errors.as_ref() }
}

/// The button that asks for a passkey: where its answer is sent, and where the question comes from.
pub fn passkey_button<'a, T: AsRef<str> + ?Sized, U: AsRef<str> + ?Sized>(
    ctx: &'a PageCtx,
    action: &'a str,
    begin: &'a str,
    label: &'a T,
    next: &'a U,
) -> PasskeyButton<'a> {
    PasskeyButton { ctx, action, begin, label: label.as_ref(), next: next.as_ref() }
}

/// The drawing of a kind (`components/icons.html` lists them).
pub fn icon<T: AsRef<str> + ?Sized>(kind: &T) -> Icon<'_> {
    Icon { kind: kind.as_ref() }
}
