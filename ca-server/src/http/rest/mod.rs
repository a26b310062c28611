//! REST under `/api/v1`: every request is signed (RFC 9421), every refusal is a problem (RFC 9457).

mod authorities;
mod call;
mod certificates;
mod convert;
mod health;
pub mod openapi;
mod operation;
mod possession;
mod query;
mod signed;
mod status;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use super::context::Context;
use super::problem;

/// Where the interface begins.
pub(crate) const BASE: &str = "/api/v1";

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/api/openapi.json", web::get().to(openapi::get)).service(
        web::scope(BASE)
            .service(
                web::resource("/certificates")
                    .route(web::post().to(certificates::issue))
                    .route(web::get().to(certificates::list))
                    .default_service(web::to(allow_get_post)),
            )
            .service(
                web::resource("/certificates/{authority}/{serial}")
                    .route(web::get().to(certificates::get))
                    .default_service(web::to(allow_get)),
            )
            .service(
                web::resource("/health")
                    .route(web::get().to(health::get))
                    .default_service(web::to(allow_get)),
            )
            .service(
                web::resource("/authorities")
                    .route(web::post().to(authorities::create))
                    .route(web::get().to(authorities::list))
                    .default_service(web::to(allow_get_post)),
            )
            .service(change("/authorities/{authority}/requests", web::post().to(authorities::request_again)))
            .service(change("/authorities/{authority}/certificate", web::post().to(authorities::install)))
            .service(
                web::resource("/authorities/{authority}/crl")
                    .route(web::put().to(authorities::publish_crl))
                    .route(web::post().to(operation::publish_now))
                    .default_service(web::to(allow_post_put)),
            )
            .service(change("/authorities/{authority}/revocations", web::post().to(operation::revoke_many)))
            .service(change("/authorities/{authority}/suspend", web::post().to(operation::suspend)))
            .service(change("/authorities/{authority}/default", web::post().to(operation::make_default)))
            .service(change("/authorities/{authority}/resume", web::post().to(operation::resume)))
            .service(change("/revocations", web::post().to(possession::revoke_own)))
            .service(change("/certificates/{authority}/{serial}/revoke", web::post().to(status::revoke)))
            .service(change("/certificates/{authority}/{serial}/hold", web::post().to(status::hold)))
            .service(change("/certificates/{authority}/{serial}/release", web::post().to(status::release)))
            .default_service(web::to(problem::not_found)),
    );
}

fn change(path: &str, route: actix_web::Route) -> actix_web::Resource {
    web::resource(path).route(route).default_service(web::to(allow_post))
}

async fn allow_get(context: Context) -> HttpResponse {
    problem::method_not_allowed(&context, "GET")
}

async fn allow_post(context: Context) -> HttpResponse {
    problem::method_not_allowed(&context, "POST")
}

async fn allow_post_put(context: Context) -> HttpResponse {
    problem::method_not_allowed(&context, "POST, PUT")
}

async fn allow_get_post(context: Context) -> HttpResponse {
    problem::method_not_allowed(&context, "GET, POST")
}
