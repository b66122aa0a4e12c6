import type { z } from 'zod'
import type { Path } from './mistakes'
import { InvalidInput } from './mistakes'
import { describeIssue, wrongOf } from './schema/values'

/**
 * Parses input by a schema.
 *
 * @throws InvalidInput naming every error, in the words of the configuration file
 */
export function checkedInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input, { error: describeIssue })
  if (parsed.success) return parsed.data
  throw new InvalidInput(
    parsed.error.issues.map((issue) => ({ path: issue.path as Path, ...wrongOf(issue) })),
  )
}
