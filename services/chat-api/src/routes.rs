//! Every route of the service.

use actix_web::web::{Data, ServiceConfig, get, post, resource, scope};
use deskbell_http::{Origins, Probes};

use crate::endpoints::{follow_conversation, list_messages, send_message, show_widget, start_conversation};
use crate::state::AppState;

/// What the routes need; cloned for each worker.
#[derive(Clone)]
pub(crate) struct Routes {
    pub(crate) state: Data<AppState>,
    pub(crate) probes: Probes,
    pub(crate) origins: Origins,
}

impl Routes {
    pub(crate) fn configure(&self, config: &mut ServiceConfig) {
        self.probes.configure(config);
        config.app_data(self.state.clone()).service(
            scope("/api/v1")
                .wrap(self.origins.cors())
                .wrap(self.origins.clone())
                .service(resource("/conversations").route(post().to(start_conversation)))
                .service(
                    resource("/conversations/{conversation_id}/messages")
                        .route(get().to(list_messages))
                        .route(post().to(send_message)),
                )
                .service(
                    resource("/conversations/{conversation_id}/live").route(get().to(follow_conversation)),
                )
                .service(resource("/widget").route(get().to(show_widget))),
        );
    }
}
