//! `ca api`.

use clap::Args;

use super::value;

/// Options of `ca api`.
#[derive(Args, Debug)]
#[command(after_help = "Example: ca api POST /api/v1/certificates/issuing/43…/hold -d '{}'")]
pub(crate) struct ApiArgs {
    /// GET, POST, …
    #[arg(value_name = "METHOD", value_parser = value::method)]
    pub(crate) method: String,
    /// The path with its query, percent-encoded
    #[arg(value_name = "PATH", value_parser = value::path)]
    pub(crate) path: String,
    /// The body: text, @FILE, or - for standard input
    #[arg(long, short, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    pub(crate) data: Option<String>,
    /// The media type of the body
    #[arg(long, value_name = "TYPE", default_value = "application/json", requires = "data")]
    pub(crate) content_type: String,
    /// An Idempotency-Key to send
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,
}
