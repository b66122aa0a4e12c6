ALTER TABLE "connections" ADD COLUMN "certificate_ends" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "certificate_looked_at" timestamp with time zone;