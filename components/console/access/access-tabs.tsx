import type { messages } from '@/lib/messages/access'
import type { Translate } from '@/lib/messages/catalogue'
import { Tabs } from '../tabs'

export type AccessTexts = Translate<keyof (typeof messages)['en']>

type AccessTabsProps = {
  /** Slug. */
  readonly organization: string
  readonly current: 'grants' | 'clients' | 'users'
  readonly t: AccessTexts
}

/** Connections, and whose they are. */
export function AccessTabs({ organization, current, t }: AccessTabsProps) {
  const base = `/console/${organization}/access`
  return (
    <Tabs
      label={t('tabs')}
      tabs={[
        { href: base, title: t('tab.grants'), current: current === 'grants' },
        { href: `${base}/clients`, title: t('tab.clients'), current: current === 'clients' },
        { href: `${base}/users`, title: t('tab.users'), current: current === 'users' },
      ]}
    />
  )
}
