import { text } from '@/app/console/console-action'
import { atFields } from '@/app/console/form-values'
import { pageLanguage } from '@/app/page-language'
import { NotFound } from '@/lib/access'
import type { IssuerLookup } from '@/lib/connections/look-up-issuer'
import { findPreset, type Preset } from '@/lib/connections/presets'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections'
import { describeLookUp } from './describe-look-up'
import { fieldIn } from './read-form'

type LookUp = (preset: Preset) => Promise<{ readonly found: IssuerLookup; readonly address: string }>

/**
 * What a provider publishes under the issuer that the form's answers lead to, in words. The form keeps its values, but
 * for its secret.
 */
export async function answerLookUp(form: FormData, lookUp: LookUp) {
  const preset = presetIn(form)
  const t = translator(messages, await pageLanguage())
  const { found, address } = await atFields(() => lookUp(preset), fieldIn(preset))
  const kept = [...form].filter(([name]) => !/^\$|secret|token$/.test(name))
  const values = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
  return { shown: describeLookUp(found, address, t), values }
}

export const wantsLookUp = (form: FormData) => form.get('intent') === 'look-up'

/** @throws NotFound */
export function presetIn(form: FormData): Preset {
  const preset = findPreset(text(form, 'preset'))
  if (!preset) throw new NotFound('preset')
  return preset
}
