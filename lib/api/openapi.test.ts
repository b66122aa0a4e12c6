import { describe, expect, it } from 'vitest'
import type { Json } from '@/lib/configuration/schema/wire'
import { openApi } from './openapi'
import { PROBLEMS } from './problem'
import { ROUTES } from './routes/all'

type Members = { readonly [name: string]: Json }
type Operation = { operationId: string; parameters?: { name: string; in: string }[]; responses: Members }

const document = openApi(ROUTES, 'https://auth.example.com') as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Members> }
}
const text = JSON.stringify(document)
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

describe('the OpenAPI document', () => {
  it('has every route once, and nothing else', () => {
    const documented = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    expect(documented.toSorted()).toEqual(ROUTES.map(({ path, method }) => `${method} ${path}`).toSorted())
  })

  it('names every operation differently', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
  })

  it('refers only to what is there', () => {
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '')
    expect(references.length).toBeGreaterThan(ROUTES.length)
    for (const reference of references) {
      const name = reference.replace('#/components/schemas/', '')
      expect(document.components.schemas).toHaveProperty([name])
    }
  })

  it('declares every parameter of a path, and every problem by its type', () => {
    for (const { path, operation } of operations) {
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name)
      expect(declared.map(({ name }) => name)).toEqual(named)
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']))
    }
  })

  it('uses every schema, and says of each what it is', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(text).toContain(`"$ref":"#/components/schemas/${name}"`)
      expect(Object.keys(schema).some((key) => ['type', 'oneOf', 'anyOf'].includes(key))).toBe(true)
    }
  })

  it('shows no secret in an answer: what can hold one is write-only, or the new key', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (/Input$/.test(name)) continue
      expect(JSON.stringify(schema)).not.toMatch(/"(client|resource)_secret"/)
      if (name !== 'CreatedApiKey') expect(JSON.stringify(schema)).not.toContain('"key"')
    }
  })

  it('answers with statuses that problems have', () => {
    const statuses = new Set<string>(Object.values(PROBLEMS).map(([status]) => String(status)))
    for (const { operation } of operations)
      for (const status of Object.keys(operation.responses))
        expect(Number(status) < 300 || statuses.has(status)).toBe(true)
  })
})
