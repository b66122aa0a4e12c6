/** A map in memory of at most so many entries: a further one takes the place of the one that was set first. */
export function boundedMap<Value>(most: number) {
  const kept = new Map<string, Value>()
  return {
    get: (name: string): Value | undefined => kept.get(name),
    has: (name: string): boolean => kept.has(name),
    delete: (name: string): void => void kept.delete(name),
    set(name: string, value: Value): void {
      const [oldest] = kept.size < most ? [] : kept.keys()
      if (oldest !== undefined) kept.delete(oldest)
      kept.set(name, value)
    },
  }
}
