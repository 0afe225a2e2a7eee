/** Files from the server: saved under the name that the server gives, or refused as ApiProblem. */
import { send } from './client';

/** The file name in a Content-Disposition header; the encoded form wins because it can hold Chinese. */
export function fileNameOf(header: string | null, fallback: string): string {
  const encoded = header?.match(/filename\*=(?:UTF-8|utf-8)''([^;]+)/)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return header?.match(/filename="?([^";]+)"?/)?.[1] ?? fallback;
}

/** The browser saves what the path answers; a question with personal data goes in the body, not in the path. */
export async function download(path: string, fallbackName: string, question?: object): Promise<void> {
  const response = await send(
    path,
    question && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(question),
    },
  );
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameOf(response.headers.get('content-disposition'), fallbackName);
  link.click();
  URL.revokeObjectURL(url);
}
