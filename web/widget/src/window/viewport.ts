/** On phones the window fills what the keyboard leaves of the screen. */

const FULL_SCREEN = "(max-width: 480px), (max-height: 420px)";

export function isFullScreen(): boolean {
  return matchMedia(FULL_SCREEN).matches;
}

/** Keeps the size of the visible part of the page in two properties of the element; returns how to stop. */
export function trackViewport(element: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => undefined;
  const measure = () => {
    element.style.setProperty("--visible", `${viewport.height}px`);
    element.style.setProperty("--top", `${viewport.offsetTop}px`);
  };
  measure();
  viewport.addEventListener("resize", measure);
  viewport.addEventListener("scroll", measure);
  return () => {
    viewport.removeEventListener("resize", measure);
    viewport.removeEventListener("scroll", measure);
  };
}
