ALTER TABLE "clients" ADD COLUMN "registration_token_hash" text;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "registration" jsonb DEFAULT '{"quota":10000}'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "authorization_requests_secrets" ON "authorization_requests" USING btree ("expires_at") WHERE code_verifier is not null;--> statement-breakpoint
CREATE INDEX "clients_unused_of_server" ON "clients" USING btree ("server_id","created_at") WHERE kind = 'registered' and first_token_at is null and deleted_at is null;--> statement-breakpoint
CREATE INDEX "clients_unused" ON "clients" USING btree ("created_at") WHERE kind = 'registered' and first_token_at is null and deleted_at is null;--> statement-breakpoint
CREATE INDEX "clients_deleted_at" ON "clients" USING btree ("deleted_at") WHERE deleted_at is not null;--> statement-breakpoint
CREATE INDEX "grants_unredeemed" ON "grants" USING btree ("created_at") WHERE redeemed_at is null;--> statement-breakpoint
CREATE INDEX "refresh_tokens_expires_at" ON "refresh_tokens" USING btree ("expires_at");