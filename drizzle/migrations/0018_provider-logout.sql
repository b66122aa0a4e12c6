CREATE TABLE "departures" (
	"hash" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "session_hash" text;--> statement-breakpoint
CREATE INDEX "departures_expires_at" ON "departures" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "upstream_tokens_session" ON "upstream_tokens" USING btree ("connection_id","session_hash") WHERE session_hash is not null;