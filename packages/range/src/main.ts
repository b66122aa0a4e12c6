#!/usr/bin/env node
import process from 'node:process'
import { readArguments, USAGE } from './arguments'
import { ATTACKS } from './catalogue'
import { runRange } from './range'
import { exitCode, line, summary } from './report'

const print = (text: string) => process.stdout.write(`${text}\n`)

/** Runs the command and returns its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const command = readArguments(args)
  if (command.kind === 'help') print(USAGE)
  if (command.kind === 'list')
    for (const { id, severity, gets, reference, decides } of ATTACKS)
      print(`${severity.padEnd(9)} ${id.padEnd(27)} ${gets}; ${reference}; found when ${decides}`)
  if (command.kind !== 'run') return 0
  const { json, options } = command
  const report = await runRange({ ...options, ...(!json && { onResult: (result) => print(line(result)) }) })
  print(json ? JSON.stringify(report, null, 2) : `\n${summary(report)}`)
  return exitCode(report)
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 2
  },
)
