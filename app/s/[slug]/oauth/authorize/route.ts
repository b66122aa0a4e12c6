export { GET } from '@/app/oauth/authorize/route'
