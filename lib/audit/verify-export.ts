/** Verifies an exported audit log by itself, where neither database nor keys are. Decision 0080. */
import { z } from 'zod'
import { type Checkpoint, type CheckpointKey, type HashedEntry, isSigned } from '@/lib/crypto/audit-chain'
import { beginningOf, exceptionsIn, type Link, type Misfit, misfitOf } from '@/lib/crypto/audit-exceptions'

const party = z.object({
  kind: z.string(),
  id: z.string().exactOptional(),
  name: z.string(),
  salt: z.string().exactOptional(),
})
const entrySchema = z.object({
  chain: z.string().exactOptional(),
  sequence: z.int().positive(),
  at: z.string(),
  actor: party,
  action: z.string(),
  target: party,
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
type Entry = z.output<typeof entrySchema>

const checkpointSchema = z.object({
  chain: z.string(),
  sequence: z.int().positive(),
  hash: z.string(),
  at: z.string(),
  key: z.string(),
  signature: z.string(),
})

/** What is wrong with an export. `sequence`: where. */
export type Finding = {
  readonly problem:
    | 'unreadable_line'
    | 'several_chains'
    | 'no_entries'
    | 'unsigned'
    | Misfit
    | 'bad_signature'
    | 'rebuilt'
    | 'cut'
  readonly sequence: number
}

export type Verification = {
  readonly chain: string | undefined
  readonly entries: number
  /** Of the last entry. */
  readonly last: { readonly sequence: number; readonly hash: string } | undefined
  /** Of the last checkpoint that fits; what is behind it is chained, and not signed. */
  readonly signedUntil: number
  readonly findings: readonly Finding[]
}

/**
 * @param text JSON lines, as console or API export them, in either order
 * @param keys whose signatures count
 * @param witnesses checkpoints that were kept elsewhere: lines of the log, messages to webhooks, earlier exports
 */
export function verifyExport(
  text: string,
  keys: readonly CheckpointKey[],
  witnesses: readonly Checkpoint[] = [],
): Verification {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const read = lines.map((line) => entrySchema.safeParse(parsed(line)))
  const findings: Finding[] = []
  const note = (problem: Finding['problem'], sequence: number) => findings.push({ problem, sequence })
  for (const [i, { success }] of read.entries()) if (!success) note('unreadable_line', i + 1)
  const entries = read.flatMap(({ data }) => data ?? []).toSorted((a, b) => a.sequence - b.sequence)
  const inside = entries.flatMap((entry) => checkpointsIn(entry))
  const chains = new Set([
    ...entries.flatMap(({ chain }) => chain ?? []),
    ...inside.map(({ chain }) => chain),
  ])
  const [chain = witnesses[0]?.chain] = chains
  if (chains.size > 1) note('several_chains', 0)
  const own = witnesses.filter((witness) => witness.chain === chain)
  if (entries.length === 0) note('no_entries', 0)
  const hashes = walk(entries, chain, own, note)
  let signedUntil = 0
  for (const checkpoint of [...inside, ...own]) {
    if (!isSigned(checkpoint, keys)) note('bad_signature', checkpoint.sequence)
    else if (hashes.get(checkpoint.sequence) === checkpoint.hash)
      signedUntil = Math.max(signedUntil, checkpoint.sequence)
    else if (hashes.has(checkpoint.sequence)) note('rebuilt', checkpoint.sequence)
    else if (checkpoint.sequence > (entries.at(-1)?.sequence ?? 0)) note('cut', checkpoint.sequence)
  }
  if (entries.length > 0 && signedUntil === 0) note('unsigned', 0)
  const last = entries.at(-1)
  return {
    chain,
    entries: entries.length,
    last: last && { sequence: last.sequence, hash: last.hash },
    signedUntil,
    findings: findings.toSorted((a, b) => a.sequence - b.sequence),
  }
}

/** Follows the chain. @returns the hash of each entry, as it stands there */
function walk(
  entries: readonly Entry[],
  chain: string | undefined,
  witnesses: readonly Checkpoint[],
  note: (problem: Finding['problem'], sequence: number) => void,
): ReadonlyMap<number, string> {
  const hashes = new Map<number, string>()
  const chained = entries.map((entry) => ({
    ...hashedEntry(entry, chain),
    sequence: entry.sequence,
    hash: entry.hash,
  }))
  const exceptions = exceptionsIn(chained)
  // What was kept for longer than the head of the chain vouches for where it begins.
  const first = entries[0]?.sequence ?? 1
  let previous: Link =
    witnesses.find(({ sequence }) => sequence === first - 1) ?? beginningOf(chained[0], exceptions)
  if (previous.sequence > 0) hashes.set(previous.sequence, previous.hash)
  for (const entry of chained) {
    const misfit = misfitOf(previous, entry, exceptions)
    if (misfit) note(misfit, entry.sequence)
    hashes.set(entry.sequence, entry.hash)
    previous = entry
  }
  return hashes
}

function hashedEntry({ actor, target, ...entry }: Entry, chain: string | undefined): HashedEntry {
  return {
    chain: entry.chain ?? chain ?? '',
    at: entry.at,
    actorKind: actor.kind,
    ...(actor.id !== undefined && { actorId: actor.id }),
    actorName: actor.name,
    ...(actor.salt !== undefined && { actorSalt: actor.salt }),
    action: entry.action,
    targetKind: target.kind,
    ...(target.id !== undefined && { targetId: target.id }),
    targetName: target.name,
    ...(target.salt !== undefined && { targetSalt: target.salt }),
    detail: entry.detail,
  }
}

/** Every checkpoint in some lines, wherever it stands in them: logs and messages wrap it. */
export function findCheckpoints(text: string): readonly Checkpoint[] {
  return text.split('\n').flatMap((line) => checkpointsIn(parsed(line)))
}

function checkpointsIn(value: unknown): readonly Checkpoint[] {
  if (typeof value !== 'object' || value === null) return []
  const found = checkpointSchema.safeParse(value)
  return found.success ? [found.data] : Object.values(value).flatMap((member) => checkpointsIn(member))
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
