import type { Command } from 'commander'

const INSTALLATION = '--installation'

/**
 * Arguments in the order that the parser wants: options may stand before the command, `list` may be left out, and
 * `api-keys … --installation` is another spelling of `installation-keys …`.
 */
export function orderly(args: readonly string[], program: Command): string[] {
  const isOther = args[0] === 'api-keys' && args.includes(INSTALLATION)
  return commandFirst(
    isOther ? ['installation-keys', ...args.slice(1).filter((word) => word !== INSTALLATION)] : args,
    program,
  )
}

function commandFirst(args: readonly string[], { commands }: Command): string[] {
  const named = (word: string | undefined) => commands.find((command) => command.name() === word)
  const areOptions = args.every((word) => word.startsWith('-') && !['-h', '--help'].includes(word))
  if (areOptions && named('list')) return ['list', ...args]
  const at = args[0]?.startsWith('-') ? args.findIndex(named) : 0
  const found = named(args[at])
  return found ? [found.name(), ...commandFirst(args.toSpliced(at, 1), found)] : [...args]
}
