/** The drawings of the window, in the colour of the text beside them. */

const PATHS = {
  down: "M6 9.5l6 6 6-6",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  latest: "M12 5v14M6 13l6 6 6-6",
  alert: "M12 8v5M12 16.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  mute: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM16.5 9.5l5 5M21.5 9.5l-5 5",
};

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
