//! The JSON API, one file per endpoint.

pub(crate) mod conversations;
pub(crate) mod notifications;
pub(crate) mod operations;
pub(crate) mod people;
pub(crate) mod session;
