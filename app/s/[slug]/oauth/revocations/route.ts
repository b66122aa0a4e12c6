export { DELETE, GET, OPTIONS, PATCH, POST, PUT } from '@/app/oauth/revocations/route'
