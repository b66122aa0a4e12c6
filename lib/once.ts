/** Does it at the first call, and gives what came of that at every later one. */
export function once<T, Given extends unknown[]>(work: (...given: Given) => Promise<T>) {
  let result: Promise<T> | undefined
  return (...given: Given) => {
    result ??= work(...given)
    return result
  }
}
