ALTER TABLE "assertion_ids" ADD COLUMN "spent_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "assertion_ids" ADD COLUMN "spent_by" text;