import { describeSecurityEvents } from '@/lib/store/audit/security-events.contract'
import { openStore } from '@/lib/store/test-support/open-store'
import { describeAccessTokens } from './access-tokens.contract'
import { describeAuthorizationRequests } from './authorization-requests.contract'
import { describeBrowserSessions } from './browser-sessions.contract'
import { describeClients } from './clients.contract'
import { describeRegistrations } from './clients-registered.contract'
import { describeConsents } from './consents.contract'
import { describeDeviceCodes } from './device-codes.contract'
import { describeGrants } from './grants.contract'
import { describePushedRequests } from './pushed-requests.contract'
import { describeRefreshTokens } from './refresh-tokens.contract'
import { describeRegistrationRoom } from './registration-room.contract'
import { describeUpstreamTokens } from './upstream-tokens.contract'
import { describeUsers } from './users.contract'

describeClients('Postgres', openStore)
describeRegistrations('Postgres', openStore)
describeRegistrationRoom('Postgres', openStore)
describeAuthorizationRequests('Postgres', openStore)
describeGrants('Postgres', openStore)
describeRefreshTokens('Postgres', openStore)
describeAccessTokens('Postgres', openStore)
describeUsers('Postgres', openStore)
describePushedRequests('Postgres', openStore)
describeBrowserSessions('Postgres', openStore)
describeConsents('Postgres', openStore)
describeUpstreamTokens('Postgres', openStore)
describeSecurityEvents('Postgres', openStore)
describeDeviceCodes('Postgres', openStore)
