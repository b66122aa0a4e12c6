CREATE TABLE "device_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"device_code_hash" text NOT NULL,
	"user_code_hash" text NOT NULL,
	"server_id" text NOT NULL,
	"client_row_id" text NOT NULL,
	"client_id" text NOT NULL,
	"scope" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"poll_interval" integer NOT NULL,
	"last_polled_at" timestamp with time zone,
	"polled_early" boolean DEFAULT false NOT NULL,
	"grant_id" text,
	CONSTRAINT "device_codes_device_code_hash_unique" UNIQUE("device_code_hash"),
	CONSTRAINT "device_codes_user_code" UNIQUE("user_code_hash")
);
--> statement-breakpoint
CREATE TABLE "device_guesses" (
	"guesser" text PRIMARY KEY NOT NULL,
	"guesses" integer NOT NULL,
	"resets_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "device_code_id" text;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "device_grant" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "device_codes" ADD CONSTRAINT "device_codes_grant_id_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."grants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_codes" ADD CONSTRAINT "device_codes_client_of_same_server" FOREIGN KEY ("server_id","client_row_id") REFERENCES "public"."clients"("server_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "device_codes_client" ON "device_codes" USING btree ("server_id","client_row_id");--> statement-breakpoint
CREATE INDEX "device_codes_grant" ON "device_codes" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "device_codes_expires_at" ON "device_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "device_guesses_resets_at" ON "device_guesses" USING btree ("resets_at");--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_device_code_id_device_codes_id_fk" FOREIGN KEY ("device_code_id") REFERENCES "public"."device_codes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "authorization_requests_device_code" ON "authorization_requests" USING btree ("device_code_id");