import type { IncomingHttpHeaders } from 'node:http'
import { madeOnce, processOnce } from './process-once'

const NAME = 'own server'

/**
 * Marks a request as one that `server.ts` has done its work for; the matcher of `proxy.ts` leaves such ones out. No client
 * can send a line break in a header, and it is not enumerable: Next's router sees it, and nothing that makes headers of it.
 */
export const markOwnServer = (headers: IncomingHttpHeaders): void =>
  void Object.defineProperty(headers, 'x-vestibule-own-server', { value: '\n' })

/** Says that pages and routes run behind `server.ts`. */
export const enterOwnServer = (): void => void processOnce(NAME, () => true)

/** Whether they do; otherwise this is Next alone, which needs other settings (`next-alone.ts`). Decision 0015. */
export const hasOwnServer = (): boolean => madeOnce<true>(NAME) === true
