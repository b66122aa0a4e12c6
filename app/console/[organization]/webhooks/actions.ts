'use server'

import { routes } from '@/lib/routes'
import { sendAgain, sendAllAgain, sendTestEvent } from '@/lib/webhooks/deliveries'
import { changeWebhook, createWebhook, removeWebhook, rotateWebhookSecret } from '@/lib/webhooks/webhooks'
import { consoleAction, text } from '../../console-action'

/** Makes a webhook and shows its secret, this once. */
export const addWebhook = consoleAction('configure', async ({ scope, management }, form) => {
  const { secret } = await createWebhook(scope, settings(form), management)
  return { shown: { key: secret } }
})

export const saveWebhook = consoleAction('configure', async ({ scope, management }, form) => {
  const change = { ...settings(form), enabled: form.get('enabled') !== null }
  await changeWebhook(scope, text(form, 'webhook'), change, management)
  return { goTo: pageOf(scope.organization, form) }
})

export const newSecret = consoleAction('configure', async ({ scope, management }, form) => {
  const { secret } = await rotateWebhookSecret(scope, text(form, 'webhook'), management)
  return { shown: { key: secret } }
})

export const deleteWebhook = consoleAction('configure', async ({ scope, management }, form) => {
  await removeWebhook(scope, text(form, 'webhook'), management)
  return { goTo: routes.webhooks(scope.organization) }
})

export const sendTest = consoleAction('configure', async ({ scope, management }, form) => {
  await sendTestEvent(scope, text(form, 'webhook'), management)
  return { goTo: pageOf(scope.organization, form) }
})

export const redeliver = consoleAction('configure', async ({ scope, management }, form) => {
  await sendAgain(scope, text(form, 'webhook'), text(form, 'delivery'), management)
  return { goTo: pageOf(scope.organization, form) }
})

export const redeliverAll = consoleAction('configure', async ({ scope, management }, form) => {
  await sendAllAgain(scope, text(form, 'webhook'), management)
  return { goTo: pageOf(scope.organization, form) }
})

function settings(form: FormData) {
  const actions = text(form, 'actions')
    .split(/[\s,]+/)
    .filter((beginning) => beginning !== '')
  return { url: text(form, 'url'), actions }
}

function pageOf(organization: string, form: FormData): string {
  return routes.webhook(organization, text(form, 'webhook'))
}
