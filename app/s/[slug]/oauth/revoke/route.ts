export { OPTIONS, POST } from '@/app/oauth/revoke/route'
