/**
 * Rejects when work is not done after so many milliseconds.
 *
 * A process that had no processor for a while, or was busy, runs its timers first and reads its sockets then: what has
 * been answered meanwhile is in time.
 *
 * @param late what it rejects with
 * @param translated what it rejects with where the work does
 */
export function withDeadline<T>(
  work: Promise<T>,
  milliseconds: number,
  late: () => Error,
  translated: (error: unknown) => unknown = (error) => error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(late())), milliseconds)
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(translated(error))
      },
    )
  })
}
