import { apiKeys } from '@/drizzle/schema/api-keys'
import type { WithoutNullish } from '@/lib/omit-nullish'

export const apiKeyColumns = {
  id: apiKeys.id,
  organizationId: apiKeys.organizationId,
  name: apiKeys.name,
  role: apiKeys.role,
  createdBy: apiKeys.createdBy,
  createdById: apiKeys.createdById,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  lastUsedAt: apiKeys.lastUsedAt,
}

type Row = Pick<typeof apiKeys.$inferSelect, keyof typeof apiKeyColumns>

/** A key as it may be shown: what it is, and nothing to use it with. */
export type ApiKeyRow = WithoutNullish<Row>
