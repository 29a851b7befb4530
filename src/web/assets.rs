//! The files of `static/`, built into the program and served under an address that changes with
//! their content, so that browsers may keep them for ever.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ContentType};
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// A short hash over every file: part of each asset's address.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut digest = Sha256::new();
    for file in names.iter().filter_map(|name| Files::get(name)) {
        digest.update(file.metadata.sha256_hash());
    }
    digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// Serves one file; an old version's address gets the present file, without keeping it.
pub async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let Some(file) = Files::get(&name) else { return HttpResponse::NotFound().insert_header(ContentType::plaintext()).body("not found") };
    let kept = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = mime_guess::from_path(&name).first_or_octet_stream().to_string();
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).insert_header((CACHE_CONTROL, kept)).body(file.data.into_owned())
}
