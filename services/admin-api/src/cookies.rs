//! The two cookies: one for a session of the panel, one for a chat that a link opened.
//!
//! Over https both carry the `__Host-` prefix, so that no other host of the domain can set them; over plain http, which
//! is for trying things out on one machine, browsers would refuse that prefix. `SameSite=Lax` keeps them away from
//! requests of other websites, except for following a link to a page here.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use deskbell_domain::token::SessionToken;

use crate::state::Site;

/// How long a browser keeps the panel's cookie; the store decides for how long it is good. Browsers keep none longer.
const PANEL_MAX_AGE_S: i64 = 400 * 86_400;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A user's session.
    Panel,
    /// One chat.
    Chat,
}

impl Purpose {
    fn name(self, site: &Site) -> &'static str {
        match (self, site.secure) {
            (Self::Panel, true) => "__Host-deskbell",
            (Self::Panel, false) => "deskbell",
            (Self::Chat, true) => "__Host-deskbell-chat",
            (Self::Chat, false) => "deskbell-chat",
        }
    }

    /// The token that the request carries.
    pub(crate) fn token(self, site: &Site, request: &HttpRequest) -> Option<SessionToken> {
        let cookie = request.cookie(self.name(site))?;
        SessionToken::parse(cookie.value()).ok()
    }

    /// The cookie that holds a token; `max_age_s` for a chat, whose end is known.
    pub(crate) fn holding(
        self,
        site: &Site,
        token: &SessionToken,
        max_age_s: Option<i64>,
    ) -> Cookie<'static> {
        self.cookie(site, token.reveal(), max_age_s.unwrap_or(PANEL_MAX_AGE_S))
    }

    /// The cookie that takes the place of one and ends at once.
    pub(crate) fn cleared(self, site: &Site) -> Cookie<'static> {
        self.cookie(site, String::new(), 0)
    }

    fn cookie(self, site: &Site, value: String, max_age_s: i64) -> Cookie<'static> {
        Cookie::build(self.name(site), value)
            .path("/")
            .http_only(true)
            .secure(site.secure)
            .same_site(SameSite::Lax)
            .max_age(CookieDuration::seconds(max_age_s))
            .finish()
    }
}
