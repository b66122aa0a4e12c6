export { OPTIONS, POST } from '@/app/oauth/introspect/route'
