/** The accent colour, and the colour of text on it: white or black, whichever is read better (WCAG 2.2, 1.4.3). */

/** Sets the colours of the widget; anything but #rgb and #rrggbb leaves them as they are. */
export function paint(element: HTMLElement, colour: string): void {
  if (!/^#([\da-f]{3}){1,2}$/i.test(colour)) return;
  element.style.setProperty("--deskbell-accent", colour);
  // White reaches 4.5:1 on everything darker than 0.183, black on everything lighter than 0.175.
  element.style.setProperty("--deskbell-on-accent", luminance(colour) > 0.179 ? "#000" : "#fff");
}

/** Relative luminance, within 0.001 (the linear part near black is left out). */
export function luminance(hex: string): number {
  const [bits, full] = hex.length > 4 ? [8, 255] : [4, 15];
  const colour = Number.parseInt(hex.slice(1), 16);
  const channel = (place: number) => ((((colour >> (bits * place)) & full) / full + 0.055) / 1.055) ** 2.4;
  return 0.2126 * channel(2) + 0.7152 * channel(1) + 0.0722 * channel(0);
}
