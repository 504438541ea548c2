package compat

// A Pick is a guess without a switch.
type Pick struct {
	// Question is what is not known of AWS.
	Question string
	// Answer is what Postern does.
	Answer string
	// Evidence is what the answer rests on; "none" where there is nothing.
	Evidence string
}

// Fixed are the guesses that no field of Picks turns.
var Fixed = []Pick{
	{"Does a client's ping count as activity?", "Every frame that arrives does, pings and pongs too.", "another emulator (data-plane 15)"},
	{"Which reasons have the close frames 1003, 1007 and 1009?", "Binary is not supported; Invalid UTF-8; Message too big.", "another emulator (data-plane 9)"},
	{"How are close frames with impossible codes answered?", "With 1002, and 1007 for a reason that is not UTF-8; others are echoed.", "RFC 6455 (decisions 7)"},
	{"Is a message too large answered or the connection closed?", "Closed, 1009; binary messages 1003.", "Developer Guide; another emulator answers instead (data-plane 15)"},
	{"What does a plain GET of a stage get?", "403 Forbidden, never 404 or 426.", "another emulator (data-plane 1.1)"},
	{"Which status has an upgrade request with too much header?", "431; a target that is too long 414.", "inferred from the quotas (data-plane 1.2)"},
	{"What does $connect show where the backend cannot be reached?", "504; REST APIs often show 500 or 502.", "none (data-plane 1.2, decisions 6)"},
	{"What does a $connect MOCK without a template do?", "500, and a line in the execution log that names the template.", "reports of users (decisions 4)"},
	{"Is a subprotocol of the answer checked against the offer?", "No, it is passed through.", "AWS documents no check (data-plane 1.4)"},
	{"Do response parameters set headers on $connect?", "Yes, as method.response.header or route.response.header.", "the service model's pattern (data-plane 1.4)"},
	{"Is the key of a refusal Message or message?", "message.", "another emulator (data-plane 1.3)"},
	{"Are $default and \\$default different expressions?", "No.", "both are deployed in templates that are published (data-plane 3.1)"},
	{"Which templates does a missing TemplateSelectionExpression select?", "$default, then application/json.", "samples in the Developer Guide (data-plane 4.1)"},
	{"Do requestOverride and responseOverride exist?", "Yes, for MOCK, HTTP and AWS.", "the engine of REST APIs (data-plane 4.6)"},
	{"May names in templates have hyphens?", "Yes: $a-b is one reference, ${a}-b is not.", "Velocity (vtl, notes); a sample reads otherwise (data-plane 4.3)"},
	{"Is the white space around a template cut off?", "No.", "Velocity (vtl, notes); another emulator cuts (data-plane 4.3)"},
	{"What is $input.json('$') of a body that is not JSON?", "The body as a string in quotes.", "the template engine's cases (vtl, notes); data-plane 4.4 has an empty string"},
	{"What does $util.escapeJavaScript make of null?", "Nothing.", "null is the empty string in templates (vtl, notes); another emulator prints null (data-plane 4.5)"},
	{"How large may a mapping template be?", "300 KB.", "the quota of the Developer Guide; the service model says 32,768 (data-plane 11)"},
	{"Does a reply count as activity?", "Yes, where it comes later than the message that it answers.", "the quota says: without traffic (data-plane 11)"},
	{"Which of several headers of one name counts on $connect?", "The last, as in an event's headers.", "captured events (data-plane 1.6)"},
	{"Who signs for an integration with a role?", "The role, where an endpoint of STS is configured; else the server's own credentials.", "AWS assumes the role; there is none to assume on a laptop (data-plane 5.4)"},
	{"Which functions has $util beyond the documented?", "None: they render to nothing.", "those of AppSync are not documented here (data-plane 4.5)"},
	{"Are required request parameters enforced on $connect?", "Yes, 400 with the names sorted.", "recorded for REST APIs (data-plane 7)"},
	{"Is a route two-way with an expression but no route response?", "No; a warning says so.", "reports of users (data-plane 6)"},
	{"Is a base64 body of a Lambda proxy decoded for the client?", "Yes, and sent as text.", "AWS sends text only (data-plane 5.3)"},
	{"How many messages of a connection run at once?", "16; 64 messages or 256 KB wait, then the connection is not read.", "none (decisions 9)"},
	{"What is an identity source's header compared with?", "Names of headers do not depend on case.", "none (data-plane 8.1)"},
	{"Which ids does @connections call invalid?", "What is not [A-Za-z0-9_=-]{1,128} is 400, every other unknown id 410.", "documents disagree (data-plane 10)"},
	{"Which connections does a stage's @connections reach?", "Those of every stage of its API.", "another emulator (data-plane 10)"},
	{"Does GetConnection count as activity?", "No; PostToConnection does.", "inferred (data-plane 10)"},
	{"What does DisableExecuteApiEndpoint answer?", "403 Forbidden, for connections and @connections; custom domains still work.", "the engine of REST APIs (data-plane 13)"},
	{"Who serves the $disconnect of a deleted stage?", "The connection's last snapshot.", "none (decisions 10)"},
	{"What does a usage plan count?", "Connects.", "none (decisions 12)"},
	{"Which headers does HTTP_PROXY forward on $connect?", "Those of captured execution logs, and mapped ones.", "one capture (decisions 13)"},
	{"Which status do the logs show of an event without an integration?", "200, and that of the refusal where it was refused.", "another emulator (data-plane 12.1)"},
	{"Which refusals are in no access log?", "Those of no stage, of a disabled endpoint, over the quota of new connections, and payloads of @connections over 128 KB.", "the Developer Guide names some (data-plane 12.3)"},
	{"Is a connection closed whose backend is told LimitExceededException?", "No: the message is not taken, and the connection goes on.", "the service model says that the client's buffer is full (data-plane 10)"},
	{"Which route do events of @connections have in logs and metrics?", "{METHOD} /@connections/{connectionId}, event type CONNECTION_API.", "another emulator (data-plane 12.1)"},
	{"Are calls of @connections that fail client errors?", "Yes: 4xx other than 413 count as ClientError of the stage.", "inferred (data-plane 12.3)"},
	{"Is a stage's default limit shared by its routes?", "No: each route without a limit of its own has a bucket of that size.", "the Developer Guide calls it the default of routes (data-plane 11)"},
	{"Which text has the 429 of @connections?", "Too Many Requests over the account's limit, The client reads too slowly where its buffer is full.", "none; clients look at the type (data-plane 10)"},
	{"Which throttles hold for $disconnect?", "The route's own; the account's and the stage's default do not.", "none; an event that is due is not lost for a burst"},
	{"What is the burst of the quota of new connections?", "As many as its rate.", "the quota names a rate only (data-plane 11)"},
	{"May a client certificate be deleted that a stage uses?", "No, 400.", "none"},
	{"Which certificate may a stage name?", "One of its account and region, else 400.", "none"},
	{"Is a client certificate shown to a backend that names other authorities?", "Yes, to every one that asks.", "none"},
	{"What does a client certificate restrict?", "Nothing: it has no extensions but the identifiers of its key.", "subject, key and lifetime are those of published ones"},
	{"What do logs say of a backend that ends TLS with an alert?", "Received fatal alert, and which.", "Java's words, as in other texts of the logs"},
	{"How many labels does a wildcard domain name match?", "One.", "what its certificate matches (data-plane 13)"},
	{"What do /ping and /sping of a custom domain do?", "403 Forbidden; no API mapping matches them.", "they are reserved (data-plane 13)"},
	{"What does a subdirectory of a root mapping get?", "403 Forbidden on connecting, 404 under @connections.", "one captured text (data-plane 10)"},
}
