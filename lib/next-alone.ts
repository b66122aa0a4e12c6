import { madeOnce, processOnce } from './process-once'

/** What Next gives where it runs without `server.ts`: `next start`, or a platform of functions. Decision 0123. */
export type NextAlone = {
  /** The header that the platform writes the client's address into, in lower case. */
  readonly addressHeader: string
  /** Keeps the process alive for work that goes on, or begins, once the response is sent. */
  readonly after: (work: Promise<unknown> | (() => Promise<unknown>)) => void
}

const NAME = 'next alone'

/** Says that pages and routes run without our own server, and on which conditions. */
export const enterNextAlone = (given: NextAlone): void => void processOnce(NAME, () => given)

/** Undefined behind our own server, and in the command line. */
export const nextAlone = (): NextAlone | undefined => madeOnce<NextAlone>(NAME)
