CREATE INDEX "clients_passing" ON "clients" USING btree ("created_at") WHERE kind = 'metadata_document' and first_token_at is null and blocked_at is null;--> statement-breakpoint
CREATE INDEX "operator_sessions_expires_at" ON "operator_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "operator_verifications_expires_at" ON "operator_verifications" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "platform_sessions_expires_at" ON "platform_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "platform_verifications_expires_at" ON "platform_verifications" USING btree ("expires_at");