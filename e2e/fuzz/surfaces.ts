import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { openApi } from '@/lib/api/openapi'
import { ROUTES } from '@/lib/api/routes/all'

/** A JSON schema, as far as bodies are made from it. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
}

/** Something that takes requests. Paths have `[name]` where something is to be filled in. */
export type Surface =
  /** A route handler or a page: whatever a file under `app` serves. */
  | { readonly kind: 'path'; readonly name: string; readonly path: string }
  /** A server action, with the pages that it can be called at. */
  | { readonly kind: 'action'; readonly name: string; readonly id: string; readonly paths: readonly string[] }
  /** An operation of the management API. */
  | {
      readonly kind: 'operation'
      readonly name: string
      readonly method: string
      readonly path: string
      readonly query: readonly string[]
      readonly body: Schema | undefined
    }

/** Everything there is, from the files of routes and pages, the build's list of actions, and the API's own routes. */
export const surfaces = (): readonly Surface[] => [...paths(), ...actions(), ...operations()]

/** Route handlers and pages. */
export function paths(): readonly Extract<Surface, { kind: 'path' }>[] {
  return readdirSync('app', { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file))
    .map((file) => ({ kind: 'path', name: file, path: `/${file.replace(/\/?(page\.tsx|route\.ts)$/, '')}` }))
}

type Manifest = {
  readonly node: Readonly<
    Record<
      string,
      {
        readonly filename: string
        readonly exportedName: string
        readonly workers: Readonly<Record<string, object>>
      }
    >
  >
}

function actions(): readonly Surface[] {
  const manifest: Manifest = JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8'))
  return Object.entries(manifest.node).map(([id, { filename, exportedName, workers }]) => ({
    kind: 'action',
    name: `${filename} ${exportedName}`,
    id,
    paths: Object.keys(workers).map((worker) => `/${worker.replace(/^app\/|\/?page$/g, '')}`),
  }))
}

/** The document that the API publishes, and what is in it. */
const DOCUMENT = openApi(ROUTES, 'http://localhost')

/** What a reference leads to. */
export const resolved = (schema: Schema): Schema => {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : resolved((DOCUMENT.components.schemas[name] ?? {}) as Schema)
}

function operations(): readonly Surface[] {
  return Object.entries(DOCUMENT.paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => ({
      kind: 'operation' as const,
      name: operationId,
      method: method.toUpperCase(),
      path: `/api/v1${at.replaceAll('{', '[').replaceAll('}', ']')}`,
      query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name ?? ''),
      body: requestBody?.content['application/json'].schema,
    })),
  )
}
