import { consolePage } from '@/app/console/console-page'
import { NewKey } from '@/components/console/keys/new-key'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { Field, SelectField } from '@/components/ui/fields'
import { Moment } from '@/components/ui/moment'
import { Badge, ButtonLink, Callout, Empty, Page, Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { type OrganizationScope, permissionsOf, ROLES } from '@/lib/access'
import { type ApiKey, listApiKeys } from '@/lib/api-keys/api-keys'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages as consoleMessages } from '@/lib/messages/console'
import { messages } from '@/lib/messages/keys'
import { routes } from '@/lib/routes'
import { createKey, revokeKey } from './actions'

const SHOWN = 200
const EXPIRIES = ['90', '30', '365', 'never'] as const

/** The keys of an organization, and a form for another. */
export default consolePage('manage_members', async ({ scope, management, language }) => {
  const t = translator(messages, language)
  const keys = await listApiKeys(scope, { limit: SHOWN }, management)
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <a className="btn btn-plain" href="/api/v1/openapi.json">
          {t('api')}
        </a>
      }
    >
      {keys.length === 0 ? (
        <Empty title={t('empty')}>{t('emptyHint')}</Empty>
      ) : (
        <Keys keys={keys} scope={scope} language={language} now={management.ports.clock()} />
      )}
      {keys.length === SHOWN && <p className="page-lead">{t('more', { count: SHOWN })}</p>}
      <Section title={t('new')}>
        <NewKeyForm scope={scope} language={language} />
      </Section>
    </Page>
  )
})

type KeysProps = {
  readonly keys: readonly ApiKey[]
  readonly scope: OrganizationScope
  readonly language: Language
  readonly now: Date
}

function Keys({ keys, scope, language, now }: KeysProps) {
  const t = translator(messages, language)
  const role = translator(consoleMessages, language)
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const on = (instant: Date | undefined) => (instant ? day.format(instant) : t('never'))
  return (
    <Table
      caption={t('title')}
      keyOf={({ id }) => id}
      rows={keys}
      columns={[
        { title: t('name'), long: true, cell: ({ name }) => <Clip>{name}</Clip> },
        { title: t('role'), cell: (key) => role(`role.${key.role}`) },
        {
          title: t('created'),
          long: true,
          cell: ({ createdAt, createdBy }) => (
            <Clip>{t('createdBy', { at: on(createdAt), name: createdBy })}</Clip>
          ),
        },
        {
          title: t('lastUsed'),
          cell: ({ lastUsedAt }) =>
            lastUsedAt ? <Moment at={lastUsedAt} language={language} /> : t('never'),
        },
        {
          title: t('expires'),
          cell: ({ expiresAt }) =>
            expiresAt && expiresAt <= now ? <Badge tone="warning">{t('expired')}</Badge> : on(expiresAt),
        },
        {
          title: t('action'),
          cell: ({ id, name }) => (
            <ActionButton
              action={revokeKey}
              organization={scope.organization}
              fields={{ key: id }}
              tone="danger"
              confirm={t('revokeConfirm', { name })}
            >
              {t('revoke')}
            </ActionButton>
          ),
        },
      ]}
    />
  )
}

function NewKeyForm({ scope, language }: { readonly scope: OrganizationScope; readonly language: Language }) {
  const t = translator(messages, language)
  const role = translator(consoleMessages, language)
  const possible = ROLES.filter((known) =>
    permissionsOf(known).every((permission) => scope.permissions.includes(permission)),
  )
  return (
    <ActionForm
      action={createKey}
      organization={scope.organization}
      submit={t('create')}
      after={
        <Callout tone="good" title={t('madeTitle')}>
          <p>{t('madeLead')}</p>
          <NewKey copy={t('copy')} copied={t('copied')} />
          <p>
            <ButtonLink href={routes.keys(scope.organization)} tone="plain">
              {t('done')}
            </ButtonLink>
          </p>
        </Callout>
      }
    >
      <Field name="name" label={t('name')} hint={t('nameHint')} required />
      <SelectField
        name="role"
        label={t('role')}
        hint={t('roleHint')}
        defaultValue="auditor"
        options={possible.map((known) => ({ value: known, label: role(`role.${known}`) }))}
      />
      <SelectField
        name="expires"
        label={t('expires')}
        defaultValue="90"
        options={EXPIRIES.map((days) => ({ value: days, label: t(`expires.${days}`) }))}
      />
    </ActionForm>
  )
}
