/** Addresses in a text become links; everything else stays the text it is. */
import type { ComponentChildren } from "preact";

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

export function linked(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const [address] = match;
    parts.push(
      text.slice(end, match.index),
      <a href={address} target="_blank" rel="noopener noreferrer nofollow">
        {address}
      </a>,
    );
    end = match.index + address.length;
  }
  parts.push(text.slice(end));
  return parts;
}
