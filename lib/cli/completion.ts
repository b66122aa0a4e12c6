import type { Command } from 'commander'

const SCRIPTS = { bash, zsh } as const

export const SHELLS = ['bash', 'zsh'] as const

/**
 * What a shell has to read to complete the commands: `source <(vestibule completion bash)`. It is made from the
 * commands themselves. Where nothing is offered, the shell completes names of files.
 */
export function completion(program: Command, shell: (typeof SHELLS)[number]): string {
  return SCRIPTS[shell](casesOf(program, ''))
}

/** From the longest path to the shortest, because operands follow the names of a command. */
function casesOf(command: Command, path: string): readonly string[] {
  const deeper = command.commands.flatMap((one) => casesOf(one, `${path} ${one.name()}`))
  const help = command.createHelp()
  const operands = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)
  const words = [...help.visibleCommands(command).map((one) => one.name()), ...operands]
  const options = help.visibleOptions(command).flatMap(({ short, long }) => [short, long].filter(Boolean))
  const pattern = command.commands.length > 0 ? `"${path}"` : `"${path}"*`
  return [...deeper, `    ${pattern}) choices="${words.join(' ')}"; options="${options.join(' ')}" ;;`]
}

/** Sets `choices` by the names in `line`. */
const choose = (cases: readonly string[]) => `  local word line="" choices="" options=""
  for word in $typed; do
    [[ $word == -* ]] || line="$line $word"
  done
  case "$line" in
${cases.join('\n')}
  esac
  [[ $current == -* ]] && choices="$options"`

function bash(cases: readonly string[]): string {
  return `_vestibule() {
  local current="\${COMP_WORDS[COMP_CWORD]}" typed="\${COMP_WORDS[*]:1:COMP_CWORD-1}"
${choose(cases)}
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
}
complete -o default -F _vestibule vestibule`
}

function zsh(cases: readonly string[]): string {
  return `#compdef vestibule
_vestibule() {
  local current="\${words[CURRENT]}" typed=(\${words[2,CURRENT-1]})
${choose(cases)}
  if [[ -n $choices ]]; then compadd -- \${=choices}; else _files; fi
}
compdef _vestibule vestibule`
}
