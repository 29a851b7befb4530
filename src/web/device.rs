//! The device a request comes from, as its owner would call it: "Firefox on Android". Only this is kept of what a
//! browser says of itself; the rest would tell one person's device from another's.

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;

/// What a browser's name for itself contains, and what people call it. The first that fits is it: most browsers also
/// name those they want to be taken for.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
/// The same for systems.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

fn first(of: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    of.iter().find(|(part, _)| text.contains(part)).map(|(_, name)| *name)
}

/// Browser and system behind what a browser says of itself, in English: "Firefox on Android". What is not known is
/// left out; nothing known is an empty text.
pub fn named(user_agent: &str) -> String {
    match (first(BROWSERS, user_agent), first(SYSTEMS, user_agent)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

/// The device of a request.
pub fn of(req: &HttpRequest) -> String {
    named(req.headers().get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default())
}

/// A kept device in the language of the page.
pub fn said(device: &str) -> String {
    match device.split_once(" on ") {
        Some((browser, system)) => tr!("{browser} on {system}", browser = browser, system = system),
        None if device.is_empty() => tr!("A device that does not say what it is").to_owned(),
        None => device.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        let cases = [
            ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
                "Chrome on Mac",
            ),
            ("curl/8.14", "curl"),
            ("something else entirely", ""),
            ("", ""),
        ];
        for (sent, called) in cases {
            assert_eq!(named(sent), called, "{sent}");
        }
    }
}
