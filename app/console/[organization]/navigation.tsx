'use client'

import { Activity, Gauge, KeyRound, Plug, ScrollText, Server, ShieldCheck, Users } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { routes } from '@/lib/routes'

const PARTS = [
  ['', 'nav.overview', Gauge],
  ['connections', 'nav.connections', Plug],
  ['servers', 'nav.servers', Server],
  ['logins', 'nav.logins', Activity],
  ['access', 'nav.access', ShieldCheck],
  ['members', 'nav.members', Users],
  ['keys', 'nav.keys', KeyRound],
  ['audit', 'nav.audit', ScrollText],
] as const

type NavigationProps = {
  readonly organization: string
  readonly label: string
  readonly titles: Readonly<Record<(typeof PARTS)[number][1], string>>
}

/** The parts of one organization. */
export function Navigation({ organization, label, titles }: NavigationProps) {
  const pathname = usePathname()
  const base = routes.organization(organization)
  return (
    <nav className="side" aria-label={label}>
      {PARTS.map(([part, title, Icon]) => {
        const href = part ? `${base}/${part}` : base
        const current = part ? pathname.startsWith(href) : pathname === base
        return (
          <a key={part} href={href} aria-current={current ? 'page' : undefined}>
            <Icon aria-hidden size={18} />
            <span>{titles[title]}</span>
          </a>
        )
      })}
    </nav>
  )
}
