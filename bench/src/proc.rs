//! What the kernel knows of processes: processor time and memory.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux of today.
const TICKS_PER_SECOND: u64 = 100;

/// A process's memory, in KiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// All its pages that are in memory.
    pub resident: u64,
    /// The same, with each shared page divided by the number of its users.
    pub proportional: u64,
}

/// Reads the memory of a running process.
pub fn memory(pid: u32) -> Result<Memory> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let field = |name: &str| -> Option<u64> {
        text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
    };
    let memory = field("Rss:").zip(field("Pss:"));
    let (resident, proportional) = memory.context("smaps_rollup has no Rss and Pss")?;
    Ok(Memory { resident, proportional })
}

/// User and system time that a process and its living descendants have used.
pub fn cpu_time(root: u32) -> Duration {
    let mut used = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        let Some(pid) = pid else { continue };
        // A process that ended in between is passed over.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        used.extend(parent_and_ticks(&stat).map(|known| (pid, known)));
    }
    let descends = |pid: u32| {
        let mut above = std::iter::successors(Some(pid), |pid| used.get(pid).map(|(parent, _)| *parent));
        above.any(|pid| pid == root)
    };
    let ticks: u64 = used.iter().filter(|(pid, _)| descends(**pid)).map(|(_, (_, ticks))| ticks).sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}

/// From a line of `/proc/PID/stat` (proc(5)): fields 4, 14 and 15.
fn parent_and_ticks(stat: &str) -> Option<(u32, u64)> {
    // The name in parentheses may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some((fields.get(1)?.parse().ok()?, ticks(11)? + ticks(12)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_whatever_the_name() {
        let stat = "42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 11 5 0 0 20 0 1 0 1 1 1";
        assert_eq!(parent_and_ticks(stat), Some((7, 16)));
    }

    #[test]
    fn this_process_has_memory() {
        let memory = memory(std::process::id()).unwrap();
        assert!(memory.resident >= memory.proportional && memory.proportional > 0);
    }
}
