import { parse } from 'yaml'
import { z } from 'zod'
import { titlesIn } from './conformance-page'

const STRIDE = {
  S: 'Spoofing',
  T: 'Tampering',
  R: 'Repudiation',
  I: 'Information disclosure',
  D: 'Denial of service',
  E: 'Elevation of privilege',
} as const

const Threat = z.strictObject({
  /** For ever: reports name it. */
  id: z.string().regex(/^TM-[1-9]\d*$/),
  stride: z.enum(['S', 'T', 'R', 'I', 'D', 'E']),
  /** What an attacker does, in one sentence. */
  threat: z.string().min(1),
  /** The file that keeps it from succeeding. */
  defence: z.string(),
  /** The file of its test, and how the title of the test begins. */
  test: z.string(),
  title: z.string().min(1),
})
export type Threat = z.infer<typeof Threat>

const Part = z.union([
  z.strictObject({ step: z.string(), threats: z.array(Threat).min(1) }),
  z.strictObject({ role: z.string(), threats: z.array(Threat).min(1) }),
])
export type Part = z.infer<typeof Part>

/** @throws ZodError when a member is missing or unknown */
export const readThreats = (yaml: string): readonly Part[] => z.array(Part).parse(parse(yaml))

/**
 * What is wrong with threats, in a sentence each.
 *
 * @param read the text of a file; none where there is no file
 */
export function undefended(
  threats: readonly Threat[],
  read: (file: string) => string | null | undefined,
): readonly string[] {
  const ids = threats.map(({ id }) => id)
  return threats.flatMap(({ id, defence, test, title }, index) => {
    const titles = titlesIn(test, read(test) ?? '')
    return [
      ...(ids.indexOf(id) === index ? [] : [`${id} exists twice`]),
      ...((read(defence) ?? null) === null ? [`${id} is defended by ${defence}, which does not exist`] : []),
      ...(titles.some((one) => one.startsWith(title)) ? [] : [`${id} has no test in ${test}: ${title}`]),
    ]
  })
}

/** The tables of the page. */
export const threatTables = (parts: readonly Part[]): string =>
  parts
    .map((part) =>
      [
        'step' in part ? `## Step: ${part.step}` : `## Role: ${part.role}`,
        '',
        '| id | kind | threat | defence | test |',
        '|---|---|---|---|---|',
        ...part.threats.map(row),
        '',
      ].join('\n'),
    )
    .join('\n')

function row({ id, stride, threat, defence, test, title }: Threat): string {
  const cells = [id, STRIDE[stride], threat, `[\`${defence}\`](../${defence})`, `\`${test}\`: ${title}`]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
