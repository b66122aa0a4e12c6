import { ActionButton } from '@/components/ui/action-form'
import type { FormState } from '@/components/ui/form-state'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/page'
import { Table } from '@/components/ui/table'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'
import { ProviderButtons } from './provider-buttons'

type LinksProps = {
  readonly language: Language
  readonly providers: readonly { readonly id: string; readonly name: string; readonly source: string }[]
  readonly links: readonly { readonly providerId: string; readonly since: Date }[]
  readonly disconnect: (state: FormState | null, form: FormData) => Promise<FormState>
}

/** The accounts elsewhere that let the operator in. */
export function Links({ language, providers, links, disconnect }: LinksProps) {
  if (providers.length === 0) return null
  const t = translator(messages, language)
  const linkOf = (source: string) => links.find(({ providerId }) => providerId === source)
  return (
    <Section title={t('links.title')} lead={t('links.lead')}>
      <Table
        caption={t('links.title')}
        rows={providers}
        keyOf={({ id }) => id}
        columns={[
          { title: t('links.provider'), cell: ({ name }) => <bdi>{name}</bdi> },
          {
            title: t('links.state'),
            cell: ({ source }) => {
              const link = linkOf(source)
              if (!link) return t('links.notConnected')
              return (
                <>
                  {t('links.connected')} <Moment at={link.since} language={language} />
                </>
              )
            },
          },
          {
            title: t('links.actions'),
            cell: (provider) =>
              linkOf(provider.source) ? (
                <ActionButton
                  action={disconnect}
                  fields={{ provider: provider.id }}
                  tone="danger"
                  confirm={t('links.disconnectConfirm')}
                >
                  {t('links.disconnect', { name: provider.name })}
                </ActionButton>
              ) : (
                <ProviderButtons
                  providers={[provider]}
                  fields={{ purpose: 'connect' }}
                  label={(name) => t('links.connect', { name })}
                />
              ),
          },
        ]}
      />
    </Section>
  )
}
