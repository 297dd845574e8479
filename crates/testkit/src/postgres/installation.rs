//! What is installed on this machine.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Where the programs of the newest installed PostgreSQL are.
pub(super) fn programs() -> Result<PathBuf> {
    const INSTALLATIONS: &str = "/usr/lib/postgresql";
    let versions = match fs::read_dir(INSTALLATIONS) {
        Ok(versions) => versions,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("PostgreSQL is not installed: apt-get install postgresql")
        }
        Err(error) => return Err(error.into()),
    };
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin/postgres").is_file())
        .max_by_key(|path| version(path))
        .map(|path| path.join("bin"))
        .with_context(|| format!("no PostgreSQL server below {INSTALLATIONS}: apt-get install postgresql"))
}

/// User and group of a system user.
pub(super) fn user_ids(name: &str) -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let user = fields.into_iter().find(|fields| fields.first() == Some(&name) && fields.len() > 3);
    let user = user.with_context(|| format!("there is no user {name} to run PostgreSQL as"))?;
    Ok((user[2].parse()?, user[3].parse()?))
}
