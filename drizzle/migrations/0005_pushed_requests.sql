CREATE TABLE "pushed_requests" (
	"hash" text PRIMARY KEY NOT NULL,
	"server_id" text NOT NULL,
	"client_id" text NOT NULL,
	"parameters" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD COLUMN "pushed_request_hash" text;--> statement-breakpoint
ALTER TABLE "pushed_requests" ADD CONSTRAINT "pushed_requests_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "pushed_requests_server" ON "pushed_requests" USING btree ("server_id");--> statement-breakpoint
CREATE INDEX "pushed_requests_expires_at" ON "pushed_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "authorization_requests_pushed" ON "authorization_requests" USING btree ("pushed_request_hash") WHERE "authorization_requests"."pushed_request_hash" is not null;