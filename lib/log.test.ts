import { Writable } from 'node:stream'
import pino from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { describeError, type LogFields, log } from './log'
import { processOnce } from './process-once'

let printed = ''
const destination = new Writable({
  write(chunk, _, done) {
    printed += chunk
    done()
  },
})
// The logger exists once per process; the first to ask for it makes it.
processOnce('log', () => pino({ base: null }, destination))
beforeEach(() => {
  printed = ''
})

const lastLine = () => JSON.parse(printed)

describe('log', () => {
  it('prints an event with its listed fields, one JSON line each', () => {
    log.warn('callback refused', { connection: 'okta', reason: 'state_unknown', status: 400 })
    expect(printed.endsWith('\n')).toBe(true)
    const { time, ...rest } = lastLine()
    expect(rest).toEqual({
      level: 40,
      msg: 'callback refused',
      connection: 'okta',
      reason: 'state_unknown',
      status: 400,
    })
  })

  it.each([
    'code',
    'code_verifier',
    'token',
    'access_token',
    'client_secret',
    'cookie',
    'authorization',
    'body',
    'headers',
  ])('never prints a field called %s, whatever the types were told [H-50]', (name) => {
    log.error('unexpected error', { path: '/oauth/token', [name]: 'S3CR3T' } as LogFields)
    expect(printed).not.toContain('S3CR3T')
    expect(lastLine().path).toBe('/oauth/token')
  })

  it('keeps a value with a line break on its line', () => {
    log.info('request refused', { path: '/a\n{"level":30,"msg":"forged"}' })
    expect(printed.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('describeError', () => {
  it('names the class and the place, and leaves out the message', () => {
    class QueryFailed extends Error {
      override name = 'QueryFailed'
    }
    const described = describeError(
      new QueryFailed('params: S3CR3T\n    at S3CR3T (looks/like/a/frame.ts:1:1)', {
        cause: new TypeError('S3CR3T too'),
      }),
    )
    expect(described.error).toBe('QueryFailed < TypeError')
    expect(described.stack).toContain('log.test.ts')
    expect(JSON.stringify(described)).not.toContain('S3CR3T')
  })

  it('keeps the place of an error without a message', () => {
    expect(describeError(new Error()).stack).toContain('log.test.ts')
  })

  it.each([['a string'], [{ token: 'S3CR3T' }], [null]])('tells only the type of a thrown %s', (thrown) => {
    expect(describeError(thrown)).toEqual({ error: typeof thrown })
  })
})
