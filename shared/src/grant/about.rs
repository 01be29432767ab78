//! What the documentation says of a kind of token.

/// What the documentation says of a kind of token. It stands beside the code and is read by nothing that
/// serves a request: a function lists it with its routes.
#[derive(Debug)]
pub struct About {
    /// The product that it is of, as a person calls it. Kinds of one product name it alike.
    pub product: &'static str,
    /// Whom it is for.
    pub audience: &'static str,
    /// Its parameters beyond those that every kind has.
    pub parameters: &'static str,
    /// Agora's builder that signs the same.
    pub builder: &'static str,
    /// A call that asks for one.
    pub example: Example,
    /// Of the answer to that call, what identity and scope are shown.
    pub shows: &'static str,
}

/// A call that is answered with a token.
#[derive(Debug)]
pub struct Example {
    /// What is sent: a query, such as `?userId=ann`; a body of JSON; or, to a path with variables, the whole
    /// path with its query.
    pub asks: &'static str,
    /// Where the answer has the token: the names that lead to it, with dots between them. Empty where the
    /// answer is the token as text.
    pub token: &'static str,
    /// What Agora's own parser finds in one of the token's services, as JSON.
    pub holds: &'static str,
}

impl About {
    /// All of it by name, for the list of routes.
    pub(crate) fn named(&self) -> Vec<(&'static str, &'static str)> {
        let mut named = vec![
            ("product", self.product),
            ("audience", self.audience),
            ("parameters", self.parameters),
            ("builder", self.builder),
            ("shows", self.shows),
        ];
        named.extend(self.example.named());
        named
    }
}

impl Example {
    /// All of it by name, for the list of routes.
    pub(crate) fn named(&self) -> [(&'static str, &'static str); 3] {
        [
            ("asks", self.asks),
            ("token", self.token),
            ("holds", self.holds),
        ]
    }

    /// One that is answered in the service's own form.
    pub const fn of(asks: &'static str, holds: &'static str) -> Self {
        Self {
            asks,
            token: "token",
            holds,
        }
    }
}
