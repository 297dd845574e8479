/** The live connection. */
import type { Socket, SocketEvents } from "../chat/engine.ts";

export function openSocket(api: URL, conversationId: string, events: SocketEvents): Socket {
  const url = new URL(`conversations/${conversationId}/live`, api);
  url.protocol = url.protocol.replace("http", "ws");
  let socket: WebSocket;
  try {
    socket = new WebSocket(url);
  } catch {
    setTimeout(() => events.closed(1006));
    return { send() {}, close() {} };
  }
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }) => events.frame(data);
  socket.onclose = ({ code }) => events.closed(code);
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
}
