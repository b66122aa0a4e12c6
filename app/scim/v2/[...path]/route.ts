import { scimEndpoint } from '@/lib/scim/endpoint'
import { management } from '@/lib/services/services'

/** Provisioning by the identity provider of a connection (RFC 7644). */
export const { DELETE, GET, PATCH, POST, PUT } = scimEndpoint(management)
