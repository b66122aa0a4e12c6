import { SecretToCopy } from '@/components/console/webhooks/secret-to-copy'
import { WebhookFields } from '@/components/console/webhooks/webhook-fields'
import { ActionButton, ActionForm } from '@/components/ui/action-form'
import { CheckField } from '@/components/ui/fields'
import { Section } from '@/components/ui/page'
import { formVersion } from '@/lib/configuration/entries'
import { formatInstant, type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/webhooks'
import { routes } from '@/lib/routes'
import { type Webhook, webhookEntry } from '@/lib/webhooks/webhooks'
import { deleteWebhook, newSecret, saveWebhook } from '../actions'

type WebhookSettingsProps = {
  readonly webhook: Webhook
  readonly organization: string
  readonly language: Language
}

/** What can be changed of a webhook: where it sends what, its secret, and that there is one. */
export function WebhookSettings({ webhook, organization, language }: WebhookSettingsProps) {
  const t = translator(messages, language)
  const { id, enabled, previousSecretUntil } = webhook
  const common = { organization, fields: { webhook: id } }
  return (
    <>
      <Section title={t('settings')}>
        <ActionForm
          action={saveWebhook}
          organization={organization}
          fields={{ webhook: id, version: formVersion(webhookEntry(webhook)) }}
          submit={t('save')}
        >
          <WebhookFields t={t} initial={webhook} />
          <CheckField name="enabled" label={t('enabled')} hint={t('enabledHint')} defaultChecked={enabled} />
        </ActionForm>
      </Section>
      <Section title={t('secret')} lead={t('rotateLead')}>
        {previousSecretUntil && (
          <p>{t('twoSecrets', { at: formatInstant(previousSecretUntil, language) })}</p>
        )}
        <ActionForm
          action={newSecret}
          {...common}
          submit={t('rotate')}
          tone="plain"
          after={<SecretToCopy done={routes.webhook(organization, id)} language={language} />}
        />
      </Section>
      <ActionButton
        action={deleteWebhook}
        {...common}
        tone="danger"
        confirm={t('removeConfirm', { host: new URL(webhook.url).host })}
      >
        {t('remove')}
      </ActionButton>
    </>
  )
}
