//! `ca-server migrate`

use super::arguments::Configured;
use super::folder::Folder;
use super::{Failure, instance, print, serve};

/// Brings the store up to this program's schema; no server may work on it meanwhile.
pub(super) fn run(arguments: &Configured) -> Result<(), Failure> {
    let config = serve::load(arguments)?;
    let _folder = Folder::open(&config.data, false)?;
    let path = instance::store_path(&config);
    instance::ports(&path)?;
    print(&format!("{} has the schema of this program\n", path.display()));
    Ok(())
}
