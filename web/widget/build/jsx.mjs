// What JSX becomes: calls of `h`, which the window contains anyway.
export { Fragment, h } from "preact";
