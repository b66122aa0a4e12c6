'use server'

import { describeLookUp } from '@/app/console/connection-form/describe-look-up'
import { answersIn, clientInput, fieldIn } from '@/app/console/connection-form/read-form'
import { type ActionResult, publicAction, text } from '@/app/console/console-action'
import { language } from '@/app/console/console-page'
import { atFields } from '@/app/console/form-values'
import { NotFound } from '@/lib/access'
import { InvalidInput } from '@/lib/configuration/mistakes'
import { findPreset, type Preset } from '@/lib/connections/presets'
import { translator } from '@/lib/messages/catalogue'
import { messages as connectionMessages } from '@/lib/messages/connections'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { fillInConnection, lookUpForSetup } from '@/lib/setup-links/fill-in'
import { finishSetup } from '@/lib/setup-links/visit'
import { withinLimits } from '../within-limits'

/** Says what a provider publishes under the address that was typed. */
export const lookUp = publicAction((form) => withinLimits(() => lookUpFrom(form)))

/** The form has two buttons. */
export const saveOrLookUp = publicAction((form) =>
  withinLimits<ActionResult>(() => (form.get('intent') === 'look-up' ? lookUpWithin(form) : save(form))),
)

/** The holder of the link has finished: it is invalid from now on. */
export const finish = publicAction(async (form) => {
  await finishSetup(text(form, 'token'), await management())
  return { goTo: routes.setupFinished() }
})

async function save(form: FormData) {
  const token = text(form, 'token')
  const preset = presetIn(form)
  const input = { preset: preset.id, answers: answersIn(form, preset), ...clientInput(form) }
  const services = await management()
  const { identifiesAnew } = await atFields(() => fillInConnection(token, input, services), fieldIn(preset))
  return { goTo: routes.setup(token, { saved: identifiesAnew ? 'new-users' : 'yes' }) }
}

/** The form stays as it was, but for its secret. */
async function lookUpWithin(form: FormData) {
  const entries = [...form].filter(([name]) => !/^\$|secret|token$/.test(name))
  const values = Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
  return { ...(await lookUpFrom(form)), values }
}

async function lookUpFrom(form: FormData) {
  const preset = presetIn(form)
  const t = translator(connectionMessages, await language())
  const asked = { preset: preset.id, answers: answersIn(form, preset) }
  const services = await management()
  return atFields(async () => {
    const { found, address } = await lookUpForSetup(text(form, 'token'), asked, services)
    return { shown: describeLookUp(found, address, t) }
  }, fieldIn(preset))
}

function presetIn(form: FormData): Preset {
  const preset = findPreset(text(form, 'preset'))
  if (!preset) throw new NotFound('preset')
  if (preset.type !== 'platform') return preset
  throw new InvalidInput([{ path: ['preset'], message: 'is not a provider' }])
}
