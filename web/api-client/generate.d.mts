export const target: URL;
export function generated(): Promise<string>;
