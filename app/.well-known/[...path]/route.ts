import { preflight } from '@/lib/http/cors'
import { httpHandler } from '@/lib/http/http-handler'
import { notFound } from '@/lib/http/json-response'

/** Whatever else clients try under `/.well-known` (RFC 8615): 404 that a page can read, and no HTML. */
const unknown = httpHandler(async () => notFound())

export { unknown as DELETE, unknown as GET, unknown as PATCH, unknown as POST, unknown as PUT }

export const OPTIONS = preflight
