//! The schema, kept by hand for both databases (print-schema differs per backend).
//! `tests/it/store.rs` holds it against the migrated SQLite and PostgreSQL databases.

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        is_patient -> Bool,
        is_physio -> Bool,
        is_admin -> Bool,
        time_zone -> Text,
        created_at -> Timestamp,
        password_changed_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        language -> Text,
        unclaimed -> Bool,
        email_verified_at -> Nullable<Timestamp>,
        closing_at -> Nullable<Timestamp>,
        clinic_id -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Nullable<Text>,
        state -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        mark -> Text,
        device -> Text,
        signed_in_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    known_browsers (id) {
        id -> Text,
        user_id -> Text,
        token_hash -> Text,
        first_at -> Timestamp,
        last_at -> Timestamp,
    }
}

diesel::table! {
    address_changes (id) {
        id -> Text,
        user_id -> Text,
        old_email -> Text,
        new_email -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        old_confirmed_at -> Nullable<Timestamp>,
        new_confirmed_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    address_links (token_hash) {
        token_hash -> Text,
        user_id -> Text,
        change_id -> Nullable<Text>,
        purpose -> Text,
        email -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    throttles (subject) {
        subject -> Text,
        failures -> Integer,
        window_started_at -> Timestamp,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        token_hash -> Text,
        purpose -> Text,
        invited_by -> Nullable<Text>,
        for_user -> Nullable<Text>,
        name -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        used_by -> Nullable<Text>,
        code_hash -> Nullable<Text>,
        email -> Text,
        brings -> Text,
        ended_at -> Nullable<Timestamp>,
        clinic_id -> Text,
    }
}

diesel::table! {
    consents (id) {
        id -> Text,
        user_id -> Text,
        purpose -> Text,
        version -> Text,
        given_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    care_relations (id) {
        id -> Text,
        patient_id -> Text,
        physio_id -> Text,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        kind -> Text,
        until_at -> Nullable<Timestamp>,
        reason -> Text,
        made_by -> Nullable<Text>,
    }
}

diesel::table! {
    audit (id) {
        id -> Text,
        at -> Timestamp,
        actor_id -> Nullable<Text>,
        actor_kind -> Text,
        patient_id -> Nullable<Text>,
        action -> Text,
        seq -> Integer,
        address -> Text,
        device -> Text,
        request -> Text,
        clinic_id -> Nullable<Text>,
        previous -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_head (id) {
        id -> Integer,
        seq -> Integer,
        hash -> Text,
    }
}

diesel::table! {
    intakes (id) {
        id -> Text,
        patient_id -> Text,
        status -> Text,
        answers -> Text,
        wishes -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        submitted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    evaluations (id) {
        id -> Text,
        patient_id -> Text,
        occasion -> Text,
        at -> Timestamp,
        ruleset_version -> Text,
        answers -> Text,
        result -> Text,
    }
}

diesel::table! {
    holds (id) {
        id -> Text,
        patient_id -> Text,
        evaluation_id -> Nullable<Text>,
        cause -> Text,
        answers_changed -> Bool,
        placed_at -> Timestamp,
        cleared_at -> Nullable<Timestamp>,
        cleared_by -> Nullable<Text>,
        clearance_note -> Nullable<Text>,
        override_id -> Nullable<Text>,
    }
}

diesel::table! {
    measures (id) {
        id -> Text,
        patient_id -> Text,
        instrument -> Text,
        on_date -> Date,
        score -> Double,
        items -> Text,
        recorded_at -> Timestamp,
        entered_by -> Nullable<Text>,
    }
}

diesel::table! {
    baseline_trials (id) {
        id -> Text,
        patient_id -> Text,
        activity -> Text,
        on_date -> Date,
        amount -> Double,
        token -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        patient_id -> Text,
        intake_id -> Text,
        status -> Text,
        category -> Text,
        stage -> Text,
        phase -> Integer,
        facts -> Text,
        training_days -> Text,
        cue -> Text,
        ruleset_version -> Text,
        agreed_at -> Timestamp,
        started_on -> Date,
        ended_on -> Nullable<Date>,
        phase_since -> Nullable<Date>,
        maintenance -> Nullable<Text>,
        end_reason -> Nullable<Text>,
        smaller -> Nullable<Text>,
        agreed_minutes -> Nullable<Integer>,
    }
}

diesel::table! {
    plan_items (id) {
        id -> Text,
        plan_id -> Text,
        place -> Integer,
        prescription -> Text,
        added_on -> Date,
        removed_on -> Nullable<Date>,
    }
}

diesel::table! {
    plan_quotas (id) {
        id -> Text,
        plan_id -> Text,
        activity -> Text,
        unit -> Text,
        goal -> Double,
        goal_on -> Date,
        days_per_week -> Integer,
        inputs -> Text,
        schedule -> Text,
        step_index -> Integer,
        scheduled_on -> Nullable<Date>,
        added_on -> Nullable<Date>,
        removed_on -> Nullable<Date>,
    }
}

diesel::table! {
    plan_changes (id) {
        id -> Text,
        plan_id -> Text,
        at -> Timestamp,
        effective_on -> Date,
        actor_id -> Nullable<Text>,
        rule -> Text,
        subject -> Text,
        before_text -> Text,
        after_text -> Text,
        reason -> Text,
    }
}

diesel::table! {
    training_logs (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        on_date -> Date,
        token -> Text,
        worst_during -> Nullable<Integer>,
        effort -> Nullable<Integer>,
        stop_symptom -> Bool,
        items -> Text,
        quotas -> Text,
        note -> Text,
        late -> Bool,
        logged_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    played_sessions (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        on_date -> Date,
        token -> Text,
        presses -> Text,
        stopped -> Text,
        started_at -> Timestamp,
        changed_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    offer_answers (id) {
        id -> Text,
        plan_id -> Text,
        offer -> Text,
        taken -> Bool,
        reason -> Text,
        on_date -> Date,
        answered_at -> Timestamp,
    }
}

diesel::table! {
    session_steps (log_id, exercise) {
        log_id -> Text,
        exercise -> Text,
        step -> Text,
        on_date -> Date,
        taken_at -> Timestamp,
    }
}

diesel::table! {
    paper_sheets (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        code -> Text,
        week_from -> Date,
        asks -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    paper_entries (sheet_id, on_date) {
        sheet_id -> Text,
        on_date -> Date,
        patient_id -> Text,
        token -> Text,
        log_id -> Nullable<Text>,
        entered_by -> Nullable<Text>,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    visit_questions (patient_id) {
        patient_id -> Text,
        questions -> Text,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    day_records (patient_id, on_date) {
        patient_id -> Text,
        on_date -> Date,
        average -> Nullable<Integer>,
        morning -> Nullable<Integer>,
        recorded_at -> Timestamp,
        late -> Bool,
        worst -> Nullable<Integer>,
    }
}

diesel::table! {
    journal_entries (id) {
        id -> Text,
        patient_id -> Text,
        token -> Text,
        on_date -> Date,
        at_time -> Text,
        body -> Text,
        late -> Bool,
        recorded_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        import_id -> Nullable<Text>,
        zone -> Nullable<Text>,
    }
}

diesel::table! {
    imports (id) {
        id -> Text,
        patient_id -> Text,
        content -> Text,
        taken -> Integer,
        uploaded_at -> Timestamp,
        taken_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    imported_days (patient_id, on_date) {
        patient_id -> Text,
        on_date -> Date,
        import_id -> Text,
        average -> Nullable<Integer>,
        worst -> Nullable<Integer>,
        morning -> Nullable<Integer>,
        late -> Bool,
        recorded_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        zone -> Text,
    }
}

diesel::table! {
    imported_sessions (id) {
        id -> Text,
        patient_id -> Text,
        import_id -> Text,
        token -> Text,
        on_date -> Date,
        said -> Text,
        late -> Bool,
        recorded_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        zone -> Text,
    }
}

diesel::table! {
    reads (patient_id, topic) {
        patient_id -> Text,
        topic -> Text,
        on_date -> Date,
        read_at -> Timestamp,
    }
}

diesel::table! {
    reflections (id) {
        id -> Text,
        patient_id -> Text,
        topic -> Text,
        token -> Text,
        on_date -> Date,
        answer -> Text,
        shared -> Bool,
        written_at -> Timestamp,
    }
}

diesel::table! {
    revisions (id) {
        id -> Text,
        patient_id -> Text,
        record_id -> Text,
        replaced_at -> Timestamp,
        replaced_by -> Text,
        before_text -> Text,
    }
}

diesel::table! {
    weekly_checks (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        on_date -> Date,
        token -> Text,
        answers -> Text,
        evaluation_id -> Nullable<Text>,
        answered_at -> Timestamp,
    }
}

diesel::table! {
    flares (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        pressed -> Bool,
        started_on -> Date,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    reviews (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        week -> Integer,
        ruleset_version -> Text,
        facts -> Text,
        result -> Text,
        reviewed_at -> Timestamp,
    }
}

diesel::table! {
    alerts (id) {
        id -> Text,
        patient_id -> Text,
        rule -> Text,
        addressee -> Text,
        reason -> Text,
        raised_at -> Timestamp,
        resolved_at -> Nullable<Timestamp>,
        resolved_by -> Nullable<Text>,
    }
}

diesel::table! {
    reclassifications (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        why -> Text,
        token -> Text,
        answers -> Text,
        result -> Text,
        ruleset_version -> Text,
        made_at -> Timestamp,
        status -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        reason -> Text,
    }
}

diesel::table! {
    clinic_exercises (id) {
        id -> Text,
        token -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
        clinic_id -> Text,
    }
}

diesel::table! {
    clinic_pictures (id) {
        id -> Text,
        sha256 -> Text,
        media_type -> Text,
        width -> Integer,
        height -> Integer,
        bytes -> Binary,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        clinic_id -> Text,
    }
}

diesel::table! {
    clinic_exercise_versions (exercise_id, version) {
        exercise_id -> Text,
        version -> Integer,
        token -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        note -> Text,
        definition -> Text,
        picture_id -> Nullable<Text>,
    }
}

diesel::table! {
    totp_factors (user_id) {
        user_id -> Text,
        sealed_secret -> Binary,
        made_at -> Timestamp,
        last_step -> Integer,
    }
}

diesel::table! {
    passkeys (id) {
        id -> Text,
        user_id -> Text,
        credential_id -> Text,
        name -> Text,
        credential -> Text,
        made_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    recovery_codes (id) {
        id -> Text,
        user_id -> Text,
        label -> Text,
        code_hash -> Text,
        made_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(plan_items -> plans (plan_id));
diesel::joinable!(plan_quotas -> plans (plan_id));
diesel::joinable!(plan_changes -> plans (plan_id));
diesel::joinable!(plans -> users (patient_id));
diesel::joinable!(offer_answers -> plans (plan_id));
diesel::joinable!(session_steps -> training_logs (log_id));
diesel::joinable!(clinic_exercise_versions -> clinic_exercises (exercise_id));
diesel::joinable!(clinic_exercise_versions -> users (made_by));

diesel::table! {
    clinic_thresholds (id) {
        id -> Text,
        effective_on -> Date,
        session_pain -> Integer,
        week_pain -> Integer,
        adherence -> Integer,
        quota_step -> Integer,
        alerts_a_day -> Integer,
        reason -> Text,
        set_by -> Nullable<Text>,
        set_at -> Timestamp,
        token -> Text,
        clinic_id -> Text,
    }
}

diesel::joinable!(clinic_thresholds -> users (set_by));
diesel::table! {
    reminders (patient_id) {
        patient_id -> Text,
        is_on -> Bool,
        own_days -> Text,
        at_time -> Text,
        second_time -> Text,
        first_on -> Date,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        user_id -> Text,
        kind -> Text,
        on_date -> Date,
        token -> Text,
        status -> Text,
        problem -> Text,
        attempts -> Integer,
        lost -> Integer,
        made_at -> Timestamp,
        next_at -> Timestamp,
        until_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    stop_links (token_hash) {
        token_hash -> Text,
        user_id -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        about -> Text,
    }
}

diesel::table! {
    calendar_feeds (id) {
        id -> Text,
        patient_id -> Text,
        token_hash -> Text,
        title -> Text,
        at_time -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calendar_entries (uid) {
        uid -> Text,
        patient_id -> Text,
        plan_id -> Text,
        week -> Integer,
        place -> Integer,
        on_date -> Date,
        starts_at -> Timestamp,
        minutes -> Integer,
        title -> Text,
        sequence -> Integer,
        changed_at -> Timestamp,
        gone -> Bool,
    }
}

diesel::joinable!(reminders -> users (patient_id));
diesel::joinable!(outbox -> users (user_id));
diesel::joinable!(stop_links -> users (user_id));
diesel::joinable!(calendar_feeds -> users (patient_id));
diesel::table! {
    goals (id) {
        id -> Text,
        patient_id -> Text,
        intake_id -> Text,
        place -> Integer,
        wording -> Text,
        set_on -> Date,
        reached_on -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        set_at -> Timestamp,
    }
}

diesel::table! {
    goal_wordings (id) {
        id -> Text,
        goal_id -> Text,
        wording -> Text,
        until_at -> Timestamp,
    }
}

diesel::table! {
    plan_days (id) {
        id -> Text,
        plan_id -> Text,
        from_on -> Date,
        days -> Text,
        set_at -> Timestamp,
    }
}

diesel::table! {
    plan_agreements (plan_id) {
        plan_id -> Text,
        physio_id -> Text,
        agreed_at -> Timestamp,
    }
}

diesel::table! {
    changes_seen (id) {
        id -> Text,
        patient_id -> Text,
        until_at -> Timestamp,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    breaks (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        kind -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        back_on -> Nullable<Date>,
        token -> Text,
        told_at -> Timestamp,
    }
}

diesel::table! {
    measure_delays (id) {
        id -> Text,
        patient_id -> Text,
        on_date -> Date,
        delayed_at -> Timestamp,
    }
}

diesel::table! {
    check_ins (id) {
        id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        since -> Date,
        after_days -> Integer,
        on_date -> Date,
        anything_new -> Bool,
        answered_at -> Timestamp,
    }
}

diesel::joinable!(goal_wordings -> goals (goal_id));
diesel::joinable!(plan_days -> plans (plan_id));
diesel::joinable!(plan_agreements -> plans (plan_id));
diesel::joinable!(plan_agreements -> users (physio_id));

diesel::table! {
    leaves (id) {
        id -> Text,
        physio_id -> Text,
        cover_id -> Text,
        from_at -> Timestamp,
        until_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    inbox_marks (id) {
        id -> Text,
        patient_id -> Text,
        item -> Text,
        mark -> Text,
        until_on -> Nullable<Date>,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    plan_templates (id) {
        id -> Text,
        token -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
        clinic_id -> Text,
    }
}

diesel::table! {
    plan_template_versions (template_id, version) {
        template_id -> Text,
        version -> Integer,
        token -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        note -> Text,
        body -> Text,
    }
}

diesel::table! {
    template_uses (id) {
        id -> Text,
        plan_id -> Text,
        template_id -> Text,
        version -> Integer,
        phase -> Integer,
        from_on -> Date,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    plan_drafts (id) {
        id -> Text,
        plan_id -> Text,
        status -> Text,
        base -> Text,
        body -> Text,
        reason -> Text,
        revision -> Integer,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        changed_by -> Nullable<Text>,
        changed_at -> Timestamp,
        answer -> Text,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    plan_versions (plan_id, version) {
        plan_id -> Text,
        version -> Integer,
        body -> Text,
        reason -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    day_doses (item_id, on_date) {
        item_id -> Text,
        on_date -> Date,
        prescription -> Text,
        reason -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    planned_doses (id) {
        id -> Text,
        item_id -> Text,
        from_on -> Date,
        prescription -> Text,
        reason -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    patient_rules (id) {
        id -> Text,
        patient_id -> Text,
        effective_on -> Date,
        mode -> Text,
        own_numbers -> Bool,
        session_pain -> Integer,
        week_pain -> Integer,
        adherence -> Integer,
        quota_step -> Integer,
        reason -> Text,
        set_by -> Nullable<Text>,
        set_at -> Timestamp,
        token -> Text,
    }
}

diesel::table! {
    proposals (review_id) {
        review_id -> Text,
        patient_id -> Text,
        plan_id -> Text,
        status -> Text,
        reason -> Text,
        made_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        patient_id -> Text,
        author_id -> Nullable<Text>,
        from_clinic -> Bool,
        body -> Text,
        token -> Text,
        sent_at -> Timestamp,
        seen_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    message_choices (patient_id) {
        patient_id -> Text,
        is_on -> Bool,
        by_mail -> Bool,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    adverse_events (id) {
        id -> Text,
        patient_id -> Text,
        message_id -> Nullable<Text>,
        exercise -> Text,
        happened_on -> Date,
        description -> Text,
        severity -> Text,
        reported_by -> Nullable<Text>,
        opened_at -> Timestamp,
        outcome -> Text,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        token -> Text,
    }
}

diesel::table! {
    clinical_notes (id) {
        id -> Text,
        patient_id -> Text,
        author_id -> Nullable<Text>,
        contact -> Text,
        on_date -> Date,
        body -> Text,
        corrects -> Nullable<Text>,
        token -> Text,
        written_at -> Timestamp,
    }
}

diesel::table! {
    letters (id) {
        id -> Text,
        patient_id -> Text,
        author_id -> Nullable<Text>,
        kind -> Text,
        recipient -> Text,
        body -> Text,
        token -> Text,
        written_at -> Timestamp,
    }
}

diesel::table! {
    overrides (id) {
        id -> Text,
        patient_id -> Text,
        evaluation_id -> Nullable<Text>,
        kind -> Text,
        said -> Text,
        decided -> Text,
        safety_stop -> Bool,
        reason -> Text,
        inputs -> Text,
        ruleset_version -> Text,
        made_by -> Nullable<Text>,
        made_at -> Timestamp,
        token -> Text,
    }
}

diesel::table! {
    clinics (id) {
        id -> Text,
        name -> Text,
        made_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    clinic_settings (clinic_id, name) {
        clinic_id -> Text,
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    corrections (id) {
        id -> Text,
        patient_id -> Text,
        about -> Text,
        body -> Text,
        token -> Text,
        asked_at -> Timestamp,
        answer -> Text,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    archives (id) {
        id -> Text,
        sealed -> Binary,
        holds -> Text,
        law -> Text,
        made_at -> Timestamp,
        keep_until_at -> Timestamp,
        clinic_id -> Text,
    }
}

diesel::table! {
    archive_looks (id) {
        id -> Text,
        archive_id -> Text,
        reason -> Text,
        at -> Timestamp,
    }
}

diesel::joinable!(plan_drafts -> plans (plan_id));
diesel::joinable!(plan_versions -> plans (plan_id));
diesel::joinable!(template_uses -> plans (plan_id));
diesel::joinable!(plan_template_versions -> plan_templates (template_id));
diesel::joinable!(day_doses -> plan_items (item_id));
diesel::joinable!(planned_doses -> plan_items (item_id));
diesel::joinable!(proposals -> reviews (review_id));
/// Tables that some query joins or compares. Only these: allowing all with all is one implementation for each pair
/// of them, and made the crate compile in twice the time.
macro_rules! together {
    ($($left:ident: $($right:ident)+;)+) => { $($(diesel::allow_tables_to_appear_in_same_query!($left, $right);)+)+ };
}
together! {
    users: adverse_events alerts audit calendar_feeds care_relations clinic_exercise_versions clinic_exercises clinic_thresholds clinical_notes corrections day_records inbox_marks invitations journal_entries leaves letters measures messages outbox overrides paper_entries patient_rules plan_agreements plan_changes plan_items plan_template_versions plan_templates plan_versions plans proposals reclassifications reminders reviews stop_links template_uses training_logs passkeys sessions totp_factors;
    plans: breaks day_doses offer_answers patient_rules plan_agreements plan_changes plan_days plan_drafts plan_items plan_quotas plan_template_versions plan_versions planned_doses reminders reviews template_uses;
    adverse_events: inbox_marks messages proposals reclassifications;
    alerts: flares holds reviews weekly_checks;
    baseline_trials: intakes;
    breaks: plan_agreements plan_days plan_drafts;
    clinic_exercise_versions: clinic_exercises;
    day_doses: plan_items;
    day_records: journal_entries training_logs;
    flares: holds reviews weekly_checks;
    goal_wordings: goals;
    holds: reviews weekly_checks;
    imported_days: imported_sessions;
    imports: journal_entries revisions;
    inbox_marks: messages proposals reclassifications;
    invitations: plan_template_versions;
    journal_entries: revisions training_logs;
    messages: proposals reclassifications;
    outbox: stop_links;
    patient_rules: reviews;
    plan_agreements: plan_days plan_drafts;
    plan_days: plan_drafts;
    plan_items: plan_quotas planned_doses;
    plan_template_versions: plan_templates template_uses;
    proposals: reclassifications reviews;
    reviews: weekly_checks;
    session_steps: training_logs;
}
