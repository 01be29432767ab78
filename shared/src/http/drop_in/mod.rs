//! The forms of other token servers, whose apps can be pointed at this one.
//!
//! A [`DropIn`] is a request that such a server takes; it stands in the function that answers it, beside
//! the code that reads it. That code turns the [`Call`] into asks of the service's own and says in which [`Shape`] the result goes back; nothing
//! beyond routes knows that there are other forms than the service's own.
//!
//! What the rows have in common: names count in any letter case, an empty text is as good as none, and
//! what is not known is ignored, as the originals do; a name that comes twice is refused. Their paths
//! take a trailing slash, and no other method than their own.

mod call;
mod shape;
mod values;

pub use crate::grant::Example;
pub use crate::params::AnyUser;
pub use call::Call;
pub use shape::{Echo, Failure, Shape, Success, signed, signed_user};
pub use values::{Channel, RtmUser, Seconds, SignedText, UidOrAccount};

use super::problem::Problem;
use crate::grant::TokenRequest;

/// A request that another server takes: a row of the table in the documentation, which is made from it.
#[derive(Debug)]
pub struct DropIn {
    /// Its method.
    pub method: &'static str,
    /// Its paths, without a trailing slash.
    pub paths: &'static [&'static str],
    /// What is sent beside the path: a query such as `?expiry=`, or a body in words.
    pub sends: &'static str,
    /// What goes back with a token.
    pub answer: &'static str,
    /// What goes back with a refusal.
    pub refusal: &'static str,
    /// Who sends it, and what they read of the answer.
    pub readers: &'static str,
    /// A request as its clients send it.
    pub example: Example,
    /// Requests that ask for something else by the same path, for the OpenAPI document: bodies of JSON, or
    /// forms.
    pub also: &'static [&'static str],
    /// How it is read and answered.
    pub forms: Forms,
}

impl DropIn {
    /// What the documentation says of it, by name, for the list of routes.
    pub(super) fn named(&self) -> Vec<(&'static str, &'static str)> {
        let mut named = vec![
            ("sends", self.sends),
            ("answer", self.answer),
            ("refusal", self.refusal),
            ("readers", self.readers),
        ];
        named.extend(self.example.named());
        named
    }
}

/// One form of request, and the shape of its answer.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// What is asked for.
    pub read: fn(&Call<'_>) -> Result<DropInRequest, Problem>,
    /// How it is answered.
    pub shape: Shape,
}

/// What a request asks for, and how that is answered.
pub type Reading = (Result<DropInRequest, Problem>, Shape);

impl Form {
    /// Reads a request in this form.
    pub fn reading(&self, call: &Call<'_>) -> Reading {
        ((self.read)(call), self.shape)
    }
}

/// The forms that one row takes.
#[derive(Debug, Clone, Copy)]
pub enum Forms {
    /// One.
    One(Form),
    /// Two, told apart by what the request holds.
    By(fn(&Call<'_>) -> Reading),
}

impl Forms {
    pub(super) fn reading(self, call: &Call<'_>) -> Reading {
        match self {
            Self::One(form) => form.reading(call),
            Self::By(read) => read(call),
        }
    }
}

/// What a request comes to.
#[derive(Debug)]
pub struct DropInRequest {
    /// The tokens that are asked for, all or none of them.
    pub requests: Vec<TokenRequest>,
    /// What the answer says that is in none of the tokens.
    pub echo: Echo,
}

impl From<TokenRequest> for DropInRequest {
    fn from(token_request: TokenRequest) -> Self {
        vec![token_request].into()
    }
}

impl From<Vec<TokenRequest>> for DropInRequest {
    fn from(requests: Vec<TokenRequest>) -> Self {
        Self {
            requests,
            echo: Echo::new(),
        }
    }
}
