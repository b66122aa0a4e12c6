import { madeOnce, processOnce } from './process-once'

const NAME = 'own server'

/** What `server.ts` marks its requests with, for Next's router alone; `proxy.ts` has it in its matcher. */
export const OWN_SERVER_HEADER = 'x-vestibule-own-server'

/** Says that pages and routes run behind `server.ts`. */
export const enterOwnServer = (): void => void processOnce(NAME, () => true)

/** Whether they do; otherwise this is Next alone, which needs other settings (`next-alone.ts`). Decision 0015. */
export const hasOwnServer = (): boolean => madeOnce<true>(NAME) === true
