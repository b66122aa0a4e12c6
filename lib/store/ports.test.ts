import { describeAccessTokens } from './access-tokens.contract'
import { describeAuthorizationRequests } from './authorization-requests.contract'
import { describeClients } from './clients.contract'
import { describeDeviceCodes } from './device-codes.contract'
import { describeGrants } from './grants.contract'
import { openStore } from './test-support/open-store'

describeClients('Postgres', openStore)
describeAuthorizationRequests('Postgres', openStore)
describeGrants('Postgres', openStore)
describeAccessTokens('Postgres', openStore)
describeDeviceCodes('Postgres', openStore)
