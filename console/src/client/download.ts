/** Files from the server: saved under the name that the server gives, or refused as ApiProblem. */
import { send } from './client';

/** The file name in a Content-Disposition header; the encoded form wins because it can hold Chinese. */
export function fileNameOf(header: string | null, fallback: string): string {
  const encoded = header?.match(/filename\*=(?:UTF-8|utf-8)''([^;]+)/)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return header?.match(/filename="?([^";]+)"?/)?.[1] ?? fallback;
}

/** The browser saves what the path answers. */
export async function download(path: string, fallbackName: string): Promise<void> {
  const response = await send(path);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameOf(response.headers.get('content-disposition'), fallbackName);
  link.click();
  URL.revokeObjectURL(url);
}
