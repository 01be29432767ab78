//! Several services in one token.

use super::common::sealed::Sealed;
use super::{
    About, Description, Example, Grant, IdentitySlot, Part, ReadGrant, UnsignedToken, Warning,
    kinds,
};
use crate::params::{FromValue, Invalid, Lifetime, Parameters, Rule, Value};

/// The most grants that one token is put together from. Each adds to a token that travels in headers.
const MOST: usize = 20;

/// Several grants in one AccessToken2: their services in the order in which they were asked for, each
/// as often as it was.
#[derive(Debug)]
pub struct Bundle(Vec<Box<dyn Grant>>);

impl Bundle {
    /// A token of these grants.
    pub fn new(grants: Vec<Box<dyn Grant>>) -> Self {
        Self(grants)
    }
}

impl Sealed for Bundle {}

impl Grant for Bundle {
    fn token_type(&self) -> &'static str {
        Self::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        self.0
            .iter_mut()
            .flat_map(|grant| grant.identities())
            .collect()
    }

    fn parts(&self) -> Vec<Part<'_>> {
        self.0.iter().flat_map(|grant| grant.parts()).collect()
    }

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let mut services = Vec::new();
        for (index, grant) in self.0.iter().enumerate() {
            let field = format!("services[{index}]");
            let draft = grant
                .unsigned(lifetime)
                .map_err(|invalid| invalid.within(&field))?;
            match draft {
                UnsignedToken::V7 { services: part } => services.extend(part),
                UnsignedToken::V6 { .. } | UnsignedToken::Whiteboard { .. } => {
                    return Err(another_format(&field));
                }
            }
        }
        Ok(UnsignedToken::V7 { services })
    }

    fn describe(&self) -> Description {
        let service = |grant: &dyn Grant| -> serde_json::Value {
            let mut object =
                serde_json::Map::from_iter([("type".to_owned(), grant.token_type().into())]);
            object.extend(
                grant
                    .describe()
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value)),
            );
            object.into()
        };
        vec![(
            "services",
            self.0.iter().map(|grant| service(grant.as_ref())).collect(),
        )]
    }

    fn warnings(&self, lifetime: Lifetime) -> Vec<Warning> {
        self.0
            .iter()
            .flat_map(|grant| grant.warnings(lifetime))
            .collect()
    }
}

fn another_format(field: &str) -> Invalid {
    Invalid::new(
        field,
        Rule::Conflict,
        "only services of AccessToken2 fit into one token; this one is in another format",
    )
}

impl ReadGrant for Bundle {
    const TOKEN_TYPE: &'static str = "bundle";
    const ABOUT: &'static About = &About {
        product: "Several services in one token, several tokens in one call",
        audience: "several services in one token",
        parameters: r#"`services`: `[{"type": "rtc", …}, {"type": "rtm", …}]`, up to 20"#,
        builder: "`AccessToken2` with several services",
        example: Example::of(
            r#"{"services":[{"type":"rtc","channelName":"lobby","uid":7},{"type":"rtm","userId":"7"}]}"#,
            r#"{"type":1,"channel_name":"lobby","uid":"7"}"#,
        ),
        shows: r#""services":[{"type":"rtc","uid":7,…},{"type":"rtm","userId":"7"}]"#,
    };

    const BY_QUERY: bool = false;

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        let what = "a list such as [{\"type\": \"rtc\", ...}, {\"type\": \"rtm\", ...}]";
        let list = parameters.require::<Vec<Value>>(&["services"], what)?;
        if list.is_empty() || list.len() > MOST {
            return Err(Invalid::new(
                parameters.field("services"),
                Rule::Length,
                format!("a token holds 1 to {MOST} services, not {}", list.len()),
            ));
        }
        let field = parameters.field("services");
        let grants = list.into_iter().enumerate().map(|(index, value)| {
            let field = format!("{field}[{index}]");
            let mut service = Parameters::from_value(value, &field)?;
            let grant = kinds::read(&mut service, &["type"])?;
            service.finish()?;
            if grant.parts().iter().any(|part| part.legacy) {
                return Err(another_format(&field));
            }
            if grant.token_type() == Self::TOKEN_TYPE {
                return Err(Invalid::new(
                    field,
                    Rule::Choice,
                    "a bundle holds services, not bundles; list the services here",
                ));
            }
            Ok(grant)
        });
        Ok(Self(grants.collect::<Result<_, Invalid>>()?))
    }
}
