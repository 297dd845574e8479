/** The names that clients of chat-api use; everything else stands in the generated file. */
import type { components } from "./chat-api.ts";

type Schemas = components["schemas"];

export type ClientFrame = Schemas["ClientFrame"];
export type ServerFrame = Schemas["ServerFrame"];
export type ServerMessage = Extract<ServerFrame, { type: "message" }>;
export type Message = Schemas["Message"];
export type MessagePage = Schemas["MessagePage"];
export type StartConversation = Schemas["StartConversation"];
export type ConversationStarted = Schemas["ConversationStarted"];
export type SendMessage = Schemas["SendMessage"];
export type WidgetInfo = Schemas["WidgetInfo"];
export type Problem = Schemas["Problem"];
