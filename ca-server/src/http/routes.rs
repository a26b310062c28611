//! Which listener answers what.

use actix_web::guard;
use actix_web::web::{self, ServiceConfig};

use crate::service::settings::Roles;

use super::{est, health, metrics, ocsp, problem, publication, rest};

/// Plain HTTP: OCSP, CRLs, CA certificates, health and nothing else.
pub(crate) fn plain(config: &mut ServiceConfig, roles: Roles) {
    published(config, roles);
    config.default_service(web::to(problem::not_found));
}

/// HTTPS: all of plain HTTP, EST and REST.
pub(crate) fn secure(config: &mut ServiceConfig, roles: Roles) {
    published(config, roles);
    if roles.enroll {
        est::routes(config);
    }
    if roles.admin {
        rest::routes(config);
    }
    config.default_service(web::to(problem::not_found));
}

fn published(config: &mut ServiceConfig, roles: Roles) {
    config
        .route("/healthz", web::get().to(health::healthz))
        .route("/readyz", web::get().to(health::readyz))
        .route("/metrics", web::get().to(metrics::get));
    if roles.status {
        status(config);
    }
}

fn status(config: &mut ServiceConfig) {
    config
        .service(
            web::resource(["/ocsp", "/ocsp/"])
                .route(web::post().to(ocsp::post))
                .route(readable().to(ocsp::get))
                .default_service(web::to(ocsp::other_method)),
        )
        .service(
            web::resource("/ocsp/{request:.+}")
                .route(readable().to(ocsp::get))
                .default_service(web::to(ocsp::other_method)),
        )
        .service(
            web::resource("/crl/{authority}.crl")
                .route(readable().to(publication::crl))
                .default_service(web::to(publication::other_method)),
        )
        .service(
            web::resource(["/crl/{authority}/delta.crl", "/crl/{authority}/{shard}/delta.crl"])
                .route(readable().to(publication::delta))
                .default_service(web::to(publication::other_method)),
        )
        .service(
            web::resource("/crl/{authority}/{shard}.crl")
                .route(readable().to(publication::crl))
                .default_service(web::to(publication::other_method)),
        )
        .service(
            web::resource("/ca/{authority}.cer")
                .route(readable().to(publication::ca_certificate))
                .default_service(web::to(publication::other_method)),
        );
}

/// GET and HEAD, which differ only in that the library leaves the body out.
pub(super) fn readable() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}
