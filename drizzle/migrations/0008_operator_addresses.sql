ALTER TABLE "operators" ADD COLUMN "address" text;--> statement-breakpoint
CREATE INDEX "operators_address" ON "operators" USING btree ("address");