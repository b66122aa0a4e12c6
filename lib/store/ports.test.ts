import { describeAccessTokens } from './access-tokens.contract'
import { describeAuthorizationRequests } from './authorization-requests.contract'
import { describeClients } from './clients.contract'
import { describeRegistrations } from './clients-registered.contract'
import { describeGrants } from './grants.contract'
import { openStore } from './test-support/open-store'

describeClients('Postgres', openStore)
describeRegistrations('Postgres', openStore)
describeAuthorizationRequests('Postgres', openStore)
describeGrants('Postgres', openStore)
describeAccessTokens('Postgres', openStore)
