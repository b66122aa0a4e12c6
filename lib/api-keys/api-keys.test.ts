import { beforeEach, expect, it } from 'vitest'
import { Forbidden, type OrganizationScope } from '../access'
import { changeRole, removeMember } from '../members/members'
import { people } from '../members/test-support/people'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { createApiKey, listApiKeys } from './api-keys'

const { apply, store } = testInstallation()
const { member, management } = people(store)

let owner: Awaited<ReturnType<typeof member>>
beforeEach(async () => {
  await apply(EXAMPLE)
  owner = await member('olive', 'owner')
})

const keys = async () =>
  (await listApiKeys(owner.scope, { limit: 100 }, management())).map(({ role }) => role)

it('an operator who is removed or demoted during the request gets no key that outlives it', async () => {
  const [adam, ada] = [await member('adam', 'admin'), await member('ada', 'owner')]
  await removeMember(owner.scope, adam.id, management())
  await changeRole(owner.scope, ada.id, 'admin', management())
  // The permissions are those that the request came in with.
  const key = (role: 'admin' | 'owner') => ({ name: 'late', role })
  await expect(createApiKey(adam.scope, key('admin'), management())).rejects.toThrow(Forbidden)
  await expect(createApiKey(ada.scope, key('owner'), management())).rejects.toThrow(Forbidden)
  expect(await keys()).toEqual([])
  await createApiKey(ada.scope, key('admin'), management())
  expect(await keys()).toEqual(['admin'])
})

it('a key and the removal of its maker at once: it ends with the maker, or there is none', async () => {
  for (let round = 0; round < 5; round++) {
    const adam = await member(`adam-${round}`, 'admin')
    await Promise.allSettled([
      createApiKey(adam.scope, { name: `key ${round}`, role: 'support' }, management()),
      removeMember(owner.scope, adam.id, management()),
    ])
    expect(await keys()).toEqual([])
    await expect(createApiKey(adam.scope, { name: 'later', role: 'support' }, management())).rejects.toThrow()
  }
})

it('keys that operators of one organization make at the same moment do not wait for one another in a circle', async () => {
  const adam = await member('adam', 'admin')
  const key = (by: OrganizationScope) => createApiKey(by, { name: 'at once', role: 'support' }, management())
  await Promise.all(Array.from({ length: 8 }, (_, i) => key((i % 2 ? adam : owner).scope)))
  expect(await keys()).toHaveLength(8)
})
