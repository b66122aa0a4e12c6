CREATE TABLE "client_logos" (
	"url" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"image" "bytea",
	"fetched_at" timestamp with time zone NOT NULL,
	CONSTRAINT "client_logos_image" CHECK (octet_length("client_logos"."image") <= 73728)
);
--> statement-breakpoint
ALTER TABLE "client_logos" ADD CONSTRAINT "client_logos_url_client_documents_url_fk" FOREIGN KEY ("url") REFERENCES "public"."client_documents"("url") ON DELETE cascade ON UPDATE no action;