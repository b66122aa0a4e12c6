import { afterEach, beforeEach } from 'vitest'
import { configurationStore } from '@/lib/store/configuration/configuration'
import type { ConfigurationRows } from '@/lib/store/configuration/rows'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { type ApplyOptions, applyConfiguration } from '../configuration/apply'
import type { Plan } from '../configuration/changes'
import { ConfigurationMistakes } from '../configuration/mistakes'
import { CONFIG, SECRETS } from './example'

export type TestInstallation = {
  store(): PostgresUnderTest
  apply(text: string, overrides?: Partial<ApplyOptions>): Promise<Plan>
  /** The mistakes for which the text is refused. */
  refusal(text: string, overrides?: Partial<ApplyOptions>): Promise<readonly string[]>
  /** What is stored. */
  rows(): Promise<ConfigurationRows>
}

/** A database without a configuration for each test of the file. */
export function testInstallation(): TestInstallation {
  let store: PostgresUnderTest
  beforeEach(async () => {
    store = await openStore()
  })
  afterEach(() => store?.close())

  const apply: TestInstallation['apply'] = (text, overrides = {}) => {
    const { db, sealer } = store
    return applyConfiguration(text, {
      file: 'v.yaml',
      env: SECRETS,
      config: CONFIG,
      db,
      sealer,
      ...overrides,
    })
  }
  return {
    store: () => store,
    apply,
    async refusal(text, overrides) {
      const error = await apply(text, overrides).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (error instanceof ConfigurationMistakes) return error.lines
      throw new Error('was not refused', { cause: error })
    },
    rows: () => configurationStore(store.db, store.sealer).read(),
  }
}
