import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { pageLanguage } from '@/app/page-language'
import type { FormState } from '@/components/ui/form-state'
import { Forbidden, NotFound, type OrganizationScope, type Permission, requirePermission } from '@/lib/access'
import type { Operator } from '@/lib/accounts/operators'
import { isBusy } from '@/lib/accounts/password-hashing'
import { expectedByForm } from '@/lib/configuration/entries'
import { InvalidInput, Outdated } from '@/lib/configuration/mistakes'
import type { Management } from '@/lib/management/management'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { formSentence } from '@/lib/messages/forms/mistakes-in-forms'
import { notFoundSentence } from '@/lib/messages/mistakes'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'

export type ActionContext = {
  readonly operator: Operator
  readonly scope: OrganizationScope
  readonly management: Management
}

/** Where to go next, or what to show in the form's place: a secret is shown once, and never in an address. */
export type ActionResult =
  | { readonly goTo: string }
  | {
      readonly shown: Readonly<Record<string, string>>
      /** What the form goes on with. */
      readonly values?: Readonly<Record<string, string>>
    }

/** What a form of ours sends; the organization is in a hidden field, and counts only as the operator may see it. */
export type Action = (state: FormState | null, form: FormData) => Promise<FormState>

/**
 * What the form of an organization's page does. Next has compared `Origin` with our host before; here the operator and
 * their permission are checked, whatever page the form came from. Decision 0041.
 */
export function consoleAction(
  permission: Permission,
  handle: (context: ActionContext, form: FormData) => Promise<ActionResult>,
): Action {
  return operatorAction(async (operator, form) => {
    const scope = await (await accounts()).scope(operator, text(form, 'organization'))
    requirePermission(scope, permission)
    const expected = expectedByForm(text(form, 'version'))
    const actor = { ...scope.actor, language: await pageLanguage() }
    return handle(
      { operator, scope: { ...scope, actor, ...(expected && { expected }) }, management: await management() },
      form,
    )
  })
}

/** What the form of a page does that belongs to no organization. */
export function operatorAction(
  handle: (operator: Operator, form: FormData) => Promise<ActionResult>,
): Action {
  return publicAction(async (form) => {
    const operator = await (await accounts()).current(await headers())
    if (!operator) throw new Refusal('error.signedOut')
    const { limits } = await management()
    if (!operator.isInstallationOperator && (limits?.formsOfOperator.take(operator.id) ?? 0) > 0)
      throw new Refusal('error.tooFast')
    return handle(operator, form)
  })
}

/** A form that needs no session. */
export function publicAction(handle: (form: FormData) => Promise<ActionResult>): Action {
  return async (_state, sent: unknown) => {
    // Whoever calls an action without a page may send anything.
    const form = sent instanceof FormData ? sent : new FormData()
    const result = await handle(form).catch((error: unknown) => failure(error, form))
    if ('goTo' in result) redirect(result.goTo)
    return result
  }
}

/** A sentence over the form, instead of errors beside its fields. */
export class Refusal extends Error {
  constructor(readonly key: keyof (typeof messages)['en']) {
    super(key)
    this.name = 'Refusal'
  }
}

/** A field as it was typed, without white space around it; empty when it is absent. */
export function text(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

async function failure(error: unknown, form: FormData): Promise<FormState> {
  const spoken = await pageLanguage()
  const t = translator(messages, spoken)
  const values = typed(form)
  if (error instanceof Refusal) return { message: t(error.key), values }
  // Without JavaScript the page that the form came from may have no place for an answer any more.
  if (error instanceof Forbidden) redirect(routes.forbidden())
  if (error instanceof NotFound) return { message: notFoundSentence(error.kind, spoken), values }
  if (isBusy(error)) return { message: t('signIn.failed'), values }
  if (error instanceof StoreUnavailable) return { message: t('error.unavailable'), values }
  if (!(error instanceof InvalidInput)) throw error
  const errors = error.mistakes.map(({ path, elsewhere, ...wrong }) => {
    const sentence = formSentence(wrong, spoken)
    return [
      String(path.at(-1) ?? ''),
      elsewhere === undefined ? sentence : `${elsewhere}: ${sentence}`,
    ] as const
  })
  const found = { errors: Object.fromEntries(errors), values }
  if (!(error instanceof Outdated)) return { ...found, message: t('error.invalid') }
  // Who has been shown what is stored may replace it.
  const [fields] = text(form, 'version').split('|')
  const version = `${fields}|${error.version ?? ''}`
  return { ...found, values: { ...values, version }, message: t('error.outdated') }
}

/** Everything but secrets goes back into the form. */
function typed(form: FormData): Readonly<Record<string, string>> {
  const entries = [...form].filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !/^\$|secret|password|code/i.test(entry[0]),
  )
  return Object.fromEntries(entries)
}
