export { GET, OPTIONS } from '@/app/oauth/jwks/route'
