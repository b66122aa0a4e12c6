import { InvalidInput } from '@/lib/configuration/mistakes'
import { access as ACCESS } from '@/lib/configuration/schema/access'
import { readSettings } from '@/lib/configuration/schema/read'
import type { ServerSettings } from '@/lib/configuration/schema/settings'
import type { Condition } from '@/lib/oauth/protocol/access-rules'
import { COMPARISONS, conditionOf, type Row, readWritten } from '@/lib/servers/access-form'
import { text } from './console-action'

/**
 * What `ConditionFields` sends: what is written, or else the rows.
 *
 * @throws InvalidInput beside the field
 */
export function conditionFrom(form: FormData, prefix: string): Condition | undefined {
  const written = readWritten(text(form, `${prefix}_written`), `${prefix}_written`)
  if (written) return written
  const numbers = [...form.keys()].flatMap((key) =>
    key.startsWith(`${prefix}_`) ? (/^_(\d+)_claim$/.exec(key.slice(prefix.length))?.[1] ?? []) : [],
  )
  const rows = numbers.map((number): Row => {
    const part = (name: string) => text(form, `${prefix}_${number}_${name}`)
    const comparison = COMPARISONS.find((one) => one === part('comparison')) ?? 'contains'
    return { claim: part('claim'), comparison, value: part('value') }
  })
  return conditionOf({ join: text(form, `${prefix}_join`) === 'all' ? 'all' : 'any', rows })
}

/**
 * Who may use a server, as the page of it sends it; undefined where everybody may.
 *
 * @throws InvalidInput beside the fields
 */
export function accessFrom(form: FormData): ServerSettings['access'] {
  const [allow, deny] = [blockFrom(form, 'allow'), blockFrom(form, 'deny')]
  const contact = text(form, 'contact')
  const byDefault = text(form, 'default')
  if (byDefault === 'allow' && !allow && !deny && contact === '') return undefined
  const entered = {
    default: byDefault,
    ...(allow && { allow }),
    ...(deny && { deny }),
    ...(contact !== '' && { contact }),
  }
  const { value, mistakes } = readSettings(ACCESS, entered, [])
  if (value) return value
  throw new InvalidInput(mistakes.map((mistake) => ({ ...mistake, path: [fieldOf(mistake.path)] })))
}

function blockFrom(form: FormData, block: 'allow' | 'deny') {
  const lines = text(form, `${block}_users`).split('\n')
  const users = lines.map((line) => line.trim()).filter(Boolean)
  const when = conditionFrom(form, block)
  return users.length > 0 || when ? { users, ...(when && { when }) } : undefined
}

const fieldOf = ([block, part]: readonly (string | number)[]) => {
  if (part === undefined) return String(block)
  return part === 'when' ? `${block}_0_claim` : `${block}_${part}`
}
