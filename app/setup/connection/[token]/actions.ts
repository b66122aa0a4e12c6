'use server'

import { answerLookUp, presetIn, wantsLookUp } from '@/app/console/connection-form/answer-look-up'
import { answersIn, clientInput, fieldIn, neededFields } from '@/app/console/connection-form/read-form'
import { type ActionResult, publicAction, text } from '@/app/console/console-action'
import { atFields, requireFilled } from '@/app/console/form-values'
import { invalid } from '@/lib/configuration/mistakes'
import type { Preset } from '@/lib/connections/presets'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { fillInConnection, lookUpForSetup } from '@/lib/setup-links/fill-in'
import { finishSetup } from '@/lib/setup-links/visit'
import { withinLimits } from '../within-limits'

/** The form has two buttons. */
export const saveOrLookUp = publicAction((form) =>
  withinLimits<ActionResult>(() => (wantsLookUp(form) ? answerLookUp(form, lookUpIn(form)) : save(form))),
)

/** The holder of the link has finished: it is invalid from now on. */
export const finish = publicAction(async (form) => {
  await finishSetup(text(form, 'token'), await management())
  return { goTo: routes.setupFinished() }
})

async function save(form: FormData) {
  const token = text(form, 'token')
  const preset = providerPreset(presetIn(form))
  // Whether a secret is stored is for the rules to know.
  requireFilled(form, neededFields(form, preset, true))
  const [answers, version] = [answersIn(form, preset), text(form, 'version')]
  const input = { preset: preset.id, answers, version, ...clientInput(form) }
  const services = await management()
  const { identifiesAnew } = await atFields(() => fillInConnection(token, input, services), fieldIn(preset))
  return { goTo: routes.setup(token, { saved: identifiesAnew ? 'new-users' : 'yes' }) }
}

const lookUpIn = (form: FormData) => async (preset: Preset) => {
  const asked = { preset: providerPreset(preset).id, answers: answersIn(form, preset) }
  return lookUpForSetup(text(form, 'token'), asked, await management())
}

function providerPreset(preset: Preset): Preset {
  if (preset.type !== 'platform') return preset
  throw invalid('preset', 'not_a_provider')
}
