ALTER TABLE "revoked_access_tokens" ADD COLUMN "revoked_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "clients_blocked_at" ON "clients" USING btree ("server_id","blocked_at") WHERE blocked_at is not null;--> statement-breakpoint
CREATE INDEX "revoked_access_tokens_revoked_at" ON "revoked_access_tokens" USING btree ("revoked_at");--> statement-breakpoint
CREATE INDEX "users_blocked_at" ON "users" USING btree ("organization_id","blocked_at") WHERE blocked_at is not null;