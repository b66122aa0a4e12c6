CREATE TABLE "registration_counts" (
	"key" text PRIMARY KEY NOT NULL,
	"held" integer NOT NULL,
	"count_id" text NOT NULL,
	"counted_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "registration_counts_counted_at" ON "registration_counts" USING btree ("counted_at");