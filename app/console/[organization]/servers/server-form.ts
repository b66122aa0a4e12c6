import { conditionFrom } from '@/app/console/access-values'
import { text } from '@/app/console/console-action'
import { isChecked, number, seconds, words } from '@/app/console/form-values'
import type { ServerInput } from '@/lib/configuration/schema/settings'
import { SCOPE_RISKS } from '@/lib/oauth/protocol/scope-risk'

/** What the forms of a server say, page by page. What is `undefined` is taken away. */

export function settingsInForm(form: FormData) {
  return {
    name: text(form, 'name'),
    resource: text(form, 'resource'),
    aliases: words(form, 'aliases'),
    connection: text(form, 'connection'),
  }
}

/** The rows of the form that have a name. */
export function scopeRows(form: FormData): readonly string[] {
  const rows = [...form.keys()].flatMap((key) => /^scope_(\d+)_name$/.exec(key)?.[1] ?? [])
  return rows.filter((row) => text(form, `scope_${row}_name`) !== '')
}

/** @throws InvalidInput beside the fields of a condition */
export function scopesInForm(form: FormData) {
  return scopeRows(form).map((row) => {
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
}

export function tokensInForm(form: FormData): ServerInput {
  return {
    tokenFormat: text(form, 'token_format') === 'opaque' ? 'opaque' : 'jwt',
    accessTokenLifetime: seconds(form, 'access_token_lifetime'),
    refreshTokenLifetime: seconds(form, 'refresh_token_lifetime'),
    passedClaims: words(form, 'passed_claims'),
    upstreamMaxAge: text(form, 'upstream_max_age') === '' ? undefined : seconds(form, 'upstream_max_age'),
  }
}

/** Without any scopes, token exchange is off. */
export function handoffInForm(form: FormData): ServerInput {
  const handoffScopes = words(form, 'handoff_scopes')
  return { handoffScopes: handoffScopes.length > 0 ? handoffScopes : undefined }
}

const OTHERS = ['approval', 'refuse'] as const

export function policyInForm(form: FormData): ServerInput {
  const documents = text(form, 'client_policy')
  const others = OTHERS.find((one) => one === text(form, 'client_admission'))
  const known = documents === 'off' ? 'off' : 'any'
  return {
    clientPolicy: documents === 'hosts' ? { hosts: words(form, 'hosts') } : known,
    registration: isChecked(form, 'registration') ? { quota: number(form, 'quota') } : 'off',
    clientAdmission: others && { hosts: words(form, 'admitted_hosts'), others },
    deviceGrant: isChecked(form, 'device_grant'),
  }
}
