//! Every route of the service.

use actix_web::web::{Data, ServiceConfig, get, head, post, resource, scope};
use deskbell_http::{Origins, Probes};

use crate::endpoints::{follow_conversation, list_messages, send_message, show_widget, start_conversation};
use crate::state::AppState;
use crate::web_files;

/// What the routes need; cloned for each worker.
#[derive(Clone)]
pub(crate) struct Routes {
    pub(crate) state: Data<AppState>,
    pub(crate) probes: Probes,
    pub(crate) origins: Origins,
    /// Whether there is a demo page.
    pub(crate) demo: bool,
}

impl Routes {
    pub(crate) fn configure(&self, config: &mut ServiceConfig) {
        self.probes.configure(config);
        config
            .service(
                resource("/widget.js").route(get().to(web_files::loader)).route(head().to(web_files::loader)),
            )
            .service(
                resource("/widget/{file}").route(get().to(web_files::part)).route(head().to(web_files::part)),
            );
        if self.demo {
            for path in ["/demo", "/demo/{file}"] {
                config.service(
                    resource(path).route(get().to(web_files::demo)).route(head().to(web_files::demo)),
                );
            }
        }
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
