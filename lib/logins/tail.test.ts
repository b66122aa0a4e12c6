import { expect, it } from 'vitest'
import { event, later, newRequest } from '@/lib/store/test-support/store-under-test'
import { connectedServices, registered } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { loginTail } from './tail'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

it('a tail tells what begins and what goes on, and nothing of another organization', async () => {
  await apply(EXAMPLE)
  const [main, foreign, acme] = [await server('main'), await server('globex'), await scope('acme')]
  const client = await registered(store(), main, 'Cursor')
  const old = await newRequest(store(), { server: main, client })
  const [look, denied] = [
    loginTail({}, management(later(60))),
    loginTail({ outcome: 'denied' }, management(later(60))),
  ]
  expect([await look(acme), await denied(acme)]).toEqual([[], []])
  expect(await look(acme)).toEqual([])

  const { request } = await newRequest(store(), { server: main, client })
  const { request: theirs } = await newRequest(store(), { server: foreign })
  const begun = await look(acme)
  expect(begun).toMatchObject([
    { reference: request.reference, outcome: 'running', server: 'main', client: 'Cursor' },
  ])
  const failure = { at: later(20), step: 'callback', outcome: 'failed', reason: 'upstream_denied' } as const
  await store().requests.fail(old.request.id, event({ ...failure, detail: '' }))
  const wentOn = await look(acme)
  expect(wentOn).toMatchObject([
    { reference: old.request.reference, outcome: 'failed', reason: 'upstream_denied' },
  ])
  expect(await denied(acme)).toEqual([])
  expect(JSON.stringify([begun, wentOn])).not.toContain(theirs.reference)
})
