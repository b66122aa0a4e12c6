import { Badge } from '@/components/ui/page'
import type { Words } from './webhook-fields'

type WebhookStateProps = {
  readonly webhook: { readonly enabled: boolean; readonly isFailing: boolean; readonly goneAt?: Date }
  readonly t: Words
}

/** Whether a webhook is on, and whether that helps. */
export function WebhookState({ webhook: { enabled, isFailing, goneAt }, t }: WebhookStateProps) {
  if (!enabled)
    return goneAt ? <Badge tone="problem">{t('state.gone')}</Badge> : <Badge>{t('state.off')}</Badge>
  if (isFailing) return <Badge tone="warning">{t('state.failing')}</Badge>
  return <Badge tone="good">{t('state.on')}</Badge>
}
