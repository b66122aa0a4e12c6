import { describe, expect, it } from 'vitest'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { readForm, readJson } from './body'

const FORM = 'application/x-www-form-urlencoded'
const LIMIT = 64 * 1024

function posted(body: BodyInit | null, type?: string, headers: Record<string, string> = {}): Request {
  const request = new Request('http://localhost/oauth/token', {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  } as RequestInit)
  if (type === undefined) request.headers.delete('content-type')
  else request.headers.set('content-type', type)
  return request
}

/** A body that comes in pieces, without its length being told; and whether it was read to its end. */
function stream(pieces: number, size: number) {
  let given = 0
  const source: UnderlyingDefaultSource<Uint8Array> = {
    pull(controller) {
      if (given++ < pieces) controller.enqueue(new Uint8Array(size).fill(97))
      else controller.close()
    },
  }
  // Nothing is made before it is asked for.
  const body = new ReadableStream(source, { highWaterMark: 0 })
  return { body, given: () => given }
}

const refusal = (reading: Promise<unknown>) =>
  reading.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof OAuthError ? [error.code, error.status] : error),
  )

describe('readForm', () => {
  it('reads a form, with or without a charset, in any case', async () => {
    for (const type of [FORM, `${FORM};charset=UTF-8`, `${FORM.toUpperCase()} ; charset=utf-8`]) {
      const form = await readForm(posted('a=1&b=%20%C3%BC&a=2', type))
      expect([...form]).toEqual([
        ['a', '1'],
        ['b', ' ü'],
        ['a', '2'],
      ])
    }
  })

  it('reads an empty form', async () => {
    expect([...(await readForm(posted(null, FORM)))]).toEqual([])
  })

  it.each(['application/json', 'multipart/form-data', 'text/plain', `x-${FORM}`, '', undefined])(
    'refuses %s',
    async (type) => {
      expect(await refusal(readForm(posted('a=1', type)))).toEqual(['invalid_request', 400])
    },
  )

  it('accepts 64 KiB and not a byte more', async () => {
    expect((await readForm(posted('a'.repeat(LIMIT), FORM))).size).toBe(1)
    expect(await refusal(readForm(posted('a'.repeat(LIMIT + 1), FORM)))).toEqual(['invalid_request', 413])
  })

  it('reads a body that is too long to its end, so that the connection is clean for the next request', async () => {
    const { body, given } = stream(8, 16 * 1024)
    expect(await refusal(readForm(posted(body, FORM)))).toEqual(['invalid_request', 413])
    expect(given()).toBeGreaterThanOrEqual(8)
  })

  it('believes a length that is far too large without reading', async () => {
    const { body, given } = stream(1, 10)
    const request = posted(body, FORM, { 'content-length': String(5 * 1024 * 1024) })
    expect(await refusal(readForm(request))).toEqual(['invalid_request', 413])
    expect(given()).toBe(0)
  })

  it('stops reading a body that has no end', async () => {
    const { body, given } = stream(Number.POSITIVE_INFINITY, 16 * 1024)
    expect(await refusal(readForm(posted(body, FORM)))).toEqual(['invalid_request', 413])
    expect(given()).toBeLessThan(300)
  })

  it('counts bytes, not the length that was told', async () => {
    const { body } = stream(5, 16 * 1024)
    const request = posted(body, FORM, { 'content-length': '10' })
    expect(await refusal(readForm(request))).toEqual(['invalid_request', 413])
  })
})

describe('readJson', () => {
  it('reads JSON, and leaves judging it to the caller', async () => {
    expect(await readJson(posted('{"a":[1,null]}', 'application/json'))).toEqual({ a: [1, null] })
    expect(await readJson(posted('"text"', 'application/json; charset=utf-8'))).toBe('text')
  })

  it.each(['', '{', '{"a":1}x', 'undefined', "{'a':1}"])('refuses %j', async (text) => {
    expect(await refusal(readJson(posted(text, 'application/json')))).toEqual(['invalid_request', 400])
  })

  it('refuses what nests without end, which could not be stored', async () => {
    const text = `{"jwks":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    expect(await refusal(readJson(posted(text, 'application/json')))).toEqual(['invalid_request', 400])
  })

  it('refuses a form, which a foreign page could post without asking first', async () => {
    for (const type of [FORM, 'text/plain'])
      expect(await refusal(readJson(posted('{}', type)))).toEqual(['invalid_request', 400])
  })

  it('has the same limit', async () => {
    const text = `"${'a'.repeat(LIMIT)}"`
    expect(await refusal(readJson(posted(text, 'application/json')))).toEqual(['invalid_request', 413])
  })

  it('calls a body that ends early the mistake of its sender', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) })
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body, duplex: 'half' }
    expect(await refusal(readJson(new Request('https://a.example', init)))).toEqual(['invalid_request', 400])
  })
})
