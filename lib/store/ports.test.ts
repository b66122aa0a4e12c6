import { describeAccessTokens } from './access-tokens.contract'
import { describeAuthorizationRequests } from './authorization-requests.contract'
import { describeBrowserSessions } from './browser-sessions.contract'
import { describeClients } from './clients.contract'
import { describeConsents } from './consents.contract'
import { describeGrants } from './grants.contract'
import { openStore } from './test-support/open-store'

describeClients('Postgres', openStore)
describeAuthorizationRequests('Postgres', openStore)
describeGrants('Postgres', openStore)
describeAccessTokens('Postgres', openStore)
describeBrowserSessions('Postgres', openStore)
describeConsents('Postgres', openStore)
