//! The OpenAPI document.

use super::answers::infer;
use super::ask::{Ask, Sends, variable};
use super::explore::{Form, Holds, KIND, Member, Object, explore};
use super::functions;
use super::problems;
use super::sender::{Answer, Sender};
use agora_token::grant::words;
use agora_token::http::contract::answers;
use agora_token::http::drop_in::DropIn;
use agora_token::http::{Issues, Route, Work};
use agora_token::params::Schema;
use serde_json::{Map, Value, json};

const ABOUT: &str = "Issues short-lived tokens for Agora: RTC, RTM (Signaling), Chat, Education, Interactive \
Whiteboard, Conversational AI, speech to text, Fast CDN, media streaming and FPA. Every parameter may be sent in \
the query of a GET or in the JSON body of a POST; the routes of other token servers take their own forms.";

const OTHERS: &str = "Routes of other token servers";

const STATUS: &str = "Service";

/// What is put together.
#[derive(Default)]
struct Document {
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
    tags: Vec<(String, String)>,
}

/// The document, as JSON.
pub fn document() -> Value {
    let mut document = Document::default();
    for (_, routes) in functions::all() {
        let sender = Sender::new(routes.clone());
        let mut rows: Vec<&DropIn> = Vec::new();
        for route in routes.all() {
            match route.work {
                Work::DropIn(row) if rows.iter().any(|known| std::ptr::eq(*known, row)) => {}
                Work::DropIn(row) => {
                    rows.push(row);
                    document.drop_in(&sender, row);
                }
                Work::Issue { issues, .. } | Work::IssueEach { issues, .. } => {
                    document.issue(&sender, route, issues);
                }
                Work::Explain(_) => document.inspect(&sender, route),
                Work::Caller(_) => document.explain_access(&sender, route),
                Work::Health(_) => document.health(&sender, route),
                Work::Ready => document.ready(route),
                // What no path takes has none.
                Work::Public(_) if route.path == Route::DEFAULT => {}
                Work::Public(_) => {
                    let content = json!({"application/json": {"schema": {"type": "object"}}});
                    document.open(route, "This document", content);
                }
                Work::Page(_) => {}
            }
        }
    }
    document.whole()
}

impl Document {
    /// A route in the service's own form.
    fn issue(&mut self, sender: &Sender, route: &Route, issues: Issues) {
        let about = issues.about;
        let name = match issues.token_type {
            "" => "Batch".to_owned(),
            kind => pascal(kind),
        };
        let mut example = Ask::of("POST", route.path, about.example.asks);
        example.sends = Sends::Json;
        let form = explore(sender, &example);
        let (request, answer) = (format!("{name}Request"), format!("{name}Answer"));
        let schema = self.object(&form.takes, issues.token_type, false);
        self.schemas.insert(request.clone(), schema);
        let issued = form.answers.iter().filter(|answer| answer.status < 400);
        let bodies: Vec<&Value> = issued.map(|answer| &answer.body).collect();
        let schema = match issues.token_type {
            "" => self.batch(),
            _ => infer(&bodies),
        };
        self.schemas.insert(answer.clone(), schema);
        let audience = format!("For {}.", about.audience);
        let tag = self.tag(about.product, &audience);
        let (kind, tokens) = match issues.token_type {
            "" => ("", "Tokens"),
            kind => (kind, "A token"),
        };
        let description = match about.builder {
            "" => {
                "A refused one does not spoil the others: it is answered with its problem.".into()
            }
            builder => format!("Signs what Agora's {builder} does."),
        };
        self.own(
            route,
            Own {
                ids: [
                    format!("issue{name}Token"),
                    format!("issue{name}TokenByQuery"),
                ],
                tag,
                summary: sentence(&format!("{tokens} for {}", about.audience)),
                description: &description,
                security: security(issues.administers),
                whiteboard: kind.is_empty() || kind.starts_with("whiteboard"),
                body: json!({"schema": {"$ref": reference(&request)}, "example": form.example}),
                kind,
                form: &form,
                answer: &answer,
            },
        );
    }

    /// A route in the service's own form, by each of its methods.
    fn own(&mut self, route: &Route, own: Own<'_>) {
        let [by_body, by_query] = own.ids;
        for method in route.methods {
            let takes_body = *method == "POST";
            let mut responses = problems::responses(own.whiteboard, takes_body);
            // Explanations need no project.
            if matches!(route.work, Work::Explain(_)) {
                responses.remove("503");
            }
            let answer = json!({"schema": {"$ref": reference(own.answer)}});
            responses.insert(
                "200".to_owned(),
                success(json!({"application/json": answer})),
            );
            let mut operation = json!({
                "operationId": if takes_body { &by_body } else { &by_query },
                "tags": [own.tag],
                "summary": own.summary,
                "description": own.description,
                "security": own.security,
                "responses": sorted(responses),
            });
            if takes_body {
                operation["requestBody"] = json!({
                    "required": !own.form.may_be_empty,
                    "content": {"application/json": own.body},
                });
            } else {
                let parameters = self.query(&own.form.takes, own.kind);
                if !parameters.is_empty() {
                    operation["parameters"] = parameters.into();
                }
            }
            self.operation(route.path, method, operation);
        }
    }

    /// What a batch answers: an answer of any kind, or a problem, for each request.
    fn batch(&self) -> Value {
        let kinds = agora_token::grant::kinds()
            .map(|kind| reference(&format!("{}Answer", pascal(kind.name()))));
        let mut ways: Vec<Value> = kinds.map(|kind| json!({"$ref": kind})).collect();
        ways.push(json!({
            "type": "object",
            "required": ["problem"],
            "properties": {"problem": {"$ref": "#/components/schemas/Problem"}},
            "additionalProperties": false,
        }));
        json!({
            "type": "object",
            "required": ["results"],
            "properties": {"results": {
                "type": "array",
                "description": "One for each request, in the same order.",
                "items": {"anyOf": ways},
            }},
            "additionalProperties": false,
        })
    }

    /// A request of another server.
    fn drop_in(&mut self, sender: &Sender, row: &DropIn) {
        let tag = self.tag(OTHERS, "Apps that were written for another token server work when their base URL is pointed here. Names count in any letter case, what is unknown is ignored, and a path may end with a slash.");
        for path in row.paths {
            let examples = [row.example.asks]
                .into_iter()
                .chain(row.also.iter().copied());
            let forms: Vec<Form> = examples
                .map(|example| explore(sender, &Ask::of(row.method, path, example)))
                .collect();
            let mut parameters = self.segments(path, &forms);
            if row.method == "GET" {
                for parameter in forms.iter().flat_map(|form| self.query(&form.takes, "")) {
                    if !parameters.contains(&parameter) {
                        parameters.push(parameter);
                    }
                }
            }
            let answers = || forms.iter().flat_map(|form| &form.answers);
            let own = |answer: &&Answer| answer.media_type != "application/problem+json";
            let refused = answers().filter(|answer| answer.status >= 400);
            let mut responses = problems::in_form(content_of(refused.filter(own)));
            let ok = content_of(answers().filter(|answer| answer.status < 400));
            responses.insert("200".to_owned(), success(ok));
            let mut operation = json!({
                "operationId": operation_id(row.method, &path.replace(['{', '}', '=', '|'], "/")),
                "tags": [tag],
                "summary": format!("`{} {path}` of another server", row.method),
                "description": format!("Read by {}.", row.readers),
                "security": security(false),
                "responses": sorted(responses),
            });
            if !parameters.is_empty() {
                operation["parameters"] = parameters.into();
            }
            if row.method == "POST" {
                operation["requestBody"] = self.bodies(row, &forms);
            }
            let path: String = path
                .split('/')
                .skip(1)
                .fold(String::new(), |path, segment| match variable(segment) {
                    Some((name, _)) => format!("{path}/{{{name}}}"),
                    None => format!("{path}/{segment}"),
                });
            self.operation(&path, row.method, operation);
        }
    }

    /// What may stand for the variables of a path.
    fn segments(&mut self, path: &str, forms: &[Form]) -> Vec<Value> {
        let mut parameters = Vec::new();
        for (name, choices) in path.split('/').filter_map(variable) {
            let mut read = forms.iter().flat_map(|form| &form.segments);
            let schema = match read.find(|(known, _)| *known == name) {
                _ if !choices.is_empty() => json!({"enum": choices}),
                Some((_, schema)) => self.reference(schema),
                None => json!({"type": "string"}),
            };
            parameters
                .push(json!({"name": name, "in": "path", "required": true, "schema": schema}));
        }
        parameters
    }

    /// The bodies that the forms of a row have, by media type.
    fn bodies(&mut self, row: &DropIn, forms: &[Form]) -> Value {
        let mut content = Map::new();
        let kinds = [
            (Sends::Json, "application/json", "Request"),
            (Sends::Form, "application/x-www-form-urlencoded", "Form"),
        ];
        for (sends, media_type, called) in kinds {
            let alike: Vec<&Form> = forms.iter().filter(|form| form.sends == sends).collect();
            let Some(first) = alike.first() else { continue };
            let mut ways: Vec<Value> = Vec::new();
            for form in &alike {
                let schema = self.object(&form.takes, "", true);
                if !ways.contains(&schema) {
                    ways.push(schema);
                }
            }
            let schema = match ways.len() {
                1 => ways.remove(0),
                _ => json!({"anyOf": ways}),
            };
            // The paths of a row take the same.
            let first_path = row.paths.first().copied().unwrap_or_default();
            let schema = self.component(&format!("{}{called}", pascal(first_path)), schema);
            content.insert(
                media_type.to_owned(),
                json!({"schema": schema, "example": first.example}),
            );
        }
        let empty = forms.iter().any(|form| form.may_be_empty);
        json!({"required": !empty, "content": content})
    }

    fn inspect(&mut self, sender: &Sender, route: &Route) {
        let mut example = Ask::of("POST", route.path, r#"{"token":"007eJxSYGD4"}"#);
        example.sends = Sends::Json;
        let form = explore(sender, &example);
        let request = self.object(&form.takes, "inspect", false);
        self.schemas.insert("InspectRequest".to_owned(), request);
        let tag = self.tag("Tokens explained", "Why a token is refused.");
        self.own(
            route,
            Own {
                ids: ["inspect", "inspectByQuery"].map(str::to_owned),
                tag,
                summary: "Explains a token".to_owned(),
                description: "Finds the token in a text, says what it grants, and why it would be refused. Anybody may ask about a token that they hold; only services are told whether its signature is right.",
                security: security(false),
                whiteboard: false,
                body: json!({"schema": {"$ref": reference("InspectRequest")}, "example": form.example}),
                kind: "inspect",
                form: &form,
                answer: "Report",
            },
        );
    }

    fn explain_access(&mut self, sender: &Sender, route: &Route) {
        let tag = self.tag(
            "Access explained",
            "What a caller is granted, and why not more.",
        );
        let form = explore(sender, &Ask::of("POST", route.path, "{}"));
        assert!(form.takes.members.is_empty(), "it takes no parameters");
        let schema = self.object(&form.takes, "", false);
        self.own(
            route,
            Own {
                ids: ["explainAccess", "explainAccessByGet"].map(str::to_owned),
                tag,
                summary: "Tells the caller what they are granted".to_owned(),
                description: "Answers whoever sends the credentials: the rules of the policy that apply to them and what each grants, and of the others which claims they ask for.",
                security: security(false),
                whiteboard: false,
                body: json!({"schema": schema}),
                kind: "",
                form: &form,
                answer: "ExplainAccessAnswer",
            },
        );
    }

    fn health(&mut self, sender: &Sender, route: &Route) {
        self.tag(STATUS, "Whether the service is there, and what it offers.");
        let answer = sender.send(&Ask::of("GET", route.path, "")).answer;
        let content = content_of([&answer].into_iter());
        self.open(route, "Says that the service is there", content);
    }

    /// A route that knows neither caller nor secret.
    fn open(&mut self, route: &Route, summary: &str, content: Value) {
        let tag = self.tag(STATUS, "");
        for method in route.methods {
            let operation = json!({
                "operationId": operation_id(method, route.path),
                "tags": [tag],
                "summary": summary,
                "description": "Needs neither credentials nor the secret.",
                "security": [],
                "responses": {"200": success(content.clone()), "429": problems::throttled()},
            });
            self.operation(route.path, method, operation);
        }
    }

    fn ready(&mut self, route: &Route) {
        let tag = self.tag(STATUS, "");
        let mut not_ready = problems::schema();
        let checks = json!({"type": "array", "items": {"$ref": "#/components/schemas/Check"}});
        not_ready["properties"]["checks"] = checks.clone();
        let ready = json!({
            "type": "object",
            "required": ["status"],
            "properties": {"status": {"const": "ready"}, "checks": checks},
            "additionalProperties": false,
        });
        for method in route.methods {
            let mut responses = problems::responses(false, false);
            responses.insert(
                "200".to_owned(),
                success(json!({"application/json": {"schema": ready}})),
            );
            responses.insert(
                "503".to_owned(),
                json!({
                    "description": "A token could not be issued now, or not to everybody.",
                    "headers": problems::headers_to_retry(),
                    "content": {"application/problem+json": {"schema": not_ready}},
                }),
            );
            let operation = json!({
                "operationId": operation_id(method, route.path),
                "tags": [tag],
                "summary": "Says whether a token could be issued now",
                "description": "Only services are told what was looked at, and why it fails.",
                "security": security(false),
                "responses": sorted(responses),
            });
            self.operation(route.path, method, operation);
        }
    }

    /// The schema of an object, and the components that it refers to. `lenient`: whether its names are another
    /// server's.
    fn object(&mut self, object: &Object, kind: &str, lenient: bool) -> Value {
        let mut properties = Map::new();
        let mut ways = Vec::new();
        let mut required = Vec::new();
        for member in &object.members {
            let schema = self.member(member, kind, lenient);
            for name in &member.names {
                let mut one = schema.clone();
                // It may be sent under the other name.
                if member.required && lenient && member.names.len() > 1 {
                    one = json!({"anyOf": [one, {"const": ""}]});
                }
                let proper = member.names.first();
                if let Some(proper) = proper.filter(|proper| *proper != name) {
                    one["x-alias-of"] = (*proper).into();
                }
                properties.insert((*name).to_owned(), one);
            }
            // Empty texts are as good as nothing to other servers.
            if !lenient {
                for (at, name) in member.names.iter().enumerate() {
                    let others = member.names.iter().skip(at + 1);
                    ways.extend(others.map(|other| json!({"not": {"required": [name, other]}})));
                }
            }
            match &*member.names {
                [name] if member.required => required.push((*name).to_owned()),
                names if member.required => {
                    let one = |name: &&str| json!({"type": "object", "required": [name], "properties": {*name: schema}});
                    ways.push(json!({"anyOf": names.iter().map(one).collect::<Vec<_>>()}));
                }
                _ => {}
            }
        }
        let mut schema = json!({"type": "object", "properties": properties});
        // The order in which they are read, which is the one to show them in.
        let order = object
            .members
            .iter()
            .filter_map(|member| member.names.first());
        schema["x-order"] = order.copied().collect();
        if object.closed {
            schema["additionalProperties"] = false.into();
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        if !ways.is_empty() {
            schema["allOf"] = ways.into();
        }
        schema
    }

    fn member(&mut self, member: &Member, kind: &str, lenient: bool) -> Value {
        let mut schema = match &member.holds {
            Holds::Object(object) => self.object(object, kind, lenient),
            Holds::List { entries, open } => {
                let within = member.names.first().copied().unwrap_or_default();
                let entries = entries.iter();
                let entries =
                    entries.map(|(name, object)| self.entry(within, name, object, lenient));
                let mut entries: Vec<Value> = entries.collect();
                if *open {
                    let other = "Anything else is answered with its problem.";
                    entries.push(json!({"description": other}));
                }
                let mut list = member.schema.json.clone();
                list["items"] = json!({"anyOf": entries});
                list
            }
            Holds::Value => self.reference(&member.schema),
        };
        if member.ignored && lenient {
            let when = "Read only where the others say so.";
            schema = json!({"anyOf": [schema, {"description": when}]});
        }
        if member.nullable || member.blank && lenient {
            let mut ways = vec![schema];
            if member.nullable {
                ways.push(json!({"type": "null"}));
            }
            if member.blank && lenient {
                ways.push(json!({"const": ""}));
            }
            schema = json!({"anyOf": ways});
        }
        if let Some(words) = member.names.first().and_then(|name| words::of(name, kind)) {
            let described = described(words);
            schema["description"] = described.into();
        }
        schema
    }

    /// An entry of a list, whose kind is one.
    fn entry(&mut self, within: &str, name: &str, object: &Object, lenient: bool) -> Value {
        let mut schema = self.object(object, name, lenient);
        for member in &object.members {
            if member.schema.name == KIND {
                for name_of_kind in &member.names {
                    schema["properties"][*name_of_kind] = json!({"const": name});
                }
            }
        }
        self.component(&format!("{}In{}", pascal(name), pascal(within)), schema)
    }

    /// The parameters in a query: what is no list or object.
    fn query(&mut self, object: &Object, kind: &str) -> Vec<Value> {
        let mut parameters = Vec::new();
        for member in &object.members {
            if matches!(member.holds, Holds::Object(_) | Holds::List { .. })
                || member.schema.name == "Names"
            {
                continue;
            }
            let mut schema = self.reference(&member.schema);
            // What a query holds is text.
            if schema["type"]
                .as_array()
                .is_some_and(|types| types.contains(&"object".into()))
            {
                schema = json!({"type": "string"});
            }
            if member.blank && kind.is_empty() {
                schema = json!({"anyOf": [schema, {"const": ""}]});
            }
            let proper = member.names.first().copied().unwrap_or_default();
            for name in &member.names {
                let mut described = words::of(proper, kind).map_or(String::new(), described);
                if let [_, _, ..] = &*member.names {
                    let others: Vec<String> = member
                        .names
                        .iter()
                        .filter(|other| *other != name)
                        .map(|other| format!("`{other}`"))
                        .collect();
                    let needed = if member.required {
                        "One of them is required. "
                    } else {
                        ""
                    };
                    described = format!("{described} {needed}The same as {}.", others.join(", "))
                        .trim()
                        .to_owned();
                }
                let mut parameter = json!({"name": name, "in": "query", "schema": schema});
                if member.required && member.names.len() == 1 {
                    parameter["required"] = true.into();
                }
                if !described.is_empty() {
                    parameter["description"] = described.into();
                }
                if *name != proper {
                    parameter["x-alias-of"] = proper.into();
                }
                parameters.push(parameter);
            }
        }
        parameters
    }

    /// A schema where it is used: what has a name stands among the components.
    fn reference(&mut self, schema: &Schema) -> Value {
        if schema.name.is_empty() {
            return schema.json.clone();
        }
        self.component(schema.name, schema.json.clone())
    }

    /// A component of this name.
    fn component(&mut self, name: &str, schema: Value) -> Value {
        let known = self.schemas.entry(name).or_insert_with(|| schema.clone());
        assert_eq!(*known, schema, "two schemas are called {name}");
        json!({"$ref": reference(name)})
    }

    fn tag(&mut self, name: &str, about: &str) -> String {
        if self.tags.iter().all(|(known, _)| known != name) {
            self.tags.push((name.to_owned(), about.to_owned()));
        } else if let Some((_, known)) = self.tags.iter_mut().find(|(known, _)| known == name)
            && !known.contains(about)
        {
            known.push(' ');
            known.push_str(about);
        }
        name.to_owned()
    }

    fn operation(&mut self, path: &str, method: &str, operation: Value) {
        let path = self
            .paths
            .entry(path.to_owned())
            .or_insert_with(|| json!({}));
        let method = method.to_ascii_lowercase();
        assert!(
            path.get(&method).is_none(),
            "two operations are {method} {path}"
        );
        path[method] = operation;
    }

    fn whole(mut self) -> Value {
        self.schemas
            .insert("Problem".to_owned(), problems::schema());
        self.schemas.extend(answers());
        self.schemas.remove(KIND);
        self.schemas.sort_keys();
        let tags = self.tags.iter();
        let tags = tags.map(|(name, about)| json!({"name": name, "description": about}));
        let tags: Vec<Value> = tags.collect();
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Agora token service",
                "version": env!("CARGO_PKG_VERSION"),
                "summary": "Tokens for Agora's products, for those who may have them",
                "description": ABOUT,
                "contact": {"name": "The operator of this deployment"},
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/", "description": "Where this document is served"}],
            "tags": tags,
            "paths": self.paths,
            "components": {
                "securitySchemes": {
                    "apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "An API key of the deployment, for servers."},
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A JWT of the deployment's issuer, for users; or an API key."},
                },
                "headers": {
                    "RequestId": {"description": "The name of the request in the log.", "schema": {"type": "string"}},
                    "RetryAfter": {"description": "Seconds after which another try makes sense.", "schema": {"type": "integer"}},
                },
                "responses": problems::components(),
                "schemas": self.schemas,
            },
        })
    }
}

/// A route in the service's own form: what it is called, asked and answered.
struct Own<'a> {
    /// The names of the operation with a body, and with a query.
    ids: [String; 2],
    tag: String,
    summary: String,
    description: &'a str,
    security: Value,
    /// Whether it signs with keys that a project may not have.
    whiteboard: bool,
    /// The schema of its body, and an example.
    body: Value,
    /// Whose words its parameters have.
    kind: &'a str,
    form: &'a Form,
    /// The name of what it answers.
    answer: &'a str,
}

fn operation_id(method: &str, path: &str) -> String {
    method.to_ascii_lowercase() + &pascal(path)
}

/// The content of answers like these.
fn content_of<'a>(answers: impl Iterator<Item = &'a Answer>) -> Value {
    let mut by_type: Vec<(&str, Vec<&Value>)> = Vec::new();
    for seen in answers {
        match by_type
            .iter_mut()
            .find(|(media_type, _)| *media_type == seen.media_type)
        {
            Some((_, bodies)) => bodies.push(&seen.body),
            None => by_type.push((&seen.media_type, vec![&seen.body])),
        }
    }
    let content = by_type
        .iter()
        .map(|(media_type, bodies)| ((*media_type).to_owned(), json!({"schema": infer(bodies)})));
    Value::Object(content.collect())
}

fn success(content: Value) -> Value {
    json!({
        "description": "As it was asked for.",
        "headers": problems::headers(),
        "content": content,
    })
}

/// Who may ask: nobody in particular where the operator opened the door.
fn security(administers: bool) -> Value {
    match administers {
        true => json!([{"apiKey": []}, {"bearer": []}]),
        false => json!([{"apiKey": []}, {"bearer": []}, {}]),
    }
}

fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn sorted(mut responses: Map<String, Value>) -> Map<String, Value> {
    responses.sort_keys();
    responses
}

/// `education/room-user` as `EducationRoomUser`.
fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let one = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    };
    words.map(one).collect()
}

fn described(words: words::Words) -> String {
    let more = if words.more.is_empty() {
        String::new()
    } else {
        format!(" {}.", words.more)
    };
    sentence(words.help) + &more
}

fn sentence(text: &str) -> String {
    match text.ends_with('.') {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}
