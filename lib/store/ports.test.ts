import { describeAccessTokens } from './access-tokens.contract'
import { describeAuthorizationRequests } from './authorization-requests.contract'
import { describeClients } from './clients.contract'
import { describeGrants } from './grants.contract'
import { describeSecurityEvents } from './security-events.contract'
import { openStore } from './test-support/open-store'
import { describeUpstreamTokens } from './upstream-tokens.contract'

describeClients('Postgres', openStore)
describeAuthorizationRequests('Postgres', openStore)
describeGrants('Postgres', openStore)
describeAccessTokens('Postgres', openStore)
describeUpstreamTokens('Postgres', openStore)
describeSecurityEvents('Postgres', openStore)
