/**
 * The conformance suite imports `globSync` from `fs`, for a command that is not run here; Node 20 has no such export.
 * Preloaded with `--import`, this adds one that throws. It touches the imports of that package alone.
 */
import { register } from 'node:module'

const PATCHED = 'vestibule:fs-with-glob-sync'

export async function resolve(specifier, context, next) {
  const fromSuite = context.parentURL?.includes('/@modelcontextprotocol/conformance/')
  return fromSuite && specifier === 'fs' ? { url: PATCHED, shortCircuit: true } : next(specifier, context)
}

export async function load(url, context, next) {
  if (url !== PATCHED) return next(url, context)
  const source = `
    export * from 'node:fs'
    export { default } from 'node:fs'
    export function globSync() { throw new Error('Node 20 has no globSync') }
  `
  return { format: 'module', source, shortCircuit: true }
}

const isMainThread = !new URL(import.meta.url).searchParams.has('hooks')
if (isMainThread) register(`${import.meta.url}?hooks`)
