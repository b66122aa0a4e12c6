import { z } from 'zod'
import { closeDatabase, type Database, openDatabase } from '../../database/database'

const number = z.number().default(0)

const scanned = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Loops': number,
  'Actual Rows': number,
  'Rows Removed by Filter': number,
  'Rows Removed by Join Filter': number,
  'Rows Removed by Index Recheck': number,
  'Shared Hit Blocks': number,
  'Shared Read Blocks': number,
})

type PlanNode = z.infer<typeof scanned> & { readonly Plans?: readonly PlanNode[] | undefined }
const node: z.ZodType<PlanNode> = scanned.extend({ Plans: z.lazy(() => z.array(node).optional()) })
const plan = z.object({ 'Query Text': z.string(), Plan: node })

/** A statement that was executed, and what it cost. */
export type ExecutedStatement = {
  readonly text: string
  /** Blocks of 8 kB that were touched, whether or not they were in memory. */
  readonly blocks: number
  /** Scans of whole tables, and filters that threw rows away: each with the table and how many rows. */
  readonly wasted: readonly { readonly what: string; readonly rows: number }[]
}

export type PlanRecorder = {
  readonly db: Database
  /** What the work executed, statements of foreign keys included; each plan serves for any parameters. */
  record(work: () => Promise<unknown>): Promise<readonly ExecutedStatement[]>
  close(): Promise<void>
}

/** What a server has to be started with, so that it explains what it executes. Nothing is flushed to its disk. */
export const EXPLAINING = `
session_preload_libraries = 'auto_explain'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_buffers = on
auto_explain.log_timing = off
auto_explain.log_nested_statements = on
auto_explain.log_format = json
auto_explain.log_level = notice
plan_cache_mode = force_generic_plan
autovacuum = off
fsync = off
`

/** Opens a pool on a server that explains what it executes. */
export function planRecorder(url: string): PlanRecorder {
  let executed: ExecutedStatement[] = []
  const db = openDatabase(url, {
    onNotice({ message = '' }) {
      const json = /plan:\n(\{.*)/s.exec(message)?.[1]
      if (json) executed.push(executedOf(plan.parse(JSON.parse(json))))
    },
  })
  return {
    db,
    async record(work) {
      executed = []
      await work()
      return executed
    },
    close: () => closeDatabase(db),
  }
}

function executedOf({ 'Query Text': text, Plan: root }: z.infer<typeof plan>): ExecutedStatement {
  return {
    text,
    // A part that writes is not counted with the whole.
    blocks: Math.max(
      ...[...nodesOf(root)].map((one) => one['Shared Hit Blocks'] + one['Shared Read Blocks']),
    ),
    wasted: [...nodesOf(root)].flatMap(wasteOf).filter(({ rows }) => rows > 0),
  }
}

function* nodesOf(root: PlanNode): Generator<PlanNode> {
  yield root
  for (const child of root.Plans ?? []) yield* nodesOf(child)
}

/** Rows that one part of a statement may read: more than a page or a batch has of anything. */
const READ = 600

/** Numbers in plans are averages of so many loops. */
function wasteOf(found: PlanNode): ExecutedStatement['wasted'] {
  const loops = found['Actual Loops']
  const removed =
    found['Rows Removed by Filter'] +
    found['Rows Removed by Join Filter'] +
    found['Rows Removed by Index Recheck']
  const read = found['Relation Name'] === undefined || found.Plans ? 0 : found['Actual Rows'] * loops
  const isScan = found['Node Type'] === 'Seq Scan' && found['Relation Name'] !== undefined
  const what = [found['Node Type'], found['Relation Name'], found['Index Name']].filter(Boolean).join(' ')
  return [
    {
      what,
      rows: Math.round((removed + (isScan ? found['Actual Rows'] : 0)) * loops + (read > READ ? read : 0)),
    },
  ]
}
