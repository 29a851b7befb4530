//! A message as a value. Its words are neutral; its addresses come from the clinic's settings alone.

use super::LetterText;

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identity: the same for each attempt to send it, so that a mail program can tell a second copy.
    pub id: String,
    /// Address of the person.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Body.
    pub body: String,
    /// Address that stops the reminders with one request (RFC 8058), where there is something to stop.
    pub one_click: Option<String>,
}

/// Puts the addresses into a text.
pub fn fill(text: &LetterText, link: &str, stop: &str) -> (String, String) {
    (text.subject.clone(), text.body.trim_start().replace("{link}", link).replace("{stop}", stop))
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No connection to the mail server.
    Unreachable,
    /// The connection could not be protected.
    Secure,
    /// The mail server did not accept the clinic's name and password.
    SignIn,
    /// It refused this message for good.
    Refused,
    /// It asked to come back later.
    Busy,
    /// The address cannot be written into a message.
    Unusable,
}

impl Failure {
    /// The stored code; `messages.toml` has its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Secure => "secure",
            Self::SignIn => "sign_in",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Unusable => "unusable",
        }
    }

    /// Whether trying again can change nothing.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Refused | Self::Unusable)
    }

    /// Whether it would happen to every other message as well, so that this round is over.
    pub const fn concerns_all(self) -> bool {
        matches!(self, Self::Unreachable | Self::Secure | Self::SignIn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::post::{TEXTS, texts};

    /// Parts of words that say something about somebody's health.
    const TELLING: &[&str] = &[
        " back",
        "pain",
        "ache",
        "spine",
        "disc",
        "clinic",
        "hospital",
        "health",
        "medic",
        "physio",
        "therap",
        "doctor",
        "nhs",
        "patient",
        "rehab",
        "exercis",
        "training",
        "session",
        "symptom",
        "treat",
        "flare",
        "plan",
        "log",
        "diary",
        "journal",
        "programme",
        "injur",
        "walk",
        "stretch",
        "score",
        "movement",
        "gradual",
    ];

    /// The same in German.
    const TELLING_IN_GERMAN: &[&str] = &[
        "rücken",
        "schmerz",
        "wirbel",
        "klinik",
        "praxis",
        "kranken",
        "gesund",
        "mediz",
        "arzt",
        "ärzt",
        "reha",
        "übung",
        "training",
        "einheit",
        "beschwerd",
        "behand",
        "schub",
        "tagebuch",
        "eintrag",
        "programm",
        "verletz",
        "spazier",
        "dehn",
        "beweg",
        "warnzeichen",
    ];

    #[test]
    fn no_message_and_no_calendar_entry_says_anything_about_health_in_any_language() {
        for texts in Lang::ALL.map(|lang| TEXTS.of(lang)) {
            let letters = [
                &texts.reminder,
                &texts.test,
                &texts.reset,
                &texts.news,
                &texts.desk,
                &texts.invite,
                &texts.join,
                &texts.verify,
                &texts.address_new,
                &texts.address_old,
                &texts.address_taken,
                &texts.address_done,
                &texts.device,
                &texts.factors.letter,
                &texts.closing_begun,
                &texts.closing_last,
            ];
            let mut said: Vec<String> = letters.iter().flat_map(|l| [l.subject.clone(), l.body.clone()]).collect();
            said.extend([texts.calendar.name.clone(), texts.calendar.entry.clone(), texts.calendar.renew.clone()]);
            for text in said {
                let lower = format!(" {}", text.to_lowercase());
                for word in TELLING.iter().chain(TELLING_IN_GERMAN) {
                    assert!(!lower.contains(word), "{word:?} in {text:?}");
                }
            }
        }
    }

    #[test]
    fn every_failure_has_its_words_and_every_message_its_places() {
        let texts = texts();
        let all = [Failure::Unreachable, Failure::Secure, Failure::SignIn, Failure::Refused, Failure::Busy, Failure::Unusable];
        for code in all.map(Failure::code).into_iter().chain(["lost", "late"]) {
            assert!(texts.problems.contains_key(code), "{code}");
        }
        for letter in [&texts.reminder, &texts.test, &texts.news] {
            assert!(letter.body.contains("{link}") && letter.body.contains("{stop}"));
        }
        assert!(texts.reset.body.contains("{link}") && texts.desk.body.contains("{link}") && texts.calendar.entry.contains("{minutes}"));
        assert!(texts.invite.body.contains("{link}") && texts.join.body.contains("{link}"));
        let (subject, body) = fill(&texts.reminder, "https://a.example/today", "https://a.example/stop/x");
        assert!(!subject.contains('{') && !body.contains('{') && body.contains("https://a.example/stop/x"));
    }
}
