'use server'

import { answerLookUp, presetIn, wantsLookUp } from '@/app/console/connection-form/answer-look-up'
import { answersIn, commonInput, fieldIn, neededFields } from '@/app/console/connection-form/read-form'
import { atFields, requireFilled } from '@/app/console/form-values'
import type { ConnectionInput } from '@/lib/configuration/schema/settings'
import { changedConnection, createConnection, updateConnection } from '@/lib/connections/connections'
import { lookUpIssuer } from '@/lib/connections/look-up-issuer'
import { changedAddress, type Preset } from '@/lib/connections/presets'
import { routes } from '@/lib/routes'
import { type ActionContext, consoleAction, text } from '../../console-action'

/** The form has two buttons. */
export const createOrLookUp = consoleAction('configure', (context, form) =>
  wantsLookUp(form) ? answerLookUp(form, lookUpIn(context, form)) : create(context, form),
)

export const updateOrLookUp = consoleAction('configure', (context, form) =>
  wantsLookUp(form) ? answerLookUp(form, lookUpIn(context, form)) : update(context, form),
)

const lookUpIn =
  ({ scope, management }: ActionContext, form: FormData) =>
  async (preset: Preset) => {
    const input = {
      ...commonInput(form, preset),
      ...preset.defaults,
      ...preset.address(answersIn(form, preset)),
    }
    const { issuer: address = '' } = input
    return { found: await lookUpIssuer(scope, { ...input, issuer: address }, management), address }
  }

async function create({ scope, management }: ActionContext, form: FormData) {
  const preset = presetIn(form)
  requireFilled(form, ['name', ...neededFields(form, preset, false)])
  const { name: slug } = await atFields(async () => {
    const input = {
      ...changedConnection(preset.defaults, commonInput(form, preset)),
      ...preset.address(answersIn(form, preset)),
      id: text(form, 'id') || undefined,
      slug: text(form, 'slug') || undefined,
    }
    return createConnection(scope, await canonicalizeIssuer(input, { scope, management }), management)
  }, fieldIn(preset))
  return {
    goTo:
      preset.type === 'platform'
        ? routes.connectionPeople(scope.organization, slug)
        : routes.connection(scope.organization, slug, { saved: 'new' }),
  }
}

async function update({ scope, management }: ActionContext, form: FormData) {
  const preset = presetIn(form)
  const slug = text(form, 'connection')
  requireFilled(form, ['name', ...neededFields(form, preset, true)])
  const { warnings } = await atFields(async () => {
    const address = changedAddress(preset, answersIn(form, preset))
    const input = { ...commonInput(form, preset), ...address }
    return updateConnection(scope, slug, await canonicalizeIssuer(input, { scope, management }), management)
  }, fieldIn(preset))
  const how = warnings.length > 0 ? 'new-users' : 'yes'
  return { goTo: routes.connection(scope.organization, slug, { saved: how }) }
}

/** With the issuer as its provider writes it, where that can be seen. */
async function canonicalizeIssuer(
  input: ConnectionInput,
  { scope, management }: Pick<ActionContext, 'scope' | 'management'>,
): Promise<ConnectionInput> {
  const { issuer } = input
  if (issuer === undefined) return input
  const found = await lookUpIssuer(scope, { ...input, issuer }, management)
  return found.outcome === 'found' ? { ...input, issuer: found.issuer } : input
}
