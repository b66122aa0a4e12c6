import { afterEach, expect, it } from 'vitest'
import { eventStream } from './event-stream'

const opened: Response[] = []
afterEach(async () => {
  for (const response of opened.splice(0)) if (!response.body?.locked) await response.body?.cancel()
})

type Look = Parameters<typeof eventStream>[2]

function open(operator: string, look: Look = async () => [], organizationId = 'acme') {
  const request = new Request('https://auth.example.com/console/acme/logins/tail')
  const response = eventStream(
    'login',
    { operator: { id: operator }, scope: { organizationId }, request },
    look,
  )
  opened.push(response)
  return response
}

it('what is found is an event each, and who may see no more is told so and let go', async () => {
  const looks = [[{ reference: 'a' }, { reference: 'b\n\nevent: end' }], null]
  const response = open('ada', async () => looks.shift() ?? null)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const events = (await response.text()).split('\n\n').filter(Boolean)
  expect(events.map((one) => one.split('\n').slice(0, 2))).toEqual([
    ['retry: 5000'],
    ['event: login', 'data: {"reference":"a"}'],
    ['event: login', 'data: {"reference":"b\\n\\nevent: end"}'],
    ['event: end', 'data:'],
  ])
})

it('a store that fails ends the stream, and a browser comes back', async () => {
  const response = open('ada', async () => {
    throw new Error('no database')
  })
  expect(await response.text()).toBe('retry: 5000\n\n')
})

it('one operator cannot hold more than four, one organization no more than half of all; what ends makes room', async () => {
  const of = (organization: string, operator: string) => open(operator, undefined, organization).status
  for (let i = 0; i < 4; i++) expect(of('acme', 'ada')).toBe(200)
  expect(of('acme', 'ada')).toBe(429)
  for (let i = 0; i < 12; i++) expect(of('acme', `operator ${i}`)).toBe(200)
  expect(of('acme', 'eve')).toBe(429)
  for (let i = 0; i < 16; i++) expect(of(`organization ${i}`, `other ${i}`)).toBe(200)
  expect(of('late', 'late')).toBe(429)
  await opened[0]?.body?.cancel()
  expect(of('acme', 'ada')).toBe(200)
})
