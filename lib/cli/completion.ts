import { API_COMMANDS } from './api-commands'
import { UsageError } from './arguments'

/** Those that have no verbs, or other ones. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  apply: ['-f'],
  diff: ['-f'],
  export: ['-o'],
  timeline: [],
  events: [],
  'clean-up': [],
  keys: ['list', 'rotate'],
  completion: ['bash', 'zsh'],
}

/**
 * What a shell has to read to complete our commands: `source <(vestibule completion bash)`.
 *
 * @throws UsageError for another shell
 */
export function completion(shell: string | undefined): string {
  if (shell !== 'bash' && shell !== 'zsh') throw new UsageError('completion is followed by bash or zsh')
  const words: Record<string, readonly string[]> = { ...OTHERS }
  for (const { noun, verb } of API_COMMANDS) words[noun] = [...(words[noun] ?? []), verb]
  const cases = Object.entries(words).map(([noun, verbs]) => `    ${noun}) words="${verbs.join(' ')}" ;;`)
  const bash = `_vestibule() {
  local words="${Object.keys(words).join(' ')}"
  [ "$COMP_CWORD" -gt 2 ] && words="--json --help -f --name --role --email --expires --installation"
  [ "$COMP_CWORD" -eq 2 ] && case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _vestibule vestibule`
  return shell === 'bash' ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`
}
