//! Which page shows which part of a patient's record, as the record of who saw what calls it (`care::audit::words`).
//! `middleware::seen` reads this list after every page; a test holds that each page about a patient stands in it.

/// What stands for a patient in the patterns of the desk.
pub const PATIENTS: &[&str] = &["id", "other"];
/// Where the pages about a patient lie.
pub const FILES: &str = "/pro/patients/{id}";

/// Pages about the patients that their pattern names, with the part that they show.
const PARTS: &[(&str, &str)] = &[
    ("/pro/patients/{id}", "looked at the record"),
    ("/pro/patients/{id}/card", "looked at the card for a visit"),
    ("/pro/patients/{id}/letter/{decision}", "looked at letters"),
    ("/pro/patients/{id}/letters", "looked at letters"),
    ("/pro/patients/{id}/letters/new/{kind}", "looked at letters"),
    ("/pro/patients/{id}/letters/{letter}", "looked at letters"),
    ("/pro/patients/{id}/letters/{letter}.txt", "looked at letters"),
    ("/pro/patients/{id}/sheet", "looked at log sheets"),
    ("/pro/patients/{id}/sheet/{code}", "looked at log sheets"),
    ("/pro/patients/{id}/sheet/{code}/enter", "looked at log sheets"),
    ("/pro/patients/{id}/intake", "looked at the answers of the intake"),
    ("/pro/patients/{id}/intake/card", "looked at the answers of the intake"),
    ("/pro/patients/{id}/intake/check", "looked at the answers of the intake"),
    ("/pro/patients/{id}/intake/goals", "looked at the answers of the intake"),
    ("/pro/patients/{id}/intake/practical", "looked at the answers of the intake"),
    ("/pro/patients/{id}/intake/quota", "looked at the answers of the intake"),
    ("/pro/patients/{id}/intake/{screen}", "looked at the answers of the intake"),
    ("/pro/patients/{id}/answers", "looked at the answers of the intake"),
    ("/pro/patients/{id}/intake/result", "looked at the result of the intake"),
    ("/pro/patients/{id}/start", "looked at the start of the plan"),
    ("/pro/patients/{id}/start/agree", "looked at the start of the plan"),
    ("/pro/patients/{id}/add", "looked at the plan"),
    ("/pro/patients/{id}/agree", "looked at the plan"),
    ("/pro/patients/{id}/assign", "looked at the plan"),
    ("/pro/patients/{id}/assign/{template}", "looked at the plan"),
    ("/pro/patients/{id}/copy", "looked at the plan"),
    ("/pro/patients/{id}/copy/{other}", "looked at the plan"),
    ("/pro/patients/{id}/items/{item}", "looked at the plan"),
    ("/pro/patients/{id}/items/{item}/back", "looked at the plan"),
    ("/pro/patients/{id}/items/{item}/swap", "looked at the plan"),
    ("/pro/patients/{id}/items/{item}/version", "looked at the plan"),
    ("/pro/patients/{id}/plan", "looked at the plan"),
    ("/pro/patients/{id}/plan/preview", "looked at the plan"),
    ("/pro/patients/{id}/plan/versions", "looked at earlier plans"),
    ("/pro/patients/{id}/plan/versions/{version}", "looked at earlier plans"),
    ("/pro/patients/{id}/proposal/{review}", "looked at a step of the plan"),
    ("/pro/patients/{id}/rules", "looked at the rules for this patient"),
    ("/pro/patients/{id}/sessions", "looked at sessions"),
    ("/pro/patients/{id}/reviews", "looked at weekly reviews"),
    ("/pro/patients/{id}/changes", "looked at changes"),
    ("/pro/patients/{id}/messages", "looked at messages"),
    ("/pro/patients/{id}/events", "looked at problems with exercises"),
    ("/pro/patients/{id}/events/{event}", "looked at problems with exercises"),
    ("/pro/patients/{id}/measures", "looked at measures"),
    ("/pro/patients/{id}/pattern/{rid}", "looked at the pattern"),
    ("/pro/patients/{id}/override", "looked at judgements"),
    ("/pro/patients/{id}/notes", "looked at notes"),
    ("/pro/patients/{id}/notes/{note}", "looked at notes"),
    ("/pro/patients/{id}/corrections", "looked at requests for corrections"),
    ("/pro/patients/{id}/corrections/{request}", "looked at requests for corrections"),
    ("/pro/patients/{id}/team", "looked at the team"),
    ("/pro/patients/{id}/discharge", "looked at the end of the programme"),
    ("/pro/patients/{id}/clear", "looked at a clearance"),
];

/// Pages that show something of many patients: noted without whose records they are.
const LISTS: &[(&str, &str)] = &[
    ("/pro", "saw the inbox"),
    ("/pro/patients", "saw the list of patients"),
    ("/pro/outcomes", "saw the outcomes of the clinic"),
    ("/pro/outcomes.csv", "took the outcomes of the clinic as a file"),
    ("/admin/people", "saw the list of accounts"),
    ("/admin/invitations", "saw the list of invitations"),
];

/// The page of one account, whose forms bring it back with their mistakes.
const ACCOUNT: &str = "/admin/people/{id}";

/// What a page shows of the patients that its pattern names.
pub fn part(pattern: &str) -> Option<&'static str> {
    PARTS.iter().find(|(path, _)| *path == pattern).map(|(_, word)| *word)
}

/// What a page shows of an account.
pub fn account(pattern: &str) -> Option<&'static str> {
    pattern.starts_with(ACCOUNT).then_some("saw the account")
}

/// What a page shows of many.
pub fn list(pattern: &str) -> Option<&'static str> {
    LISTS.iter().find(|(path, _)| *path == pattern).map(|(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::super::ROUTES;
    use super::*;

    #[test]
    fn every_page_about_a_patient_says_which_part_of_the_record_it_shows() {
        let about = |path: &str| path == FILES || path.starts_with(&format!("{FILES}/"));
        let unnamed: Vec<_> = ROUTES.iter().filter(|r| r.method == "GET" && about(r.path) && part(r.path).is_none()).collect();
        assert!(unnamed.is_empty(), "say in sights.rs what these show: {unnamed:?}");
        let gone: Vec<_> = PARTS.iter().chain(LISTS).filter(|(path, _)| ROUTES.iter().all(|r| r.path != *path)).collect();
        assert!(gone.is_empty(), "no such pages: {gone:?}");
        assert!(ROUTES.iter().any(|r| r.path == ACCOUNT));
    }

    #[test]
    fn patients_are_called_alike_in_every_pattern() {
        // A part of a patient's record is reached through the patient; nothing else of a person stands in these paths.
        let known = [
            "id", "other", "decision", "kind", "letter", "code", "screen", "template", "item", "version", "review", "event", "rid", "note",
            "request",
        ];
        for (path, _) in PARTS {
            for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                assert!(known.contains(&name), "{path}: is {{{name}}} a patient? Then name it in PATIENTS");
            }
        }
    }
}
