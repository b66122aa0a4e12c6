ALTER TABLE "grants" ADD COLUMN "network" text;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD COLUMN "network" text;