import { describe, expect, it } from 'vitest'
import { printPlan } from '@/lib/cli/print-plan'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { openStore } from '@/lib/store/test-support/open-store'
import { newClient } from '@/lib/store/test-support/store-under-test'
import { CONFIG, EXAMPLE, SECRETS } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { applyConfiguration } from './apply'
import { exportConfiguration } from './export'
import { secretPlaceholders } from './secret-placeholders'

const { apply, rows, store } = testInstallation()

describe('an export', () => {
  /** The secrets under the names that the export gives them. */
  const env = {
    ACME_OKTA_CLIENT_SECRET: SECRETS.OKTA_SECRET,
    ACME_MAIN_RESOURCE_SECRET: SECRETS.FILES_RESOURCE_SECRET,
    ACME_MAIN_CI_CLIENT_SECRET: SECRETS.CI_SECRET,
    GLOBEX_GITHUB_CLIENT_SECRET: SECRETS.GITHUB_SECRET,
  }

  it('applied to the same installation has nothing to do', async () => {
    await apply(EXAMPLE)
    const text = exportConfiguration(await rows())
    expect(text).not.toContain('S3CR3T')
    expect(printPlan(await apply(text, { env }))).toBe('nothing to do')
  })

  it('applied elsewhere gives the same', async () => {
    await apply(EXAMPLE)
    const exported = exportConfiguration(await rows())
    const elsewhere = await openStore()
    try {
      const { db, sealer } = elsewhere
      await applyConfiguration(exported, { file: 'export.yaml', env, config: CONFIG, db, sealer })
      const there = await configurationStore(db, sealer).read()
      expect(exportConfiguration(there)).toBe(exported)
      expect(there.servers.map(({ issuer }) => issuer)).toEqual(
        (await rows()).servers.map(({ issuer }) => issuer),
      )
      expect(there.connections.map(({ id }) => id)).toEqual((await rows()).connections.map(({ id }) => id))
    } finally {
      await elsewhere.close()
    }
  })

  it('leaves out clients that registered themselves', async () => {
    await apply(EXAMPLE)
    const main = await store().servers.findByIssuer('https://auth.example.com')
    await store().clients.register(newClient(main?.id ?? '', { clientId: 'self-made' }))
    expect(exportConfiguration(await rows())).not.toContain('self-made')
  })
})

describe('names for secrets', () => {
  it('are variables that no two secrets share [H-48]', () => {
    const placeholder = secretPlaceholders()
    expect(placeholder('acme', 'a.b', 'client_secret')).toBe('env:ACME_A_B_CLIENT_SECRET')
    expect(placeholder('acme', 'a-b', 'client_secret')).toBe('env:ACME_A_B_CLIENT_SECRET_2')
    expect(placeholder('3m', 'okta', 'client_secret')).toBe('env:_3M_OKTA_CLIENT_SECRET')
  })
})
