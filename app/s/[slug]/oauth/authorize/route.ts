export { GET, POST } from '@/app/oauth/authorize/route'
