//! The tables, the same for both databases. A test compares them with the real schema.
#![expect(
    missing_docs,
    reason = "the names are those of the migrations, which say what each is for"
)]

diesel::table! {
    units (level, code, valid_from) {
        level -> Text,
        code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        name -> Text,
        full_name -> Text,
        kind -> Text,
        province_code -> Text,
        district_code -> Nullable<Text>,
        source -> Text,
    }
}

diesel::table! {
    unit_successions (level, old_code, old_valid_from, new_code, new_valid_from) {
        level -> Text,
        old_code -> Text,
        old_valid_from -> Date,
        new_code -> Text,
        new_valid_from -> Date,
        extent -> Text,
        effective_on -> Date,
        note -> Text,
        source -> Text,
    }
}

diesel::table! {
    catalogues (name) {
        name -> Text,
        revision -> BigInt,
    }
}

diesel::table! {
    authorities (authority_id, valid_from) {
        authority_id -> Text,
        role -> Text,
        name -> Text,
        level -> Text,
        territory_code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        emails -> Text,
        phone -> Text,
        escalates_to -> Nullable<Text>,
        sectors -> Text,
    }
}

diesel::table! {
    contacts (id) {
        id -> Text,
        authority_id -> Text,
        position -> Integer,
        channel -> Text,
        address -> Text,
        name -> Text,
        phone -> Nullable<Text>,
        verified_at -> Nullable<Timestamp>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    law_rules (rule_id, valid_from) {
        rule_id -> Text,
        decides -> Text,
        rank -> Integer,
        key -> Text,
        facts -> Text,
        outcome -> Text,
        days -> Nullable<Integer>,
        date_basis -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        article -> Text,
        confidence -> Text,
        note -> Text,
    }
}

diesel::table! {
    rule_proposals (id) {
        id -> Text,
        proposed_at -> Timestamp,
        proposed_by -> Text,
        proposer -> Text,
        reason -> Text,
        changes -> Text,
        effect -> Text,
        law_revision -> BigInt,
        expires_at -> Timestamp,
        status -> Text,
        settled_at -> Nullable<Timestamp>,
        settled_by -> Nullable<Text>,
        settler -> Nullable<Text>,
        settled_because -> Nullable<Text>,
    }
}

diesel::table! {
    tokens (id) {
        id -> Text,
        secret_hash -> Text,
        role -> Nullable<Text>,
        province_code -> Nullable<Text>,
        commune_code -> Nullable<Text>,
        tax_code -> Nullable<Text>,
        post_id -> Nullable<Text>,
        scopes -> Nullable<Text>,
        made_by -> Nullable<Text>,
        name -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        revoked_because -> Nullable<Text>,
        last_used_at -> Nullable<Timestamp>,
        employer_id -> Nullable<Text>,
        kept_at -> Nullable<Timestamp>,
        kept_by -> Nullable<Text>,
        kept_because -> Nullable<Text>,
    }
}

diesel::table! {
    cases (id) {
        id -> Text,
        receipt_no -> Text,
        status -> Text,
        case_class -> Text,
        kind -> Text,
        sector -> Text,
        level -> Text,
        occurred_at -> Timestamp,
        received_at -> Timestamp,
        due_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        ended_because -> Nullable<Text>,
        place_code -> Text,
        place_valid_from -> Nullable<Date>,
        commune_code -> Text,
        province_code -> Text,
        place_name -> Text,
        establishment_name -> Nullable<Text>,
        establishment_tax_code -> Nullable<Text>,
        dead -> Integer,
        serious -> Integer,
        light -> Integer,
        missing -> Integer,
        unknown -> Integer,
        assigned_to -> Nullable<Text>,
        version -> Integer,
        search_key -> Text,
        facts -> Text,
        decision -> Text,
        master_key -> Nullable<Text>,
        data_key -> Nullable<Text>,
    }
}

diesel::table! {
    case_audiences (audience, case_id) {
        audience -> Text,
        case_id -> Text,
        due_at -> Timestamp,
        received_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        status -> Text,
    }
}

diesel::table! {
    recounts (law_revision) {
        law_revision -> BigInt,
        after_case -> Text,
        moved -> Integer,
        started_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_candidates (unit_code, case_id) {
        unit_code -> Text,
        case_id -> Text,
    }
}

diesel::table! {
    victims (case_id, victim_no) {
        case_id -> Text,
        victim_no -> Integer,
        class -> Text,
        outcome -> Text,
        employment -> Nullable<Text>,
        sex -> Nullable<Text>,
        birth_year -> Nullable<Integer>,
        citizen_id_hash -> Nullable<Text>,
    }
}

diesel::table! {
    declarations (id) {
        id -> Text,
        receipt_no -> Text,
        case_id -> Text,
        caller_id -> Text,
        declarant_role -> Text,
        tax_code -> Nullable<Text>,
        commune_code -> Nullable<Text>,
        received_at -> Timestamp,
        body -> Nullable<Text>,
        answer -> Text,
        employer_id -> Nullable<Text>,
    }
}

diesel::table! {
    supplements (id) {
        id -> Text,
        receipt_no -> Text,
        case_id -> Text,
        caller_id -> Text,
        received_at -> Timestamp,
        note -> Text,
        body -> Nullable<Text>,
        answer -> Text,
    }
}

diesel::table! {
    idempotency_keys (caller_id, key) {
        caller_id -> Text,
        key -> Text,
        fingerprint -> Text,
        answer_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    case_events (id) {
        id -> Text,
        case_id -> Text,
        happened_at -> Timestamp,
        actor -> Text,
        actor_role -> Text,
        action -> Text,
        from_status -> Nullable<Text>,
        to_status -> Text,
        reason -> Nullable<Text>,
        details -> Text,
    }
}

diesel::table! {
    clocks (case_id, clock, round) {
        case_id -> Text,
        clock -> Text,
        round -> Integer,
        starts_at -> Timestamp,
        due_raw -> Timestamp,
        due_rolled -> Timestamp,
        stopped_at -> Nullable<Timestamp>,
        stopped_because -> Nullable<Text>,
        extended_days -> Integer,
        basis -> Text,
        derivation -> Text,
        paused_at -> Nullable<Timestamp>,
        paused_days -> Integer,
        about -> Nullable<Integer>,
    }
}

diesel::table! {
    alerts (id) {
        id -> Text,
        case_id -> Text,
        role -> Text,
        authority_id -> Nullable<Text>,
        authority_name -> Nullable<Text>,
        phone -> Nullable<Text>,
        duty -> Text,
        form -> Nullable<Text>,
        basis -> Text,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_because -> Nullable<Text>,
        climbs_since -> Nullable<Timestamp>,
        rung -> Integer,
        next_at -> Nullable<Timestamp>,
        climbed_from -> Nullable<Text>,
    }
}

diesel::table! {
    ladder_rungs (alert_id, rung, nth) {
        alert_id -> Text,
        rung -> Text,
        nth -> Integer,
        fired_at -> Timestamp,
        details -> Text,
    }
}

diesel::table! {
    calls (id) {
        id -> Text,
        alert_id -> Text,
        case_id -> Text,
        opened_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        closed_because -> Nullable<Text>,
    }
}

diesel::table! {
    call_notes (id) {
        id -> Text,
        call_id -> Text,
        noted_at -> Timestamp,
        outcome -> Text,
        noted_by -> Text,
        said -> Nullable<Text>,
    }
}

diesel::table! {
    acknowledgements (alert_id) {
        alert_id -> Text,
        case_id -> Text,
        message_id -> Nullable<Text>,
        how -> Text,
        acknowledged_at -> Timestamp,
        officer -> Text,
    }
}

diesel::table! {
    refusals (alert_id) {
        alert_id -> Text,
        case_id -> Text,
        message_id -> Text,
        refused_at -> Timestamp,
        officer -> Text,
        passed_to -> Text,
    }
}

diesel::table! {
    directory_proposals (id) {
        id -> Text,
        receipt_no -> Text,
        role -> Text,
        commune_code -> Text,
        province_code -> Text,
        authority_id -> Text,
        belongs_to -> Nullable<Text>,
        proposed_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        settled_by -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        alert_id -> Nullable<Text>,
        case_id -> Nullable<Text>,
        recipient -> Text,
        payload -> Nullable<Text>,
        dedup_key -> Text,
        status -> Text,
        created_at -> Timestamp,
        due_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        attempts -> Integer,
        settled_at -> Nullable<Timestamp>,
        bounced_at -> Nullable<Timestamp>,
        channel -> Text,
        priority -> Integer,
        contact_id -> Nullable<Text>,
        opened_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    bounces (id) {
        id -> Text,
        message_id -> Text,
        case_id -> Nullable<Text>,
        received_at -> Timestamp,
        kind -> Text,
        status_code -> Nullable<Text>,
        diagnostic -> Nullable<Text>,
        dedup_key -> Text,
    }
}

diesel::table! {
    coverage_reports (day) {
        day -> Date,
        looked_at -> Timestamp,
        shares -> Text,
        gaps -> Text,
    }
}

diesel::table! {
    reminder_opt_outs (addressee, addressee_id) {
        addressee -> Text,
        addressee_id -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    canaries (id) {
        id -> Text,
        month -> Date,
        authority_id -> Text,
        authority_name -> Text,
        role -> Text,
        sent_at -> Timestamp,
        answer_by -> Timestamp,
        outcome -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
        message_id -> Nullable<Text>,
        officer -> Nullable<Text>,
    }
}

diesel::table! {
    address_marks (address) {
        address -> Text,
        bounced_at -> Timestamp,
        status_code -> Nullable<Text>,
        diagnostic -> Nullable<Text>,
        message_id -> Text,
    }
}

diesel::table! {
    delivery_attempts (id) {
        id -> Text,
        message_id -> Text,
        attempted_at -> Timestamp,
        outcome -> Text,
        reply -> Text,
        relay -> Nullable<Text>,
        tls -> Nullable<Text>,
    }
}

diesel::table! {
    alert_links (secret_hash) {
        secret_hash -> Text,
        message_id -> Text,
        case_id -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    alarms (id) {
        id -> Text,
        kind -> Text,
        case_id -> Nullable<Text>,
        dedup_key -> Text,
        details -> Text,
        raised_at -> Timestamp,
    }
}

diesel::table! {
    master_keys (id) {
        id -> Text,
        fingerprint -> Text,
        created_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    posts (id) {
        id -> Text,
        authority_id -> Text,
        kind -> Text,
        name -> Text,
        grants -> Text,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_because -> Nullable<Text>,
    }
}

diesel::table! {
    post_holders (post_id, account_id, held_from) {
        post_id -> Text,
        account_id -> Text,
        held_from -> Timestamp,
        held_until -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
        appointed_at -> Timestamp,
    }
}

diesel::table! {
    duty_shifts (id) {
        id -> Text,
        post_id -> Text,
        account_id -> Nullable<Text>,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        phone -> Text,
    }
}

diesel::table! {
    case_posts (id) {
        id -> Text,
        case_id -> Text,
        post_id -> Text,
        since -> Timestamp,
        until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_search (case_id) {
        case_id -> Text,
        received_at -> Timestamp,
        scope -> Text,
        marks -> Text,
        made_with -> Integer,
    }
}

diesel::table! {
    saved_filters (id) {
        id -> Text,
        post_id -> Text,
        name_hash -> Text,
        content -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    drafts_kept (id_hash) {
        id_hash -> Text,
        sealed -> Text,
        kept_until -> Timestamp,
    }
}

diesel::table! {
    notice_photos (receipt_no, photo_key) {
        receipt_no -> Text,
        photo_key -> Text,
        case_id -> Text,
        upload_id -> Text,
        document_id -> Nullable<Text>,
        added_at -> Timestamp,
    }
}

diesel::table! {
    audit_entries (chain, seq) {
        chain -> Text,
        seq -> BigInt,
        happened_at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Text,
        actor_name -> Text,
        actor_role -> Text,
        territory -> Nullable<Text>,
        action -> Text,
        purpose -> Text,
        object_kind -> Text,
        object_id -> Text,
        result -> Text,
        origin -> Nullable<Text>,
        request_id -> Nullable<Text>,
        details -> Text,
        mac -> Text,
    }
}

diesel::table! {
    data_keys (name) {
        name -> Text,
        master_key -> Text,
        wrapped -> Text,
    }
}

diesel::table! {
    audit_roots (no) {
        no -> BigInt,
        made_at -> Timestamp,
        day -> Nullable<Date>,
        heads -> Text,
        previous -> Text,
        root -> Text,
        signature -> Text,
    }
}

diesel::table! {
    digests (day, addressee, addressee_id) {
        day -> Date,
        addressee -> Text,
        addressee_id -> Text,
        made_at -> Timestamp,
        cases -> Integer,
        limits -> Integer,
    }
}

diesel::table! {
    digest_days (day) {
        day -> Date,
        done_at -> Timestamp,
    }
}

diesel::joinable!(notices -> cases (case_id));
diesel::joinable!(post_holders -> posts (post_id));
diesel::joinable!(duty_shifts -> posts (post_id));
diesel::table! {
    alert_posts (id) {
        id -> Text,
        alert_id -> Text,
        case_id -> Text,
        post_id -> Text,
        since -> Timestamp,
        until -> Nullable<Timestamp>,
    }
}

diesel::joinable!(alert_posts -> alerts (alert_id));
diesel::joinable!(alert_posts -> cases (case_id));
diesel::joinable!(alert_posts -> posts (post_id));
diesel::joinable!(case_posts -> cases (case_id));
diesel::joinable!(case_posts -> posts (post_id));
diesel::joinable!(tokens -> posts (post_id));
diesel::table! {
    notices (case_id) {
        case_id -> Text,
        receipt_no -> Text,
        state -> Text,
        held_because -> Nullable<Text>,
        noticed_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    informants (declaration_id) {
        declaration_id -> Text,
        case_id -> Text,
        identity -> Text,
    }
}

diesel::table! {
    used_challenges (id_hash) {
        id_hash -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    rate_windows (key_hash, window_start) {
        key_hash -> Text,
        window_start -> Timestamp,
        count -> BigInt,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        email -> Text,
        full_name -> Text,
        phone -> Nullable<Text>,
        language -> Text,
        password_hash -> Nullable<Text>,
        status -> Text,
        created_at -> Timestamp,
        proven_at -> Nullable<Timestamp>,
        locked_at -> Nullable<Timestamp>,
        totp_secret -> Nullable<Text>,
        totp_last_step -> Nullable<BigInt>,
        totp_pending -> Nullable<Text>,
    }
}

diesel::table! {
    recovery_codes (account_id, code_hash) {
        account_id -> Text,
        code_hash -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        account_id -> Text,
        secret_hash -> Text,
        kind -> Text,
        post_id -> Nullable<Text>,
        tax_code -> Nullable<Text>,
        device_name -> Nullable<Text>,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        good_until -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        proof -> Text,
    }
}

diesel::table! {
    passkeys (id) {
        id -> Text,
        account_id -> Text,
        credential_id -> Text,
        credential -> Text,
        counter -> BigInt,
        name -> Text,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    passkey_challenges (challenge_hash) {
        challenge_hash -> Text,
        account_id -> Nullable<Text>,
        state -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    identities (id) {
        id -> Text,
        account_id -> Text,
        provider -> Text,
        issuer -> Text,
        subject_hash -> Text,
        two_factors -> Bool,
        linked_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    oidc_visits (state_hash) {
        state_hash -> Text,
        browser_hash -> Text,
        provider -> Text,
        purpose -> Text,
        session_id -> Nullable<Text>,
        link_id -> Nullable<Text>,
        return_to -> Nullable<Text>,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    known_devices (secret_hash) {
        secret_hash -> Text,
        account_id -> Text,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    account_links (id) {
        id -> Text,
        account_id -> Text,
        purpose -> Text,
        message_id -> Nullable<Text>,
        made_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    account_link_secrets (secret_hash) {
        secret_hash -> Text,
        link_id -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_tries (bucket) {
        bucket -> Text,
        wrong -> Integer,
        last_at -> Timestamp,
    }
}

diesel::table! {
    data_subject_requests (id) {
        id -> Text,
        authority_id -> Nullable<Text>,
        kind -> Text,
        capacity -> Text,
        relation -> Text,
        receipt_no -> Nullable<Text>,
        case_id -> Nullable<Text>,
        status -> Text,
        received_at -> Timestamp,
        acknowledge_due -> Timestamp,
        acknowledged_at -> Nullable<Timestamp>,
        answer_due -> Timestamp,
        answered_at -> Nullable<Timestamp>,
        refusal_ground -> Nullable<Text>,
        registered_by -> Text,
        limits -> Text,
        content -> Text,
    }
}

diesel::table! {
    breaches (id) {
        id -> Text,
        status -> Text,
        discovered_at -> Timestamp,
        opened_at -> Timestamp,
        opened_by -> Text,
        notify_due -> Timestamp,
        notified_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        notify_limit -> Text,
        content -> Text,
        authority_id -> Nullable<Text>,
    }
}

diesel::table! {
    legal_holds (id) {
        id -> Text,
        case_id -> Text,
        ground -> Text,
        set_at -> Timestamp,
        set_by -> Text,
        lifted_at -> Nullable<Timestamp>,
        lifted_by -> Nullable<Text>,
    }
}

diesel::table! {
    retention_plans (id) {
        id -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        made_by -> Text,
        items -> Text,
        run_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    destroyed_cases (case_id) {
        case_id -> Text,
        plan_id -> Text,
        destroyed_at -> Timestamp,
    }
}

diesel::table! {
    duty_evidence (id) {
        id -> Text,
        duty -> Text,
        done_on -> Date,
        due_on -> Date,
        reference -> Text,
        noted_at -> Timestamp,
        noted_by -> Text,
        authority_id -> Nullable<Text>,
    }
}

diesel::joinable!(legal_holds -> cases (case_id));
diesel::joinable!(destroyed_cases -> cases (case_id));
diesel::joinable!(case_audiences -> cases (case_id));
diesel::joinable!(case_candidates -> cases (case_id));
diesel::joinable!(victims -> cases (case_id));
diesel::joinable!(declarations -> cases (case_id));
diesel::joinable!(supplements -> cases (case_id));
diesel::joinable!(case_events -> cases (case_id));
diesel::joinable!(clocks -> cases (case_id));
diesel::joinable!(alerts -> cases (case_id));
diesel::joinable!(ladder_rungs -> alerts (alert_id));
diesel::joinable!(calls -> alerts (alert_id));
diesel::joinable!(calls -> cases (case_id));
diesel::joinable!(call_notes -> calls (call_id));
diesel::joinable!(outbox -> alerts (alert_id));
diesel::joinable!(delivery_attempts -> outbox (message_id));
diesel::joinable!(alert_links -> outbox (message_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(account_links -> accounts (account_id));
diesel::joinable!(account_link_secrets -> account_links (link_id));

diesel::table! {
    employers (id) {
        id -> Text,
        tax_code -> Text,
        name -> Text,
        search -> Text,
        address -> Text,
        commune_code -> Text,
        representative -> Text,
        phone -> Text,
        registered_at -> Timestamp,
        verified_at -> Nullable<Timestamp>,
        proof -> Nullable<Text>,
        locked_at -> Nullable<Timestamp>,
        locked_because -> Nullable<Text>,
        merged_into -> Nullable<Text>,
        merged_because -> Nullable<Text>,
        claim_on -> Nullable<Text>,
        settled_as -> Nullable<Text>,
        settled_because -> Nullable<Text>,
    }
}

diesel::table! {
    employer_people (employer_id, account_id, since) {
        employer_id -> Text,
        account_id -> Text,
        role -> Text,
        since -> Timestamp,
        until -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    employer_registrations (id) {
        id -> Text,
        email -> Text,
        language -> Text,
        content -> Text,
        asked_at -> Timestamp,
    }
}

diesel::table! {
    employer_invitations (id) {
        id -> Text,
        employer_id -> Text,
        email -> Text,
        full_name -> Text,
        role -> Text,
        invited_by -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        settled_as -> Nullable<Text>,
    }
}

diesel::table! {
    email_changes (id) {
        id -> Text,
        account_id -> Text,
        email -> Text,
        asked_at -> Timestamp,
    }
}

diesel::table! {
    action_links (id) {
        id -> Text,
        purpose -> Text,
        subject_id -> Text,
        message_id -> Text,
        made_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    action_link_secrets (secret_hash) {
        secret_hash -> Text,
        link_id -> Text,
        expires_at -> Timestamp,
    }
}

diesel::joinable!(employer_people -> employers (employer_id));
diesel::joinable!(employer_people -> accounts (account_id));
diesel::joinable!(employer_invitations -> employers (employer_id));
diesel::joinable!(action_link_secrets -> action_links (link_id));

diesel::table! {
    blobs (id) {
        id -> Text,
        case_id -> Text,
        length -> BigInt,
        file_key -> Text,
        created_at -> Timestamp,
        dead_since -> Nullable<Timestamp>,
    }
}

diesel::table! {
    blob_pieces (blob_id, piece_no) {
        blob_id -> Text,
        piece_no -> Integer,
        object -> Text,
        length -> Integer,
    }
}

diesel::table! {
    uploads (id) {
        id -> Text,
        case_id -> Text,
        caller_id -> Text,
        added_by -> Text,
        added_role -> Text,
        item -> Text,
        victim_no -> Nullable<Integer>,
        about -> Text,
        media_type -> Text,
        blob_id -> Text,
        length -> BigInt,
        received -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        busy_until -> Nullable<Timestamp>,
        refused -> Nullable<Text>,
        document_id -> Nullable<Text>,
    }
}

diesel::table! {
    issued_forms (id) {
        id -> Text,
        case_id -> Text,
        form -> Text,
        form_valid_from -> Date,
        victim_no -> Nullable<Integer>,
        issuer -> Text,
        year -> Integer,
        number -> Integer,
        number_text -> Nullable<Text>,
        version -> Integer,
        dated -> Date,
        issued_at -> Timestamp,
        issued_by -> Text,
        issued_by_name -> Text,
        case_version -> Integer,
        mark -> Text,
        sha256 -> Text,
        pages -> Integer,
        has_health -> Integer,
        has_identity -> Integer,
        pdf -> Nullable<Text>,
        paper -> Nullable<Text>,
    }
}

diesel::table! {
    documents (id) {
        id -> Text,
        case_id -> Text,
        added_at -> Timestamp,
        caller_id -> Text,
        added_by -> Text,
        added_role -> Text,
        item -> Text,
        victim_no -> Nullable<Integer>,
        about -> Text,
        media_type -> Text,
        length -> BigInt,
        state -> Text,
        content_blob -> Nullable<Text>,
        received_blob -> Nullable<Text>,
        preview_blob -> Nullable<Text>,
        scanned_at -> Nullable<Timestamp>,
        finding -> Nullable<Text>,
        scan_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
        removed_by -> Nullable<Text>,
        removal -> Nullable<Text>,
        erased_at -> Nullable<Timestamp>,
        issued_form -> Nullable<Text>,
        form_page -> Nullable<Integer>,
    }
}

diesel::table! {
    form_numbers (issuer, year) {
        issuer -> Text,
        year -> Integer,
        last -> Integer,
    }
}

diesel::table! {
    likeness_keys (key, occurred_on, case_id) {
        key -> Text,
        occurred_on -> Date,
        case_id -> Text,
    }
}

diesel::table! {
    likeness_fills (scheme) {
        scheme -> Integer,
        after_case -> Text,
        started_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    merged_cases (case_id) {
        case_id -> Text,
        of_case -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    transfers (id) {
        id -> Text,
        case_id -> Text,
        case_version -> Integer,
        moved_at -> Timestamp,
        because -> Text,
        record -> Nullable<Text>,
    }
}

diesel::table! {
    transfer_givers (transfer_id, audience) {
        transfer_id -> Text,
        audience -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    data_subject_requests,
    breaches,
    legal_holds,
    retention_plans,
    destroyed_cases,
    duty_evidence,
    units,
    audit_entries,
    audit_roots,
    unit_successions,
    catalogues,
    authorities,
    contacts,
    law_rules,
    rule_proposals,
    tokens,
    cases,
    case_audiences,
    recounts,
    case_candidates,
    likeness_keys,
    likeness_fills,
    merged_cases,
    transfers,
    transfer_givers,
    victims,
    declarations,
    supplements,
    idempotency_keys,
    case_events,
    clocks,
    alerts,
    acknowledgements,
    ladder_rungs,
    calls,
    call_notes,
    outbox,
    delivery_attempts,
    bounces,
    address_marks,
    canaries,
    coverage_reports,
    alert_links,
    alarms,
    master_keys,
    data_keys,
    posts,
    post_holders,
    duty_shifts,
    case_posts,
    alert_posts,
    case_search,
    saved_filters,
    drafts_kept,
    notice_photos,
    rate_windows,
    accounts,
    recovery_codes,
    sessions,
    passkeys,
    passkey_challenges,
    identities,
    oidc_visits,
    known_devices,
    account_links,
    employers,
    employer_people,
    employer_registrations,
    employer_invitations,
    email_changes,
    action_links,
    action_link_secrets,
    account_link_secrets,
    sign_in_tries,
    notices,
    informants,
    used_challenges,
    digests,
    digest_days,
    reminder_opt_outs,
    blobs,
    blob_pieces,
    uploads,
    documents,
    issued_forms,
    form_numbers,
);
