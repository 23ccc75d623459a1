/** What the platform has beside `my`, and its published types leave out. */
declare const console: {
  error(...values: unknown[]): void;
};
