//! Every word that `store::oversight::note` may write, with what it means in plain words. A test compares this list with
//! the code and with what the whole test suite wrote.
//!
//! A plain sentence goes behind a name and a colon, so it has no subject and reads alike for you, for a colleague and for
//! the program: "Ines Bauer, physiotherapist: read the notes". Words about a patient's record are read by that patient, so
//! theirs are marked for translation (`locales/de/audit.po`); the others are read by administrators only.

/// What sort of thing was done: what administrators filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody saw something of a record.
    Look,
    /// Somebody did something about a record.
    Act,
    /// Somebody came, went, or tried to.
    SignIn,
    /// Something about an account, its keys or its choices.
    Account,
    /// Data left the program.
    Export,
    /// Something about how the clinic runs.
    Clinic,
    /// Something was refused.
    Refused,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [Kind::Look, Kind::Act, Kind::SignIn, Kind::Account, Kind::Export, Kind::Clinic, Kind::Refused];

    /// The word of a form.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Look => "look",
            Kind::Act => "act",
            Kind::SignIn => "sign-in",
            Kind::Account => "account",
            Kind::Export => "export",
            Kind::Clinic => "clinic",
            Kind::Refused => "refused",
        }
    }

    /// What an administrator reads.
    pub const fn title(self) -> &'static str {
        match self {
            Kind::Look => "Looks at records",
            Kind::Act => "Acts on records",
            Kind::SignIn => "Sign-in and sessions",
            Kind::Account => "Accounts and their keys",
            Kind::Export => "Data taken out",
            Kind::Clinic => "How the clinic runs",
            Kind::Refused => "Refused",
        }
    }

    /// The kind of a form's word.
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The word as it is stored, its kind, and what it means.
pub type Word = (&'static str, Kind, &'static str);

use Kind::{Account, Act, Clinic, Export, Look, Refused, SignIn};

/// All of them. Each slice of the program adds its own.
pub const WORDS: &[Word] = &[
    // Looks: `sights.rs` says which page is which.
    ("looked at the record", Look, tr_later!("opened the file")),
    ("looked at the record in an emergency", Look, tr_later!("looked at the record in an emergency, for a limited time")),
    ("looked at the card for a visit", Look, tr_later!("read the one-page summary")),
    ("looked at letters", Look, tr_later!("read letters")),
    ("looked at log sheets", Look, tr_later!("looked at log sheets")),
    ("looked at the plan", Look, tr_later!("looked at the plan in detail")),
    ("looked at earlier plans", Look, tr_later!("looked at earlier versions of the plan")),
    ("looked at a step of the plan", Look, tr_later!("looked at a step that the plan proposed")),
    ("looked at the rules for this patient", Look, tr_later!("looked at the pace and numbers of the plan")),
    ("looked at the answers of the intake", Look, tr_later!("read the answers to the first questions")),
    ("looked at the result of the intake", Look, tr_later!("read the result of the first questions")),
    ("looked at the start of the plan", Look, tr_later!("looked at the first tries and the start of the plan")),
    ("looked at sessions", Look, tr_later!("looked at the training sessions")),
    ("looked at weekly reviews", Look, tr_later!("read the weekly reviews")),
    ("looked at changes", Look, tr_later!("read what changed in the plan")),
    ("looked at messages", Look, tr_later!("read the messages")),
    ("looked at problems with exercises", Look, tr_later!("read about problems with exercises")),
    ("looked at measures", Look, tr_later!("looked at the questionnaires")),
    ("looked at the pattern", Look, tr_later!("looked at the pattern of the pain")),
    ("looked at judgements", Look, tr_later!("looked at decisions made otherwise than the rules")),
    ("looked at notes", Look, tr_later!("read the clinic\u{2019}s notes")),
    ("looked at requests for corrections", Look, tr_later!("read what you asked to have corrected")),
    ("looked at the team", Look, tr_later!("looked at who is in charge")),
    ("looked at the end of the programme", Look, tr_later!("looked at the page for the end of the programme")),
    ("looked at a clearance", Look, tr_later!("looked at a safety stop")),
    ("was refused the record", Refused, tr_later!("tried to open the record and was refused")),
    ("asked for what is not there or not theirs", Refused, tr_later!("asked for a page that is not there or is for somebody else")),
    ("sent a form that was refused", Refused, tr_later!("sent a form that was too old or came from another website, and was refused")),
    ("saw the account", Look, tr_later!("looked at the account, with its address and where it is signed in")),
    ("saw the list of accounts", Look, "saw the list of people with an account"),
    ("saw the list of invitations", Look, "saw the list of invitations"),
    ("saw the list of patients", Look, "saw the list of their patients"),
    ("saw the inbox", Look, "saw the inbox"),
    ("saw the outcomes of the clinic", Look, "saw the outcomes of the clinic, without names"),
    // Acts of a patient, or written down for them.
    ("intake submitted", Act, tr_later!("handed in the first questions")),
    ("plan agreed", Act, tr_later!("said yes to the plan")),
    ("wrote down the yes to the plan given in the room", Act, tr_later!("wrote down the yes to the plan, given in the room")),
    ("wrote down the agreement given in the room", Act, tr_later!("wrote down the agreement to the privacy notice, given in the room")),
    ("took an offer of the plan", Act, tr_later!("took an offer of the plan")),
    ("kept the plan as it was", Act, tr_later!("kept the plan as it was")),
    ("chose days and moment", Act, tr_later!("chose training days and the moment of the day")),
    ("set a goal", Act, tr_later!("set or changed a goal")),
    ("flare began", Act, tr_later!("said that a flare-up began")),
    ("flare settled", Act, tr_later!("said that the flare-up settled")),
    ("announced a holiday", Act, tr_later!("announced a holiday")),
    ("announced an illness", Act, tr_later!("announced an illness")),
    ("came back to the plan", Act, tr_later!("came back to the plan")),
    ("programme taken up again", Act, tr_later!("took the programme up again")),
    ("pattern looked at again", Act, tr_later!("looked at the pattern of the pain again")),
    ("wrote down a problem with an exercise", Act, tr_later!("wrote down a problem with an exercise")),
    ("closed a problem with an exercise", Act, tr_later!("closed a problem with an exercise")),
    ("wrote a message", Act, tr_later!("wrote a message")),
    ("turned messages on", Act, tr_later!("turned messages on")),
    ("turned messages off", Act, tr_later!("turned messages off")),
    ("chose e-mails about messages", Act, tr_later!("chose which e-mails come about messages")),
    ("e-mails about messages stopped by their link", Act, tr_later!("stopped e-mails about messages with the link in one of them")),
    ("reminders turned on", Act, tr_later!("turned reminders on")),
    ("reminders stopped by the link in a message", Act, tr_later!("stopped reminders with the link in one of them")),
    ("reminders turned off", Act, tr_later!("turned reminders off")),
    ("made a log sheet", Act, tr_later!("made a log sheet")),
    ("entered a week from paper", Act, tr_later!("entered a week from paper")),
    ("entered a measure from paper", Act, tr_later!("entered a questionnaire from paper")),
    ("added a file to the journal", Act, tr_later!("added a file to the journal")),
    ("took a file out of the journal", Act, tr_later!("took an uploaded file out of the journal again")),
    ("calendar link made", Account, tr_later!("made a link for a calendar")),
    ("calendar link removed", Account, tr_later!("removed the link for a calendar")),
    // Acts of the clinic on a record.
    ("agreed to the plan", Act, tr_later!("agreed to the plan as physiotherapist")),
    ("clearance recorded", Act, tr_later!("recorded that a safety stop is over")),
    ("alert dealt with", Act, tr_later!("dealt with an alert")),
    ("put an entry of the inbox off", Act, tr_later!("put a reminder of the clinic\u{2019}s inbox off")),
    ("marked an entry of the inbox as done", Act, tr_later!("marked a reminder of the clinic\u{2019}s inbox as done")),
    ("took an entry back into the inbox", Act, tr_later!("took a reminder back into the clinic\u{2019}s inbox")),
    ("saw a reviewed week", Act, tr_later!("saw a reviewed week")),
    ("approved a step of the plan", Act, tr_later!("approved a step of the plan")),
    ("declined a step of the plan", Act, tr_later!("declined a step of the plan")),
    ("set rules for this patient", Act, tr_later!("set the pace or numbers of the plan")),
    ("exercise swapped", Act, tr_later!("swapped an exercise")),
    ("exercise added", Act, tr_later!("added an exercise")),
    ("new version taken over", Act, tr_later!("took over the newer version of an exercise")),
    ("dose changed", Act, tr_later!("changed the amount of an exercise")),
    ("dose of a day set", Act, tr_later!("set the amount of an exercise for one day")),
    ("dose planned", Act, tr_later!("planned a later amount of an exercise")),
    ("dose taken back", Act, tr_later!("took back an amount that was set")),
    ("planned dose began", Act, tr_later!("began the amount that was planned")),
    ("dose set for later lapsed", Act, tr_later!("let a planned amount lapse, because the plan had stopped or stepped back")),
    ("plan edited", Act, tr_later!("changed the plan")),
    ("template given", Act, tr_later!("changed the plan by a template")),
    ("plan copied from another", Act, tr_later!("changed the plan after the example of another")),
    ("draft begun", Act, tr_later!("began a draft of a changed plan")),
    ("draft sent", Act, tr_later!("sent a draft of a changed plan")),
    ("draft taken back", Act, tr_later!("took a draft back")),
    ("draft dropped", Act, tr_later!("dropped a draft")),
    ("draft agreed", Act, tr_later!("agreed to a changed plan")),
    ("draft declined", Act, tr_later!("declined a changed plan")),
    ("pattern change confirmed", Act, tr_later!("confirmed another pattern of the pain")),
    ("pattern change declined", Act, tr_later!("declined another pattern of the pain")),
    ("set another pattern than the rules", Act, tr_later!("set another pattern than the rules did")),
    ("judged answers otherwise than the rules", Act, tr_later!("judged the answers otherwise than the rules did")),
    ("stopped the plan, stricter than the rules", Act, tr_later!("stopped the plan to be on the safe side")),
    ("discharged", Act, tr_later!("ended the programme")),
    ("letter given out", Export, tr_later!("gave out a letter")),
    ("note written", Act, tr_later!("wrote a note of the clinic")),
    ("note corrected", Act, tr_later!("corrected a note of the clinic")),
    ("took charge", Act, tr_later!("took charge")),
    ("put a colleague in charge", Act, tr_later!("put a colleague in charge")),
    ("handed over to a colleague", Act, tr_later!("handed over to a colleague")),
    ("stepped back", Act, tr_later!("stepped back")),
    ("opened the record in an emergency", Act, tr_later!("opened the record in an emergency")),
    ("searched in an emergency and found nobody", Refused, "searched in an emergency for somebody who was not found"),
    ("searched in an emergency for a record that is open already", Look, "searched in an emergency for a record that was open to them"),
    ("searched in an emergency too often", Refused, "searched in an emergency too often"),
    ("made the record in the room", Account, tr_later!("made the account and the record, in the room")),
    ("made a start card", Account, tr_later!("made a start card")),
    // Data that leaves.
    ("took the journal along as a file", Export, tr_later!("took the journal along as a file")),
    ("took a copy of all their data", Export, tr_later!("took a copy of all data")),
    ("asked to close the account", Account, tr_later!("asked to close the account")),
    ("began to close the account at the command line", Account, tr_later!("began to close the account at the command line")),
    ("kept the account after all", Account, tr_later!("kept the account after all")),
    ("account erased", Account, tr_later!("erased the account")),
    ("opened a locked record at the command line", Export, "opened a locked record at the command line"),
    (
        "deleted a locked record that no key opens, at the command line",
        Clinic,
        "deleted a locked record that no key opens, at the command line",
    ),
    ("changed the name", Account, tr_later!("changed the name")),
    ("asked for a correction of the record", Act, tr_later!("asked for a correction of the record")),
    ("answered a request to correct the record", Act, tr_later!("answered a request to correct the record")),
    ("gave a consent", Account, tr_later!("gave a consent")),
    ("took a consent back", Account, tr_later!("took a consent back")),
    ("took the list of patients as a file", Export, "took the list of their patients as a file"),
    ("took the outcomes of the clinic as a file", Export, "took the outcomes of the clinic as a file, without names"),
    ("took the record of who did what as a file", Export, "took the record of who did and saw what as a file"),
    // Accounts, sign-in.
    ("account made", Account, tr_later!("made the account")),
    ("took over the record made in the room", Account, tr_later!("took over the account made in the room")),
    ("signed in", SignIn, tr_later!("signed in")),
    ("sign-in refused", Refused, tr_later!("tried to sign in with a wrong password")),
    ("proof refused", Refused, tr_later!("gave a wrong password when asked for it again")),
    ("too many tries", Refused, "let somebody who tried too often wait"),
    ("second step refused", Refused, tr_later!("gave a wrong code as second step of a sign-in")),
    ("passkey refused", Refused, "tried to sign in with a passkey that fits nobody"),
    ("passkey refused: its counter went back", Refused, tr_later!("used a passkey that may be a copy, and was refused")),
    ("recovery code used", SignIn, tr_later!("signed in with a recovery code")),
    ("passkey added", Account, tr_later!("added a passkey")),
    ("passkey removed", Account, tr_later!("removed a passkey")),
    ("code app added", Account, tr_later!("added a code app")),
    ("code app removed", Account, tr_later!("removed a code app")),
    ("recovery codes made", Account, tr_later!("made new recovery codes")),
    ("second step reset at the command line", Account, tr_later!("took the second step of the sign-in away at the command line")),
    ("session ended", SignIn, tr_later!("ended a sign-in on another device")),
    ("other sessions ended", SignIn, tr_later!("ended every other sign-in")),
    ("signed out", SignIn, tr_later!("signed out")),
    ("asked for another address", Account, tr_later!("asked for another e-mail address")),
    ("address confirmed", Account, tr_later!("confirmed the e-mail address")),
    ("address changed", Account, tr_later!("changed the e-mail address, confirmed by both")),
    ("change of address stopped", Account, tr_later!("stopped a change of the e-mail address")),
    ("address changed at the command line", Account, tr_later!("changed the e-mail address at the command line")),
    ("password changed", Account, tr_later!("changed the password")),
    ("changed the time zone", Account, tr_later!("changed the time zone")),
    ("password reset at the command line", Account, tr_later!("made a link for a new password at the command line")),
    ("patient invited", Account, "invited a patient"),
    ("invitation made anew", Account, "made an invitation anew"),
    ("invitation taken back", Account, "took an invitation back"),
    ("staff invited", Account, "invited staff"),
    ("staff invited at the command line", Account, "invited staff at the command line"),
    ("staff account made", Account, "made a staff account"),
    ("staff account made by invitation", Account, "made a staff account with this administrator\u{2019}s link"),
    ("staff account closed", Account, "closed a staff account"),
    ("administrator\u{2019}s role given", Account, "gave the administrator\u{2019}s role"),
    ("administrator\u{2019}s role taken", Account, "took the administrator\u{2019}s role"),
    ("searched the record of who did what", Clinic, "searched the record of who did and saw what"),
    ("ended all sessions of an account", Account, tr_later!("ended all sessions of the account")),
    ("ended a session of an account", Account, tr_later!("ended a session of the account")),
    ("sent a link for a new password", Account, tr_later!("sent a link for a new password to the address of the account")),
    ("physiotherapist\u{2019}s role given", Account, "gave the physiotherapist\u{2019}s role"),
    ("physiotherapist\u{2019}s role taken", Account, "took the physiotherapist\u{2019}s role"),
    ("was refused to make themselves physiotherapist", Refused, "tried to make themselves a physiotherapist and was refused"),
    ("staff account opened again", Account, "opened a closed staff account again"),
    // How the clinic runs.
    ("changed the clinic's name", Clinic, "changed the clinic\u{2019}s name"),
    ("changed the emergency number", Clinic, "changed the emergency number"),
    ("changed the number for urgent advice", Clinic, "changed the number for urgent advice"),
    ("changed the clinic's telephone", Clinic, "changed the clinic\u{2019}s telephone"),
    ("changed the contact for privacy", Clinic, "changed the contact for questions about data"),
    ("changed the imprint", Clinic, "changed the imprint"),
    ("recorded a review of content", Clinic, "recorded a review of content"),
    ("sent a test e-mail", Clinic, "sent a test e-mail to themselves"),
    (
        "replaced the key that seals, at the command line",
        Clinic,
        "replaced the key that seals the secrets of code apps and locked records, at the command line",
    ),
    ("clinic added", Clinic, "made a clinic at the command line"),
    ("clinic renamed", Clinic, "renamed a clinic at the command line"),
    ("clinic closed", Clinic, "closed a clinic at the command line"),
    ("administrator invited at the command line", Clinic, "made a link for an administrator at the command line"),
    ("locked records deleted, their time was over", Clinic, "deleted locked records whose time was over"),
    ("announced a leave", Clinic, "announced a leave"),
    ("ended a leave", Clinic, "ended a leave"),
    ("template made", Clinic, "made a plan template"),
    ("template changed", Clinic, "changed a plan template"),
    ("template retired", Clinic, "retired a plan template"),
    ("template back in use", Clinic, "took a plan template back into use"),
    ("own exercise made", Clinic, "made an exercise of the clinic"),
    ("own exercise changed", Clinic, "changed an exercise of the clinic"),
    ("own exercise retired", Clinic, "retired an exercise of the clinic"),
    ("own exercise back in use", Clinic, "took an exercise of the clinic back into use"),
    ("set the clinic's messages", Clinic, "set how the clinic uses messages"),
    ("set the clinic's numbers", Clinic, "set the clinic\u{2019}s numbers"),
];

/// What a stored word means; a word that is not listed speaks for itself.
pub fn plain(action: &str) -> &str {
    find(action).map_or(action, |(_, _, plain)| plain)
}

/// The entry of a stored word.
pub fn find(action: &str) -> Option<&'static Word> {
    WORDS.iter().find(|(word, _, _)| *word == action)
}

/// The stored words of a kind.
pub fn of_kind(kind: Kind) -> Vec<&'static str> {
    WORDS.iter().filter(|(_, of, _)| *of == kind).map(|(word, _, _)| *word).collect()
}
