//! Claiming: what is due and affordable gets an attempt, committed before its request begins.

use deskbell_domain::AttemptId;
use deskbell_domain::notice::{NoticeKind, NoticeType};
use deskbell_domain::sms::{Budget, ComposeInput, Headline, SmsText};
use deskbell_domain::token::LinkToken;
use deskbell_store::model::delivery::{Delivery, NewAttempt};
use deskbell_store::{Claim, ClaimRequest};

use super::{Engine, StepError};

impl Engine {
    /// Commits attempts for at most `limit` due notices, the urgent ones and the owner's first.
    ///
    /// # Errors
    /// When the database did not answer: nothing was claimed, or the leases of what was run out.
    pub async fn claim(&self, limit: usize, urgent_only: bool) -> Result<Claim, StepError> {
        let now = self.clock().now();
        let policy = self.policy();
        let request = ClaimRequest {
            sender: self.channel.sender(),
            limit,
            urgent_only,
            segment_time: self.options.segment_time,
            lease_until: now.plus(policy.lease),
            expired_before: now.minus(policy.expire_after),
            now,
            prepare: &|delivery| self.prepare(delivery),
        };
        let claim = self.store.claim(&request).await?;
        if claim.given_up > 0 {
            tracing::error!(
                notices = claim.given_up,
                "notices were not sent: the daily cap is reached or they are too old; see the delivery log"
            );
        }
        Ok(claim)
    }

    /// Words the text. Every attempt has a link of its own, so that its text tells it from all others.
    fn prepare(&self, delivery: &Delivery) -> NewAttempt {
        let token = self.with_rng(LinkToken::generate);
        let reference = token.reveal();
        let opens_chat = delivery.conversation_id.is_some() && delivery.recipient_id.is_some();
        let path = if opens_chat { "r/" } else { "?test=" };
        let link = format!("{}/{path}{reference}", self.options.admin_url);
        let facts = &delivery.facts.0;
        let text = SmsText::compose(&ComposeInput {
            business_name: &facts.business_name,
            headline: headline(delivery.kind, facts.waiting_s),
            customer_name: facts.customer_name.as_deref(),
            preview: &facts.preview,
            link: &link,
            budget: Budget::ONE_SEGMENT,
        });
        NewAttempt {
            id: AttemptId::mint(self.clock()),
            segments: text.segments(),
            body: text.into_body(),
            reference,
            link_hash: opens_chat.then(|| *token.hash().as_bytes()),
            link_expires_at: self.clock().now().plus(self.options.link_ttl),
        }
    }
}

fn headline(kind: NoticeKind, waiting_s: u64) -> Headline {
    match kind {
        NoticeKind::Test => Headline::Test,
        NoticeKind::Chat(NoticeType::NewChat) => Headline::NewChat,
        NoticeKind::Chat(NoticeType::UrgentChat) => Headline::UrgentChat,
        NoticeKind::Chat(NoticeType::OfflineHours) => Headline::OfflineHours,
        NoticeKind::Chat(NoticeType::UnassignedChat) => {
            Headline::UnassignedChat { waiting_min: u32::try_from(waiting_s / 60).unwrap_or(u32::MAX) }
        }
    }
}
