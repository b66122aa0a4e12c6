import { messages } from '@/lib/messages/remedies'
import type { ReasonCode } from '@/lib/oauth/timeline'

/** What the operator can do about each way in which a login ends, for files, programs and the documentation. */
export const REMEDIES: Readonly<Record<ReasonCode, string>> = messages.en
