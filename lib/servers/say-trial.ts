import { type Language, translator } from '../messages/catalogue'
import { messages } from '../messages/server-parts'
import { type AccessTrial, lockOut, TRIAL_DAYS, type TriedUser } from './access-trial'

/** What a trial has found: what became of all, and then a line for each user who would notice. */
export function sayTrial(trial: AccessTrial, language: Language): readonly [string, ...string[]] {
  const t = translator(messages, language)
  const { users, refusedUsers: refused, logins, isCut, refusedWriter: writer = '' } = trial
  if (users === 0) return [t('users.trial.none', { days: TRIAL_DAYS })]
  const code = lockOut(trial)
  const sentences = [
    t('users.trial.counts', { refused, users }),
    ...(code === 'locks_out_everybody' ? [t('users.trial.everybody')] : []),
    ...(code === 'locks_out_writer' ? [t('users.trial.writer', { writer })] : []),
    ...(isCut ? [t('users.trial.cut', { logins })] : []),
  ]
  const because = ({ refusal, lostScopes }: TriedUser) =>
    refusal
      ? [
          t(`users.trial.reason.${refusal.reason}`),
          ...(refusal.missing.length > 0
            ? [t('users.trial.missing', { claims: refusal.missing.join(', ') })]
            : []),
        ]
      : [t('users.trial.lost', { scopes: lostScopes.join(' ') })]
  const lines = trial.affected.map(
    (user) => `${user.email ?? user.name ?? user.userId}: ${because(user).join(', ')}`,
  )
  return [sentences.join(' '), ...lines]
}
