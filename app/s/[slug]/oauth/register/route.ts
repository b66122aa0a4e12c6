export { OPTIONS, POST } from '@/app/oauth/register/route'
