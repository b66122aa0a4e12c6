ALTER TABLE "connections" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "deleted_at" timestamp with time zone;