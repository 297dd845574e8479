//! How things look in the API. Views are made from rows and decide what each role may see.

pub(crate) mod conversation;
pub(crate) mod delivery;
pub(crate) mod recipient;
pub(crate) mod schema;
pub(crate) mod user;
