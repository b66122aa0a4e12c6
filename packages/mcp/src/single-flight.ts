/**
 * Work that all who need it at the same time share. Nobody waits longer than `patience` milliseconds, and after that it
 * may begin anew: on Cloudflare Workers it never ends when the request that began it is cancelled.
 *
 * @param work does not reject
 */
export function singleFlight(work: () => Promise<void>, patience: number): () => Promise<void> {
  let running: Promise<void> | undefined
  return async () => {
    const mine = running ?? work()
    running = mine
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience)
    })
    await Promise.race([mine, late])
    clearTimeout(timer)
    if (running === mine) running = undefined
  }
}
