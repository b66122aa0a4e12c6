import { apiEndpoint } from '@/lib/api/endpoint'
import { ROUTES } from '@/lib/api/routes/all'
import { management } from '@/lib/services/services'

/** The management API; `lib/api/routes` has what it can do. */
export const { DELETE, GET, PATCH, POST, PUT } = apiEndpoint(management, ROUTES)
