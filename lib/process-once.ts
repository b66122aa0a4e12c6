/**
 * What must exist once per process (pools, caches, keys) hangs on `globalThis`: Next bundles its own copies of our
 * modules, so a module-level variable would exist several times.
 *
 * @param name unique in the process
 * @param make called once, at the first use
 */
export function processOnce<T>(name: string, make: () => T): T {
  const key = keyOf(name)
  if (!(key in registry)) registry[key] = make()
  return registry[key] as T
}

/** What was made under a name; undefined when nothing was. */
export const madeOnce = <T>(name: string): T | undefined => registry[keyOf(name)] as T | undefined

const registry = globalThis as Record<symbol, unknown>

/** Requests ask by the same few names. */
const keys = new Map<string, symbol>()

function keyOf(name: string): symbol {
  const known = keys.get(name)
  if (known) return known
  const key = Symbol.for(`vestibule.${name}`)
  keys.set(name, key)
  return key
}
