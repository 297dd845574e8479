//! Pages: how large they are, and the cursors between them. A cursor is opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskbell_domain::{ConversationId, Timestamp};
use deskbell_http::Problem;
use deskbell_store::model::conversation::Conversation;
use uuid::Uuid;

/// Things on a page, if the client does not say.
pub(crate) const DEFAULT_LIMIT: u16 = 50;

const PLACE_BYTES: usize = 24;

/// One more than the page holds, to see whether there is another.
pub(crate) fn probing(limit: u16) -> u16 {
    limit + 1
}

/// Cuts the probe off; the cursor leads to what comes behind the last one shown.
pub(crate) fn cut<T>(
    mut rows: Vec<T>,
    limit: u16,
    cursor: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let next = rows.last().filter(|_| more).map(cursor);
    (rows, next)
}

/// A place in the list of conversations.
pub(crate) fn place_of(conversation: &Conversation) -> String {
    let mut place = [0; PLACE_BYTES];
    place[..8].copy_from_slice(&conversation.last_message_at.as_micros().to_be_bytes());
    place[8..].copy_from_slice(conversation.id.as_uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(place)
}

/// Reads [`place_of`] back.
pub(crate) fn read_place(cursor: &str) -> Result<(Timestamp, ConversationId), Problem> {
    let mut place = [0; PLACE_BYTES];
    match URL_SAFE_NO_PAD.decode_slice(cursor, &mut place) {
        Ok(PLACE_BYTES) => {}
        _ => return Err(bad_cursor()),
    }
    let (at, id) = place.split_at(8);
    let at = i64::from_be_bytes(at.try_into().expect("the first 8 of 24 bytes"));
    let id = Uuid::from_slice(id).expect("the last 16 of 24 bytes");
    Ok((Timestamp::from_micros(at), ConversationId::from_uuid(id)))
}

/// Reads a cursor that is an id.
pub(crate) fn read_id<T: std::str::FromStr>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
    cursor.map(|cursor| cursor.parse().map_err(|_| bad_cursor())).transpose()
}

fn bad_cursor() -> Problem {
    Problem::bad_request("invalid_query", "the cursor is not one that this API gave out")
        .with_field("cursor", "use next_cursor of the page before")
}
