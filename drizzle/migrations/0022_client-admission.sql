ALTER TABLE "clients" ADD COLUMN "approved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "asked_from" text;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "registration_token_hash" text;--> statement-breakpoint
CREATE INDEX "clients_asked_at" ON "clients" USING btree ("server_id","asked_at") WHERE asked_at is not null;