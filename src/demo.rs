//! A small believable province.

use crate::{config::Config, error::Result};

/// Fills the province where it is empty, and serves it.
pub async fn run(config: Config) -> Result<()> {
    crate::server::Service::prepare(config)?.run().await
}
