export { DELETE, GET, OPTIONS, PATCH, POST, PUT } from '@/app/oauth/register/[clientId]/route'
