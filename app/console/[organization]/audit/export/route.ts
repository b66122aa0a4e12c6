import { exportAuditLog } from '@/lib/audit/audit-log'
import { consoleRoute, download } from '../../../console-route'

export const GET = consoleRoute('read', ({ scope, management, query }) => {
  const chain = query.get('chain') === 'installation' ? 'installation' : 'organization'
  const name = chain === 'installation' ? 'installation' : scope.organization
  return download(
    `audit-${name}.jsonl`,
    'application/jsonl; charset=utf-8',
    exportAuditLog(scope, chain, management),
  )
})
