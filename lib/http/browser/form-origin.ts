/**
 * Whether a form was posted from a page of ours: `Origin` is `publicUrl`. Where the browser keeps it to itself, as under
 * an ingress that adds `Referrer-Policy: no-referrer`, `Sec-Fetch-Site: same-origin` says it, which no page can forge
 * (Fetch Metadata §2.4), of the host that was asked. Behind `server.ts` it is there already (`../node/own-origin.ts`).
 */
export function isFromOurPage(headers: Pick<Headers, 'get'>, publicUrl: string): boolean {
  const origin = headers.get('origin') ?? 'null'
  if (origin !== 'null') return origin === publicUrl
  return headers.get('sec-fetch-site') === 'same-origin' && headers.get('host') === new URL(publicUrl).host
}
