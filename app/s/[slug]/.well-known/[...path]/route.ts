export { DELETE, GET, OPTIONS, PATCH, POST, PUT } from '@/app/.well-known/[...path]/route'
