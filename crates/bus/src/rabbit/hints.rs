//! Hints on the wire: as many as wait in one message, each with its lengths before it. Under load that is one message
//! for a whole batch of news, which every process receives.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Hint;

/// Most hints in one message.
pub(super) const HINTS_MAX: usize = 64;

/// Puts hints into one body.
pub(super) fn encode(hints: &[Hint]) -> Bytes {
    let mut body = BytesMut::new();
    for hint in hints {
        let topic_length = u8::try_from(hint.topic.len()).expect("a hint that is sent keeps its bounds");
        let body_length = u16::try_from(hint.body.len()).expect("a hint that is sent keeps its bounds");
        body.put_u8(topic_length);
        body.put_u16(body_length);
        body.put_slice(hint.topic.as_bytes());
        body.put_slice(&hint.body);
    }
    body.freeze()
}

/// Takes them out again; what makes no sense, from whoever may have sent it, ends the list.
pub(super) fn decode(mut body: Bytes) -> Vec<Hint> {
    std::iter::from_fn(|| {
        let topic_length = usize::from(body.try_get_u8().ok()?);
        let body_length = usize::from(body.try_get_u16().ok()?);
        if body.remaining() < topic_length + body_length {
            return None;
        }
        let topic = String::from_utf8(body.split_to(topic_length).into()).ok()?;
        Some(Hint { topic, body: body.split_to(body_length) })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::{MAX_HINT_BODY_BYTES, MAX_HINT_TOPIC_BYTES};

    fn hint(topic_length: usize, body_length: usize) -> Hint {
        Hint { topic: "t".repeat(topic_length), body: vec![b'b'; body_length].into() }
    }

    #[test]
    fn hints_of_any_size_arrive_in_order() {
        let sent = [hint(1, 0), hint(MAX_HINT_TOPIC_BYTES, MAX_HINT_BODY_BYTES), hint(0, 7)];
        assert_eq!(decode(encode(&sent)), sent);
    }

    #[test]
    fn what_is_cut_off_or_no_text_ends_the_list() {
        let sent = [hint(3, 5), hint(3, 5)];
        let whole = encode(&sent);
        for length in 0..whole.len() {
            let decoded = decode(whole.slice(..length));
            assert_eq!(decoded, sent[..length / (whole.len() / 2)]);
        }
        assert!(decode(Bytes::from_static(b"\x01\x00\x00\xff")).is_empty());
    }
}
