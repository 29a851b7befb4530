//! `/admin/documents`: the threat model with its table of controls, and the clinical safety file, as pages. They are the files
//! of `docs`, read when the program is built, so what an administrator reads is what was written for this version.

use crate::web::error::AppError;
use crate::web::extract::Manager;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use std::sync::LazyLock;

/// A document as it is shown.
struct Document {
    title: String,
    /// Headings of the second level: address on the page, and words.
    contents: Vec<(String, String)>,
    /// Everything after the title; made by [`html::push_html`], which escapes what it is given.
    body: String,
}

static SECURITY: LazyLock<Document> = LazyLock::new(|| read(include_str!("../../../docs/security.md")));
static SAFETY: LazyLock<Document> = LazyLock::new(|| read(include_str!("../../../docs/clinical-safety.md")));

/// Where a link of a document leads on these pages; what stands in the repository alone has no address here.
const ADDRESSES: &[(&str, &str)] = &[("security.md", "/admin/documents/security"), ("clinical-safety.md", "/admin/documents/safety")];

fn address(of: &str) -> Option<String> {
    if of.starts_with('#') || of.starts_with("https://") {
        return Some(of.to_owned());
    }
    let (file, part) = of.split_once('#').map_or((of, String::new()), |(file, part)| (file, format!("#{part}")));
    ADDRESSES.iter().find(|(known, _)| *known == file).map(|(_, at)| format!("{at}{part}"))
}

/// The part of an address that a heading gets: the same as the pages that show the repository give it.
fn anchor(words: &str) -> String {
    let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// Reads a document. HTML in it is left out, a table lies in a region of its own that scrolls on a small screen.
fn read(text: &str) -> Document {
    let (mut title, mut contents, mut events) = (String::new(), Vec::new(), Vec::new());
    let mut tables = 0;
    let (mut heading, mut last) = (None::<(HeadingLevel, Vec<Event>)>, String::new());
    let mut links = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        let event = match event {
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => continue,
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((level, Vec::new()));
                continue;
            }
            Event::End(TagEnd::Heading(_)) => {
                let Some((level, inside)) = heading.take() else { continue };
                let plain = |event: &Event| match event {
                    Event::Text(words) | Event::Code(words) => words.to_string(),
                    _ => String::new(),
                };
                last = inside.iter().map(plain).collect();
                if level == HeadingLevel::H1 {
                    title = std::mem::take(&mut last);
                    continue;
                }
                let id = anchor(&last);
                if level == HeadingLevel::H2 {
                    contents.push((id.clone(), last.clone()));
                }
                let tag = Tag::Heading { level, id: Some(CowStr::from(id)), classes: Vec::new(), attrs: Vec::new() };
                events.push(Event::Start(tag));
                events.extend(inside);
                events.push(Event::End(TagEnd::Heading(level)));
                continue;
            }
            // The writer would say the alignment of columns in style attributes, which our policy refuses.
            Event::Start(Tag::Table(_)) => {
                // Two headings may have the same words.
                tables += 1;
                let mut label = String::new();
                html::push_html(&mut label, std::iter::once(Event::Text(CowStr::from(last.clone()))));
                let label = label.replace('"', "&quot;");
                events.push(Event::Html(CowStr::from(format!(
                    "<div class=\"document-table\" role=\"region\" tabindex=\"0\" aria-label=\"Table {tables}: {label}\">"
                ))));
                Event::Start(Tag::Table(Vec::new()))
            }
            Event::End(TagEnd::Table) => {
                events.push(Event::End(TagEnd::Table));
                Event::Html(CowStr::from("</div>"))
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let to = address(&dest_url);
                links.push(to.is_some());
                let Some(to) = to else { continue };
                Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url: CowStr::from(to), title: "".into(), id: "".into() })
            }
            Event::End(TagEnd::Link) => match links.pop() {
                Some(true) => Event::End(TagEnd::Link),
                _ => continue,
            },
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => continue,
            other => other,
        };
        match &mut heading {
            Some((_, inside)) => inside.push(event),
            None => events.push(event),
        }
    }
    let mut body = String::new();
    html::push_html(&mut body, events.into_iter());
    Document { title, contents, body: body.replace("<th>", "<th scope=\"col\">") }
}

#[derive(Template)]
#[template(path = "pages/pro/documents.html")]
struct ListPage {
    ctx: PageCtx,
    version: &'static str,
    rules: &'static str,
}

/// Which documents there are, and of which version of the program.
pub async fn list(manager: Manager) -> Result<HttpResponse, AppError> {
    page(&ListPage { ctx: manager.visitor.ctx(), version: env!("CARGO_PKG_VERSION"), rules: crate::clinical::RULESET_VERSION })
}

#[derive(Template)]
#[template(path = "pages/pro/document.html")]
struct DocumentPage {
    ctx: PageCtx,
    document: &'static Document,
}

/// The threat model, the limits, and the table of controls.
pub async fn security(manager: Manager) -> Result<HttpResponse, AppError> {
    page(&DocumentPage { ctx: manager.visitor.ctx(), document: &SECURITY })
}

/// The intended purpose, the hazards and what the clinic must do.
pub async fn safety(manager: Manager) -> Result<HttpResponse, AppError> {
    page(&DocumentPage { ctx: manager.visitor.ctx(), document: &SAFETY })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_html_in_a_document_is_left_out_and_text_stays_text() {
        let text = "# Title\n\n## A `part` & more\n\n<script>alert(1)</script>\n\nBefore <b onclick=x>in</b> &lt;i&gt; after.\n\n\
                    | one | two |\n|:---|---:|\n| a <img src=x> | `<b>` |\n\n[out](javascript:alert(1)) [kept](https://example.org) [file](../src/lib.rs) [to](clinical-safety.md#hazards)\n";
        let shown = read(text);
        assert_eq!(shown.title, "Title");
        assert_eq!(shown.contents, [("a-part--more".to_owned(), "A part & more".to_owned())]);
        for refused in ["<script", "<b", "<img", "style=", "javascript:", "lib.rs", "<i>"] {
            assert!(!shown.body.contains(refused), "{refused}: {}", shown.body);
        }
        for kept in [
            "<h2 id=\"a-part--more\">A <code>part</code> &amp; more</h2>",
            "&lt;i&gt;",
            "<code>&lt;b&gt;</code>",
            "<th scope=\"col\">one</th>",
            "aria-label=\"Table 1: A part &amp; more\"",
            "href=\"https://example.org\"",
            "href=\"/admin/documents/safety#hazards\"",
        ] {
            assert!(shown.body.contains(kept), "{kept}: {}", shown.body);
        }
    }
}
