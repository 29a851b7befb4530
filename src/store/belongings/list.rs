//! The list. Parents stand before their children, because erasing goes from the end.

use super::{Column, Fate, Kind, Table, Whose};
use Fate::{Erased, Kept, Nobodys, Sealed};
use Kind::{At, Bytes, Date, Id, Number, Private, Secret, Text, Who, Yes};
use Whose::{Clinic, Person, Program};

/// A person's own rows.
const PATIENT: Whose = Person("patient_id = $1");
const USER: Whose = Person("user_id = $1");
/// Rows of a person's plans.
const PLAN: Whose = Person("plan_id IN (SELECT id FROM plans WHERE patient_id = $1)");
/// Rows of the exercises of a person's plans.
const ITEM: Whose = Person("item_id IN (SELECT id FROM plan_items WHERE plan_id IN (SELECT id FROM plans WHERE patient_id = $1))");
/// Every invitation that led to the account, is for it, or was sent to its address.
const INVITED: Whose =
    Person("used_by = $1 OR for_user = $1 OR (email <> '' AND email = (SELECT users.email FROM users WHERE users.id = $1))");

const STAFF: Whose = Clinic("what staff made for the clinic as a whole");

macro_rules! tables {
    ($($name:ident $whose:expr, $fate:expr => $($column:ident $kind:ident),+;)+) => {
        /// Every table.
        pub const TABLES: &[Table] = &[$(Table {
            name: stringify!($name),
            whose: $whose,
            fate: $fate,
            columns: &[$(Column { name: stringify!($column), kind: $kind }),+],
        }),+];
    };
}

tables! {
    settings Program("what the program and the clinic set"), Nobodys => name Text, value Text;
    throttles Program("counters against guessing: hashes of addresses, and network addresses for a quarter of an hour"), Nobodys =>
        subject Secret, failures Number, window_started_at At;

    // The account, and what goes with it.
    users Person("id = $1"), Sealed =>
        id Id, email Text, name Text, password_hash Secret, is_patient Yes, is_physio Yes, is_admin Yes, time_zone Text, created_at At,
        password_changed_at At, closed_at At, language Text, unclaimed Yes, email_verified_at At, clinic_id Id, closing_at At;
    sessions USER, Erased => id Secret, user_id Id, state Secret, created_at At, last_seen_at At, expires_at At, mark Id,
        device Text, signed_in_at At;
    known_browsers USER, Erased => id Id, user_id Id, token_hash Secret, first_at At, last_at At;
    address_changes USER, Erased =>
        id Id, user_id Id, old_email Text, new_email Text, made_at At, expires_at At, old_confirmed_at At, new_confirmed_at At, ended_at At;
    address_links USER, Erased =>
        token_hash Secret, user_id Id, change_id Id, purpose Text, email Text, made_at At, expires_at At, used_at At;
    passkeys USER, Erased =>
        id Id, user_id Id, credential_id Secret, name Text, credential Secret, made_at At, last_used_at At;
    totp_factors USER, Erased => user_id Id, sealed_secret Bytes, made_at At, last_step Number;
    recovery_codes USER, Erased => id Id, user_id Id, label Text, code_hash Secret, made_at At, used_at At;
    invitations INVITED, Erased =>
        id Id, token_hash Secret, purpose Text, invited_by Who, for_user Id, name Text, created_at At, expires_at At, used_at At, used_by Id,
        code_hash Secret, email Text, brings Text, ended_at At, clinic_id Id;
    consents USER, Sealed => id Id, user_id Id, purpose Text, version Text, given_at At, withdrawn_at At;
    care_relations PATIENT, Sealed =>
        id Id, patient_id Id, physio_id Who, started_at At, ended_at At, kind Text, until_at At, reason Text, made_by Who;
    audit Person("patient_id = $1 OR actor_id = $1"),
        Kept("who looked at which record must stay provable after the record is gone; it holds fixed words, identities that name nobody, and of a person's own acts the network address and device") =>
        id Id, at At, actor_id Who, actor_kind Text, patient_id Id, action Text, seq Number, address Text, device Text, request Id, clinic_id Id,
        previous Id, hash Id;
    audit_head Program("number and hash of the last row of the record of who did what"), Nobodys => id Number, seq Number, hash Text;

    // The way to a plan.
    intakes PATIENT, Sealed => id Id, patient_id Id, status Text, answers Text, wishes Text, created_at At, updated_at At, submitted_at At;
    evaluations PATIENT, Sealed => id Id, patient_id Id, occasion Text, at At, ruleset_version Text, answers Text, result Text;
    overrides PATIENT, Sealed =>
        id Id, patient_id Id, evaluation_id Id, kind Text, said Text, decided Text, safety_stop Yes, reason Text, inputs Text,
        ruleset_version Text, made_by Who, made_at At, token Id;
    holds PATIENT, Sealed =>
        id Id, patient_id Id, evaluation_id Id, cause Text, answers_changed Yes, placed_at At, cleared_at At, cleared_by Who,
        clearance_note Text, override_id Id;
    measures PATIENT, Sealed => id Id, patient_id Id, instrument Text, on_date Date, score Number, items Text, recorded_at At, entered_by Who;
    measure_delays PATIENT, Erased => id Id, patient_id Id, on_date Date, delayed_at At;
    baseline_trials PATIENT, Sealed => id Id, patient_id Id, activity Text, on_date Date, amount Number, token Id, recorded_at At;
    goals PATIENT, Sealed =>
        id Id, patient_id Id, intake_id Id, place Number, wording Text, set_on Date, reached_on Date, ended_on Date, set_at At;
    goal_wordings Person("goal_id IN (SELECT id FROM goals WHERE patient_id = $1)"), Sealed => id Id, goal_id Id, wording Text, until_at At;

    // The plan.
    plans PATIENT, Sealed =>
        id Id, patient_id Id, intake_id Id, status Text, category Text, stage Text, phase Number, facts Text, training_days Text, cue Text,
        ruleset_version Text, agreed_at At, started_on Date, ended_on Date, phase_since Date, maintenance Text, end_reason Text, smaller Text,
        agreed_minutes Number;
    plan_items PLAN, Sealed => id Id, plan_id Id, place Number, prescription Text, added_on Date, removed_on Date;
    plan_quotas PLAN, Sealed =>
        id Id, plan_id Id, activity Text, unit Text, goal Number, goal_on Date, days_per_week Number, inputs Text, schedule Text,
        step_index Number, scheduled_on Date, added_on Date, removed_on Date;
    plan_changes PLAN, Sealed =>
        id Id, plan_id Id, at At, effective_on Date, actor_id Who, rule Text, subject Text, before_text Text, after_text Text, reason Text;
    plan_days PLAN, Sealed => id Id, plan_id Id, from_on Date, days Text, set_at At;
    plan_agreements PLAN, Sealed => plan_id Id, physio_id Who, agreed_at At;
    plan_drafts PLAN, Sealed =>
        id Id, plan_id Id, status Text, base Text, body Text, reason Text, revision Number, made_by Who, made_at At, changed_by Who,
        changed_at At, answer Text, settled_at At;
    plan_versions PLAN, Sealed => plan_id Id, version Number, body Text, reason Text, made_by Who, made_at At;
    template_uses PLAN, Sealed => id Id, plan_id Id, template_id Id, version Number, phase Number, from_on Date, made_by Who, made_at At;
    day_doses ITEM, Sealed => item_id Id, on_date Date, prescription Text, reason Text, made_by Who, made_at At;
    planned_doses ITEM, Sealed =>
        id Id, item_id Id, from_on Date, prescription Text, reason Text, made_by Who, made_at At, settled_at At;
    offer_answers PLAN, Sealed => id Id, plan_id Id, offer Text, taken Yes, reason Text, on_date Date, answered_at At;
    patient_rules PATIENT, Sealed =>
        id Id, patient_id Id, effective_on Date, mode Text, own_numbers Yes, session_pain Number, week_pain Number, adherence Number,
        quota_step Number, reason Text, set_by Who, set_at At, token Id;
    changes_seen PATIENT, Erased => id Id, patient_id Id, until_at At, seen_at At;
    breaks PATIENT, Sealed =>
        id Id, patient_id Id, plan_id Id, kind Text, starts_on Date, ends_on Date, back_on Date, token Id, told_at At;
    check_ins PATIENT, Sealed =>
        id Id, patient_id Id, plan_id Id, since Date, after_days Number, on_date Date, anything_new Yes, answered_at At;

    // What was done and how it was.
    training_logs PATIENT, Sealed =>
        id Id, patient_id Id, plan_id Id, on_date Date, token Id, worst_during Number, effort Number, stop_symptom Yes, items Text,
        quotas Text, note Private, late Yes, logged_at At, edited_at At;
    session_steps Person("log_id IN (SELECT id FROM training_logs WHERE patient_id = $1)"), Sealed =>
        log_id Id, exercise Text, step Text, on_date Date, taken_at At;
    played_sessions PATIENT, Erased =>
        id Id, patient_id Id, plan_id Id, on_date Date, token Id, presses Text, stopped Text, started_at At, changed_at At, closed_at At;
    paper_sheets PATIENT, Erased =>
        id Id, patient_id Id, plan_id Id, code Text, week_from Date, asks Text, made_by Who, made_at At;
    paper_entries PATIENT, Erased =>
        sheet_id Id, on_date Date, patient_id Id, token Id, log_id Id, entered_by Who, entered_at At;
    day_records PATIENT, Sealed =>
        patient_id Id, on_date Date, average Number, morning Number, recorded_at At, late Yes, worst Number;
    weekly_checks PATIENT, Sealed =>
        id Id, patient_id Id, plan_id Id, on_date Date, token Id, answers Text, evaluation_id Id, answered_at At;
    flares PATIENT, Sealed => id Id, patient_id Id, plan_id Id, pressed Yes, started_on Date, ended_on Date;
    reviews PATIENT, Sealed =>
        id Id, patient_id Id, plan_id Id, week Number, ruleset_version Text, facts Text, result Text, reviewed_at At;
    proposals PATIENT, Sealed =>
        review_id Id, patient_id Id, plan_id Id, status Text, reason Text, made_at At, decided_by Who, decided_at At;
    alerts PATIENT, Sealed =>
        id Id, patient_id Id, rule Text, addressee Text, reason Text, raised_at At, resolved_at At, resolved_by Who;
    reclassifications PATIENT, Sealed =>
        id Id, patient_id Id, plan_id Id, why Text, token Id, answers Text, result Text, ruleset_version Text, made_at At, status Text,
        decided_by Who, decided_at At, reason Text;

    // What is the person's own.
    imports PATIENT, Erased => id Id, patient_id Id, content Text, taken Number, uploaded_at At, taken_at At;
    journal_entries PATIENT, Erased =>
        id Id, patient_id Id, token Id, on_date Date, at_time Text, body Text, late Yes, recorded_at At, edited_at At, import_id Id, zone Text;
    imported_days PATIENT, Erased =>
        patient_id Id, on_date Date, import_id Id, average Number, worst Number, morning Number, late Yes, recorded_at At, edited_at At,
        zone Text;
    imported_sessions PATIENT, Erased =>
        id Id, patient_id Id, import_id Id, token Id, on_date Date, said Text, late Yes, recorded_at At, edited_at At, zone Text;
    revisions PATIENT, Erased => id Id, patient_id Id, record_id Id, replaced_at At, replaced_by Who, before_text Text;
    visit_questions PATIENT, Erased => patient_id Id, questions Text, changed_at At;
    reads PATIENT, Erased => patient_id Id, topic Text, on_date Date, read_at At;
    reflections PATIENT, Erased => id Id, patient_id Id, topic Text, token Id, on_date Date, answer Text, shared Yes, written_at At;
    reminders PATIENT, Erased =>
        patient_id Id, is_on Yes, own_days Text, at_time Text, second_time Text, first_on Date, changed_at At;
    message_choices PATIENT, Erased => patient_id Id, is_on Yes, by_mail Yes, changed_at At;
    outbox USER, Erased =>
        id Id, user_id Id, kind Text, on_date Date, token Id, status Text, problem Text, attempts Number, lost Number, made_at At, next_at At,
        until_at At, settled_at At;
    stop_links USER, Erased => token_hash Secret, user_id Id, made_at At, expires_at At, about Text;
    calendar_feeds PATIENT, Erased =>
        id Id, patient_id Id, token_hash Secret, title Text, at_time Text, made_at At, expires_at At, revoked_at At, read_at At;
    calendar_entries PATIENT, Erased =>
        uid Id, patient_id Id, plan_id Id, week Number, place Number, on_date Date, starts_at At, minutes Number, title Text, sequence Number,
        changed_at At, gone Yes;

    // Between the person and the clinic.
    messages PATIENT, Sealed =>
        id Id, patient_id Id, author_id Who, from_clinic Yes, body Text, token Id, sent_at At, seen_at At;
    adverse_events PATIENT, Sealed =>
        id Id, patient_id Id, message_id Id, exercise Text, happened_on Date, description Text, severity Text, reported_by Who, opened_at At,
        outcome Text, closed_by Who, closed_at At, token Id;
    corrections PATIENT, Sealed =>
        id Id, patient_id Id, about Text, body Text, token Id, asked_at At, answer Text, answered_by Who, answered_at At;
    clinical_notes PATIENT, Sealed =>
        id Id, patient_id Id, author_id Who, contact Text, on_date Date, body Text, corrects Id, token Id, written_at At;
    letters PATIENT, Sealed => id Id, patient_id Id, author_id Who, kind Text, recipient Text, body Text, token Id, written_at At;
    inbox_marks PATIENT, Erased => id Id, patient_id Id, item Text, mark Text, until_on Date, made_by Who, made_at At;

    // The clinic's.
    clinics STAFF, Nobodys => id Id, name Text, made_at At, closed_at At;
    clinic_settings STAFF, Nobodys => clinic_id Id, name Text, value Text;
    clinic_exercises STAFF, Nobodys => id Id, token Id, made_by Who, made_at At, retired_at At, clinic_id Id;
    clinic_pictures STAFF, Nobodys =>
        id Id, sha256 Text, media_type Text, width Number, height Number, bytes Bytes, made_by Who, made_at At,
        clinic_id Id;
    clinic_exercise_versions STAFF, Nobodys =>
        exercise_id Id, version Number, token Id, made_by Who, made_at At, note Text, definition Text, picture_id Id;
    clinic_thresholds STAFF, Nobodys =>
        id Id, effective_on Date, session_pain Number, week_pain Number, adherence Number, quota_step Number, alerts_a_day Number, reason Text,
        set_by Who, set_at At, token Id, clinic_id Id;
    leaves STAFF, Nobodys => id Id, physio_id Who, cover_id Who, from_at At, until_at At, ended_at At, made_by Who, made_at At;
    plan_templates STAFF, Nobodys => id Id, token Id, made_by Who, made_at At, retired_at At, clinic_id Id;
    plan_template_versions STAFF, Nobodys =>
        template_id Id, version Number, token Id, made_by Who, made_at At, note Text, body Text;
    archives Clinic("records that are kept by law, locked, of accounts that are no more"), Nobodys =>
        id Id, sealed Bytes, holds Text, law Text, made_at At, keep_until_at At, clinic_id Id;
    archive_looks Clinic("who opened a locked record at the command line, and why"), Nobodys => id Id, archive_id Id, reason Text, at At;
}
