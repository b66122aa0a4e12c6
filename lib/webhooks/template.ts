import type { AuditRecord } from '@/lib/store/audit/audit-log'
import { exportedEntry } from '../audit/exported-entry'

/** What stands in a template for a part of the entry: each becomes a JSON value, so that no name breaks the body. */
const PLACEHOLDERS: Readonly<Record<string, (entry: ReturnType<typeof exportedEntry>) => unknown>> = {
  entry: (entry) => entry,
  /** Seconds since 1970, with a fraction, as Splunk wants them. */
  time: ({ at }) => new Date(at).getTime() / 1000,
  at: ({ at }) => at,
  action: ({ action }) => action,
  actor: ({ actor }) => actor.name,
  target: ({ target }) => target.name,
  sequence: ({ sequence }) => sequence,
  organization: ({ chain }) => chain,
  hash: ({ hash }) => hash,
}

const PLACEHOLDER = /\{([a-z]+)\}/g

/** The body for an entry: the entry itself, or what the template makes of it. */
export function renderBody(template: string | undefined, record: AuditRecord): string {
  const entry = exportedEntry(record)
  if (template === undefined) return JSON.stringify(entry)
  return template.replace(PLACEHOLDER, (written, name: string) => {
    const value = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined
    return value ? JSON.stringify(value(entry)) : written
  })
}

const EXAMPLE: AuditRecord = {
  chain: 'c',
  sequence: 1,
  at: new Date(0),
  actorKind: 'system',
  actorName: 'a',
  action: 'webhook.tested',
  targetKind: 'webhook',
  targetName: 't',
  detail: {},
  hash: 'h',
}

/** Whether a template makes JSON: with placeholders outside of quotes, and none that is unknown. */
export function isTemplate(template: string): boolean {
  try {
    JSON.parse(renderBody(template, EXAMPLE))
    return true
  } catch {
    return false
  }
}

/** Those that the connection or we ourselves write. */
const OURS =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|user-agent|accept-encoding|webhook-.*|proxy-.*)$/i

/** Whether a receiver may be sent this header (RFC 9110 §5.1, §5.5). */
export const isHeader = (name: string, value: string): boolean =>
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) && !OURS.test(name) && /^[\x20-\x7e]{1,2000}$/.test(value)
