import type { ReactNode } from 'react'
import { ButtonLink, Callout, Page } from '@/components/ui/page'
import { Tabs } from '@/components/ui/tabs'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/servers'

const TABS = [
  ['next-steps', 'tabs.next'],
  ['settings', 'tabs.settings'],
  ['scopes', 'tabs.scopes'],
  ['access', 'tabs.access'],
  ['tokens', 'tabs.tokens'],
  ['clients', 'tabs.clients'],
  ['branding', 'tabs.branding'],
] as const

export type ServerTab = (typeof TABS)[number][0]

type ServerFrameProps = {
  readonly language: Language
  readonly server: { readonly name: string; readonly resource: string }
  readonly tab: ServerTab
  /** Path of the server. */
  readonly base: string
  /** Path of the list. */
  readonly list: string
  /** What of the tab is open, such as a client. */
  readonly of?: string | undefined
  readonly mayChange: boolean
  readonly news: 'created' | 'saved' | undefined
  readonly children: ReactNode
}

/** The frame of every page of one server. Without the permission to configure, the forms are disabled. */
export function ServerFrame({
  language,
  server,
  tab,
  of,
  base,
  list,
  mayChange,
  news,
  children,
}: ServerFrameProps) {
  const t = translator(messages, language)
  const tabs = TABS.map(([part, title]) => ({
    href: `${base}/${part}`,
    title: t(title),
    current: part === tab,
  }))
  return (
    <Page
      title={server.name}
      part={[of, tabs.find(({ current }) => current)?.title].filter(Boolean).join(' · ')}
      lead={<span className="server-url">{server.resource}</span>}
      up={{ href: list, label: t('up') }}
      actions={
        mayChange && (
          <ButtonLink href={`${base}/doctor`} tone="plain">
            {t('doctor')}
          </ButtonLink>
        )
      }
    >
      <Tabs label={t('tabs.label')} tabs={tabs} />
      {news && (
        <div role="status">
          <Callout tone="good">
            <p>{t(news)}</p>
          </Callout>
        </div>
      )}
      {mayChange || tab === 'next-steps' ? (
        children
      ) : (
        <>
          <Callout>
            <p>{t('lookOnly')}</p>
          </Callout>
          <fieldset className="server-locked" disabled>
            {children}
          </fieldset>
        </>
      )}
    </Page>
  )
}
