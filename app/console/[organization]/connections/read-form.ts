import { InvalidInput, type Mistake } from '@/lib/configuration/mistakes'
import { CONNECTION_AUTH_METHODS } from '@/lib/configuration/schema/connection'
import type { ConnectionInput } from '@/lib/configuration/schema/settings'
import type { Answers, Preset } from '@/lib/connections/presets'
import { text } from '../../console-action'

/** What the form says of a connection, besides its address. */
export function commonInput(form: FormData, preset: Preset, parametersProblem: string): ConnectionInput {
  if (preset.type === 'platform') return { name: text(form, 'name') }
  return {
    name: text(form, 'name'),
    ...clientInput(form),
    scopes: text(form, 'scopes').split(/\s+/).filter(Boolean),
    authorizationParameters: parameters(text(form, 'authorization_parameters'), parametersProblem),
    forwardResource: form.has('forward_resource'),
    ...(preset.type === 'oauth2' && { pkce: form.has('pkce') }),
  }
}

/** What the provider gave us. */
export function clientInput(form: FormData) {
  const method = text(form, 'token_endpoint_auth_method')
  // No provider gives out a secret with white space at its ends, but copying adds some.
  const secret = text(form, 'client_secret')
  return {
    clientId: text(form, 'client_id'),
    clientSecret: secret ? { set: secret } : undefined,
    tokenEndpointAuthMethod: CONNECTION_AUTH_METHODS.find((known) => known === method),
  }
}

/** What was answered to what the preset asks. */
export function answersIn(form: FormData, preset: Preset): Answers {
  return Object.fromEntries(preset.fields.map((field) => [field, text(form, field)]))
}

/** Runs it, and puts its mistakes to the fields of the form. */
export async function atFields<T>(preset: Preset, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    throw new InvalidInput(
      error.mistakes.map((mistake) => ({ ...mistake, path: [fieldOf(mistake, preset)] })),
    )
  }
}

function fieldOf({ path: [key] }: Mistake, { fields }: Preset): string {
  if (key === 'issuer') return fields[0] ?? 'name'
  return key === 'claims' ? 'subject_claim' : String(key)
}

function parameters(lines: string, problem: string): Readonly<Record<string, string>> {
  const pairs = lines
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => /^([^=\s]+)\s*=\s*(.+)$/.exec(line))
  if (pairs.some((pair) => pair === null))
    throw new InvalidInput([{ path: ['authorization_parameters'], message: problem }])
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']))
}
