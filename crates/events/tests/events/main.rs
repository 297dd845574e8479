//! What the schema promises to the readers and writers of other versions, and to those who send rubbish.

mod compatibility;
mod golden;
mod rubbish;
mod samples;
