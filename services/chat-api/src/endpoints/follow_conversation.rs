//! `GET /api/v1/conversations/{id}/live`: the WebSocket of an open chat window.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use deskbell_domain::ConversationId;
use deskbell_http::{ClientIp, Problem, RequestTrace};

use crate::live::{Visit, visit};
use crate::openapi::{HandshakeProblems, OriginProblem};
use crate::state::AppState;

/// Follows a conversation over a WebSocket: JSON in text frames, `ClientFrame` one way and `ServerFrame` the other.
///
/// `hello` is said first; then everything after its `after_seq` comes in order, without gap or repeat, and goes on as it
/// happens. The server pings every 25 s and hangs up on a client that is silent for 60 s.
///
/// Close codes: 1003 binary frame, 1007 not UTF-8, 1008 no or a malformed `hello`, 1009 too big, 1012 the server
/// restarts (come back after a random time of up to 5 s), 1013 something is away (come back later), 4401 the token does
/// not open this conversation (do not come back), 4408 too slow (resume at once), 4429 too many frames or connections
/// (come back after 30 s).
#[utoipa::path(
    get,
    path = "/api/v1/conversations/{conversation_id}/live",
    tag = "conversations",
    params(("conversation_id" = String, Path, format = Uuid, description = "The conversation")),
    responses(
        (status = 101, description = "The connection speaks WebSocket from here on"),
        HandshakeProblems,
        OriginProblem,
    ),
)]
pub(crate) async fn follow_conversation(
    state: Data<AppState>,
    conversation_id: Path<ConversationId>,
    client: ClientIp,
    trace: RequestTrace,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    state.limits.count_handshake(client.network())?;
    let window =
        Visit { state, conversation_id: conversation_id.into_inner(), network: client.network(), trace };
    deskbell_live::accept(&request, move |stream, received| visit(window, stream, received))
}
