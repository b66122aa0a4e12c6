import { madeOnce, processOnce } from './process-once'

const NAME = 'own server'

/** Says that pages and routes run behind `server.ts`. */
export const enterOwnServer = (): void => void processOnce(NAME, () => true)

/**
 * Whether they do. `next start` alone has no policy for pages, takes the client's address from whoever sends it, and
 * neither cleans up nor delivers webhooks nor chains the audit log. Decision 0015.
 */
export const hasOwnServer = (): boolean => madeOnce<true>(NAME) === true
