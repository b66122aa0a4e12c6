import { Tabs } from '@/components/ui/tabs'
import type { messages } from '@/lib/messages/access'
import type { Translate } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'

export type AccessTexts = Translate<keyof (typeof messages)['en']>

type AccessTabsProps = {
  /** Slug. */
  readonly organization: string
  readonly current: 'grants' | 'clients' | 'users'
  readonly t: AccessTexts
}

/** Connections, and whose they are. */
export function AccessTabs({ organization, current, t }: AccessTabsProps) {
  const base = routes.grants(organization)
  return (
    <Tabs
      label={t('tabs')}
      tabs={[
        { href: base, title: t('tab.grants'), current: current === 'grants' },
        { href: routes.clients(organization), title: t('tab.clients'), current: current === 'clients' },
        { href: routes.users(organization), title: t('tab.users'), current: current === 'users' },
      ]}
    />
  )
}
