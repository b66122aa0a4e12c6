export { DELETE, GET, OPTIONS, PATCH, POST, PUT } from '@/app/oauth/device_authorization/route'
