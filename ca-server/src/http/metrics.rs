//! Figures for Prometheus.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::web::Data;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::Api;

/// Upper bounds of the buckets of request times, in seconds.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The recorder of this process. The first call installs it; figures before that are lost.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        // Setting buckets fails for an empty list only; then histograms are summaries.
        let builder = builder
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Another recorder is in place only where this is used as a library that brought its own.
        let _ = metrics::set_global_recorder(recorder);
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_counter!("cityca_http_requests_total", "Requests answered");
    metrics::describe_histogram!("cityca_http_request_seconds", "Time from head to answer");
    metrics::describe_counter!("cityca_certificates_issued_total", "Certificates issued");
    metrics::describe_counter!("cityca_status_changes_total", "Certificates revoked, held or released");
    metrics::describe_counter!("cityca_ocsp_answers_total", "OCSP answers by status");
    metrics::describe_counter!("cityca_ocsp_kept_answers_total", "OCSP answers given again");
    metrics::describe_gauge!("cityca_ocsp_kept_answers", "OCSP answers that are kept to be given again");
    metrics::describe_gauge!("cityca_ocsp_kept_octets", "Octets that kept OCSP answers take, about");
    metrics::describe_gauge!(
        "cityca_status_feed_age_seconds",
        "Time since the store said what statuses changed; after 8 OCSP says tryLater"
    );
    metrics::describe_counter!(
        "cityca_status_feed_failures_total",
        "Times that the changes of status could not be read"
    );
    metrics::describe_counter!("cityca_crls_published_total", "CRLs published");
    metrics::describe_gauge!("cityca_crl_alarm", "1 where the next CRL of an authority is not published");
    metrics::describe_counter!(
        "cityca_renewal_failures_total",
        "Renewals of CRLs or OCSP signers that failed"
    );
}

/// `GET /metrics`
pub(crate) async fn get(api: Data<Api>) -> HttpResponse {
    let handle = recorder();
    let (answers, octets) = api.kept.size();
    metrics::gauge!("cityca_ocsp_kept_answers").set(answers as f64);
    metrics::gauge!("cityca_ocsp_kept_octets").set(octets as f64);
    let age = api.services.status.changes().silent(api.ports.clock.now());
    metrics::gauge!("cityca_status_feed_age_seconds").set(age.as_secs_f64());
    handle.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}
