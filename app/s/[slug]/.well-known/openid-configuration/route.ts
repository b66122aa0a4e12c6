export {
  DELETE,
  GET,
  OPTIONS,
  PATCH,
  POST,
  PUT,
} from '@/app/.well-known/openid-configuration/[[...issuer]]/route'
