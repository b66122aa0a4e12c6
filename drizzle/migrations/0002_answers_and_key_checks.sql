CREATE TABLE "instances" (
	"id" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"answered_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "redeemed_by" text;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD COLUMN "rotated_by" text;--> statement-breakpoint
ALTER TABLE "sealing_keys" ADD COLUMN "check_value" text;--> statement-breakpoint
CREATE INDEX "instances_answered_until" ON "instances" USING btree ("answered_until");