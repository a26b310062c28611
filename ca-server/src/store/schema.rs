//! The tables as Diesel sees them, in column types that SQLite and PostgreSQL share.

diesel::table! {
    authorities (id) {
        id -> Text,
        name -> Text,
        kind -> Text,
        parent_id -> Nullable<Text>,
        certificate -> Nullable<Binary>,
        key_name -> Text,
        sm2_parameters -> Text,
        origin -> Text,
        created_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    subjects (id) {
        id -> Text,
        name_der -> Binary,
        name_hash -> Nullable<Binary>,
        search -> Text,
        created_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    intents (id) {
        id -> Text,
        kind -> Text,
        authority_id -> Text,
        serial -> Nullable<Binary>,
        crl_number -> Nullable<BigInt>,
        tbs -> Binary,
        tbs_hash -> Binary,
        profile -> Text,
        profile_hash -> Nullable<Binary>,
        requester -> Text,
        idempotency_key -> Nullable<Text>,
        state -> Text,
        fencing -> BigInt,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        version -> Integer,
    }
}

diesel::table! {
    certificates (id) {
        id -> Text,
        intent_id -> Text,
        authority_id -> Text,
        serial -> Binary,
        subject_id -> Text,
        subject -> Text,
        profile -> Text,
        profile_hash -> Binary,
        der -> Binary,
        tbs_hash -> Binary,
        key_fingerprint -> Binary,
        status -> Text,
        status_since -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        invalidity_date -> Nullable<BigInt>,
        status_changed_at -> Nullable<BigInt>,
        status_position -> Nullable<BigInt>,
        not_before -> BigInt,
        not_after -> BigInt,
        requester -> Text,
        issued_at -> BigInt,
        version -> Integer,
        shard -> Integer,
    }
}

diesel::table! {
    crls (id) {
        id -> Text,
        intent_id -> Text,
        authority_id -> Text,
        number -> BigInt,
        this_update -> BigInt,
        next_update -> BigInt,
        entries -> BigInt,
        scheduled -> Bool,
        status_position -> BigInt,
        tbs_hash -> Binary,
        created_at -> BigInt,
        version -> Integer,
        delta -> Bool,
        base_number -> Nullable<BigInt>,
        tbs_octets -> BigInt,
        shard -> Integer,
        der -> Binary,
    }
}

diesel::table! {
    crl_parts (crl_id, part) {
        crl_id -> Text,
        part -> Integer,
        authority_id -> Text,
        bytes -> Binary,
    }
}

diesel::table! {
    ocsp_signers (id) {
        id -> Text,
        authority_id -> Text,
        certificate -> Binary,
        key_name -> Text,
        not_after -> BigInt,
        created_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    administrators (id) {
        id -> Text,
        name -> Text,
        key_fingerprint -> Text,
        spki -> Binary,
        certificate_id -> Nullable<Text>,
        active -> Bool,
        created_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    authority_requests (id) {
        id -> Text,
        authority_id -> Text,
        sequence -> BigInt,
        nonce -> Binary,
        request -> Binary,
        state -> Text,
        answer_hash -> Nullable<Binary>,
        transcript_hash -> Nullable<Binary>,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        version -> Integer,
    }
}

diesel::table! {
    enrollment_credentials (id) {
        id -> Text,
        user_name -> Text,
        salt -> Binary,
        verifier -> Binary,
        profiles -> Text,
        active -> Bool,
        created_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    blocked_keys (id) {
        id -> Text,
        key -> Binary,
        reason -> Text,
        created_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    recovered_statuses (id) {
        id -> Text,
        authority_id -> Text,
        serial -> Binary,
        status -> Text,
        status_since -> BigInt,
        reason -> Nullable<Text>,
        invalidity_date -> Nullable<BigInt>,
        created_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    nonces (key_fingerprint, nonce) {
        key_fingerprint -> Text,
        nonce -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
        changed_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    audit_entries (sequence) {
        sequence -> BigInt,
        at -> BigInt,
        actor -> Text,
        action -> Text,
        table_name -> Text,
        row_id -> Text,
        row_version -> Integer,
        detail -> Text,
        evidence -> Nullable<Binary>,
        previous -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    idempotency_keys (scope) {
        scope -> Binary,
        request_hash -> Binary,
        intent_id -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        fencing -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::joinable!(certificates -> authorities (authority_id));
diesel::allow_tables_to_appear_in_same_query!(authorities, certificates, subjects);
