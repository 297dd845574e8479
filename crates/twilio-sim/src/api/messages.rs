//! One message: fetch, cancel, redact, delete; and the account.

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::json;

use super::error::ApiError;
use super::view::MessageView;
use super::{Call, ROOT, Reply, param};
use crate::sim::Sim;
use crate::state::{Message, State};

/// `GET …/Messages/{sid}.json`
pub(super) fn fetch(sim: &Sim, account: &str, sid: &str, call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut state = sim.state();
    let message = find(&mut state, account, sid, call)?;
    Ok(Reply::json(StatusCode::OK, &MessageView::now(message)))
}

/// `POST …/Messages/{sid}.json`: `Status=canceled`, or an empty `Body` to redact.
pub(super) fn update(sim: &Sim, account: &str, sid: &str, call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut state = sim.state();
    let message = find(&mut state, account, sid, call)?;
    match (param(&call.form, "Status"), call.form.iter().find(|(key, _)| key == "Body")) {
        (Some("canceled"), _) if message.cancel() => {}
        (Some("canceled"), _) => return Err(ApiError::bad(30409, "Message cannot be canceled any more")),
        (None, Some((_, body))) if body.is_empty() => message.body.clear(),
        _ => return Err(ApiError::bad(20422, "Invalid Parameter")),
    }
    Ok(Reply::json(StatusCode::OK, &MessageView::now(message)))
}

/// `DELETE …/Messages/{sid}.json`
pub(super) fn delete(sim: &Sim, account: &str, sid: &str, call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut state = sim.state();
    find(&mut state, account, sid, call)?.deleted = true;
    Ok(Reply { status: StatusCode::NO_CONTENT, header: None, body: Bytes::new(), created_sid: None })
}

/// `GET /2010-04-01/Accounts/{sid}.json`
pub(super) fn account(sid: &str) -> Reply {
    let content = json!({
        "sid": sid,
        "friendly_name": "Stand-in",
        "status": "active",
        "type": "Full",
        "auth_token": "redacted",
        "owner_account_sid": sid,
        "date_created": "Mon, 05 Jan 2026 09:00:00 +0000",
        "date_updated": "Mon, 05 Jan 2026 09:00:00 +0000",
        "uri": format!("{ROOT}/Accounts/{sid}.json"),
        "subresource_uris": { "messages": format!("{ROOT}/Accounts/{sid}/Messages.json") },
    });
    Reply::json(StatusCode::OK, &content)
}

fn find<'a>(
    state: &'a mut State,
    account: &str,
    sid: &str,
    call: &Call<'_>,
) -> Result<&'a mut Message, ApiError> {
    let message = state.messages.get_mut(sid).filter(|message| message.account_sid == account);
    message.ok_or_else(|| ApiError::not_found(call.full_path))
}
