import { Badge, type Tone } from '@/components/ui/page'
import type { SeenLogin } from '@/lib/logins/logins'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/logins'

const TONES: Readonly<Record<SeenLogin['outcome'], Tone>> = {
  running: 'warning',
  completed: 'good',
  denied: 'neutral',
  failed: 'problem',
  refused: 'problem',
  abandoned: 'neutral',
}

export type LoginTexts = Translate<keyof (typeof messages)['en']>

/** How a login ended. */
export function OutcomeBadge({
  outcome,
  t,
}: {
  readonly outcome: SeenLogin['outcome']
  readonly t: LoginTexts
}) {
  return <Badge tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</Badge>
}
