export { OPTIONS, POST } from '@/app/oauth/token/route'
