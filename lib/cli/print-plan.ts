import type { Change, FieldChange, Plan } from '@/lib/configuration/changes'

/** The plan for people to read: `+` is created, `~` updated. Secrets show only that they change. */
export function printPlan({ changes, warnings }: Plan): string {
  const warned = warnings.map((warning) => `Warning: ${warning}`)
  if (changes.length === 0) return [...warned, 'nothing to do'].join('\n')
  return [...warned, ...changes.flatMap(printChange)].join('\n')
}

/** What the operator needs after new things were created: callbacks for identity providers, issuers for clients. */
export function printNewAddresses({ changes }: Plan): string {
  return changes
    .flatMap(({ name, callbackUrl, issuer }) => [
      ...(callbackUrl
        ? [`Callback URL of connection ${name}, to enter at the identity provider:`, `  ${callbackUrl}`]
        : []),
      ...(issuer ? [`Issuer of server ${name}:`, `  ${issuer}`] : []),
    ])
    .join('\n')
}

/** `2 created, 1 updated` */
export function summarize({ changes }: Plan): string {
  const created = changes.filter(({ action }) => action === 'create').length
  return `${created} created, ${changes.length - created} updated`
}

function printChange({ action, kind, name, issuer, fields }: Change): readonly string[] {
  const create = action === 'create'
  return [
    `${create ? '+' : '~'} ${kind} ${name}`,
    ...(issuer ? [`    issuer: ${issuer}`] : []),
    ...fields.map((change) => `    ${change.field}: ${create ? printNew(change) : printUpdate(change)}`),
  ]
}

function printNew(change: FieldChange): string {
  return 'secret' in change ? '(secret)' : printValue(change.after)
}

function printUpdate(change: FieldChange): string {
  if ('secret' in change) return `(secret, ${change.secret})`
  return `${printValue(change.before)} → ${printValue(change.after)}`
}

function printValue(value: unknown): string {
  if (value === undefined) return '(none)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
