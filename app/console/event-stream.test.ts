import { afterEach, expect, it } from 'vitest'
import { eventStream } from './event-stream'

const opened: Response[] = []
afterEach(async () => {
  for (const response of opened.splice(0)) if (!response.body?.locked) await response.body?.cancel()
})

function open(operator: string, look: Parameters<typeof eventStream>[2] = async () => []) {
  const request = new Request('https://auth.example.com/console/acme/logins/tail')
  const response = eventStream('login', { operator: { id: operator }, request }, look)
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

it('one operator cannot hold more than four, nor all together more than 32; what ends makes room', async () => {
  for (let i = 0; i < 4; i++) expect(open('ada').status).toBe(200)
  expect(open('ada').status).toBe(429)
  for (let i = 0; i < 28; i++) expect(open(`operator ${i}`).status).toBe(200)
  expect(open('late').status).toBe(429)
  await opened[0]?.body?.cancel()
  expect(open('ada').status).toBe(200)
})
