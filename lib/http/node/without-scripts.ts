import type { IncomingMessage, ServerResponse } from 'node:http'

/** What Next adds to every page: its scripts, and the hints to load them early. React escapes both in any text. */
const SCRIPTS = /<script\b[^>]*>[\s\S]*?<\/script>|<link\b[^>]*\bas="script"[^>]*>/g

/** Sends a page without Next's scripts, which its policy would let run nowhere. The page comes whole, not in parts. */
export function withoutScripts(request: IncomingMessage, response: ServerResponse): void {
  // What is compressed could not be read here.
  delete request.headers['accept-encoding']
  const parts: Buffer[] = []
  const end = response.end.bind(response)
  response.write = (part: string | Uint8Array) => {
    parts.push(Buffer.from(part))
    return true
  }
  response.end = (part?: unknown) => {
    if (typeof part === 'string' || part instanceof Uint8Array) parts.push(Buffer.from(part))
    const page = Buffer.concat(parts)
    const isHtml = String(response.getHeader('content-type')).startsWith('text/html')
    if (!response.headersSent) response.removeHeader('link')
    return end(isHtml ? page.toString('utf8').replace(SCRIPTS, '') : page)
  }
}
