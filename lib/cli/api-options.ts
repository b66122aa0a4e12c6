/** What a command for the management API is made of, and the options that several have. */

import type { Noun } from './api-nouns'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type ApiCommand = {
  readonly noun: Noun
  readonly verb: string
  readonly method: Method
  /** Under `/api/v1`; its parameters are the command's operands, in their order. */
  readonly path: string
  readonly summary: string
  /** The body is read from the file that -f names. */
  readonly takesFile?: true
  /** Options that become members of the body, or parameters where there is no body. */
  readonly takes?: readonly ApiOption[]
  /** Members of the items of a list, to show as a table. */
  readonly columns?: readonly string[]
}

export type ApiOption = {
  readonly flags: string
  readonly about: string
  readonly example: string
  /** As the API calls it. */
  readonly member: string
  readonly required?: true
  /** What is sent without it. */
  readonly otherwise?: false
}

export const NAME = {
  flags: '--name <name>',
  about: 'its name',
  example: '--name Acme',
  member: 'name',
  required: true,
} as const
export const ROLE = {
  flags: '--role <role>',
  about: 'owner, admin, support or auditor',
  example: '--role admin',
  member: 'role',
  required: true,
} as const
export const EMAIL = {
  flags: '--email <address>',
  about: 'whom to invite',
  example: '--email alice@acme.example',
  member: 'email',
  required: true,
} as const
export const ADDRESS = {
  flags: '--address <address>',
  about: 'their email address',
  example: '--address alice@acme.example',
  member: 'address',
  required: true,
} as const
export const EXPIRES = {
  flags: '--expires <time>',
  about: 'when it ends; otherwise never',
  example: '--expires 2027-01-31T00:00:00Z',
  member: 'expires_at',
} as const

export const option = (flags: string, about: string, example: string, member: string): ApiOption => ({
  flags,
  about,
  example,
  member,
})

export const AUDIT_FILTERS = [
  option('--action <beginning>', 'how the action begins', '--action member.', 'action'),
  option('--actor <name>', "part of the actor's name", '--actor alice', 'actor'),
  option('--from <time>', 'of this time and later', '--from 2027-01-01T00:00:00Z', 'from'),
  option('--until <time>', 'before this time', '--until 2027-02-01T00:00:00Z', 'until'),
]
export const AUDIT_COLUMNS = ['at', 'actor.name', 'action', 'target.name']

/** A command without options of its own. */
export function of(noun: Noun, verb: string, method: Method, path: string, summary: string): ApiCommand {
  return { noun, verb, method, path, summary }
}
