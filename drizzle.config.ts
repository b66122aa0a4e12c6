import { defineConfig } from 'drizzle-kit'

/** For `drizzle-kit generate` and `check`, which need no database; migrations are applied by `lib/store/database/migrate.ts`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './drizzle/schema/*.ts',
  out: './drizzle/migrations',
})
