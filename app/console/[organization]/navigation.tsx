'use client'

import { usePathname } from 'next/navigation'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { routes } from '@/lib/routes'

const PARTS = [
  ['', 'nav.overview', 'gauge'],
  ['connections', 'nav.connections', 'plug'],
  ['servers', 'nav.servers', 'server'],
  ['logins', 'nav.logins', 'activity'],
  ['access', 'nav.access', 'shieldCheck'],
  ['setup-links', 'nav.setupLinks', 'link'],
  ['branding', 'nav.branding', 'palette'],
  ['members', 'nav.members', 'users'],
  ['keys', 'nav.keys', 'keyRound'],
  ['webhooks', 'nav.webhooks', 'send'],
  ['audit', 'nav.audit', 'scrollText'],
] as const

type NavigationProps = {
  readonly organization: string
  readonly label: string
  readonly titles: Readonly<Record<(typeof PARTS)[number][1] | 'nav.menu', string>>
}

/** The parts of one organization: beside the page, or behind a button where there is no room for both. */
export function Navigation({ organization, label, titles }: NavigationProps) {
  const pathname = usePathname()
  const base = routes.organization(organization)
  return (
    <Menu id="parts" label={label} open={titles['nav.menu']}>
      {PARTS.map(([part, title, icon]) => {
        const href = part ? `${base}/${part}` : base
        const current = part ? pathname.startsWith(href) : pathname === base
        return (
          <a key={part} href={href} aria-current={current ? 'page' : undefined}>
            <Icon name={icon} size={18} />
            <span>{titles[title]}</span>
          </a>
        )
      })}
    </Menu>
  )
}
