import type { IncomingMessage } from 'node:http'

/**
 * The origin of the page that a form was posted from, where the browser keeps it to itself: under `Referrer-Policy:
 * no-referrer`, which some ingresses add to our pages, it sends `Origin: null`. `Sec-Fetch-Site: same-origin`, which no
 * page can forge (Fetch Metadata §2.4), says that it is the one of the host that was asked. What compares origins after
 * that, the framework's actions included, sees it.
 *
 * @param scheme of our public URL: a proxy in front of us ends TLS
 * @returns undefined where the browser named an origin, or said that the page is another site's
 */
export function ownOrigin(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  scheme: string,
): string | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined
  const { origin, host } = headers
  const isWithheld = origin === undefined || origin === 'null'
  if (!isWithheld || headers['sec-fetch-site'] !== 'same-origin' || host === undefined) return undefined
  return `${scheme}//${host}`
}
