import { StoreUnavailable } from '@/lib/oauth/ports/ports'

/** Milliseconds between two tries. */
const PAUSE = 1_000

/**
 * Writes what is kept nowhere else, and has to outlast an outage of the store.
 *
 * @param tries at most
 * @throws StoreUnavailable
 */
export async function insist(write: () => Promise<unknown>, tries: number, pause = PAUSE): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await write()
      return
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || tried === tries) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
