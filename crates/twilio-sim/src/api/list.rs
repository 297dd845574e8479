//! `GET …/Messages.json`: filters and pages. A page's token names the last message before it, so that messages that
//! arrive meanwhile shift nothing.

use hyper::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::error::ApiError;
use super::view::MessageView;
use super::{Call, Params, ROOT, Reply, param};
use crate::sim::Sim;
use crate::state::{Message, State};

const PAGE_SIZE_DEFAULT: usize = 50;
const PAGE_SIZE_MAX: usize = 1_000;
/// What the token of a following page begins with; the id of the message before it follows.
const TOKEN_PREFIX: &str = "PA";

#[derive(Serialize)]
struct Page<'a> {
    messages: Vec<MessageView<'a>>,
    page: usize,
    page_size: usize,
    start: usize,
    end: usize,
    uri: String,
    first_page_uri: String,
    next_page_uri: Option<String>,
    previous_page_uri: Option<String>,
}

pub(super) fn list(sim: &Sim, account: &str, call: &Call<'_>) -> Result<Reply, ApiError> {
    let query = Query::parse(call)?;
    let state = sim.state();
    let matching: Vec<&Message> = query.matching(&state, account).take(query.page_size + 1).collect();
    let has_more = matching.len() > query.page_size;
    let shown = &matching[..matching.len().min(query.page_size)];
    let next = has_more.then(|| shown.last()).flatten();
    let start = query.page * query.page_size;
    let page = Page {
        messages: shown.iter().map(|message| MessageView::now(message)).collect(),
        page: query.page,
        page_size: query.page_size,
        start,
        end: (start + shown.len()).saturating_sub(1),
        uri: query.uri(account, query.page, query.after_sid),
        first_page_uri: query.uri(account, 0, None),
        next_page_uri: next.map(|last| query.uri(account, query.page + 1, Some(&last.sid))),
        previous_page_uri: query.page.checked_sub(1).map(|page| query.uri(account, page, None)),
    };
    Ok(Reply::json(StatusCode::OK, &page))
}

struct Query<'a> {
    to: Option<&'a str>,
    from: Option<&'a str>,
    dates: Vec<DateFilter>,
    page: usize,
    page_size: usize,
    after_sid: Option<&'a str>,
}

impl<'a> Query<'a> {
    fn parse(call: &'a Call<'_>) -> Result<Self, ApiError> {
        let query = &call.query;
        let number = |name, default| match param(query, name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| ApiError::bad(20422, format!("{name} is not a number"))),
        };
        Ok(Self {
            to: param(query, "To"),
            from: param(query, "From"),
            dates: DateFilter::all(query)?,
            page: number("Page", 0)?,
            page_size: number("PageSize", PAGE_SIZE_DEFAULT)?.clamp(1, PAGE_SIZE_MAX),
            after_sid: param(query, "PageToken").and_then(|token| token.strip_prefix(TOKEN_PREFIX)),
        })
    }

    /// The messages from this page on, in the list's order.
    fn matching<'s>(
        &'s self,
        state: &'s State,
        account: &'s str,
    ) -> Box<dyn Iterator<Item = &'s Message> + 's> {
        let all: Box<dyn DoubleEndedIterator<Item = &Message>> = match self.to {
            Some(to) => Box::new(state.messages.to(to)),
            None => Box::new(state.messages.iter()),
        };
        let newest_first = state.behaviour.list_newest_first;
        let ordered: Box<dyn Iterator<Item = &Message>> =
            if newest_first { Box::new(all.rev()) } else { all };
        let anchor = self.after_sid.and_then(|sid| state.messages.get(sid)).map(|message| message.number);
        let skipped = if anchor.is_none() { self.page * self.page_size } else { 0 };
        let unsent_match = state.behaviour.unsent_matches_date_filter;
        let matching = ordered
            .filter(move |message| match anchor {
                None => true,
                Some(anchor) if newest_first => message.number < anchor,
                Some(anchor) => message.number > anchor,
            })
            .filter(move |message| message.account_sid == account && message.is_listed())
            .filter(|message| self.from.is_none_or(|from| message.from.as_deref() == Some(from)))
            .filter(move |message| self.dates.iter().all(|date| date.matches(message, unsent_match)));
        Box::new(matching.skip(skipped))
    }

    fn uri(&self, account: &str, page: usize, after_sid: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.to.map(|to| ("To", to)));
        query.extend_pairs(self.from.map(|from| ("From", from)));
        query.extend_pairs(self.dates.iter().map(|date| (date.key(), &date.text)));
        query.append_pair("PageSize", &self.page_size.to_string()).append_pair("Page", &page.to_string());
        query.extend_pairs(after_sid.map(|sid| ("PageToken", format!("{TOKEN_PREFIX}{sid}"))));
        format!("{ROOT}/Accounts/{account}/Messages.json?{}", query.finish())
    }
}

/// `DateSent`, `DateSent<` (on or before) or `DateSent>` (on or after), with a day or an instant, in UTC.
struct DateFilter {
    comparison: Comparison,
    text: String,
    begin: jiff::Timestamp,
    /// Exclusive.
    end: jiff::Timestamp,
}

#[derive(Clone, Copy)]
enum Comparison {
    On,
    NotAfter,
    NotBefore,
}

impl DateFilter {
    fn all(query: &Params) -> Result<Vec<Self>, ApiError> {
        let dates = query.iter().filter_map(|(key, value)| match key.as_str() {
            "DateSent" => Some((Comparison::On, value)),
            "DateSent<" => Some((Comparison::NotAfter, value)),
            "DateSent>" => Some((Comparison::NotBefore, value)),
            _ => None,
        });
        dates.map(|(comparison, text)| Self::parse(comparison, text)).collect()
    }

    fn parse(comparison: Comparison, text: &str) -> Result<Self, ApiError> {
        let bounds = |text: &str| -> Result<_, jiff::Error> {
            if let Ok(instant) = text.parse::<jiff::Timestamp>() {
                return Ok((instant, instant + jiff::SignedDuration::from_secs(1)));
            }
            let day: Date = text.parse()?;
            let midnight = |day: Date| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0));
            Ok((midnight(day)?, midnight(day.tomorrow()?)?))
        };
        let (begin, end) = bounds(text).map_err(|_| ApiError::bad(20422, "DateSent is not a date"))?;
        Ok(Self { comparison, text: text.to_owned(), begin, end })
    }

    fn key(&self) -> &'static str {
        match self.comparison {
            Comparison::On => "DateSent",
            Comparison::NotAfter => "DateSent<",
            Comparison::NotBefore => "DateSent>",
        }
    }

    fn matches(&self, message: &Message, unsent_match: bool) -> bool {
        let Some(sent_at) = message.sent_at() else { return unsent_match };
        let after_begin = sent_at.as_micros() >= self.begin.as_microsecond();
        let before_end = sent_at.as_micros() < self.end.as_microsecond();
        match self.comparison {
            Comparison::On => after_begin && before_end,
            Comparison::NotAfter => before_end,
            Comparison::NotBefore => after_begin,
        }
    }
}
