ALTER TABLE "authorization_requests" ADD COLUMN "response_mode" text DEFAULT 'query' NOT NULL;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "client_nonce" text;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "prompt" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "max_age" integer;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "ui_locales" text;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "nonce" text;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "auth_time" timestamp with time zone;