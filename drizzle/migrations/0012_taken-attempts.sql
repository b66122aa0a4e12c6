ALTER TABLE "authorization_requests" ADD COLUMN "taken_state_hash" text;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "taken_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "taken_by" text;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_taken_state_hash_unique" UNIQUE("taken_state_hash");