/**
 * What must exist once per process (pools, caches, keys) hangs on `globalThis`: Next bundles its own copies of our
 * modules, so a module-level variable would exist several times.
 *
 * @param name unique in the process
 * @param make called once, at the first use
 */
export function processOnce<T>(name: string, make: () => T): T {
  const registry = globalThis as Record<symbol, unknown>
  const key = Symbol.for(`vestibule.${name}`)
  if (!(key in registry)) registry[key] = make()
  return registry[key] as T
}
