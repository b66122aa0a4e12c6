import type { ReactNode } from 'react'
import { Address } from './address'
import { Icon } from './icon'

type PageProps = {
  readonly title: string
  /** The part of it that is open. */
  readonly part?: string | undefined
  /** What this page is about, in a sentence. */
  readonly lead?: ReactNode
  /** Links or buttons beside the title. */
  readonly actions?: ReactNode
  /** The page above this one. */
  readonly up?: { readonly href: string; readonly label: string }
  readonly children?: ReactNode
}

/** One page of the console. */
export function Page({ title, part, lead, actions, up, children }: PageProps) {
  return (
    <>
      <title>{[part, title, 'Vestibule'].filter(Boolean).join(' · ')}</title>
      <header className="page-head">
        <div>
          {up && (
            <a className="page-up" href={up.href}>
              {up.label}
            </a>
          )}
          <h1>
            <Address>{title}</Address>
          </h1>
          {lead && <p className="page-lead">{lead}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}

/** A part of a page, with a heading. */
export function Section({
  id,
  title,
  lead,
  children,
}: {
  readonly id?: string
  readonly title: string
  readonly lead?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section id={id} className="panel" aria-label={title}>
      <h2>{title}</h2>
      {lead && <p className="panel-lead">{lead}</p>}
      {children}
    </section>
  )
}

/** Names and values. */
export function Facts({ items }: { readonly items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="fact-list">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? <Address>{value}</Address> : value}</dd>
        </div>
      ))}
    </dl>
  )
}

export type Tone = 'good' | 'warning' | 'problem' | 'neutral'

/** A word that stands out. The colour only repeats what it says. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone
  readonly children: ReactNode
}) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}

const ICONS = {
  good: 'circleCheck',
  warning: 'circleAlert',
  problem: 'circleAlert',
  neutral: 'info',
  busy: 'circleDashed',
} as const

/** A sentence that must not be overlooked. */
export function Callout({
  tone = 'neutral',
  title,
  children,
}: {
  /** `busy`: something is under way. */
  readonly tone?: Tone | 'busy'
  readonly title?: string
  readonly children?: ReactNode
}) {
  return (
    <div className={`callout callout-${tone}`}>
      <Icon name={ICONS[tone]} size={20} />
      <div>
        {title && <p className="callout-title">{title}</p>}
        {children}
      </div>
    </div>
  )
}

/** Nothing is here yet: says so, and what to do. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <p>{children}</p>}
      {action && <p className="empty-action">{action}</p>}
    </div>
  )
}

/** A link that looks like a button. */
export function ButtonLink({
  href,
  tone = 'primary',
  children,
}: {
  readonly href: string
  readonly tone?: 'primary' | 'plain'
  readonly children: ReactNode
}) {
  return (
    <a href={href} className={`btn btn-${tone}`}>
      {children}
    </a>
  )
}
