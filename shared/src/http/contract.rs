//! What the OpenAPI document says of answers that no request has to be sent for: every code of a problem, and
//! the shapes of what is answered.

use super::Code;
use crate::access::jwt::JwtError;
use crate::access::{DeniedRule, Granted, Unauthenticated};
use crate::explain::Report;
use crate::grant::Warning;
use crate::params::Rule;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// Lists codes with what they mean. A code that is left out does not compile.
macro_rules! codes {
    ($($code:expr, $pattern:pat => $meaning:literal;)+) => {
        /// Every code of a problem, and what it means.
        pub fn codes() -> Vec<(Code, &'static str)> {
            fn is_listed(code: Code) {
                match code {
                    $($pattern => (),)+
                }
            }
            let codes = vec![$(($code, $meaning)),+];
            codes.iter().for_each(|(code, _)| is_listed(*code));
            codes
        }
    };
}

use Code as C;
use DeniedRule as D;
use JwtError as J;
use Unauthenticated as U;

codes! {
    C::Parameter(Rule::Missing), C::Parameter(Rule::Missing) => "A required parameter is not there.";
    C::Parameter(Rule::Unknown), C::Parameter(Rule::Unknown) => "No parameter has this name; the nearest known one is a hint.";
    C::Parameter(Rule::Repeated), C::Parameter(Rule::Repeated) => "The same parameter came twice, under one name or under two.";
    C::Parameter(Rule::Conflict), C::Parameter(Rule::Conflict) => "Two parameters contradict each other.";
    C::Parameter(Rule::Type), C::Parameter(Rule::Type) => "The value has the wrong JSON type.";
    C::Parameter(Rule::Range), C::Parameter(Rule::Range) => "The number is outside its range.";
    C::Parameter(Rule::Length), C::Parameter(Rule::Length) => "The text, or the list, is too short or too long.";
    C::Parameter(Rule::Characters), C::Parameter(Rule::Characters) => "The text holds a character that is not allowed.";
    C::Parameter(Rule::Timestamp), C::Parameter(Rule::Timestamp) => "A lifetime in seconds was expected, and a Unix time came.";
    C::Parameter(Rule::Choice), C::Parameter(Rule::Choice) => "The value is not one of those allowed.";
    C::BodyNotJson, C::BodyNotJson => "The body is not a JSON object.";
    C::BodyNotForm, C::BodyNotForm => "The body is not an HTML form.";
    C::BodyTooComplex, C::BodyTooComplex => "The body holds more than 10,000 values, or nests them more than 16 deep.";
    C::FormUnclear, C::FormUnclear => "A path takes two forms of request, and this one is neither or both.";
    C::PathAmbiguous, C::PathAmbiguous => "A name in the path cannot be told for sure; send it in the query or in a body.";
    C::TokenTooLarge, C::TokenTooLarge => "The token would be larger than its format can hold.";
    C::EventMalformed, C::EventMalformed => "The function was called by something that is no front door.";
    C::Credentials(U::Missing), C::Credentials(U::Missing) => "Nothing was shown, and the door is closed.";
    C::Credentials(U::Unknown), C::Credentials(U::Unknown) => "The API key is not one of this deployment.";
    C::Credentials(U::Expired), C::Credentials(U::Expired) => "The API key has expired.";
    C::Credentials(U::NotYetValid), C::Credentials(U::NotYetValid) => "The API key is not good yet.";
    C::Credentials(U::Scheme), C::Credentials(U::Scheme) => "`Authorization` is not `Bearer` with a JWT or an API key.";
    C::Credentials(U::NoIssuer), C::Credentials(U::NoIssuer) => "A JWT was shown, and no issuer is set.";
    C::Credentials(U::Jwt(J::Malformed(""))), C::Credentials(U::Jwt(J::Malformed(_))) => "It is not a signed JWT.";
    C::Credentials(U::Jwt(J::Unsupported(""))), C::Credentials(U::Jwt(J::Unsupported(_))) => "It is a kind of JWT that is not accepted.";
    C::Credentials(U::Jwt(J::Algorithm(""))), C::Credentials(U::Jwt(J::Algorithm(_))) => "Its algorithm is not accepted.";
    C::Credentials(U::Jwt(J::KeyUnknown(""))), C::Credentials(U::Jwt(J::KeyUnknown(_))) => "The issuer has no key that fits.";
    C::Credentials(U::Jwt(J::Signature)), C::Credentials(U::Jwt(J::Signature)) => "The signature of the JWT is not the issuer's.";
    C::Credentials(U::Jwt(J::Expired)), C::Credentials(U::Jwt(J::Expired)) => "The JWT has expired.";
    C::Credentials(U::Jwt(J::NotYetValid)), C::Credentials(U::Jwt(J::NotYetValid)) => "The JWT is not valid yet.";
    C::Credentials(U::Jwt(J::Issuer)), C::Credentials(U::Jwt(J::Issuer)) => "Another issuer made the JWT.";
    C::Credentials(U::Jwt(J::Audience)), C::Credentials(U::Jwt(J::Audience)) => "The JWT was made for somebody else.";
    C::Credentials(U::Jwt(J::TokenUse)), C::Credentials(U::Jwt(J::TokenUse)) => "The JWT was made for another use: an access token where ID tokens are required, or the reverse.";
    C::Credentials(U::Jwt(J::Claims(""))), C::Credentials(U::Jwt(J::Claims(_))) => "A claim of the JWT is missing or malformed.";
    C::Credentials(U::Origin), C::Credentials(U::Origin) => "The API key is for web pages of other origins.";
    C::Denied(D::TokenType), C::Denied(D::TokenType) => "The kind of token is not granted.";
    C::Denied(D::LegacyToken), C::Denied(D::LegacyToken) => "006 tokens are not granted, since their holder can cut them anew.";
    C::Denied(D::AppPrivilege), C::Denied(D::AppPrivilege) => "Only a service may have a token that administers a whole project.";
    C::Denied(D::Role), C::Denied(D::Role) => "The right to publish is not granted.";
    C::Denied(D::EducationRole), C::Denied(D::EducationRole) => "The role in a room of Education is not granted.";
    C::Denied(D::Wildcard), C::Denied(D::Wildcard) => "Tokens for many channels, rooms or users are not granted.";
    C::Denied(D::WildcardRole), C::Denied(D::WildcardRole) => "Such tokens are granted to subscribers only.";
    C::Denied(D::Channel), C::Denied(D::Channel) => "The channel fits none of the patterns.";
    C::Denied(D::Room), C::Denied(D::Room) => "The room fits none of the patterns.";
    C::Denied(D::RtmPermissions), C::Denied(D::RtmPermissions) => "RTM permissions are not granted.";
    C::Denied(D::Lifetime), C::Denied(D::Lifetime) => "The lifetime is longer than granted, or than the JWT has left.";
    C::Denied(D::Batch), C::Denied(D::Batch) => "Several tokens in one call are not granted.";
    C::Denied(D::Project), C::Denied(D::Project) => "The project is not granted.";
    C::Denied(D::Identity), C::Denied(D::Identity) => "It is the identity of somebody else.";
    C::Denied(D::IdentityUnusable), C::Denied(D::IdentityUnusable) => "The identity of the caller cannot be used where it is needed.";
    C::Denied(D::Listed), C::Denied(D::Listed) => "The caller, the user or the place is on the deny-list.";
    C::Denied(D::DropInRoute), C::Denied(D::DropInRoute) => "The routes of other token servers are switched off.";
    C::Credentials(U::Listed), C::Credentials(U::Listed) => "The caller is on the deny-list.";
    C::RouteUnknown, C::RouteUnknown => "No route has this path; the detail lists those there are.";
    C::MethodNotAllowed, C::MethodNotAllowed => "The path takes other methods; `Allow` lists them.";
    C::BodyTooLarge, C::BodyTooLarge => "The body is larger than its route takes: 16 KiB, `/v1/inspect` 64, `/v1/batch` 256.";
    C::UriTooLong, C::UriTooLong => "Path and query have more than 10 KiB together.";
    C::BodyMediaType, C::BodyMediaType => "The body is announced as something else than JSON.";
    C::Internal, C::Internal => "The service could not do its work; the log has the reason under the request id.";
    C::WhiteboardUnconfigured, C::WhiteboardUnconfigured => "The project has no whiteboard keys.";
    C::ProjectUnavailable, C::ProjectUnavailable => "There is no project to sign for; `Retry-After` says when to try again.";
    C::Credentials(U::Jwt(J::KeysUnavailable { retry_after: 1 })), C::Credentials(U::Jwt(J::KeysUnavailable { .. })) => "There are no keys to judge the JWT by; `Retry-After` says when to try again.";
    C::NotReady, C::NotReady => "A token could not be issued now, or not to everybody: the answer of `/ready`.";
    C::Credentials(U::Misconfigured), C::Credentials(U::Misconfigured) => "The policy or a setting for JWTs is broken, so that users get nothing.";
}

/// The schemas of what `/v1/inspect` and `/v1/explain-access` answer and of a warning, each with all that it refers to.
pub fn answers() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.contract = schemars::generate::Contract::Serialize;
    });
    let mut generator = settings.into_generator();
    generator.subschema_for::<Report>();
    generator.subschema_for::<Warning>();
    generator.subschema_for::<Granted>();
    generator.subschema_for::<super::ready::Check>();
    generator.take_definitions(true)
}
