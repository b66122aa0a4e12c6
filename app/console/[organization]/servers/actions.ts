'use server'

import { conditionFrom } from '@/app/console/access-values'
import { brandInput } from '@/app/console/brand-input'
import { consoleAction, text } from '@/app/console/console-action'
import { atFields, isChecked, number, requireConfirmation, seconds, words } from '@/app/console/form-values'
import { SCOPE_RISKS } from '@/lib/oauth/protocol/scope-risk'
import { routes } from '@/lib/routes'
import { refuseLockOut } from '@/lib/servers/access-trial'
import { saveBranding } from '@/lib/servers/branding'
import { createServer } from '@/lib/servers/create-server'
import { findServer, makeResourceSecret, updateServer } from '@/lib/servers/servers'

export const protectServer = consoleAction('configure', async ({ scope, management }, form) => {
  const server = {
    name: text(form, 'name'),
    resource: text(form, 'resource'),
    connection: text(form, 'connection'),
  }
  const slug = await atFields(() => createServer(scope, server, management))
  return { goTo: routes.serverNextSteps(scope.organization, slug, { created: 1 }) }
})

export const saveSettings = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const change = {
    name: text(form, 'name'),
    resource: text(form, 'resource'),
    aliases: words(form, 'aliases'),
    connection: text(form, 'connection'),
  }
  await atFields(() => updateServer(scope, slug, change, management))
  return { goTo: routes.serverSettings(scope.organization, slug, { saved: 1 }) }
})

/** What fields are called that have no value of their own. */
const SCOPE_FIELDS: Readonly<Record<string, string>> = { when: 'when_0_claim', translations: 'de' }

export const saveScopes = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const rows = [...form.keys()].flatMap((key) => /^scope_(\d+)_name$/.exec(key)?.[1] ?? [])
  const filled = rows.filter((row) => text(form, `scope_${row}_name`) !== '')
  const scopes = filled.map((row) => {
    const when = conditionFrom(form, `scope_${row}_when`)
    const german = text(form, `scope_${row}_de`)
    const risk = SCOPE_RISKS.find((known) => known === text(form, `scope_${row}_risk`))
    return {
      name: text(form, `scope_${row}_name`),
      description: text(form, `scope_${row}_description`),
      ...(german && { translations: { de: german } }),
      ...(risk && { risk }),
      upstreamScopes: words(form, `scope_${row}_upstream_scopes`),
      ...(when && { when }),
    }
  })
  await refuseLockOut(scope, slug, { scopes }, isChecked(form, 'scopes'), management)
  await atFields(
    () => updateServer(scope, slug, { scopes }, management),
    ([, index, field]) => {
      const row = filled[Number(index)] ?? filled[0] ?? 0
      return `scope_${row}_${SCOPE_FIELDS[String(field)] ?? String(field ?? 'name')}`
    },
  )
  return { goTo: routes.serverScopes(scope.organization, slug, { saved: 1 }) }
})

export const saveTokens = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const change = {
    tokenFormat: text(form, 'token_format') === 'opaque' ? 'opaque' : 'jwt',
    accessTokenLifetime: seconds(form, 'access_token_lifetime'),
    refreshTokenLifetime: seconds(form, 'refresh_token_lifetime'),
    passedClaims: words(form, 'passed_claims'),
    upstreamMaxAge: text(form, 'upstream_max_age') === '' ? undefined : seconds(form, 'upstream_max_age'),
  } as const
  await atFields(
    () => updateServer(scope, slug, change, management),
    ([field]) => (field === 'resource_secret' ? 'token_format' : String(field)),
  )
  return { goTo: routes.serverTokens(scope.organization, slug, { saved: 1 }) }
})

export const saveHandoff = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const handoffScopes = words(form, 'handoff_scopes')
  // Without any, token exchange is off.
  const change = { handoffScopes: handoffScopes.length > 0 ? handoffScopes : undefined }
  await atFields(
    () => updateServer(scope, slug, change, management),
    () => 'handoff_scopes',
  )
  return { goTo: routes.serverTokens(scope.organization, slug, { saved: 1 }) }
})

/** The credential is in the answer alone: no address, no cookie and no log has it. */
export const makeSecret = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const { hasResourceSecret } = await findServer(scope, slug, management)
  if (hasResourceSecret) requireConfirmation(form)
  return { shown: { secret: await makeResourceSecret(scope, slug, management) } }
})

export const removeSecret = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  await updateServer(scope, slug, { resourceSecret: undefined }, management)
  return { goTo: routes.serverTokens(scope.organization, slug, { saved: 1 }) }
})

const OTHERS = ['approval', 'refuse'] as const

export const savePolicy = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const documents = text(form, 'client_policy')
  const others = OTHERS.find((one) => one === text(form, 'client_admission'))
  const change = {
    clientPolicy:
      documents === 'hosts'
        ? { hosts: words(form, 'hosts') }
        : documents === 'off'
          ? ('off' as const)
          : ('any' as const),
    registration: isChecked(form, 'registration') ? { quota: number(form, 'quota') } : ('off' as const),
    clientAdmission: others && { hosts: words(form, 'admitted_hosts'), others },
    deviceGrant: isChecked(form, 'device_grant'),
  } as const
  const fields: Readonly<Record<string, string>> = {
    client_policy: 'hosts',
    registration: 'quota',
    client_admission: 'admitted_hosts',
  }
  await atFields(
    () => updateServer(scope, slug, change, management),
    ([field]) => fields[String(field)] ?? String(field),
  )
  return { goTo: routes.serverClients(scope.organization, slug, { saved: 1 }) }
})

export const saveBrand = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const input = await brandInput(form)
  await saveBranding(scope, slug, input, management)
  return { goTo: routes.serverBranding(scope.organization, slug, { saved: 1 }) }
})
