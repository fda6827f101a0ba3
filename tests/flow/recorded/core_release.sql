BEGIN TRANSACTION;
CREATE TABLE accounts (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	name_folded TEXT DEFAULT '' NOT NULL, 
	domain TEXT DEFAULT '' NOT NULL, 
	industry TEXT DEFAULT '' NOT NULL, 
	employees_count INTEGER, 
	country TEXT DEFAULT '' NOT NULL, 
	city TEXT DEFAULT '' NOT NULL, 
	website TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	owner_email TEXT DEFAULT '' NOT NULL, 
	updated_at BIGINT, 
	CONSTRAINT pk_accounts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_accounts_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "accounts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','acc_acme',1784023200000000,1,'Acme Steel','acme steel','acme.example','',NULL,'GB','','','','',NULL);
CREATE TABLE activities (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	account_id VARCHAR(80), 
	opportunity_id VARCHAR(80), 
	at BIGINT, 
	updated_at BIGINT, 
	CONSTRAINT pk_activities PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_activities_workspace_id_account_id FOREIGN KEY(workspace_id, account_id) REFERENCES accounts (workspace_id, id), 
	CONSTRAINT fk_activities_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT fk_activities_workspace_id_opportunity_id FOREIGN KEY(workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id), 
	CONSTRAINT fk_activities_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE approvals (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	plan_id VARCHAR(80) NOT NULL, 
	run_id VARCHAR(80) NOT NULL, 
	step_id VARCHAR(80) NOT NULL, 
	capability TEXT DEFAULT '' NOT NULL, 
	action TEXT DEFAULT '' NOT NULL, 
	args TEXT NOT NULL, 
	payload_hash TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	rules TEXT NOT NULL, 
	reasons TEXT NOT NULL, 
	needs_role TEXT DEFAULT '' NOT NULL, 
	needs_persons BIGINT DEFAULT '1' NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	confidence_permille INTEGER NOT NULL, 
	evidence TEXT NOT NULL, 
	requested_by TEXT DEFAULT '' NOT NULL, 
	expires_at BIGINT NOT NULL, 
	snoozed_until BIGINT, 
	assigned_to VARCHAR(80), 
	signatures TEXT NOT NULL, 
	decided_by VARCHAR(80), 
	decided_at BIGINT, 
	closed_reason TEXT DEFAULT '' NOT NULL, 
	replaces VARCHAR(80), 
	CONSTRAINT pk_approvals PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_approvals_workspace_id_plan_id FOREIGN KEY(workspace_id, plan_id) REFERENCES plans (workspace_id, id), 
	CONSTRAINT fk_approvals_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "approvals" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','apr_01kxg13c8001mvmgx4seazmym8',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke.3.1','reply','send_message','{"contact_id":"con_dana","mail":{"automatic":false,"claims":[{"evidence":"contact:con_dana","text":"Dana"},{"evidence":"workspace:wsp_01m7w7v2kq1g5ggdpgc5wcmvyp","text":"Northwind Foundry"},{"evidence":"message:msg_01kxg13c8001mvmgx4seazmykb","text":"pricing"},{"evidence":"template:reply.info_request.en@1","text":"reply.info_request.en@1"}],"from_address":"sales@northwind.example","from_name":"Northwind Foundry","in_reply_to":"<m1@acme.example>","language":"en","purpose":"service","references":["<m1@acme.example>"],"subject":"Re: Question about our renewal","template":"reply.info_request.en@1","text":"Hello Dana,\n\nThank you for writing to us. I have noted what you wrote about pricing.\n\nOn pricing a colleague who knows the details will follow up with a precise answer.\n\nWould it help to go through this in a short call?\n\nKind regards,\nNorthwind Foundry\n\nThis message was prepared with the help of automation.","to_address":"dana@acme.example","to_name":"Dana Whitfield"}}','fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab','con_dana','["autonomy","concerns/sensitive","taint/rule_of_two"]','["the level granted is below the level this action needs","the message being answered raises a concern that a person must see","the run read foreign text, and this is no plain answer to its writer under a live grant"]','approver',1,'pending',850,'["message:msg_01kxg13c8001mvmgx4seazmykb","fact:fct_01kxg13c8001mvmgx4seazmykx","fact:fct_01kxg13c8001mvmgx4seazmyky","fact:fct_01kxg13c8001mvmgx4seazmym3"]','reply',1784282400000000,NULL,NULL,'[]',NULL,NULL,'',NULL);
CREATE TABLE consents (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	contact_id VARCHAR(80) NOT NULL, 
	purpose TEXT DEFAULT '' NOT NULL, 
	channel TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	lawful_basis TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	evidence TEXT DEFAULT '' NOT NULL, 
	valid_from BIGINT NOT NULL, 
	valid_to BIGINT, 
	CONSTRAINT pk_consents PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_consents_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT fk_consents_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE contact_addresses (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	contact_id VARCHAR(80) NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	address_hash TEXT DEFAULT '' NOT NULL, 
	rank BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_contact_addresses PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_contact_addresses_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT uq_contact_addresses_workspace_id_address UNIQUE (workspace_id, address), 
	CONSTRAINT fk_contact_addresses_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "contact_addresses" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','adr_01kxg13c8001mvmgx4seazmyk9',1784023200000000,1,'con_dana','dana@acme.example','e5558aef7132352bc7a61d59efe56c22060d224f0fbfe20d0a3e2547dc46da59',0);
CREATE TABLE contacts (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	account_id VARCHAR(80), 
	first_name TEXT DEFAULT '' NOT NULL, 
	last_name TEXT DEFAULT '' NOT NULL, 
	name_folded TEXT DEFAULT '' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	phone TEXT DEFAULT '' NOT NULL, 
	country TEXT DEFAULT '' NOT NULL, 
	city TEXT DEFAULT '' NOT NULL, 
	timezone TEXT DEFAULT '' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	lifecycle TEXT DEFAULT '' NOT NULL, 
	owner_email TEXT DEFAULT '' NOT NULL, 
	do_not_contact BOOLEAN DEFAULT '0' NOT NULL, 
	bounced BOOLEAN DEFAULT '0' NOT NULL, 
	unsubscribed BOOLEAN DEFAULT '0' NOT NULL, 
	opt_out_doubtful BOOLEAN DEFAULT '0' NOT NULL, 
	last_inbound_at BIGINT, 
	last_outbound_at BIGINT, 
	sent_count BIGINT DEFAULT '0' NOT NULL, 
	received_count BIGINT DEFAULT '0' NOT NULL, 
	enriched_at BIGINT, 
	due_at BIGINT, 
	deleted_at BIGINT, 
	updated_at BIGINT, 
	CONSTRAINT pk_contacts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_contacts_workspace_id_account_id FOREIGN KEY(workspace_id, account_id) REFERENCES accounts (workspace_id, id), 
	CONSTRAINT fk_contacts_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "contacts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','con_dana',1784023200000000,1,'acc_acme','Dana','Whitfield','dana whitfield','Head of Procurement','','GB','','Europe/London','','lead','',0,0,0,0,1784023200000000,NULL,0,1,NULL,1784282400000000,NULL,NULL);
CREATE TABLE effects (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	plan_id VARCHAR(80) NOT NULL, 
	run_id VARCHAR(80) NOT NULL, 
	step_id VARCHAR(80) NOT NULL, 
	capability TEXT DEFAULT '' NOT NULL, 
	action TEXT DEFAULT '' NOT NULL, 
	args TEXT NOT NULL, 
	payload_hash TEXT DEFAULT '' NOT NULL, 
	effect_key TEXT DEFAULT '' NOT NULL, 
	approval_id VARCHAR(80), 
	contact_id VARCHAR(80), 
	address_hash TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	attempt BIGINT DEFAULT '0' NOT NULL, 
	fence BIGINT DEFAULT '0' NOT NULL, 
	lease_holder TEXT DEFAULT '' NOT NULL, 
	lease_until BIGINT, 
	due_at BIGINT, 
	provider_ref TEXT DEFAULT '' NOT NULL, 
	receipt TEXT, 
	reason TEXT DEFAULT '' NOT NULL, 
	epoch BIGINT DEFAULT '1' NOT NULL, 
	settled_at BIGINT, 
	CONSTRAINT pk_effects PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_effects_workspace_id_plan_id FOREIGN KEY(workspace_id, plan_id) REFERENCES plans (workspace_id, id), 
	CONSTRAINT uq_effects_workspace_id_effect_key UNIQUE (workspace_id, effect_key), 
	CONSTRAINT uq_effects_workspace_id_step_id UNIQUE (workspace_id, step_id), 
	CONSTRAINT fk_effects_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "effects" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','eff_01kxg13c8001mvmgx4seazmykv',1784023200000000,2,'pln_01kxg13c8001mvmgx4seazmyke.1','run_01kxg13c8001mvmgx4seazmyke.1','run_01kxg13c8001mvmgx4seazmyke.1.1','company_enrich','record_facts','{"facts":[{"confidence_permille":850,"evidence":["account:acc_acme"],"field":"domain","method":"company_enrich","observed_at_us":1784023200000000,"source":"rule","subject":"acc_acme","trust":"derived","value":"acme.example"},{"confidence_permille":850,"evidence":["account:acc_acme"],"field":"country","method":"company_enrich","observed_at_us":1784023200000000,"source":"rule","subject":"acc_acme","trust":"derived","value":"GB"}]}','0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959','2db2d01a8b9dbcb2b6e66e2103a42daaaec29bd03141c2aac2dd68cfb3e029c0',NULL,'con_dana','','sent',0,0,'',NULL,NULL,'','{"at":1784023200000000,"effect_key":"2db2d01a8b9dbcb2b6e66e2103a42daaaec29bd03141c2aac2dd68cfb3e029c0","outcome":"done","payload_hash":"0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959","provider_ref":"","reason":"","retry_after_seconds":null}','',1,1784023200000000);
INSERT INTO "effects" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','eff_01kxg13c8001mvmgx4seazmym1',1784023200000000,2,'pln_01kxg13c8001mvmgx4seazmyke.2','run_01kxg13c8001mvmgx4seazmyke.2','run_01kxg13c8001mvmgx4seazmyke.2.1','decision_maker','record_facts','{"facts":[{"confidence_permille":750,"evidence":["contact:con_dana"],"field":"decision_maker","method":"decision_maker","observed_at_us":1784023200000000,"source":"rule","subject":"acc_acme","trust":"derived","value":"con_dana"}]}','b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829','4d877c05fcf6fa41090b87af30a27244c1ad034ed52d8b6fafa7ab5875993b50',NULL,'con_dana','','sent',0,0,'',NULL,NULL,'','{"at":1784023200000000,"effect_key":"4d877c05fcf6fa41090b87af30a27244c1ad034ed52d8b6fafa7ab5875993b50","outcome":"done","payload_hash":"b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829","provider_ref":"","reason":"","retry_after_seconds":null}','',1,1784023200000000);
INSERT INTO "effects" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','eff_01kxg13c8001mvmgx4seazmyma',1784023200000000,2,'pln_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke.3.2','reply','escalate_to_person','{"contact_id":"con_dana","message_id":"msg_01kxg13c8001mvmgx4seazmykb"}','2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20','d6aa3d38b32627b981883bd66b1539d112f00076cd5616ff7603085b86350386',NULL,'con_dana','','sent',0,0,'',NULL,NULL,'tsk_01kxg13c8001mvmgx4seazmymc','{"at":1784023200000000,"effect_key":"d6aa3d38b32627b981883bd66b1539d112f00076cd5616ff7603085b86350386","outcome":"done","payload_hash":"2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20","provider_ref":"tsk_01kxg13c8001mvmgx4seazmymc","reason":"","retry_after_seconds":null}','',1,1784023200000000);
CREATE TABLE external_ids (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	system TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	external_id TEXT DEFAULT '' NOT NULL, 
	local_id VARCHAR(80) NOT NULL, 
	content_hash TEXT DEFAULT '' NOT NULL, 
	batch_id VARCHAR(80), 
	CONSTRAINT pk_external_ids PRIMARY KEY (workspace_id, id), 
	CONSTRAINT uq_external_ids_workspace_id_system_kind_external_id UNIQUE (workspace_id, system, kind, external_id), 
	CONSTRAINT fk_external_ids_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE facts (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	subject_id VARCHAR(80) NOT NULL, 
	field TEXT DEFAULT '' NOT NULL, 
	value TEXT DEFAULT '' NOT NULL, 
	confidence_permille INTEGER NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	method TEXT DEFAULT '' NOT NULL, 
	evidence TEXT NOT NULL, 
	trust TEXT DEFAULT '' NOT NULL, 
	observed_at BIGINT NOT NULL, 
	valid_from BIGINT NOT NULL, 
	valid_to BIGINT, 
	superseded_by VARCHAR(80), 
	run_id VARCHAR(80), 
	CONSTRAINT pk_facts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_facts_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "facts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','fct_01kxg13c8001mvmgx4seazmykx',1784023200000000,1,'acc_acme','domain','acme.example',850,'rule','company_enrich','["account:acc_acme"]','derived',1784023200000000,1784023200000000,NULL,NULL,'run_01kxg13c8001mvmgx4seazmyke.1');
INSERT INTO "facts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','fct_01kxg13c8001mvmgx4seazmyky',1784023200000000,1,'acc_acme','country','GB',850,'rule','company_enrich','["account:acc_acme"]','derived',1784023200000000,1784023200000000,NULL,NULL,'run_01kxg13c8001mvmgx4seazmyke.1');
INSERT INTO "facts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','fct_01kxg13c8001mvmgx4seazmym3',1784023200000000,1,'acc_acme','decision_maker','con_dana',750,'rule','decision_maker','["contact:con_dana"]','derived',1784023200000000,1784023200000000,NULL,NULL,'run_01kxg13c8001mvmgx4seazmyke.2');
CREATE TABLE grants (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	capability TEXT DEFAULT '' NOT NULL, 
	action TEXT DEFAULT '' NOT NULL, 
	level BIGINT DEFAULT '0' NOT NULL, 
	segment TEXT DEFAULT '' NOT NULL, 
	risk_max BIGINT DEFAULT '0' NOT NULL, 
	evidence TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	granted_by VARCHAR(80) NOT NULL, 
	granted_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_grants PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_grants_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE halts (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	scope TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	flipped_by VARCHAR(80) NOT NULL, 
	lifted_at BIGINT, 
	CONSTRAINT pk_halts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_halts_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE import_batches (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	system TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	file_name TEXT DEFAULT '' NOT NULL, 
	file_sha256 TEXT DEFAULT '' NOT NULL, 
	mapping TEXT DEFAULT '' NOT NULL, 
	new_count BIGINT DEFAULT '0' NOT NULL, 
	updated_count BIGINT DEFAULT '0' NOT NULL, 
	duplicate_count BIGINT DEFAULT '0' NOT NULL, 
	rejected_count BIGINT DEFAULT '0' NOT NULL, 
	finished_at BIGINT, 
	CONSTRAINT pk_import_batches PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_import_batches_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE leads (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	name_folded TEXT DEFAULT '' NOT NULL, 
	company TEXT DEFAULT '' NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	phone TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	updated_at BIGINT, 
	CONSTRAINT pk_leads PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_leads_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT fk_leads_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE mail_cursors (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	mailbox TEXT DEFAULT '' NOT NULL, 
	folder TEXT DEFAULT '' NOT NULL, 
	uid_validity BIGINT DEFAULT '0' NOT NULL, 
	uid_next BIGINT DEFAULT '0' NOT NULL, 
	synced_at BIGINT, 
	CONSTRAINT pk_mail_cursors PRIMARY KEY (workspace_id, id), 
	CONSTRAINT uq_mail_cursors_workspace_id_mailbox_folder UNIQUE (workspace_id, mailbox, folder), 
	CONSTRAINT fk_mail_cursors_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE mail_references (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	rfc_message_id TEXT DEFAULT '' NOT NULL, 
	thread_id VARCHAR(80) NOT NULL, 
	CONSTRAINT pk_mail_references PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_mail_references_workspace_id_thread_id FOREIGN KEY(workspace_id, thread_id) REFERENCES mail_threads (workspace_id, id), 
	CONSTRAINT fk_mail_references_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "mail_references" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','ref_01kxg13c8001mvmgx4seazmykc',1784023200000000,1,'<m1@acme.example>','thr_01kxg13c8001mvmgx4seazmyka');
CREATE TABLE mail_threads (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	subject_folded TEXT DEFAULT '' NOT NULL, 
	parties TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	ours BOOLEAN DEFAULT '0' NOT NULL, 
	last_at BIGINT, 
	CONSTRAINT pk_mail_threads PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_mail_threads_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT fk_mail_threads_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "mail_threads" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','thr_01kxg13c8001mvmgx4seazmyka',1784023200000000,1,'Question about our renewal','question about our renewal','dana@acme.example
sales@northwind.example','con_dana',0,1784023200000000);
CREATE TABLE messages (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	thread_id VARCHAR(80) NOT NULL, 
	contact_id VARCHAR(80), 
	direction TEXT DEFAULT '' NOT NULL, 
	rfc_message_id TEXT DEFAULT '' NOT NULL, 
	raw_sha256 TEXT DEFAULT '' NOT NULL, 
	parse TEXT DEFAULT '' NOT NULL, 
	from_address TEXT DEFAULT '' NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	received_at BIGINT NOT NULL, 
	sent_at BIGINT, 
	mail TEXT NOT NULL, 
	reading TEXT, 
	CONSTRAINT pk_messages PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_messages_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT fk_messages_workspace_id_thread_id FOREIGN KEY(workspace_id, thread_id) REFERENCES mail_threads (workspace_id, id), 
	CONSTRAINT uq_messages_workspace_id_raw_sha256 UNIQUE (workspace_id, raw_sha256), 
	CONSTRAINT fk_messages_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "messages" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','msg_01kxg13c8001mvmgx4seazmykb',1784023200000000,1,'thr_01kxg13c8001mvmgx4seazmyka','con_dana','inbound','<m1@acme.example>','22c43086a802bf35b4f35ac2e021f5fbbd300905fcda76024b92819be4590531','clean','dana@acme.example','Question about our renewal',1784023200000000,1784020364000000,'{"attachments":[],"automatic":false,"cc":[],"defects":[],"dsn_recipient":"","dsn_status":"","from_address":"dana@acme.example","from_name":"Dana Whitfield","headers":[],"in_reply_to":[],"own_text":"Could you send me a quote for 40 licences?","parse":"clean","quoted_text":"","raw_sha256":"22c43086a802bf35b4f35ac2e021f5fbbd300905fcda76024b92819be4590531","references":[],"reply_to":[],"rfc_message_id":"<m1@acme.example>","sent_at":1784020364000000,"signature":"","subject":"Question about our renewal","text":"Could you send me a quote for 40 licences?","to":["sales@northwind.example"]}','{"automatic":false,"bounce_permanent":false,"bounced_address":"","concerns":["pricing"],"confidence_permille":780,"intent":"info_request","language":"en","opt_out":false,"opt_out_certain":false,"opt_out_proven":false,"questions_count":1,"return_on":"","spans":[{"end":42,"kind":"question","start":0,"value":""},{"end":25,"kind":"topic","start":20,"value":"pricing"}],"topics":["pricing"]}');
CREATE TABLE model_calls (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	run_id VARCHAR(80), 
	capability TEXT DEFAULT '' NOT NULL, 
	step TEXT DEFAULT '' NOT NULL, 
	ask TEXT DEFAULT '' NOT NULL, 
	prompt_version TEXT DEFAULT '' NOT NULL, 
	prompt_hash TEXT DEFAULT '' NOT NULL, 
	tier TEXT DEFAULT '' NOT NULL, 
	model_requested TEXT DEFAULT '' NOT NULL, 
	model_resolved TEXT DEFAULT '' NOT NULL, 
	endpoint TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	tokens_prompt BIGINT DEFAULT '0' NOT NULL, 
	tokens_cached BIGINT DEFAULT '0' NOT NULL, 
	tokens_completion BIGINT DEFAULT '0' NOT NULL, 
	tokens_reasoning BIGINT DEFAULT '0' NOT NULL, 
	tokens_estimated BOOLEAN DEFAULT '0' NOT NULL, 
	cost_picodollars BIGINT NOT NULL, 
	price_known BOOLEAN DEFAULT '1' NOT NULL, 
	latency_ms BIGINT DEFAULT '0' NOT NULL, 
	attempts BIGINT DEFAULT '0' NOT NULL, 
	faults TEXT NOT NULL, 
	request_sha256 TEXT DEFAULT '' NOT NULL, 
	request TEXT DEFAULT '' NOT NULL, 
	reply TEXT DEFAULT '' NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_model_calls PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_model_calls_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "model_calls" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','mdc_01kxg13c8001mvmgx4seazmykf',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','plan_actions','crm_orchestrator/plan','1','517d83382bbcbe23fcc80e20cebcf4a94a336457616a4e98d39c37450ac8370e','deep','','','rules','fallback','no_model',0,0,0,0,0,0,1,0,0,'[]','e058b813c990ab17e2a7feace62123b495612ccfb3172eb3e155a200b97686cf','{"prompt":"crm_orchestrator/plan","schema":{"$defs":{"ProposedArgs":{"additionalProperties":false,"description":"Arguments by name; those that the action does not take are null.","properties":{"account_id":{"anyOf":[{"type":"string"},{"type":"null"}]},"contact_id":{"anyOf":[{"type":"string"},{"type":"null"}]},"field":{"anyOf":[{"type":"string"},{"type":"null"}]},"message_id":{"anyOf":[{"type":"string"},{"type":"null"}]},"opportunity_id":{"anyOf":[{"type":"string"},{"type":"null"}]},"stage":{"anyOf":[{"type":"string"},{"type":"null"}]},"title":{"anyOf":[{"type":"string"},{"type":"null"}]},"value":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["account_id","contact_id","field","message_id","opportunity_id","stage","title","value"],"type":"object"},"ProposedStep":{"additionalProperties":false,"description":"One step as a planner words it.","properties":{"action":{"enum":["reply","initial","followup","enrich","company_enrich","find_decision_maker","send_message","record_facts","suppress_contact","create_task","update_field","change_stage","bulk_update","delete_record","escalate_to_person","do_nothing"],"type":"string"},"args":{"$ref":"#/$defs/ProposedArgs"},"confidence":{"maximum":1,"minimum":0,"type":"number"},"depends_on":{"items":{"type":"integer"},"type":"array"},"evidence_fact_ids":{"items":{"type":"string"},"type":"array"},"reason":{"type":"string"},"requires_approval":{"type":"boolean"}},"required":["action","args","confidence","depends_on","evidence_fact_ids","reason","requires_approval"],"type":"object"}},"additionalProperties":false,"description":"A plan as a planner words it; nothing in it is believed yet.","properties":{"steps":{"items":{"$ref":"#/$defs/ProposedStep"},"type":"array"}},"required":["steps"],"type":"object"},"system":"# Task crm_orchestrator/plan@1\n\nYou propose the next steps for one contact of a customer database. You see a typed record: ids,\ncounts, days and closed words. A reader, a router and a judge check every step after you; nothing\nyou propose is carried out unseen.\n\nPropose up to five steps, each an action of this list and nothing else:\n\n- `enrich`: find out more about the contact. Argument `contact_id`.\n- `company_enrich`: find out more about the company. Argument `account_id`.\n- `find_decision_maker`: rank the colleagues. Argument `account_id`.\n- `reply`: draft an answer to the unanswered message. Arguments `contact_id`, `message_id`.\n- `initial`: draft a first message. Argument `contact_id`.\n- `followup`: draft a follow-up. Argument `contact_id`.\n- `create_task`: ask a person to do something. Arguments `contact_id`, `title` (one plain line).\n- `update_field`: correct a field of the contact. Arguments `contact_id`, `field`, `value`; the\n  value must be that of a fact you were shown.\n- `change_stage`: move a deal. Arguments `opportunity_id`, `stage`: new, qualified, proposal,\n  negotiation, won or lost.\n- `escalate_to_person`: ask a person to look. Arguments `contact_id`, `message_id`.\n- `do_nothing`: nothing is due.\n\nRules:\n\n- `route` is already decided. You may put information steps before it; you cannot change it.\n- Use only ids that the record holds. Arguments that an action does not take are null.\n- `depends_on` lists places of earlier steps in your list, counted from 0.\n- `evidence_fact_ids` lists ids of facts in the record that the step rests on; never invent one.\n- `reason` is one short sentence of your own.\n- `confidence` is a number from 0 to 1. Set `requires_approval` when a person should look first.\n- In a later `round`, `feedback` names what was refused or held; do not propose a refused action\n  again. `missing` names steps that could find out what was missing.\n- Fewer steps are better. Doing nothing is a good answer.\n\n# Output\n\nAnswer with exactly one JSON object and nothing else: no prose, no code fence, every property present, no other properties. It must fit this JSON schema:\n{\"$defs\":{\"ProposedArgs\":{\"additionalProperties\":false,\"description\":\"Arguments by name; those that the action does not take are null.\",\"properties\":{\"account_id\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"contact_id\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"field\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"message_id\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"opportunity_id\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"stage\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"title\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]},\"value\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}},\"required\":[\"account_id\",\"contact_id\",\"field\",\"message_id\",\"opportunity_id\",\"stage\",\"title\",\"value\"],\"type\":\"object\"},\"ProposedStep\":{\"additionalProperties\":false,\"description\":\"One step as a planner words it.\",\"properties\":{\"action\":{\"enum\":[\"reply\",\"initial\",\"followup\",\"enrich\",\"company_enrich\",\"find_decision_maker\",\"send_message\",\"record_facts\",\"suppress_contact\",\"create_task\",\"update_field\",\"change_stage\",\"bulk_update\",\"delete_record\",\"escalate_to_person\",\"do_nothing\"],\"type\":\"string\"},\"args\":{\"$ref\":\"#/$defs/ProposedArgs\"},\"confidence\":{\"maximum\":1,\"minimum\":0,\"type\":\"number\"},\"depends_on\":{\"items\":{\"type\":\"integer\"},\"type\":\"array\"},\"evidence_fact_ids\":{\"items\":{\"type\":\"string\"},\"type\":\"array\"},\"reason\":{\"type\":\"string\"},\"requires_approval\":{\"type\":\"boolean\"}},\"required\":[\"action\",\"args\",\"confidence\",\"depends_on\",\"evidence_fact_ids\",\"reason\",\"requires_approval\"],\"type\":\"object\"}},\"additionalProperties\":false,\"description\":\"A plan as a planner words it; nothing in it is believed yet.\",\"properties\":{\"steps\":{\"items\":{\"$ref\":\"#/$defs/ProposedStep\"},\"type\":\"array\"}},\"required\":[\"steps\"],\"type\":\"object\"}","temperature_permille":200,"thinking":false,"tier":"deep","tokens_max":1500,"user":"# Input (JSON)\n\n{\"account_id\":\"acc_acme\",\"colleagues_count\":0,\"company\":{\"decider_known\":false,\"facts_count\":0,\"looked_days\":null,\"newest_days\":null},\"completeness_permille\":750,\"contact_id\":\"con_dana\",\"country\":\"GB\",\"deals\":[],\"deciders_count\":1,\"employees_count\":null,\"enriched_days\":null,\"facts\":[],\"feedback\":[],\"has_address\":true,\"has_name\":true,\"inbound\":{\"age_days\":0,\"concerns\":[\"pricing\"],\"intent\":\"info_request\",\"intent_confidence_permille\":780,\"language\":\"en\",\"mentioned\":[],\"message_id\":\"msg_01kxg13c8001mvmgx4seazmykb\",\"questions_count\":1,\"topics\":[\"pricing\"]},\"missing\":[],\"open_tasks_count\":0,\"recalled\":[],\"received_count\":1,\"received_days\":0,\"round\":0,\"route\":\"reply\",\"route_reason\":\"unanswered_inbound\",\"sent_count\":0,\"sent_days\":null}","version":1}','',1784023200000000);
INSERT INTO "model_calls" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','mdc_01kxg13c8001mvmgx4seazmym4',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3','reply','write','reply/write','1','4b8f33eafa49b41d5e576082a2fe887ad2c7e30434eb986450806fcb3a1c0d56','quick','','','rules','fallback','no_model',0,0,0,0,0,0,1,0,0,'[]','5d90eb653662c05c70ac26f737461edf2d50db2de987f6607ae1f9b89260184a','{"prompt":"reply/write","schema":{"$defs":{"LetterClaim":{"additionalProperties":false,"description":"A statement of the text and the reference that supports it.","properties":{"evidence":{"type":"string"},"text":{"type":"string"}},"required":["evidence","text"],"type":"object"}},"additionalProperties":false,"description":"The paragraphs between greeting and closing, and what they rest on.","properties":{"body":{"maxLength":2000,"type":"string"},"claims":{"items":{"$ref":"#/$defs/LetterClaim"},"maxItems":20,"type":"array"}},"required":["body","claims"],"type":"object"},"system":"# Task reply/write@1\n\nYou write the middle paragraphs of one business mail that answers a message that this person wrote to us.\nGreeting, closing, footer, subject and recipient are already set and are not yours.\n\nYou see a typed record: closed words about the message, the template''s own paragraphs in `middle`,\nand in `sayable` the facts and approved statements that may be used.\n\nRules:\n\n- Write in the language `language`, in at most `words_max` words, in plain sentences.\n- Acknowledge the topics listed and answer only what a statement in `sayable` answers; promise\n  a colleague''s answer for the rest.\n- State nothing that is neither in `middle` nor in `sayable`: no number, price, date, name, link or\n  promise of your own. For each statement taken from `sayable` add a claim with its `evidence`.\n- No links, no addresses, no merge fields, no exclamation marks, no dashes between clauses.\n- `violations` lists what was wrong with your text before; remove exactly that.\n- If `middle` cannot be improved, return it unchanged with no claims.\n\n# Output\n\nAnswer with exactly one JSON object and nothing else: no prose, no code fence, every property present, no other properties. It must fit this JSON schema:\n{\"$defs\":{\"LetterClaim\":{\"additionalProperties\":false,\"description\":\"A statement of the text and the reference that supports it.\",\"properties\":{\"evidence\":{\"type\":\"string\"},\"text\":{\"type\":\"string\"}},\"required\":[\"evidence\",\"text\"],\"type\":\"object\"}},\"additionalProperties\":false,\"description\":\"The paragraphs between greeting and closing, and what they rest on.\",\"properties\":{\"body\":{\"maxLength\":2000,\"type\":\"string\"},\"claims\":{\"items\":{\"$ref\":\"#/$defs/LetterClaim\"},\"maxItems\":20,\"type\":\"array\"}},\"required\":[\"body\",\"claims\"],\"type\":\"object\"}","temperature_permille":500,"thinking":false,"tier":"quick","tokens_max":700,"user":"# Input (JSON)\n\n{\"intent\":\"info_request\",\"kind\":\"reply\",\"language\":\"en\",\"middle\":\"Thank you for writing to us. I have noted what you wrote about pricing.\\n\\nOn pricing a colleague who knows the details will follow up with a precise answer.\\n\\nWould it help to go through this in a short call?\",\"questions_count\":1,\"sayable\":[{\"about\":\"domain\",\"evidence\":\"fact:fct_01kxg13c8001mvmgx4seazmykx\",\"text\":\"acme.example\"},{\"about\":\"country\",\"evidence\":\"fact:fct_01kxg13c8001mvmgx4seazmyky\",\"text\":\"GB\"},{\"about\":\"decision_maker\",\"evidence\":\"fact:fct_01kxg13c8001mvmgx4seazmym3\",\"text\":\"con_dana\"}],\"topics\":[\"pricing\"],\"violations\":[],\"words_max\":120}","version":1}','',1784023200000000);
CREATE TABLE opportunities (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	account_id VARCHAR(80), 
	contact_id VARCHAR(80), 
	stage TEXT DEFAULT '' NOT NULL, 
	amount_minor BIGINT, 
	currency TEXT DEFAULT '' NOT NULL, 
	close_on TEXT DEFAULT '' NOT NULL, 
	closed BOOLEAN DEFAULT '0' NOT NULL, 
	won BOOLEAN DEFAULT '0' NOT NULL, 
	owner_email TEXT DEFAULT '' NOT NULL, 
	updated_at BIGINT, 
	CONSTRAINT pk_opportunities PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_opportunities_workspace_id_account_id FOREIGN KEY(workspace_id, account_id) REFERENCES accounts (workspace_id, id), 
	CONSTRAINT fk_opportunities_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT fk_opportunities_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE pending_links (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	system TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	local_id VARCHAR(80) NOT NULL, 
	field TEXT DEFAULT '' NOT NULL, 
	target_kind TEXT DEFAULT '' NOT NULL, 
	target_key TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_pending_links PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_pending_links_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE people (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	role TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (workspace_id, id), 
	CONSTRAINT uq_people_workspace_id_email UNIQUE (workspace_id, email), 
	CONSTRAINT fk_people_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "people" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','per_01m7w7v2kre6ky6f1kxqd1e7vk',1795170339748805,1,'Mara','mara@northwind.example','admin');
INSERT INTO "people" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','per_viewer',1784023200000000,1,'Viewer','viewer@northwind.example','viewer');
INSERT INTO "people" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','per_rep',1784023200000000,1,'Rep','rep@northwind.example','rep');
INSERT INTO "people" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','per_approver',1784023200000000,1,'Approver','approver@northwind.example','approver');
INSERT INTO "people" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','per_supervisor',1784023200000000,1,'Supervisor','supervisor@northwind.example','supervisor');
INSERT INTO "people" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','per_admin',1784023200000000,1,'Admin','admin@northwind.example','admin');
CREATE TABLE plans (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	run_id VARCHAR(80) NOT NULL, 
	capability TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	objective TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	planner TEXT DEFAULT '' NOT NULL, 
	prompt_version TEXT DEFAULT '' NOT NULL, 
	facts_hash TEXT DEFAULT '' NOT NULL, 
	plan_hash TEXT DEFAULT '' NOT NULL, 
	version BIGINT DEFAULT '1' NOT NULL, 
	dropped TEXT, 
	CONSTRAINT pk_plans PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_plans_workspace_id_run_id FOREIGN KEY(workspace_id, run_id) REFERENCES runs (workspace_id, id), 
	CONSTRAINT fk_plans_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "plans" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','pln_01kxg13c8001mvmgx4seazmyke',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','con_dana','find the next best actions for one contact','done','rules','crm_orchestrator/plan@1','8789bf2378174017ae8c9fdad158e26200c6fede46bdbbe531b5254cc4f23fa1','01f9652686ff7a56a2797d52d775838ecc8774f28c2f2a1096ce8154a63b26af',1,'[]');
INSERT INTO "plans" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','pln_01kxg13c8001mvmgx4seazmyke.1',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.1','company_enrich','con_dana','carry out one delegated step','done','rules','','672a9aca0e20b9000f36301c172a110646dd2421c9a3f679f4af236fc876466b','8f68ea5ef2b6e312a2f37d85481a9ddb7c84fc32dac4dd0192d8c458c52fca01',1,'[]');
INSERT INTO "plans" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','pln_01kxg13c8001mvmgx4seazmyke.2',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.2','decision_maker','con_dana','carry out one delegated step','done','rules','','64842231ae820c47e261360c7547e720af5f1df1c94e053e9479b03b82195731','69234c8a318ef8e034e50b3e35d137964a251ef7fbbf8f1acff0bb87180458ec',1,'[]');
INSERT INTO "plans" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','pln_01kxg13c8001mvmgx4seazmyke.3',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3','reply','con_dana','carry out one delegated step','held','rules','reply/write@1','fb31154c949a423827d55d2159fe8eee351eb08b21035b128f703c5020b43956','0e541f3a64cd059e0a0998f117ab5e4f041664f8bc504daa4a22163782f854c6',1,'[]');
CREATE TABLE products (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	name_folded TEXT DEFAULT '' NOT NULL, 
	sku TEXT DEFAULT '' NOT NULL, 
	price_minor BIGINT, 
	currency TEXT DEFAULT '' NOT NULL, 
	updated_at BIGINT, 
	CONSTRAINT pk_products PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_products_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE raw_messages (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	content BLOB NOT NULL, 
	size_bytes BIGINT DEFAULT '0' NOT NULL, 
	folder TEXT DEFAULT '' NOT NULL, 
	external_id TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_raw_messages PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_raw_messages_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "raw_messages" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','msg_01kxg13c8001mvmgx4seazmykb',1784023200000000,1,X'789C5D4FC14EC33014BB47CA3FF80E1D6D5521080326519086D403A21AE7AC7DA541693292176DFB7BC2810BBE59B665FB25F845A1D54EE363363C19B223D663E61B3D2CB4A2935E0E961EA4E8BD42D496E2C6F9C0F3D1B8F14F95E23DEDBF686085B744918D77D07B9F183E05047274D4568A563329F4892E5135784D1675595FA3BC5555AD9A06176586141DC5A83FA9D8B60AEBA5FABFA3DB76CFC58E42CC2D0AD52A279EBC63725CF4E7432E603AF1D5C16AE3EE30CC3A44E2FBC4537123C5AF35E583679F10C98D58081ADFC93361F2014D096B067203C547297E00DDC75B52',284,'INBOX','0');
CREATE TABLE records (
	workspace_id VARCHAR(80) NOT NULL, 
	seq BIGINT NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	run_id VARCHAR(80), 
	contact_id VARCHAR(80), 
	subject TEXT DEFAULT '' NOT NULL, 
	payload TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	prev_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_records PRIMARY KEY (workspace_id, seq), 
	CONSTRAINT fk_records_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',1,'import',NULL,NULL,'mail','{"known":0,"new":1}',1784023200000000,'0000000000000000000000000000000000000000000000000000000000000000','e1c678557c9bd1edfbb5ccb38c06114dc947668d32ce0557f050135e5363057c');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',2,'signal.read','run_01kxg13c8001mvmgx4seazmyke','con_dana','sig_01kxg13c8001mvmgx4seazmykd','{"capability":"crm_orchestrator","inputs":"3a095c797e9fb9c7070ad4d6d4794bc3b716ed4d19794a9e8ac8d2d072d1ba29","kind":"contact.due","message":null,"parent":null,"trust":"first_party","version":"2026-11-20.1"}',1784023200000000,'e1c678557c9bd1edfbb5ccb38c06114dc947668d32ce0557f050135e5363057c','8a0d32e88652b9b2ef7318d655beb2bf7e996729e91a19014e8f665cf78ac416');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',3,'model.called','run_01kxg13c8001mvmgx4seazmyke','con_dana','mdc_01kxg13c8001mvmgx4seazmykf','{"model":"","picodollars":0,"prompt":"crm_orchestrator/plan","prompt_hash":"517d83382bbcbe23fcc80e20cebcf4a94a336457616a4e98d39c37450ac8370e","request":"e058b813c990ab17e2a7feace62123b495612ccfb3172eb3e155a200b97686cf","source":"fallback","tokens":0,"version":1,"why":"no_model"}',1784023200000000,'8a0d32e88652b9b2ef7318d655beb2bf7e996729e91a19014e8f665cf78ac416','cba954a23497450be65f92e491b3dae4dca372acc794d5c1dac348fe271ab9bf');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',4,'verdict','run_01kxg13c8001mvmgx4seazmyke','con_dana','run_01kxg13c8001mvmgx4seazmyke.1','{"action":"company_enrich","answer":"allowed","confidence_permille":900,"payload":"41ff6a5afcf095dcb097e36b1833bcb63f11a1d186c2603e68a43cab044d1e88","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/delegate"],"stage":"route","standing":"2a95e440e636f7cc5d4b56127c77adcd6f01b868e09c41c661f8b9d1a055d908"}',1784023200000000,'cba954a23497450be65f92e491b3dae4dca372acc794d5c1dac348fe271ab9bf','82ef44cf53a65d51678709c0221957b4a52fdd2aa776abe7d10ba3f2eb93fcba');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',5,'verdict','run_01kxg13c8001mvmgx4seazmyke','con_dana','run_01kxg13c8001mvmgx4seazmyke.2','{"action":"find_decision_maker","answer":"allowed","confidence_permille":900,"payload":"fbc846e5908263cccceb48249f1dab56a7843519d948e628063f4c9771246bc9","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/delegate"],"stage":"route","standing":"2a95e440e636f7cc5d4b56127c77adcd6f01b868e09c41c661f8b9d1a055d908"}',1784023200000000,'82ef44cf53a65d51678709c0221957b4a52fdd2aa776abe7d10ba3f2eb93fcba','685e1c7177a58c5de9d149ec93f53304e873c7d525bccc878890b441937e147c');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',6,'verdict','run_01kxg13c8001mvmgx4seazmyke','con_dana','run_01kxg13c8001mvmgx4seazmyke.3','{"action":"reply","answer":"allowed","confidence_permille":850,"payload":"376d972632386557d4c49f48ac1d85ef91f9e4406a77b60c30c64f1d283899ce","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/delegate"],"stage":"route","standing":"2b8ab773d16642668e07df567aa2ef2f109dfe424419124250bb04cecd16b922"}',1784023200000000,'685e1c7177a58c5de9d149ec93f53304e873c7d525bccc878890b441937e147c','f7638e43652a0070804aa3105cc02d32f8e3c883fb0c09188dfe6a96b6f2213f');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',7,'plan.made','run_01kxg13c8001mvmgx4seazmyke','con_dana','pln_01kxg13c8001mvmgx4seazmyke','{"facts":"8789bf2378174017ae8c9fdad158e26200c6fede46bdbbe531b5254cc4f23fa1","plan":"01f9652686ff7a56a2797d52d775838ecc8774f28c2f2a1096ce8154a63b26af","planner":"rules","prompt":"crm_orchestrator/plan@1","steps":[{"action":"company_enrich","confidence_permille":900,"evidence":["message:msg_01kxg13c8001mvmgx4seazmykb"],"payload":"41ff6a5afcf095dcb097e36b1833bcb63f11a1d186c2603e68a43cab044d1e88","source":"fallback","step":"run_01kxg13c8001mvmgx4seazmyke.1"},{"action":"find_decision_maker","confidence_permille":900,"evidence":["message:msg_01kxg13c8001mvmgx4seazmykb"],"payload":"fbc846e5908263cccceb48249f1dab56a7843519d948e628063f4c9771246bc9","source":"fallback","step":"run_01kxg13c8001mvmgx4seazmyke.2"},{"action":"reply","confidence_permille":850,"evidence":["message:msg_01kxg13c8001mvmgx4seazmykb"],"payload":"376d972632386557d4c49f48ac1d85ef91f9e4406a77b60c30c64f1d283899ce","source":"fallback","step":"run_01kxg13c8001mvmgx4seazmyke.3"}]}',1784023200000000,'f7638e43652a0070804aa3105cc02d32f8e3c883fb0c09188dfe6a96b6f2213f','6d0a71087045e3d0cd9f7e7f6345c12e9d8408757e55890a28f20ccf7355d567');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',8,'verdict','run_01kxg13c8001mvmgx4seazmyke','con_dana','run_01kxg13c8001mvmgx4seazmyke.1','{"action":"company_enrich","answer":"allowed","confidence_permille":900,"payload":"41ff6a5afcf095dcb097e36b1833bcb63f11a1d186c2603e68a43cab044d1e88","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/delegate"],"stage":"commit","standing":"2a95e440e636f7cc5d4b56127c77adcd6f01b868e09c41c661f8b9d1a055d908"}',1784023200000000,'6d0a71087045e3d0cd9f7e7f6345c12e9d8408757e55890a28f20ccf7355d567','f1d5bd1ff67149a62a2f1e108cf8621a01c54e7486c067cdeea6a105300e672c');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',9,'verdict','run_01kxg13c8001mvmgx4seazmyke','con_dana','run_01kxg13c8001mvmgx4seazmyke.2','{"action":"find_decision_maker","answer":"allowed","confidence_permille":900,"payload":"fbc846e5908263cccceb48249f1dab56a7843519d948e628063f4c9771246bc9","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/delegate"],"stage":"commit","standing":"2a95e440e636f7cc5d4b56127c77adcd6f01b868e09c41c661f8b9d1a055d908"}',1784023200000000,'f1d5bd1ff67149a62a2f1e108cf8621a01c54e7486c067cdeea6a105300e672c','396c446dfac66f1cff99113dc0e083c5995dac76d11e0dc6208fcbacb63dc417');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',10,'verdict','run_01kxg13c8001mvmgx4seazmyke','con_dana','run_01kxg13c8001mvmgx4seazmyke.3','{"action":"reply","answer":"allowed","confidence_permille":850,"payload":"376d972632386557d4c49f48ac1d85ef91f9e4406a77b60c30c64f1d283899ce","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/delegate"],"stage":"commit","standing":"2b8ab773d16642668e07df567aa2ef2f109dfe424419124250bb04cecd16b922"}',1784023200000000,'396c446dfac66f1cff99113dc0e083c5995dac76d11e0dc6208fcbacb63dc417','e3f8402be6b4247af5d511c8c1b83d89bd2e5b65639299a83720a248719e4a38');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',11,'run.finished','run_01kxg13c8001mvmgx4seazmyke','con_dana','run_01kxg13c8001mvmgx4seazmyke','{"outcome":"7936619b4e1780d7b7b937c65e2d5e76a23163f2ff02968bd928d24cc4be97f5","reason":"","status":"done"}',1784023200000000,'e3f8402be6b4247af5d511c8c1b83d89bd2e5b65639299a83720a248719e4a38','02bc247c6fd5174a8535ebeb502fd66dac27a4bda5918392015d4e398e4ad144');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',12,'signal.read','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','sig_01kxg13c8001mvmgx4seazmykm','{"capability":"company_enrich","inputs":"030add7a38e60457645ed361323d58a64247ca1a69d4b30133c52f0fe38b1fdb","kind":"step.delegated","message":null,"parent":"run_01kxg13c8001mvmgx4seazmyke","trust":"derived","version":"2026-11-20.1"}',1784023200000000,'02bc247c6fd5174a8535ebeb502fd66dac27a4bda5918392015d4e398e4ad144','b5d3ee2f3d815ab3cf2ad67ef6c26bf23fc02b9775f5d41f0ab1059409733b42');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',13,'verdict','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','run_01kxg13c8001mvmgx4seazmyke.1.1','{"action":"record_facts","answer":"allowed","confidence_permille":900,"payload":"0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/write"],"stage":"route","standing":"47be4411c99948375b4e1573282917fc7562dc8c3e62aaf0fee3e03844cd565e"}',1784023200000000,'b5d3ee2f3d815ab3cf2ad67ef6c26bf23fc02b9775f5d41f0ab1059409733b42','4177de784d591a7d92b163231b013cc782592929a5d7e84681fb08968f0d48aa');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',14,'plan.made','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','pln_01kxg13c8001mvmgx4seazmyke.1','{"facts":"672a9aca0e20b9000f36301c172a110646dd2421c9a3f679f4af236fc876466b","plan":"8f68ea5ef2b6e312a2f37d85481a9ddb7c84fc32dac4dd0192d8c458c52fca01","planner":"rules","prompt":"","steps":[{"action":"record_facts","confidence_permille":900,"evidence":["account:acc_acme"],"payload":"0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959","source":"rule","step":"run_01kxg13c8001mvmgx4seazmyke.1.1"}]}',1784023200000000,'4177de784d591a7d92b163231b013cc782592929a5d7e84681fb08968f0d48aa','f344df134856aafbf41407cda6e41e316f17f7e90062bb9de7b19f627e5c5fa6');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',15,'verdict','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','run_01kxg13c8001mvmgx4seazmyke.1.1','{"action":"record_facts","answer":"allowed","confidence_permille":900,"payload":"0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/write"],"stage":"commit","standing":"47be4411c99948375b4e1573282917fc7562dc8c3e62aaf0fee3e03844cd565e"}',1784023200000000,'f344df134856aafbf41407cda6e41e316f17f7e90062bb9de7b19f627e5c5fa6','a40d03a7198dac3623ad6d3a24700791bd111d1639efd5819e0215aadc7d20cc');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',16,'effect.intent','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','eff_01kxg13c8001mvmgx4seazmykv','{"action":"record_facts","approval":null,"key":"2db2d01a8b9dbcb2b6e66e2103a42daaaec29bd03141c2aac2dd68cfb3e029c0","payload":"0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959","step":"run_01kxg13c8001mvmgx4seazmyke.1.1"}',1784023200000000,'a40d03a7198dac3623ad6d3a24700791bd111d1639efd5819e0215aadc7d20cc','e2319c530169ba1f199cd8879a6f19e0c2b3467b03538d57dd340bc638802e5b');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',17,'verdict','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','run_01kxg13c8001mvmgx4seazmyke.1.1','{"action":"record_facts","answer":"allowed","confidence_permille":900,"payload":"0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/write"],"stage":"deliver","standing":"47be4411c99948375b4e1573282917fc7562dc8c3e62aaf0fee3e03844cd565e"}',1784023200000000,'e2319c530169ba1f199cd8879a6f19e0c2b3467b03538d57dd340bc638802e5b','7109ecc53db6b9ea75620961042c5ccd90249c97046702d109b929ed4d71fd04');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',18,'effect.receipt','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','eff_01kxg13c8001mvmgx4seazmykv','{"fence":0,"from":"ready","key":"2db2d01a8b9dbcb2b6e66e2103a42daaaec29bd03141c2aac2dd68cfb3e029c0","outcome":"done","payload":"0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959","reason":"","reference":"","rules":[],"state":"sent","tried":true}',1784023200000000,'7109ecc53db6b9ea75620961042c5ccd90249c97046702d109b929ed4d71fd04','2f708acddb490dcbc9ae8d5f24748e45e21878cfc2b81a30f679439aa2ce6b64');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',19,'run.finished','run_01kxg13c8001mvmgx4seazmyke.1','con_dana','run_01kxg13c8001mvmgx4seazmyke.1','{"outcome":"e66141e0a974caede7048e7ed637bec089335b6fd82e1a81bc9b560425bec12f","reason":"","status":"done"}',1784023200000000,'2f708acddb490dcbc9ae8d5f24748e45e21878cfc2b81a30f679439aa2ce6b64','ce2e4b58ab565a25f51ddea0c3aaf06bbbf30d57456f974b147fbb65f37de9b6');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',20,'signal.read','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','sig_01kxg13c8001mvmgx4seazmykp','{"capability":"decision_maker","inputs":"096a42dc866d233cfa07568389f916deca6e7ba4db8b708ff2acf3d3d6918478","kind":"step.delegated","message":null,"parent":"run_01kxg13c8001mvmgx4seazmyke","trust":"derived","version":"2026-11-20.1"}',1784023200000000,'ce2e4b58ab565a25f51ddea0c3aaf06bbbf30d57456f974b147fbb65f37de9b6','8b835e444a9363fb8a6cf55b20710c7a4e73ad3acbecf4134ef743038d7e5d23');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',21,'verdict','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','run_01kxg13c8001mvmgx4seazmyke.2.1','{"action":"record_facts","answer":"allowed","confidence_permille":900,"payload":"b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/write"],"stage":"route","standing":"ac449e9ffb423f2c91888a09ba30d099979ed85429386db08a7db70e6c0b0af3"}',1784023200000000,'8b835e444a9363fb8a6cf55b20710c7a4e73ad3acbecf4134ef743038d7e5d23','24eac487ce4ed95ec6effbf4a812180b064f7f4a531e0dd1b94d1180bdaa2079');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',22,'plan.made','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','pln_01kxg13c8001mvmgx4seazmyke.2','{"facts":"64842231ae820c47e261360c7547e720af5f1df1c94e053e9479b03b82195731","plan":"69234c8a318ef8e034e50b3e35d137964a251ef7fbbf8f1acff0bb87180458ec","planner":"rules","prompt":"","steps":[{"action":"record_facts","confidence_permille":900,"evidence":["contact:con_dana"],"payload":"b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829","source":"rule","step":"run_01kxg13c8001mvmgx4seazmyke.2.1"}]}',1784023200000000,'24eac487ce4ed95ec6effbf4a812180b064f7f4a531e0dd1b94d1180bdaa2079','43f528c32996ad7113932b3d01035b11dd6919ca78fab15b9fa6146e7e789e60');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',23,'verdict','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','run_01kxg13c8001mvmgx4seazmyke.2.1','{"action":"record_facts","answer":"allowed","confidence_permille":900,"payload":"b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/write"],"stage":"commit","standing":"ac449e9ffb423f2c91888a09ba30d099979ed85429386db08a7db70e6c0b0af3"}',1784023200000000,'43f528c32996ad7113932b3d01035b11dd6919ca78fab15b9fa6146e7e789e60','158beb831c95cf34fdf48f06a4495f295d74015d7cb88b3eda2b11c291f44198');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',24,'effect.intent','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','eff_01kxg13c8001mvmgx4seazmym1','{"action":"record_facts","approval":null,"key":"4d877c05fcf6fa41090b87af30a27244c1ad034ed52d8b6fafa7ab5875993b50","payload":"b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829","step":"run_01kxg13c8001mvmgx4seazmyke.2.1"}',1784023200000000,'158beb831c95cf34fdf48f06a4495f295d74015d7cb88b3eda2b11c291f44198','3626ebf5755aee88b504ada69e2e431547e40dff5443791aa017156d8d555832');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',25,'verdict','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','run_01kxg13c8001mvmgx4seazmyke.2.1','{"action":"record_facts","answer":"allowed","confidence_permille":900,"payload":"b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/write"],"stage":"deliver","standing":"ac449e9ffb423f2c91888a09ba30d099979ed85429386db08a7db70e6c0b0af3"}',1784023200000000,'3626ebf5755aee88b504ada69e2e431547e40dff5443791aa017156d8d555832','ef605c875a773ecb88c456a597ae194a75c09363a3c0659cfc1b6be8e0bedeb1');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',26,'effect.receipt','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','eff_01kxg13c8001mvmgx4seazmym1','{"fence":0,"from":"ready","key":"4d877c05fcf6fa41090b87af30a27244c1ad034ed52d8b6fafa7ab5875993b50","outcome":"done","payload":"b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829","reason":"","reference":"","rules":[],"state":"sent","tried":true}',1784023200000000,'ef605c875a773ecb88c456a597ae194a75c09363a3c0659cfc1b6be8e0bedeb1','4a118b8d1dbcfdedb83ad85c353184306c96be8200566aac9fb3be5bc387c982');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',27,'run.finished','run_01kxg13c8001mvmgx4seazmyke.2','con_dana','run_01kxg13c8001mvmgx4seazmyke.2','{"outcome":"906e44e25675ac2f46bb2df43e71aaf7f5407f9bdb5024db3e7131fbba3e57f9","reason":"","status":"done"}',1784023200000000,'4a118b8d1dbcfdedb83ad85c353184306c96be8200566aac9fb3be5bc387c982','2f2d6faa3895ad16d57b5bd92fde1f68f92a7c13071d6b00365f55eb5ceeb6e4');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',28,'signal.read','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','sig_01kxg13c8001mvmgx4seazmykr','{"capability":"reply","inputs":"ca11e3f4988b7fcddb8e67735101cc1ef5f46c7579b7b952a1fdafb7e40aaa11","kind":"step.delegated","message":"msg_01kxg13c8001mvmgx4seazmykb","parent":"run_01kxg13c8001mvmgx4seazmyke","trust":"derived","version":"2026-11-20.1"}',1784023200000000,'2f2d6faa3895ad16d57b5bd92fde1f68f92a7c13071d6b00365f55eb5ceeb6e4','aa3baab679e7cf2bd91084fb857141e23217b488c65ba98062f164537568e8fe');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',29,'model.called','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','mdc_01kxg13c8001mvmgx4seazmym4','{"model":"","picodollars":0,"prompt":"reply/write","prompt_hash":"4b8f33eafa49b41d5e576082a2fe887ad2c7e30434eb986450806fcb3a1c0d56","request":"5d90eb653662c05c70ac26f737461edf2d50db2de987f6607ae1f9b89260184a","source":"fallback","tokens":0,"version":1,"why":"no_model"}',1784023200000000,'aa3baab679e7cf2bd91084fb857141e23217b488c65ba98062f164537568e8fe','835ace8b5fbbf0a8ef36d74711b256d286e041faa090655e0f3343377ef8489c');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',30,'verdict','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','run_01kxg13c8001mvmgx4seazmyke.3.1','{"action":"send_message","answer":"held","confidence_permille":850,"payload":"fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["autonomy","concerns/sensitive","taint/rule_of_two"],"stage":"route","standing":"584522143fe1ce76d972ad61a4972af711963f406e2f1479b6a6f4608bd6b5d6"}',1784023200000000,'835ace8b5fbbf0a8ef36d74711b256d286e041faa090655e0f3343377ef8489c','19f1a4fcccb82470d678ecbe068805c05c11c90f9e954058278567e515cf3949');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',31,'verdict','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','run_01kxg13c8001mvmgx4seazmyke.3.2','{"action":"escalate_to_person","answer":"allowed","confidence_permille":950,"payload":"2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/read"],"stage":"route","standing":"54b41db7c6625367070c917fc7faa1a491bc27fa3fef07be6b2d6714ee444f27"}',1784023200000000,'19f1a4fcccb82470d678ecbe068805c05c11c90f9e954058278567e515cf3949','93f7b22c19a03f28e729dc34915fa5ee7fab9128a2d1eceec6299ee55400f99f');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',32,'plan.made','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','pln_01kxg13c8001mvmgx4seazmyke.3','{"facts":"fb31154c949a423827d55d2159fe8eee351eb08b21035b128f703c5020b43956","plan":"0e541f3a64cd059e0a0998f117ab5e4f041664f8bc504daa4a22163782f854c6","planner":"rules","prompt":"reply/write@1","steps":[{"action":"send_message","confidence_permille":850,"evidence":["message:msg_01kxg13c8001mvmgx4seazmykb","fact:fct_01kxg13c8001mvmgx4seazmykx","fact:fct_01kxg13c8001mvmgx4seazmyky","fact:fct_01kxg13c8001mvmgx4seazmym3"],"payload":"fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab","source":"fallback","step":"run_01kxg13c8001mvmgx4seazmyke.3.1"},{"action":"escalate_to_person","confidence_permille":950,"evidence":["message:msg_01kxg13c8001mvmgx4seazmykb"],"payload":"2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20","source":"rule","step":"run_01kxg13c8001mvmgx4seazmyke.3.2"}]}',1784023200000000,'93f7b22c19a03f28e729dc34915fa5ee7fab9128a2d1eceec6299ee55400f99f','aa24a36de0d041b55240a517f69996b948d0b0b21fcaa80fb95c520f3ca53513');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',33,'verdict','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','run_01kxg13c8001mvmgx4seazmyke.3.1','{"action":"send_message","answer":"held","confidence_permille":850,"payload":"fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["autonomy","concerns/sensitive","taint/rule_of_two"],"stage":"commit","standing":"584522143fe1ce76d972ad61a4972af711963f406e2f1479b6a6f4608bd6b5d6"}',1784023200000000,'aa24a36de0d041b55240a517f69996b948d0b0b21fcaa80fb95c520f3ca53513','b4a00bdc95e7d539b59c6b0df30298ede989084d0fe5fe3dac0cdd4cb2c84247');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',34,'approval.held','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','apr_01kxg13c8001mvmgx4seazmym8','{"action":"send_message","needs":"approver","payload":"fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab","persons":1,"requested_by":"reply","rules":["autonomy","concerns/sensitive","taint/rule_of_two"],"step":"run_01kxg13c8001mvmgx4seazmyke.3.1"}',1784023200000000,'b4a00bdc95e7d539b59c6b0df30298ede989084d0fe5fe3dac0cdd4cb2c84247','c5f8ec288f00c7f9f423bba0cd2ca4d317c2d08bd9455d20350a87827f99ead5');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',35,'verdict','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','run_01kxg13c8001mvmgx4seazmyke.3.2','{"action":"escalate_to_person","answer":"allowed","confidence_permille":950,"payload":"2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/read"],"stage":"commit","standing":"54b41db7c6625367070c917fc7faa1a491bc27fa3fef07be6b2d6714ee444f27"}',1784023200000000,'c5f8ec288f00c7f9f423bba0cd2ca4d317c2d08bd9455d20350a87827f99ead5','e677078fa773360176b06bf7315d8a460731001ef4cdcb24cec49121116296e8');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',36,'effect.intent','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','eff_01kxg13c8001mvmgx4seazmyma','{"action":"escalate_to_person","approval":null,"key":"d6aa3d38b32627b981883bd66b1539d112f00076cd5616ff7603085b86350386","payload":"2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20","step":"run_01kxg13c8001mvmgx4seazmyke.3.2"}',1784023200000000,'e677078fa773360176b06bf7315d8a460731001ef4cdcb24cec49121116296e8','bb1647a2a0f920751541eedbc7a3f46b0f2ed90e4080231ca28d4e2fe19b2ebd');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',37,'verdict','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','run_01kxg13c8001mvmgx4seazmyke.3.2','{"action":"escalate_to_person","answer":"allowed","confidence_permille":950,"payload":"2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20","rulebook":"c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b","rules":["grants/read"],"stage":"deliver","standing":"54b41db7c6625367070c917fc7faa1a491bc27fa3fef07be6b2d6714ee444f27"}',1784023200000000,'bb1647a2a0f920751541eedbc7a3f46b0f2ed90e4080231ca28d4e2fe19b2ebd','755941cac0eba0c4509bbd8a30dbab5367e9ca956bc64d95396e262abff1e5f1');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',38,'effect.receipt','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','eff_01kxg13c8001mvmgx4seazmyma','{"fence":0,"from":"ready","key":"d6aa3d38b32627b981883bd66b1539d112f00076cd5616ff7603085b86350386","outcome":"done","payload":"2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20","reason":"","reference":"tsk_01kxg13c8001mvmgx4seazmymc","rules":[],"state":"sent","tried":true}',1784023200000000,'755941cac0eba0c4509bbd8a30dbab5367e9ca956bc64d95396e262abff1e5f1','b1a91b12ca34f417b302f096ed3577b291c15034e321ba30264f27c73a381504');
INSERT INTO "records" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',39,'run.finished','run_01kxg13c8001mvmgx4seazmyke.3','con_dana','run_01kxg13c8001mvmgx4seazmyke.3','{"outcome":"ad75fc901d9adfd2dc530f9b83507dda8a309dc72832cc03de45ea2b7fb5389c","reason":"","status":"held"}',1784023200000000,'b1a91b12ca34f417b302f096ed3577b291c15034e321ba30264f27c73a381504','db0c43d956e595c4df16f3f3870eb75590f9dfce638cc618d57c50da3c1e4c8b');
CREATE TABLE runs (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	capability TEXT DEFAULT '' NOT NULL, 
	capability_version TEXT DEFAULT '' NOT NULL, 
	signal_id VARCHAR(80), 
	parent_run_id VARCHAR(80), 
	contact_id VARCHAR(80), 
	depth BIGINT DEFAULT '0' NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	inputs TEXT, 
	outcome TEXT, 
	started_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	CONSTRAINT pk_runs PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_runs_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "runs" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke',1784023200000000,1,'crm_orchestrator','2026-11-20.1','sig_01kxg13c8001mvmgx4seazmykd',NULL,'con_dana',0,'done','','{"contact":"con_dana","depth":0,"message":null,"now":"2026-07-14T10:00:00+00:00","plan":null,"reads":[["contact","con_dana",{"account_id":"acc_acme","addresses":["dana@acme.example"],"city":"","contact_id":"con_dana","country":"GB","created_at":"2026-07-14T10:00:00Z","first_name":"Dana","flags":{"bounced":false,"do_not_contact":false,"unsubscribed":false},"language":"","last_name":"Whitfield","lifecycle":"lead","owner_email":"","phone":"","timezone":"Europe/London","title":"Head of Procurement"}],["account","acc_acme",{"account_id":"acc_acme","city":"","country":"GB","description":"","domain":"acme.example","employees_count":null,"industry":"","name":"Acme Steel","owner_email":"","website":""}],["facts","acc_acme",[]],["facts","con_dana",[]],["opportunities","con_dana",[]],["open_tasks","con_dana",[]],["enriched_at","con_dana",null],["history","con_dana",{"received":["msg_01kxg13c8001mvmgx4seazmykb"],"received_count":1,"sent":[],"sent_count":0,"thread_ours":false,"unanswered":"msg_01kxg13c8001mvmgx4seazmykb"}],["safety","con_dana",{"bounced":false,"do_not_contact":false,"doubt_settled_at":null,"opt_out_doubtful":false,"suppressed":false,"unsubscribed":false}],["colleagues","acc_acme",[{"account_id":"acc_acme","addresses":["dana@acme.example"],"city":"","contact_id":"con_dana","country":"GB","created_at":"2026-07-14T10:00:00Z","first_name":"Dana","flags":{"bounced":false,"do_not_contact":false,"unsubscribed":false},"language":"","last_name":"Whitfield","lifecycle":"lead","owner_email":"","phone":"","timezone":"Europe/London","title":"Head of Procurement"}]],["facts","acc_acme",[]]],"signal":"contact.due","step":null}','{"plan_hash":"01f9652686ff7a56a2797d52d775838ecc8774f28c2f2a1096ce8154a63b26af","plan_id":"pln_01kxg13c8001mvmgx4seazmyke","status":"running","steps":[{"approval":null,"status":"queued","step":"run_01kxg13c8001mvmgx4seazmyke.1"},{"approval":null,"status":"queued","step":"run_01kxg13c8001mvmgx4seazmyke.2"},{"approval":null,"status":"queued","step":"run_01kxg13c8001mvmgx4seazmyke.3"}]}',1784023200000000,1784023200000000);
INSERT INTO "runs" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.1',1784023200000000,1,'company_enrich','2026-11-20.1','sig_01kxg13c8001mvmgx4seazmykm','run_01kxg13c8001mvmgx4seazmyke','con_dana',1,'done','','{"contact":"con_dana","depth":1,"message":null,"now":"2026-07-14T10:00:00+00:00","plan":"pln_01kxg13c8001mvmgx4seazmyke","reads":[["account","acc_acme",{"account_id":"acc_acme","city":"","country":"GB","description":"","domain":"acme.example","employees_count":null,"industry":"","name":"Acme Steel","owner_email":"","website":""}],["facts","acc_acme",[]],["colleagues","acc_acme",[{"account_id":"acc_acme","addresses":["dana@acme.example"],"city":"","contact_id":"con_dana","country":"GB","created_at":"2026-07-14T10:00:00Z","first_name":"Dana","flags":{"bounced":false,"do_not_contact":false,"unsubscribed":false},"language":"","last_name":"Whitfield","lifecycle":"lead","owner_email":"","phone":"","timezone":"Europe/London","title":"Head of Procurement"}]],["history","con_dana",{"received":["msg_01kxg13c8001mvmgx4seazmykb"],"received_count":1,"sent":[],"sent_count":0,"thread_ours":false,"unanswered":"msg_01kxg13c8001mvmgx4seazmykb"}]],"signal":"step.delegated","step":"run_01kxg13c8001mvmgx4seazmyke.1"}','{"plan_hash":"8f68ea5ef2b6e312a2f37d85481a9ddb7c84fc32dac4dd0192d8c458c52fca01","plan_id":"pln_01kxg13c8001mvmgx4seazmyke.1","status":"done","steps":[{"approval":null,"status":"done","step":"run_01kxg13c8001mvmgx4seazmyke.1.1"}]}',1784023200000000,1784023200000000);
INSERT INTO "runs" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.2',1784023200000000,1,'decision_maker','2026-11-20.1','sig_01kxg13c8001mvmgx4seazmykp','run_01kxg13c8001mvmgx4seazmyke','con_dana',1,'done','','{"contact":"con_dana","depth":1,"message":null,"now":"2026-07-14T10:00:00+00:00","plan":"pln_01kxg13c8001mvmgx4seazmyke","reads":[["account","acc_acme",{"account_id":"acc_acme","city":"","country":"GB","description":"","domain":"acme.example","employees_count":null,"industry":"","name":"Acme Steel","owner_email":"","website":""}],["colleagues","acc_acme",[{"account_id":"acc_acme","addresses":["dana@acme.example"],"city":"","contact_id":"con_dana","country":"GB","created_at":"2026-07-14T10:00:00Z","first_name":"Dana","flags":{"bounced":false,"do_not_contact":false,"unsubscribed":false},"language":"","last_name":"Whitfield","lifecycle":"lead","owner_email":"","phone":"","timezone":"Europe/London","title":"Head of Procurement"}]],["facts","acc_acme",[{"confidence_permille":850,"evidence":["account:acc_acme"],"fact_id":"fct_01kxg13c8001mvmgx4seazmykx","field":"domain","method":"company_enrich","observed_at":"2026-07-14T10:00:00Z","source":"rule","subject":"acc_acme","trust":"derived","valid_from":"2026-07-14T10:00:00Z","valid_to":null,"value":"acme.example"},{"confidence_permille":850,"evidence":["account:acc_acme"],"fact_id":"fct_01kxg13c8001mvmgx4seazmyky","field":"country","method":"company_enrich","observed_at":"2026-07-14T10:00:00Z","source":"rule","subject":"acc_acme","trust":"derived","valid_from":"2026-07-14T10:00:00Z","valid_to":null,"value":"GB"}]]],"signal":"step.delegated","step":"run_01kxg13c8001mvmgx4seazmyke.2"}','{"plan_hash":"69234c8a318ef8e034e50b3e35d137964a251ef7fbbf8f1acff0bb87180458ec","plan_id":"pln_01kxg13c8001mvmgx4seazmyke.2","status":"done","steps":[{"approval":null,"status":"done","step":"run_01kxg13c8001mvmgx4seazmyke.2.1"}]}',1784023200000000,1784023200000000);
INSERT INTO "runs" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.3',1784023200000000,1,'reply','2026-11-20.1','sig_01kxg13c8001mvmgx4seazmykr','run_01kxg13c8001mvmgx4seazmyke','con_dana',1,'held','','{"contact":"con_dana","depth":1,"message":"msg_01kxg13c8001mvmgx4seazmykb","now":"2026-07-14T10:00:00+00:00","plan":"pln_01kxg13c8001mvmgx4seazmyke","reads":[["contact","con_dana",{"account_id":"acc_acme","addresses":["dana@acme.example"],"city":"","contact_id":"con_dana","country":"GB","created_at":"2026-07-14T10:00:00Z","first_name":"Dana","flags":{"bounced":false,"do_not_contact":false,"unsubscribed":false},"language":"","last_name":"Whitfield","lifecycle":"lead","owner_email":"","phone":"","timezone":"Europe/London","title":"Head of Procurement"}],["safety","con_dana",{"bounced":false,"do_not_contact":false,"doubt_settled_at":null,"opt_out_doubtful":false,"suppressed":false,"unsubscribed":false}],["history","con_dana",{"received":["msg_01kxg13c8001mvmgx4seazmykb"],"received_count":1,"sent":[],"sent_count":0,"thread_ours":false,"unanswered":"msg_01kxg13c8001mvmgx4seazmykb"}],["statements","en",[]],["account","acc_acme",{"account_id":"acc_acme","city":"","country":"GB","description":"","domain":"acme.example","employees_count":null,"industry":"","name":"Acme Steel","owner_email":"","website":""}],["workspace","",{"company":"Northwind Foundry","jurisdiction":"opt_in","mailbox":"sales@northwind.example","name":"default","postal_address":"1 Foundry Lane, Leeds","timezone":"Europe/London","workspace_id":"wsp_01m7w7v2kq1g5ggdpgc5wcmvyp"}],["facts","con_dana",[]],["facts","acc_acme",[{"confidence_permille":850,"evidence":["account:acc_acme"],"fact_id":"fct_01kxg13c8001mvmgx4seazmykx","field":"domain","method":"company_enrich","observed_at":"2026-07-14T10:00:00Z","source":"rule","subject":"acc_acme","trust":"derived","valid_from":"2026-07-14T10:00:00Z","valid_to":null,"value":"acme.example"},{"confidence_permille":850,"evidence":["account:acc_acme"],"fact_id":"fct_01kxg13c8001mvmgx4seazmyky","field":"country","method":"company_enrich","observed_at":"2026-07-14T10:00:00Z","source":"rule","subject":"acc_acme","trust":"derived","valid_from":"2026-07-14T10:00:00Z","valid_to":null,"value":"GB"},{"confidence_permille":750,"evidence":["contact:con_dana"],"fact_id":"fct_01kxg13c8001mvmgx4seazmym3","field":"decision_maker","method":"decision_maker","observed_at":"2026-07-14T10:00:00Z","source":"rule","subject":"acc_acme","trust":"derived","valid_from":"2026-07-14T10:00:00Z","valid_to":null,"value":"con_dana"}]],["open_tasks","con_dana",[]]],"signal":"step.delegated","step":"run_01kxg13c8001mvmgx4seazmyke.3"}','{"plan_hash":"0e541f3a64cd059e0a0998f117ab5e4f041664f8bc504daa4a22163782f854c6","plan_id":"pln_01kxg13c8001mvmgx4seazmyke.3","status":"held","steps":[{"approval":"apr_01kxg13c8001mvmgx4seazmym8","status":"held","step":"run_01kxg13c8001mvmgx4seazmyke.3.1"},{"approval":null,"status":"done","step":"run_01kxg13c8001mvmgx4seazmyke.3.2"}]}',1784023200000000,1784023200000000);
CREATE TABLE seals (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	seq BIGINT DEFAULT '0' NOT NULL, 
	head_hash TEXT DEFAULT '' NOT NULL, 
	public_key TEXT DEFAULT '' NOT NULL, 
	signature TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_seals PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_seals_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE signals (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	message_id VARCHAR(80), 
	trust TEXT DEFAULT '' NOT NULL, 
	dedupe_key TEXT DEFAULT '' NOT NULL, 
	received_at BIGINT NOT NULL, 
	handled_at BIGINT, 
	CONSTRAINT pk_signals PRIMARY KEY (workspace_id, id), 
	CONSTRAINT uq_signals_workspace_id_dedupe_key UNIQUE (workspace_id, dedupe_key), 
	CONSTRAINT fk_signals_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "signals" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','sig_01kxg13c8001mvmgx4seazmykd',1784023200000000,1,'contact.due','con_dana',NULL,'first_party','sig_01kxg13c8001mvmgx4seazmykd',1784023200000000,1784023200000000);
INSERT INTO "signals" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','sig_01kxg13c8001mvmgx4seazmykm',1784023200000000,1,'step.delegated','con_dana',NULL,'derived','pln_01kxg13c8001mvmgx4seazmyke/run_01kxg13c8001mvmgx4seazmyke.1',1784023200000000,1784023200000000);
INSERT INTO "signals" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','sig_01kxg13c8001mvmgx4seazmykp',1784023200000000,1,'step.delegated','con_dana',NULL,'derived','pln_01kxg13c8001mvmgx4seazmyke/run_01kxg13c8001mvmgx4seazmyke.2',1784023200000000,1784023200000000);
INSERT INTO "signals" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','sig_01kxg13c8001mvmgx4seazmykr',1784023200000000,1,'step.delegated','con_dana','msg_01kxg13c8001mvmgx4seazmykb','derived','pln_01kxg13c8001mvmgx4seazmyke/run_01kxg13c8001mvmgx4seazmyke.3',1784023200000000,1784023200000000);
CREATE TABLE stage_changes (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	opportunity_id VARCHAR(80) NOT NULL, 
	stage_from TEXT DEFAULT '' NOT NULL, 
	stage_to TEXT DEFAULT '' NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_stage_changes PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_stage_changes_workspace_id_opportunity_id FOREIGN KEY(workspace_id, opportunity_id) REFERENCES opportunities (workspace_id, id), 
	CONSTRAINT fk_stage_changes_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE statements (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	topic TEXT DEFAULT '' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	body TEXT DEFAULT '' NOT NULL, 
	audience TEXT DEFAULT '' NOT NULL, 
	valid_to BIGINT, 
	CONSTRAINT pk_statements PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_statements_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE steps (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	plan_id VARCHAR(80) NOT NULL, 
	run_id VARCHAR(80) NOT NULL, 
	ordinal BIGINT DEFAULT '0' NOT NULL, 
	action TEXT DEFAULT '' NOT NULL, 
	args TEXT NOT NULL, 
	payload_hash TEXT DEFAULT '' NOT NULL, 
	confidence_permille INTEGER NOT NULL, 
	raw_confidence_permille INTEGER, 
	reason TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	evidence TEXT NOT NULL, 
	trust TEXT DEFAULT '' NOT NULL, 
	tainted TEXT NOT NULL, 
	depends_on TEXT NOT NULL, 
	requires_approval BOOLEAN NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	status_reason TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_steps PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_steps_workspace_id_plan_id FOREIGN KEY(workspace_id, plan_id) REFERENCES plans (workspace_id, id), 
	CONSTRAINT fk_steps_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "steps" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.1',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke','run_01kxg13c8001mvmgx4seazmyke',0,'company_enrich','{"account_id":"acc_acme"}','41ff6a5afcf095dcb097e36b1833bcb63f11a1d186c2603e68a43cab044d1e88',900,NULL,'too little that is fresh is known about the company','fallback','["message:msg_01kxg13c8001mvmgx4seazmykb"]','unverified','[]','[]',0,'done','');
INSERT INTO "steps" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.2',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke','run_01kxg13c8001mvmgx4seazmyke',1,'find_decision_maker','{"account_id":"acc_acme"}','fbc846e5908263cccceb48249f1dab56a7843519d948e628063f4c9771246bc9',900,NULL,'nobody is known to decide at this company','fallback','["message:msg_01kxg13c8001mvmgx4seazmykb"]','unverified','[]','[]',0,'done','');
INSERT INTO "steps" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.3',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke','run_01kxg13c8001mvmgx4seazmyke',2,'reply','{"contact_id":"con_dana","message_id":"msg_01kxg13c8001mvmgx4seazmykb"}','376d972632386557d4c49f48ac1d85ef91f9e4406a77b60c30c64f1d283899ce',850,NULL,'the latest message is unanswered','fallback','["message:msg_01kxg13c8001mvmgx4seazmykb"]','unverified','[]','[]',0,'done','');
INSERT INTO "steps" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.1.1',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke.1','run_01kxg13c8001mvmgx4seazmyke.1',0,'record_facts','{"facts":[{"confidence_permille":850,"evidence":["account:acc_acme"],"field":"domain","method":"company_enrich","observed_at_us":1784023200000000,"source":"rule","subject":"acc_acme","trust":"derived","value":"acme.example"},{"confidence_permille":850,"evidence":["account:acc_acme"],"field":"country","method":"company_enrich","observed_at_us":1784023200000000,"source":"rule","subject":"acc_acme","trust":"derived","value":"GB"}]}','0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959',900,NULL,'2 facts found','rule','["account:acc_acme"]','derived','[]','[]',0,'done','');
INSERT INTO "steps" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.2.1',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke.2','run_01kxg13c8001mvmgx4seazmyke.2',0,'record_facts','{"facts":[{"confidence_permille":750,"evidence":["contact:con_dana"],"field":"decision_maker","method":"decision_maker","observed_at_us":1784023200000000,"source":"rule","subject":"acc_acme","trust":"derived","value":"con_dana"}]}','b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829',900,NULL,'1 facts found','rule','["contact:con_dana"]','derived','[]','[]',0,'done','');
INSERT INTO "steps" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.3.1',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke.3',0,'send_message','{"contact_id":"con_dana","mail":{"automatic":false,"claims":[{"evidence":"contact:con_dana","text":"Dana"},{"evidence":"workspace:wsp_01m7w7v2kq1g5ggdpgc5wcmvyp","text":"Northwind Foundry"},{"evidence":"message:msg_01kxg13c8001mvmgx4seazmykb","text":"pricing"},{"evidence":"template:reply.info_request.en@1","text":"reply.info_request.en@1"}],"from_address":"sales@northwind.example","from_name":"Northwind Foundry","in_reply_to":"<m1@acme.example>","language":"en","purpose":"service","references":["<m1@acme.example>"],"subject":"Re: Question about our renewal","template":"reply.info_request.en@1","text":"Hello Dana,\n\nThank you for writing to us. I have noted what you wrote about pricing.\n\nOn pricing a colleague who knows the details will follow up with a precise answer.\n\nWould it help to go through this in a short call?\n\nKind regards,\nNorthwind Foundry\n\nThis message was prepared with the help of automation.","to_address":"dana@acme.example","to_name":"Dana Whitfield"}}','fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab',850,NULL,'reply drafted from reply.info_request.en@1','fallback','["message:msg_01kxg13c8001mvmgx4seazmykb","fact:fct_01kxg13c8001mvmgx4seazmykx","fact:fct_01kxg13c8001mvmgx4seazmyky","fact:fct_01kxg13c8001mvmgx4seazmym3"]','unverified','["mail"]','[]',0,'held','');
INSERT INTO "steps" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','run_01kxg13c8001mvmgx4seazmyke.3.2',1784023200000000,1,'pln_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke.3',1,'escalate_to_person','{"contact_id":"con_dana","message_id":"msg_01kxg13c8001mvmgx4seazmykb"}','2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20',950,NULL,'the draft promises a colleague''s answer on: pricing','rule','["message:msg_01kxg13c8001mvmgx4seazmykb"]','unverified','[]','[]',0,'done','');
CREATE TABLE suppressions (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	address_hash TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	evidence TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_suppressions PRIMARY KEY (workspace_id, id), 
	CONSTRAINT uq_suppressions_workspace_id_address_hash UNIQUE (workspace_id, address_hash), 
	CONSTRAINT fk_suppressions_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE tasks (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	run_id VARCHAR(80), 
	effect_key TEXT DEFAULT '' NOT NULL, 
	evidence TEXT DEFAULT '' NOT NULL, 
	done_at BIGINT, 
	CONSTRAINT pk_tasks PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_tasks_workspace_id_contact_id FOREIGN KEY(workspace_id, contact_id) REFERENCES contacts (workspace_id, id), 
	CONSTRAINT uq_tasks_workspace_id_effect_key UNIQUE (workspace_id, effect_key), 
	CONSTRAINT fk_tasks_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "tasks" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','tsk_01kxg13c8001mvmgx4seazmymc',1784023200000000,1,'Please look at this conversation: prices are asked for','','con_dana','run_01kxg13c8001mvmgx4seazmyke.3','d6aa3d38b32627b981883bd66b1539d112f00076cd5616ff7603085b86350386','message:msg_01kxg13c8001mvmgx4seazmykb',NULL);
CREATE TABLE verdicts (
	workspace_id VARCHAR(80) NOT NULL, 
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	row_version INTEGER DEFAULT '1' NOT NULL, 
	step_id VARCHAR(80) NOT NULL, 
	run_id VARCHAR(80) NOT NULL, 
	capability TEXT DEFAULT '' NOT NULL, 
	action TEXT DEFAULT '' NOT NULL, 
	contact_id VARCHAR(80), 
	stage TEXT DEFAULT '' NOT NULL, 
	answer TEXT DEFAULT '' NOT NULL, 
	rules TEXT NOT NULL, 
	rulebook_hash TEXT DEFAULT '' NOT NULL, 
	standing TEXT NOT NULL, 
	payload_hash TEXT DEFAULT '' NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_verdicts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_verdicts_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykg',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.1','run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','company_enrich','con_dana','route','allowed','["grants/delegate"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"delegate","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','41ff6a5afcf095dcb097e36b1833bcb63f11a1d186c2603e68a43cab044d1e88',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykh',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.2','run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','find_decision_maker','con_dana','route','allowed','["grants/delegate"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"delegate","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','fbc846e5908263cccceb48249f1dab56a7843519d948e628063f4c9771246bc9',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykj',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','reply','con_dana','route','allowed','["grants/delegate"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":850,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"delegate","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":1,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','376d972632386557d4c49f48ac1d85ef91f9e4406a77b60c30c64f1d283899ce',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykk',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.1','run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','company_enrich','con_dana','commit','allowed','["grants/delegate"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"delegate","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','41ff6a5afcf095dcb097e36b1833bcb63f11a1d186c2603e68a43cab044d1e88',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykn',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.2','run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','find_decision_maker','con_dana','commit','allowed','["grants/delegate"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"delegate","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','fbc846e5908263cccceb48249f1dab56a7843519d948e628063f4c9771246bc9',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykq',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3','run_01kxg13c8001mvmgx4seazmyke','crm_orchestrator','reply','con_dana','commit','allowed','["grants/delegate"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":850,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"delegate","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":1,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','376d972632386557d4c49f48ac1d85ef91f9e4406a77b60c30c64f1d283899ce',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmyks',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.1.1','run_01kxg13c8001mvmgx4seazmyke.1','company_enrich','record_facts','con_dana','route','allowed','["grants/write"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"write","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykt',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.1.1','run_01kxg13c8001mvmgx4seazmyke.1','company_enrich','record_facts','con_dana','commit','allowed','["grants/write"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"write","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykw',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.1.1','run_01kxg13c8001mvmgx4seazmyke.1','company_enrich','record_facts','con_dana','deliver','allowed','["grants/write"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"write","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','0be51749451ae286e3b51827cefcec72389fec81b9770c107c6903664c6d2959',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmykz',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.2.1','run_01kxg13c8001mvmgx4seazmyke.2','decision_maker','record_facts','con_dana','route','allowed','["grants/write"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"write","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":false,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmym0',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.2.1','run_01kxg13c8001mvmgx4seazmyke.2','decision_maker','record_facts','con_dana','commit','allowed','["grants/write"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"write","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":false,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmym2',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.2.1','run_01kxg13c8001mvmgx4seazmyke.2','decision_maker','record_facts','con_dana','deliver','allowed','["grants/write"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":900,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"write","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":2,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":1,"sender_matches":true,"suppressed":false,"tainted_run":false,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','b22b91e7345c7caaf217d99d9508b2fddc309446daf4196beb59bfebd6faa829',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmym5',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3.1','run_01kxg13c8001mvmgx4seazmyke.3','reply','send_message','con_dana','route','held','["autonomy","concerns/sensitive","taint/rule_of_two"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":true,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":["pricing"],"confidence_permille":850,"consent":"implied","contact_known":true,"declared":true,"do_not_contact":false,"effect":"outward","entity_confirmed":true,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":1,"level_required":3,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"service","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":2,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmym6',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3.2','run_01kxg13c8001mvmgx4seazmyke.3','reply','escalate_to_person','con_dana','route','allowed','["grants/read"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":950,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"read","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":0,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":0,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmym7',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3.1','run_01kxg13c8001mvmgx4seazmyke.3','reply','send_message','con_dana','commit','held','["autonomy","concerns/sensitive","taint/rule_of_two"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":true,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":["pricing"],"confidence_permille":850,"consent":"implied","contact_known":true,"declared":true,"do_not_contact":false,"effect":"outward","entity_confirmed":true,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":1,"level_required":3,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"service","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":2,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','fd13470515b138dbe1aecd96ff3a9c796750af63244ff63d145cc8431f2aa1ab',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmym9',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3.2','run_01kxg13c8001mvmgx4seazmyke.3','reply','escalate_to_person','con_dana','commit','allowed','["grants/read"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":950,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"read","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":0,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":0,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20',1784023200000000);
INSERT INTO "verdicts" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp','vdt_01kxg13c8001mvmgx4seazmymb',1784023200000000,1,'run_01kxg13c8001mvmgx4seazmyke.3.2','run_01kxg13c8001mvmgx4seazmyke.3','reply','escalate_to_person','con_dana','deliver','allowed','["grants/read"]','c398d2d55f6393a7bdad207dbf5d5ab8ecdb7bdbdc5c37dbd3c408533835c04b','{"answers_inbound":false,"approval":null,"approval_forced":false,"automatic_replies_today_count":0,"autoresponder":false,"bounced":false,"concerns":[],"confidence_permille":950,"consent":"none","contact_known":true,"declared":true,"do_not_contact":false,"effect":"read","entity_confirmed":false,"halted":false,"injection_signs":false,"jurisdiction":"opt_in","level_granted":2,"level_required":0,"links_foreign_count":0,"namesakes_count":0,"opt_out_doubtful":false,"purpose":"internal","quiet_hours":false,"recipient_matches":true,"records_count":1,"requires_approval":false,"restricted_content":false,"risk":0,"sender_matches":true,"suppressed":false,"tainted_run":true,"tainted_sink":false,"touches_recent_count":0,"touches_recent_max":1,"unsubscribed":false,"unsupported_claims_count":0}','2573224030a014ccabc03dcf1639099e42ad9b1ff0186cd28fa5b159eaa21d20',1784023200000000);
CREATE TABLE workspaces (
	id VARCHAR(80) NOT NULL, 
	created_at BIGINT NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	mailbox TEXT DEFAULT '' NOT NULL, 
	company TEXT DEFAULT '' NOT NULL, 
	postal_address TEXT DEFAULT '' NOT NULL, 
	timezone TEXT DEFAULT '' NOT NULL, 
	jurisdiction TEXT DEFAULT '' NOT NULL, 
	epoch BIGINT DEFAULT '1' NOT NULL, 
	secret TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_workspaces PRIMARY KEY (id), 
	CONSTRAINT uq_workspaces_name UNIQUE (name)
);
INSERT INTO "workspaces" VALUES('wsp_01m7w7v2kq1g5ggdpgc5wcmvyp',1795170339736592,'default','sales@northwind.example','Northwind Foundry','1 Foundry Lane, Leeds','Europe/London','opt_in',1,'4d0cacf718cf6956ede1fde71cbe248899150ce3d717e627d7b77af695cba500');
CREATE INDEX ix_accounts_domain ON accounts (workspace_id, domain);
CREATE INDEX ix_accounts_name ON accounts (workspace_id, name_folded);
CREATE INDEX ix_contacts_account ON contacts (workspace_id, account_id);
CREATE INDEX ix_contacts_due ON contacts (workspace_id, due_at);
CREATE INDEX ix_contacts_name ON contacts (workspace_id, name_folded);
CREATE INDEX ix_contact_addresses_contact ON contact_addresses (workspace_id, contact_id);
CREATE INDEX ix_leads_address ON leads (workspace_id, address);
CREATE INDEX ix_opportunities_account ON opportunities (workspace_id, account_id);
CREATE INDEX ix_opportunities_contact ON opportunities (workspace_id, contact_id);
CREATE INDEX ix_stage_changes_opportunity ON stage_changes (workspace_id, opportunity_id, changed_at);
CREATE INDEX ix_activities_contact ON activities (workspace_id, contact_id, at);
CREATE INDEX ix_tasks_contact ON tasks (workspace_id, contact_id, done_at);
CREATE INDEX ix_external_ids_local ON external_ids (workspace_id, local_id);
CREATE INDEX ix_pending_links_target ON pending_links (workspace_id, target_kind, target_key);
CREATE INDEX ix_facts_subject ON facts (workspace_id, subject_id, field, valid_to);
CREATE INDEX ix_consents_contact ON consents (workspace_id, contact_id, purpose, valid_to);
CREATE INDEX ix_statements_topic ON statements (workspace_id, topic, language);
CREATE INDEX ix_mail_threads_contact ON mail_threads (workspace_id, contact_id, last_at);
CREATE INDEX ix_mail_threads_subject ON mail_threads (workspace_id, subject_folded, last_at);
CREATE INDEX ix_messages_contact ON messages (workspace_id, contact_id, received_at);
CREATE INDEX ix_messages_rfc ON messages (workspace_id, rfc_message_id, id);
CREATE INDEX ix_messages_thread ON messages (workspace_id, thread_id, received_at);
CREATE INDEX ix_mail_references_rfc ON mail_references (workspace_id, rfc_message_id, id);
CREATE INDEX ix_mail_references_thread ON mail_references (workspace_id, thread_id);
CREATE INDEX ix_signals_open ON signals (workspace_id, handled_at, id);
CREATE INDEX ix_runs_contact ON runs (workspace_id, contact_id, started_at);
CREATE INDEX ix_runs_parent ON runs (workspace_id, parent_run_id, id);
CREATE INDEX ix_plans_contact ON plans (workspace_id, contact_id, created_at);
CREATE INDEX ix_plans_status ON plans (workspace_id, status);
CREATE INDEX ix_steps_plan ON steps (workspace_id, plan_id, ordinal);
CREATE INDEX ix_verdicts_at ON verdicts (workspace_id, at, id);
CREATE INDEX ix_verdicts_run ON verdicts (workspace_id, run_id, at, id);
CREATE INDEX ix_verdicts_step ON verdicts (workspace_id, step_id);
CREATE INDEX ix_approvals_status ON approvals (workspace_id, status, id);
CREATE INDEX ix_approvals_step ON approvals (workspace_id, step_id);
CREATE INDEX ix_grants_action ON grants (workspace_id, capability, action);
CREATE INDEX ix_halts_open ON halts (workspace_id, lifted_at);
CREATE INDEX ix_model_calls_at ON model_calls (workspace_id, at);
CREATE INDEX ix_model_calls_run ON model_calls (workspace_id, run_id, at, id);
CREATE INDEX ix_effects_contact ON effects (workspace_id, contact_id, state);
CREATE INDEX ix_effects_due ON effects (workspace_id, state, due_at);
CREATE INDEX ix_records_run ON records (workspace_id, run_id, seq);
CREATE INDEX ix_records_subject ON records (workspace_id, subject, seq);
CREATE INDEX ix_seals_seq ON seals (workspace_id, seq);
COMMIT;
