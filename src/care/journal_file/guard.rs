//! Cells that no spreadsheet takes for a formula. A program that opens the file may split it at commas, semicolons
//! or tabs, whatever we meant, so each place where a cell could begin is looked at: where a formula would, an
//! apostrophe is put before it. Reading takes away exactly those.

/// Whether a cell may begin after this character, in whatever program.
const fn parts(c: char) -> bool {
    matches!(c, ',' | ';' | '\t' | '\n' | '\r' | '"')
}

/// Whether a cell that begins so could be taken for a formula: spaces and apostrophes before it do not help.
fn is_formula(text: &str) -> bool {
    let rest = text.trim_start_matches(['\'', ' ', '\u{a0}']);
    // The wide forms count as well in some countries.
    rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// The text with an apostrophe before everything that could be taken for a formula.
pub fn guard(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len() + 2);
    let mut begins = true;
    for (at, c) in text.char_indices() {
        if begins && is_formula(&text[at..]) {
            guarded.push('\'');
        }
        guarded.push(c);
        begins = parts(c);
    }
    guarded
}

/// The text as it was before [`guard`].
pub fn unguard(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut begins, mut rest) = (true, text);
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if begins && c == '\'' && is_formula(after) {
            // The apostrophe was ours; what follows it stands as it is.
            let Some(next) = after.chars().next() else { break };
            plain.push(next);
            begins = parts(next);
            rest = &after[next.len_utf8()..];
            continue;
        }
        plain.push(c);
        begins = parts(c);
        rest = after;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_get_an_apostrophe_and_other_words_none() {
        for (text, guarded) in [
            ("=1+1", "'=1+1"),
            ("'=1", "''=1"),
            ("'tis fine", "'tis fine"),
            ("a=b", "a=b"),
            ("  @SUM(A1)", "'  @SUM(A1)"),
            ("well;=cmd|' /C calc'!A0", "well;'=cmd|' /C calc'!A0"),
            ("- one\n- two", "'- one\n'- two"),
            ("", ""),
            ("'", "'"),
            ("\u{ff1d}A1", "'\u{ff1d}A1"),
        ] {
            assert_eq!(guard(text), guarded, "{text:?}");
            assert_eq!(unguard(guarded), text, "{guarded:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_takes_away_exactly_what_writing_added(text in "[ '=+@,;\"\t\r\nab\u{a0}-]{0,14}|\\PC{0,20}") {
            let guarded = guard(&text);
            prop_assert_eq!(unguard(&guarded), text);
            for cell in guarded.split([',', ';', '\t', '\n', '\r', '"']) {
                let bare = cell.trim_start_matches([' ', '\u{a0}']);
                prop_assert!(!bare.starts_with(['=', '+', '-', '@']), "{:?} of {:?}", cell, guarded);
            }
        }
    }
}
