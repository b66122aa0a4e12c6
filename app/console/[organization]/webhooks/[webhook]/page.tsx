import { DeliveryTable } from '@/components/console/webhooks/delivery-table'
import { WebhookState } from '@/components/console/webhooks/webhook-state'
import { RefreshWhile } from '@/components/refresh'
import { ActionButton } from '@/components/ui/action-form'
import { Moment } from '@/components/ui/moment'
import { ButtonLink, Callout, Empty, Facts, Page, Section } from '@/components/ui/page'
import { Tabs } from '@/components/ui/tabs'
import { formatAhead, type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/webhooks'
import { routes } from '@/lib/routes'
import { countDeliveries, listDeliveries } from '@/lib/webhooks/deliveries'
import { findWebhook, type Webhook } from '@/lib/webhooks/webhooks'
import { type ConsoleContext, consolePage } from '../../../console-page'
import { redeliver, redeliverAll, sendTest } from '../actions'
import { WebhookSettings } from './webhook-settings'

/** One webhook: how it does, what was sent to it, and its settings. */
export default consolePage('read', async (context) => {
  const { scope, management, params, language } = context
  const t = translator(messages, language)
  const webhook = await findWebhook(scope, params.webhook ?? '', management)
  const mayConfigure = scope.permissions.includes('configure')
  const test = (
    <ActionButton action={sendTest} organization={scope.organization} fields={{ webhook: webhook.id }}>
      {t('test')}
    </ActionButton>
  )
  return (
    <Page
      title={new URL(webhook.url).host}
      up={{ href: routes.webhooks(scope.organization), label: t('title') }}
      actions={mayConfigure && test}
    >
      <Trouble webhook={webhook} language={language} now={management.ports.clock()} />
      <Section title={t('facts')}>
        <Facts items={factsOf(webhook, language)} />
      </Section>
      {await deliveriesOf(webhook, context)}
      {mayConfigure && (
        <WebhookSettings webhook={webhook} organization={scope.organization} language={language} />
      )}
    </Page>
  )
})

function factsOf(webhook: Webhook, language: Language) {
  const t = translator(messages, language)
  const { url, actions, createdAt, createdBy } = webhook
  return [
    [
      t('url'),
      <bdi key="url" className="breakable">
        {url}
      </bdi>,
    ],
    [t('sends'), actions.length === 0 ? t('everything') : actions.join(' ')],
    [t('state'), <WebhookState key="state" webhook={webhook} t={t} />],
    [t('created'), <Moment key="created" at={createdAt} language={language} />],
    [t('by'), createdBy],
  ] as const
}

type TroubleProps = { readonly webhook: Webhook; readonly language: Language; readonly now: Date }

/** Needs attention. */
function Trouble({ webhook, language, now }: TroubleProps) {
  const { goneAt, isFailing, failures, resumesAt } = webhook
  const t = translator(messages, language)
  if (goneAt)
    return (
      <Callout tone="problem" title={t('gone')}>
        <p>{t('goneHint')}</p>
      </Callout>
    )
  if (!isFailing) return null
  return (
    <Callout tone="warning" title={t('paused', { count: failures })}>
      {resumesAt && resumesAt > now && (
        <p>{t('pausedHint', { at: formatAhead(resumesAt, now, language) })}</p>
      )}
    </Callout>
  )
}

const SHOWN = 25

/** Within the page's own function: the webhook may be deleted meanwhile. */
async function deliveriesOf(webhook: Webhook, { scope, management, query, language }: ConsoleContext) {
  const t = translator(messages, language)
  const base = routes.webhook(scope.organization, webhook.id)
  const mayConfigure = scope.permissions.includes('configure')
  const state = (['waiting', 'dead'] as const).find((known) => known === query.state)
  const before = /^\d{1,15}$/.test(query.before ?? '') ? Number(query.before) : undefined
  const filter = { ...(state && { state }), ...(before !== undefined && { before }) }
  const counts = await countDeliveries(scope, webhook.id, management)
  const found = await listDeliveries(scope, webhook.id, { ...filter, limit: SHOWN + 1 }, management)
  const shown = found.slice(0, SHOWN)
  const at = (query: Readonly<Record<string, string>>) =>
    routes.webhook(scope.organization, webhook.id, { state, ...query })
  const tabs = [
    { href: base, title: t('all'), current: !state },
    ...(['waiting', 'dead'] as const).map((name) => ({
      href: routes.webhook(scope.organization, webhook.id, { state: name }),
      title: t(name, { count: counts[name] }),
      current: state === name,
    })),
  ]
  const now = management.ports.clock()
  const soon = now.getTime() + 5_000
  const isUnderWay = shown.some((one) => one.state === 'waiting' && one.nextAttemptAt.getTime() < soon)
  const fields = { webhook: webhook.id }
  return (
    <Section title={t('deliveries')} lead={mayConfigure && t('testLead')}>
      {webhook.enabled && isUnderWay && <RefreshWhile />}
      <div className="webhook-deliveries">
        <Tabs label={t('deliveries')} tabs={tabs} />
        {mayConfigure && counts.dead > 0 && (
          <ActionButton action={redeliverAll} organization={scope.organization} fields={fields}>
            {t('allAgain', { count: counts.dead })}
          </ActionButton>
        )}
        {shown.length === 0 ? (
          <Empty title={t(state ? 'noneOfThese' : 'none')}>{!state && t('noneHint')}</Empty>
        ) : (
          <DeliveryTable
            deliveries={shown}
            language={language}
            now={now}
            {...(mayConfigure && {
              again: ({ id }) => (
                <ActionButton
                  action={redeliver}
                  organization={scope.organization}
                  fields={{ ...fields, delivery: id }}
                >
                  {t('again')}
                </ActionButton>
              ),
            })}
          />
        )}
        {(found.length > SHOWN || before !== undefined) && (
          <p className="form-actions">
            {found.length > SHOWN && (
              <ButtonLink href={at({ before: String(shown.at(-1)?.sequence) })} tone="plain">
                {t('older')}
              </ButtonLink>
            )}
            {before !== undefined && <a href={at({})}>{t('newest')}</a>}
          </p>
        )}
      </div>
    </Section>
  )
}
