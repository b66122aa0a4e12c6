import { describe, expect, it } from 'vitest'
import { Forbidden, NotFound, permissionsOf } from '@/lib/access'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { examine } from './examination'

const { store, apply } = testInstallation()
const { management, scope } = createServices(store)

describe('an examination', () => {
  it('of another organization’s server is not there, as one that does not exist', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    for (const slug of ['globex', 'no-such-server'])
      await expect(examine(acme, slug, management())).rejects.toEqual(new NotFound('server'))
  })

  it.each(['support', 'auditor'] as const)('is not for the role %s: it sends requests', async (role) => {
    await apply(EXAMPLE)
    const acme = { ...(await scope('acme')), permissions: permissionsOf(role) }
    await expect(examine(acme, 'main', management())).rejects.toEqual(new Forbidden('configure'))
  })
})
