/** How a program sends its first event, ready to be copied. */

const EVENT = (at: string) => ({
  event: 'check_in',
  event_id: 'demo-1',
  occurred_at: at,
  identities: [{ namespace: 'member_no', value: 'M0001' }],
  properties: { place_key: 'store-1' },
});

export function curlSnippet(origin: string, key: string, at: string): string {
  return [
    `curl -X POST ${origin}/api/v1/events \\`,
    `  -H 'Authorization: Bearer ${key}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(EVENT(at))}'`,
  ].join('\n');
}

export function pythonSnippet(origin: string, key: string): string {
  return [
    'from siyu_client import Client',
    '',
    `with Client("${origin}", "${key}", spool="siyu-spool") as siyu:`,
    '    siyu.track("check_in", {"place_key": "store-1"}, member_no="M0001")',
  ].join('\n');
}

export function pageSnippet(origin: string, key: string): string {
  return [
    `<script src="${origin}/siyu.js" data-key="${key}"></script>`,
    '<script>',
    "  // siyu.track('product_view', { product_key: 'P1', category: '绿茶' });",
    "  // siyu.identify({ member_no: 'M0001' });",
    '</script>',
  ].join('\n');
}

export function miniProgramSnippet(origin: string, key: string): string {
  return [
    "const siyu = require('./siyu.js');",
    `siyu.init({ url: '${origin}', key: '${key}' });`,
    'siyu.identify({ unionid });',
    "siyu.track('page_view', { path: 'pages/tea/index' });",
  ].join('\n');
}
