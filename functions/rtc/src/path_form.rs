//! `GET /rtc/{channel}/{role}/{uid or userAccount}/{id}[/][?expiry=seconds]`, answered with
//! `{"rtcToken"}`.

use agora_token::http::{Captures, Issued, Problem, Request, Response, Route, Shape, Work};
use agora_token::request::{Ask, Invalid, Rtc, RtcUser, Rule};
use serde_json::json;

pub(crate) const ROUTE: Route = Route {
    methods: &["GET"],
    path: "/rtc/{channel}/{role}/{type}/{id}",
    work: Work::Issue {
        read,
        shape: Shape { success, failure },
    },
};

fn read(request: &Request<'_>, path: &Captures) -> Result<Vec<Ask>, Problem> {
    let mut query = request.query()?;
    let lifetime = query.take(&["expiry"])?;
    query.finish()?;
    let user = match path.read::<String>("type")?.as_str() {
        "uid" => RtcUser::Uid(path.read("id")?),
        "userAccount" => RtcUser::Account(path.read("id")?),
        _ => {
            return Err(Invalid::new(
                "type",
                Rule::Choice,
                "the third segment must be `uid` or `userAccount`",
            )
            .into());
        }
    };
    let grant = Rtc::with_role(path.read("channel")?, user, path.read("role")?);
    Ok(vec![Ask::new(grant).lasting(lifetime)])
}

fn success(issued: &[Issued]) -> Response {
    Response::json(
        http::StatusCode::OK,
        &json!({ "rtcToken": issued.first().map(|issued| &issued.token) }),
    )
}

fn failure(problem: &Problem, _request_id: &str) -> Response {
    let body = json!({ "error": problem.detail, "status": problem.status.as_u16() });
    problem.add_header(Response::json(problem.status, &body))
}
