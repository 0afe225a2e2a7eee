/** What an SMS looks like to its reader, and what it is billed as. */
const SINGLE_UNITS = 70;
const JOINED_UNITS = 67;

/** Signature, text and opt-out line as the customer reads them, each once. */
export function wholeText(signature: string, text: string, optOutLine: string): string {
  const body = signature && !/^\s*【[^【】]*】/.test(text) ? `【${signature}】${text}` : text;
  if (!optOutLine || body.includes(optOutLine)) return body;
  return /[\p{P}\p{Z}]$/u.test(body) ? body + optOutLine : `${body}，${optOutLine}`;
}

/** Up to 70 UTF-16 units are one segment; a longer text is cut into pieces of 67. */
export function segmentsOf(text: string): number {
  if (text.length <= SINGLE_UNITS) return Math.min(text.length, 1);
  return Math.ceil(text.length / JOINED_UNITS);
}
