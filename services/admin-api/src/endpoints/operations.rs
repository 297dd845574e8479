//! How the system is doing, and what was done to it.

pub(crate) mod list_audit;
pub(crate) mod list_dead_letters;
pub(crate) mod replay_dead_letter;
pub(crate) mod show_health;
