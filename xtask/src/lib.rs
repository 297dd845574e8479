//! Chores of this repository that are code: today only the house rules (`cargo xtask tidy`).

pub mod tidy;
