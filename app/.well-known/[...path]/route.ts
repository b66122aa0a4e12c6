import { preflight } from '@/lib/http/cors'

/** Whatever else clients try under `/.well-known` (RFC 8615): 404 that a page can read, and no HTML. */
export {
  notFound as DELETE,
  notFound as GET,
  notFound as PATCH,
  notFound as POST,
  notFound as PUT,
} from '@/lib/http/json-response'

export const OPTIONS = preflight
