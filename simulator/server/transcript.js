/**
 * The last requests that the mini program sent, secrets masked, for testers and tests.
 */
import { redact, redactBody } from '../shared/redact.js';

const KEEP = 500;
const BODY = 4096;

export class Transcript {
  #entries = [];
  #seq = 0;
  #now;

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.#now = now;
  }

  /**
   * Notes the start of a request.
   * @returns {(outcome: {status?: number, error?: number, body?: string}) => void} notes its end
   */
  begin({ method, url, headers, body }) {
    const started = this.#now();
    this.#seq += 1;
    const entry = {
      seq: this.#seq,
      at: new Date(started).toISOString(),
      method,
      url,
      headers: redact(headers),
      requestBody: body === null ? null : redactBody(body, BODY),
      status: null,
      error: null,
      responseBody: null,
      durationMs: null,
    };
    this.#entries.push(entry);
    if (this.#entries.length > KEEP) this.#entries.shift();
    return ({ status = null, error = null, body: answer = null }) => {
      Object.assign(entry, {
        status,
        error,
        responseBody: answer === null ? null : redactBody(answer, BODY),
        durationMs: this.#now() - started,
      });
    };
  }

  /** Entries after a sequence number. */
  after(seq) {
    return this.#entries.filter((entry) => entry.seq > seq);
  }
}
