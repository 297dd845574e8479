//! The little of TwiML that an answer to an inbound message needs: the texts of its `<Message>` elements.

/// The texts to be sent back, in order. Anything that is not understood says nothing.
pub(crate) fn messages(document: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = document;
    while let Some((_, after)) = rest.split_once("<Message") {
        let Some((attributes, content)) = after.split_once('>') else { break };
        if attributes.ends_with('/') {
            rest = content;
            continue;
        }
        let Some((content, after)) = content.split_once("</Message>") else { break };
        let body = content.split_once("<Body>").and_then(|(_, body)| body.split_once("</Body>"));
        let text = unescape(body.map_or(content, |(body, _)| body).trim());
        texts.extend((!text.is_empty()).then_some(text));
        rest = after;
    }
    texts
}

/// Replaces XML's entities; `&amp;` last, so that nothing is replaced twice.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_with_and_without_a_body_element() {
        assert_eq!(messages("<Response/>"), [""; 0]);
        assert_eq!(
            messages(r#"<?xml version="1.0"?><Response><Message>Tom &amp;lt; Jerry</Message></Response>"#),
            ["Tom &lt; Jerry"]
        );
        assert_eq!(
            messages(
                r#"<Response><Message to="+1"><Body> A </Body></Message><Message/><Message>B</Message></Response>"#
            ),
            ["A", "B"]
        );
        assert_eq!(messages("<Message>cut off"), [""; 0]);
    }
}
