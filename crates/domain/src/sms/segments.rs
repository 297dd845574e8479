//! How many segments an SMS is billed as. Agrees with Twilio's own calculator, by its vectors.
//!
//! One difference is known: that calculator knows the grapheme clusters of Unicode 10. Newer emoji sequences and
//! Indic conjuncts that fall on the end of a UCS-2 segment are kept whole here and split there, so the count here may
//! be higher by one. GSM-7, which is all that this product sends, is not concerned.

use unicode_segmentation::UnicodeSegmentation;

use super::gsm7;

/// Septets of a message in one segment, and of each segment of several, whose header takes six octets
/// (3GPP TS 23.040 §9.2.3.24.1).
pub(super) const GSM7_SINGLE: u32 = 160;
pub(super) const GSM7_PART: u32 = 153;
const UCS2_SINGLE: u32 = 70;
const UCS2_PART: u32 = 67;

/// How the characters are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Seven bits a character; used when every character of the text is in the alphabet.
    Gsm7,
    /// UTF-16: one character outside the alphabet costs the whole message more than half of its room.
    Ucs2,
}

/// What a text costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentCount {
    /// How it is sent.
    pub encoding: Encoding,
    /// Segments it is billed as; 1 for an empty text, which the provider refuses.
    pub segments: u32,
    /// Septets in GSM-7, UTF-16 code units in UCS-2.
    pub units: u32,
}

/// Counts the segments of a text. Extension characters, surrogate pairs and whole grapheme clusters are not split
/// over the end of a segment, so a segment may stay partly empty.
pub fn count(text: &str) -> SegmentCount {
    if gsm7::is_gsm7(text) {
        let costs = text.chars().filter_map(gsm7::septets);
        tally(Encoding::Gsm7, costs, GSM7_SINGLE, GSM7_PART)
    } else {
        let clusters = text.graphemes(true).flat_map(separate_line_ends);
        let costs = clusters.map(|cluster| u32::try_from(cluster.encode_utf16().count()).unwrap_or(u32::MAX));
        tally(Encoding::Ucs2, costs, UCS2_SINGLE, UCS2_PART)
    }
}

/// CR LF is one grapheme cluster by Unicode, two characters to an SMS.
fn separate_line_ends(cluster: &str) -> impl Iterator<Item = &str> {
    let (first, second) = if cluster == "\r\n" { cluster.split_at(1) } else { (cluster, "") };
    [first, second].into_iter().filter(|part| !part.is_empty())
}

/// Fills segments one indivisible piece after the other.
///
/// The first segment is larger until a second one is needed: then it needs a header as well, and what no longer fits
/// moves to the second.
fn tally(encoding: Encoding, costs: impl Iterator<Item = u32>, single: u32, part: u32) -> SegmentCount {
    let (mut segments, mut units, mut used) = (1_u32, 0_u32, 0_u32);
    let mut fits_with_header = 0;
    for cost in costs {
        units = units.saturating_add(cost);
        let room = if segments == 1 { single } else { part };
        if used.saturating_add(cost) <= room {
            used += cost;
        } else {
            let moved = if segments == 1 { used - fits_with_header } else { 0 };
            segments = segments.saturating_add(1);
            used = moved.saturating_add(cost);
        }
        if segments == 1 && used <= part {
            fits_with_header = used;
        }
    }
    SegmentCount { encoding, segments, units }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Fixture {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        text: String,
        encoding: String,
        segments: u32,
        units: u32,
    }

    #[test]
    fn every_vector_of_the_providers_calculator_agrees() {
        let fixture: Fixture =
            serde_json::from_str(include_str!("../../tests/fixtures/segments.json")).unwrap();
        assert!(fixture.vectors.len() >= 50, "the fixture is complete");
        for vector in fixture.vectors {
            let encoding = if vector.encoding == "GSM-7" { Encoding::Gsm7 } else { Encoding::Ucs2 };
            let expected = SegmentCount { encoding, segments: vector.segments, units: vector.units };
            assert_eq!(count(&vector.text), expected, "{}", vector.name);
        }
    }

    #[test]
    fn a_cluster_larger_than_a_segment_is_counted_and_not_split() {
        let cluster = format!("e{}", "\u{301}".repeat(99));
        assert_eq!(count(&cluster), SegmentCount { encoding: Encoding::Ucs2, segments: 2, units: 100 });
    }

    proptest! {
        #[test]
        fn segments_follow_from_units_but_for_unsplit_characters(text in "[a-zé€\\[]{0,700}") {
            let SegmentCount { encoding, segments, units } = count(&text);
            prop_assert_eq!(encoding, Encoding::Gsm7);
            let least = if units <= GSM7_SINGLE { 1 } else { units.div_ceil(GSM7_PART) };
            let most = if units <= GSM7_SINGLE { 1 } else { units.div_ceil(GSM7_PART - 1) };
            prop_assert!((least..=most).contains(&segments));
        }

        #[test]
        fn counting_never_panics(text in "(?s).{0,400}") {
            let counted = count(&text);
            prop_assert!(counted.segments >= 1);
            prop_assert!(counted.units as usize >= text.chars().count());
        }
    }
}
