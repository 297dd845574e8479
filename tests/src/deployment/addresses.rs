//! Where the services of a deployment listen. Chosen before they start, because they tell each other's addresses to
//! visitors, owners and Twilio.

use deskbell_testkit::free_port;

use super::Service;

#[derive(Debug, Clone, Copy)]
pub(super) struct Addresses {
    chat_api: u16,
    admin_api: u16,
    sms_notifier: u16,
}

impl Addresses {
    pub(super) fn choose() -> Self {
        Self { chat_api: free_port(), admin_api: free_port(), sms_notifier: free_port() }
    }

    pub(super) fn url(&self, service: Service) -> String {
        format!("http://{}", self.address(service))
    }

    pub(super) fn chat_url(&self) -> String {
        self.url(Service::ChatApi)
    }

    pub(super) fn settings(&self) -> [(&'static str, String); 6] {
        [
            ("CHAT_API_BIND", self.address(Service::ChatApi)),
            ("ADMIN_API_BIND", self.address(Service::AdminApi)),
            ("SMS_NOTIFIER_BIND", self.address(Service::SmsNotifier)),
            ("PUBLIC_CHAT_URL", self.url(Service::ChatApi)),
            ("PUBLIC_ADMIN_URL", self.url(Service::AdminApi)),
            ("PUBLIC_NOTIFIER_URL", self.url(Service::SmsNotifier)),
        ]
    }

    fn address(&self, service: Service) -> String {
        let port = match service {
            Service::ChatApi => self.chat_api,
            Service::AdminApi => self.admin_api,
            Service::SmsNotifier => self.sms_notifier,
        };
        format!("127.0.0.1:{port}")
    }
}
