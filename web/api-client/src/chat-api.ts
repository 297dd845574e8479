// @generated from openapi/chat-api.json by `npm run generate`. Do not edit.

export interface paths {
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a conversation. */
        post: operations["start_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follows a conversation over a WebSocket: JSON in text frames, `ClientFrame` one way and `ServerFrame` the other.
         * @description `hello` is said first; then everything after its `after_seq` comes in order, without gap or repeat, and goes on as it
         *     happens. The server pings every 25 s and hangs up on a client that is silent for 60 s.
         *
         *     Close codes: 1003 binary frame, 1007 not UTF-8, 1008 no or a malformed `hello`, 1009 too big, 1012 the server
         *     restarts (come back after a random time of up to 5 s), 1013 something is away (come back later), 4401 the token does
         *     not open this conversation (do not come back), 4408 too slow (resume at once), 4429 too many frames or connections
         *     (come back after 30 s).
         */
        get: operations["follow_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads the visitor's conversation. */
        get: operations["list_messages"];
        put?: never;
        /** Adds a message to the visitor's conversation. */
        post: operations["send_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/widget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tells about the company. */
        get: operations["show_widget"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What a client sends. */
        ClientFrame: {
            /**
             * Format: int64
             * @description The number of the last message that the client has; 0 for none.
             */
            after_seq: number;
            /** @description The epoch in which it got them. */
            epoch?: string | null;
            /** @description The conversation's `visitor_token`. */
            token: string;
            /** @enum {string} */
            type: "hello";
        } | {
            /** @description The text: 1 to 4,000 characters after trimming, without NUL. */
            body: string;
            /**
             * Format: uuid
             * @description Chosen by the client.
             */
            client_message_id: string;
            /** @enum {string} */
            type: "send";
            /** @description Whether the visitor says that it is urgent. */
            urgent?: boolean;
        } | {
            /** @enum {string} */
            type: "typing";
        } | {
            /**
             * Format: int64
             * @description The number.
             */
            seq: number;
            /** @enum {string} */
            type: "seen";
        };
        /** @description The conversation that the message began. */
        ConversationStarted: {
            /**
             * Format: uuid
             * @description Identifies the conversation.
             */
            conversation_id: string;
            /** @description The message as it is stored. */
            message: components["schemas"]["Message"];
            /** @description Opens the conversation; whoever has it can read and write there. Only its hash is stored. */
            visitor_token: string;
        };
        /** @description What is wrong with one field of a request. */
        FieldProblem: {
            /**
             * @description What is expected of it.
             * @example must have 1 to 4000 characters
             */
            message: string;
            /**
             * @description Where the field stands: a JSON pointer (RFC 6901) into the body, or the parameter's name.
             * @example /body
             */
            pointer: string;
        };
        /** @description A message of a conversation. */
        Message: {
            /** @enum {string} */
            author: "visitor" | "agent";
            /**
             * @description The text. Only ever text: show it as such.
             * @example My sink is leaking, can you come today?
             */
            body: string;
            /**
             * Format: date-time
             * @description When it was stored (RFC 3339, UTC).
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Identifies the message.
             */
            id: string;
            /**
             * Format: int64
             * @description Its number in the conversation, from 1, without gaps.
             * @example 1
             */
            seq: number;
        };
        /** @description A page of messages, ordered by `seq`. */
        MessagePage: {
            /** @description Whether there are more after the last of these. */
            has_more: boolean;
            /** @description The messages. */
            messages: components["schemas"]["Message"][];
        };
        /** @description The JSON of an error answer (RFC 9457). */
        Problem: {
            /**
             * @description The kind of problem for programs; never changes its meaning.
             * @example invalid_body
             */
            code: string;
            /** @description What is wrong this time. */
            detail?: string | null;
            /** @description The fields at fault. */
            errors?: components["schemas"]["FieldProblem"][];
            /**
             * Format: int32
             * @description The HTTP status of this answer.
             * @example 422
             */
            status: number;
            /**
             * @description The kind of problem in words; the same for every problem of the kind.
             * @example The request's body is not valid
             */
            title: string;
            /**
             * @description Identifies the kind of problem: `urn:deskbell:problem:` and the code.
             * @example urn:deskbell:problem:invalid_body
             */
            type: string;
        };
        /** @description A further message. */
        SendMessage: {
            /**
             * @description The text: 1 to 4,000 characters after trimming, without NUL.
             * @example It is getting worse.
             */
            body: string;
            /**
             * Format: uuid
             * @description Chosen by the client; sent again, it means the same message.
             */
            client_message_id: string;
            /** @description Whether the visitor says that it is urgent. */
            urgent?: boolean;
        };
        /** @description What the server sends. */
        ServerFrame: {
            /** @description The epoch of the numbers. */
            epoch: string;
            /**
             * Format: int64
             * @description The number of the last message.
             */
            last_seq: number;
            /**
             * Format: int64
             * @description Up to which number the company has seen the messages.
             */
            seen_by_agent: number;
            /**
             * Format: int64
             * @description Up to which number the visitor has.
             */
            seen_by_visitor: number;
            /** @enum {string} */
            type: "welcome";
        } | {
            /** @enum {string} */
            author: "visitor" | "agent";
            /** @description The text. Only ever text: show it as such. */
            body: string;
            /**
             * Format: uuid
             * @description The id that the visitor's client chose; only of the visitor's messages.
             */
            client_message_id?: string;
            /**
             * Format: date-time
             * @description When it was stored (RFC 3339, UTC).
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Identifies the message.
             */
            id: string;
            /**
             * Format: int64
             * @description Its number in the conversation, from 1, without gaps.
             */
            seq: number;
            /** @enum {string} */
            type: "message";
        } | {
            /**
             * Format: uuid
             * @description The id that the client chose.
             */
            client_message_id: string;
            /**
             * Format: date-time
             * @description When it was stored (RFC 3339, UTC).
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Identifies the message.
             */
            id: string;
            /**
             * Format: int64
             * @description Its number in the conversation.
             */
            seq: number;
            /** @enum {string} */
            type: "ack";
        } | {
            /** @enum {string} */
            author: "visitor" | "agent";
            /** @enum {string} */
            type: "typing";
        } | {
            /** @enum {string} */
            author: "visitor" | "agent";
            /**
             * Format: int64
             * @description The number.
             */
            seq: number;
            /** @enum {string} */
            type: "seen";
        } | {
            /** @description Who answers. */
            agent?: string | null;
            /** @description Whether the conversation was ended; a further message opens it again. */
            closed: boolean;
            /** @description Whether the company is open. */
            open: boolean;
            /**
             * Format: date-time
             * @description When it opens again, if it is closed and that is known (RFC 3339, UTC).
             */
            open_again_at?: string | null;
            /** @enum {string} */
            type: "status";
        } | {
            /**
             * Format: uuid
             * @description The message that was refused.
             */
            client_message_id?: string | null;
            /** @description The kind of problem, as over HTTP. */
            code: string;
            /** @description What is wrong this time. */
            detail: string;
            /** @enum {string} */
            type: "error";
        };
        /** @description A first message and what its writer says of themselves. */
        StartConversation: {
            /**
             * @description The text: 1 to 4,000 characters after trimming, without NUL.
             * @example My sink is leaking, can you come today?
             */
            body: string;
            /**
             * Format: uuid
             * @description Chosen by the client; sent again, it means the same message.
             */
            client_message_id: string;
            /**
             * @description Where the visitor can be written to.
             * @example maria@example.com
             */
            email?: string | null;
            /**
             * @description The visitor's language, a BCP 47 tag.
             * @example en-US
             */
            locale?: string | null;
            /**
             * @description What the visitor wants to be called, at most 100 characters.
             * @example Maria
             */
            name?: string | null;
            /**
             * @description The page the visitor writes from.
             * @example https://example.com/plumbing
             */
            page_url?: string | null;
            /**
             * @description Where the visitor can be called, as they write it.
             * @example (415) 555-2671
             */
            phone?: string | null;
            /** @description Whether the visitor says that it is urgent. */
            urgent?: boolean;
            /** @description 32 random bytes in base64url, if the client chooses the token itself in order to retry safely. */
            visitor_token?: string | null;
        };
        /** @description What the chat window shows before there is a conversation. */
        WidgetInfo: {
            /**
             * Format: int64
             * @description How long a first answer took lately (the median, in seconds); null when too few were given to tell.
             */
            answers_within_s: number | null;
            /**
             * @description The company's name.
             * @example Miller Plumbing
             */
            business_name: string;
            /** @description Whether it is open. */
            open: boolean;
            /**
             * Format: date-time
             * @description When it opens again, if it is closed and that is known (RFC 3339, UTC).
             */
            open_again_at: string | null;
            /** @description Whether a visitor may say that a message is urgent. */
            urgent_allowed: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    start_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartConversation"];
            };
        };
        responses: {
            /** @description It had been stored before; nothing changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationStarted"];
                };
            };
            /** @description Stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationStarted"];
                };
            };
            /** @description `invalid_json`, `broken_body`: the body is not JSON in UTF-8 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `origin_not_allowed`: this website may not use the chat */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `client_message_id_conflict`: the id was used for another text or by another visitor */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: more bytes than any message needs */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: not `application/json`, or compressed */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: `errors` names the fields */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: come again after `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_unavailable`, `overloaded`: not stored as far as is known; send it again with the same ids */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    follow_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection speaks WebSocket from here on */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_handshake`: no proper WebSocket handshake (RFC 6455) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `origin_not_allowed`: this website may not use the chat */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `websocket_required`: the request asks for no WebSocket */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: come again after `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /** @description Only messages with a higher number. */
                after_seq?: number;
                /** @description Most messages on the page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The conversation */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            /** @description `invalid_query`: `errors` names the parameters */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: no well-formed visitor token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `origin_not_allowed`: this website may not use the chat */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conversation_not_found`: no conversation with this id and token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: come again after `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_unavailable`: come again after `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation */
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendMessage"];
            };
        };
        responses: {
            /** @description It had been stored before; nothing changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description Stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `invalid_json`, `broken_body`: the body is not JSON in UTF-8 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: no well-formed visitor token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `origin_not_allowed`: this website may not use the chat */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conversation_not_found`: no conversation with this id and token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `client_message_id_conflict`: the id was used for another text or by another visitor */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: more bytes than any message needs */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: not `application/json`, or compressed */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_body`: `errors` names the fields */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: come again after `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_unavailable`, `overloaded`: not stored as far as is known; send it again with the same ids */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_widget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The company, its hours and how fast it answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WidgetInfo"];
                };
            };
            /** @description `origin_not_allowed`: this website may not use the chat */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_unavailable`: come again after `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
