export {
  DELETE,
  GET,
  OPTIONS,
  PATCH,
  POST,
  PUT,
} from '@/app/.well-known/oauth-authorization-server/[[...issuer]]/route'
