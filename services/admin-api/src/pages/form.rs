//! Forms of our own pages, as browsers send them.

use deskbell_http::{BoundedBody, Problem};
use serde::de::DeserializeOwned;

/// Reads a form.
pub(super) fn read<T: DeserializeOwned>(body: &BoundedBody) -> Result<T, Problem> {
    serde_urlencoded::from_bytes(&body.0)
        .map_err(|_| Problem::bad_request("invalid_form", "this is not a form of this site"))
}

/// Browsers end each line of a form with CR LF; people mean a line.
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}
