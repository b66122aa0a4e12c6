/** How the audit log holds personal data, so that it can be erased and the chain still fits. Decision 0106. */
import { createHash, randomBytes } from 'node:crypto'
import type { AuditEntry } from '@/lib/oauth/ports/events'

/** Of an entry's commitments: what has a salt is hashed as its commitment, and what has none as it stands there. */
export type Salts = {
  readonly actorSalt?: string
  /** Also for what the detail says of the target. */
  readonly targetSalt?: string
}

type Named = Pick<AuditEntry, 'actorName' | 'targetName' | 'detail'> & Salts

/** Actors and targets that are people, or are called after one. */
const PEOPLE_ACTING = ['end_user', 'operator']
const NAMED_AFTER_PEOPLE = ['user', 'grant', 'person', 'provisioned_user', 'mail', 'operator', 'invitation']

/** What a detail holds of a person. */
const PERSONAL_DETAILS = ['userName', 'externalId']

const newSalt = () => randomBytes(16).toString('base64url')

/** The entry with a salt for each person that it names. */
export function withSalts<Entry extends AuditEntry>(entry: Entry): Entry & Salts {
  return {
    ...entry,
    ...(PEOPLE_ACTING.includes(entry.actorKind) && { actorSalt: newSalt() }),
    ...(NAMED_AFTER_PEOPLE.includes(entry.targetKind) && { targetSalt: newSalt() }),
  }
}

/** The entry as it is hashed, and as it is left where a salt was dropped. */
export function withCommitments<Entry extends Named>(entry: Entry): Entry {
  const { actorName, targetName, detail, actorSalt, targetSalt } = entry
  return {
    ...entry,
    ...(actorSalt !== undefined && { actorName: commitment(actorSalt, 'actor', actorName) }),
    ...(targetSalt !== undefined && {
      targetName: commitment(targetSalt, 'target', targetName),
      detail: withoutPerson(detail, (key, value) => commitment(targetSalt, key, value)),
    }),
  }
}

/** The details, with something else in the place of what they say of a person. */
export const withoutPerson = (
  detail: AuditEntry['detail'],
  instead: (key: string, value: string) => string,
): AuditEntry['detail'] =>
  Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [
      key,
      PERSONAL_DETAILS.includes(key) && typeof value === 'string' ? instead(key, value) : value,
    ]),
  )

function commitment(salt: string, part: string, value: string): string {
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([salt, part, value]))
    .digest('base64url')}`
}

/** Stands for a name that was hashed as it was, in an entry from before there were commitments. */
export const ERASED = 'erased'

/** Whether a name is what is left of an erased one. */
export const isErased = (name: string, salt: string | undefined): boolean =>
  salt === undefined && (name === ERASED || /^sha256:[\w-]{43}$/.test(name))
