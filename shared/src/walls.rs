//! What must not compile outside this crate. Each forgery stands beside what may be written instead, so
//! that it fails for what it does and for nothing else.
//!
//! A caller is who access control says they are:
//!
//! ```
//! fn kind(principal: &agora_token::access::Principal) -> &'static str { principal.kind() }
//! ```
//! ```compile_fail,E0423
//! fn forged() -> agora_token::access::Principal { agora_token::access::Principal(unreachable!()) }
//! ```
//!
//! Only access control says that something may be signed:
//!
//! ```
//! use agora_token::access::Authorised;
//! use agora_token::grant::{TokenRequest};
//! use agora_token::params::{Lifetime};
//! fn seen(authorised: &Authorised) -> (&TokenRequest, Lifetime) { (authorised.request(), authorised.lifetime()) }
//! ```
//! ```compile_fail,E0451
//! use agora_token::access::Authorised;
//! use agora_token::grant::{TokenRequest};
//! use agora_token::params::{Lifetime};
//! fn forged(ask: TokenRequest, lifetime: Lifetime) -> Authorised { Authorised { ask, lifetime } }
//! ```
//!
//! No kind of token comes from outside, which could say of itself that there is nothing to judge:
//!
//! ```
//! use agora_token::grant::{Grant, Part};
//! fn parts<'a>(grant: &'a dyn Grant) -> Vec<Part<'a>> { grant.parts() }
//! ```
//! ```compile_fail,E0603
//! use agora_token::grant::grant::sealed::Sealed;
//! ```
//! ```compile_fail,E0277
//! use agora_token::grant::{Description, UnsignedToken, Grant, IdentitySlot, Part};
//! use agora_token::params::{Invalid, Lifetime};
//! #[derive(Debug)]
//! struct Everything;
//! impl Grant for Everything {
//!     fn token_type(&self) -> &'static str { "rtc" }
//!     fn identities(&mut self) -> Vec<IdentitySlot<'_>> { Vec::new() }
//!     fn parts(&self) -> Vec<Part<'_>> { Vec::new() }
//!     fn unsigned(&self, _: Lifetime) -> Result<UnsignedToken, Invalid> { unreachable!() }
//!     fn describe(&self) -> Description { Description::new() }
//! }
//! ```
//!
//! Nobody outside signs with a project's key, or sees a project at all:
//!
//! ```
//! use agora_token::secret::Secret;
//! ```
//! ```compile_fail,E0603
//! use agora_token::project::Project;
//! ```
//! ```compile_fail,E0603
//! use agora_token::issue::issue;
//! ```
//!
//! The secret has no accessor that gives a certificate or a key:
//!
//! ```
//! use agora_token::secret::{DocumentError, Secret};
//! fn read(document: &str) -> Result<Secret, DocumentError> { Secret::parse(document) }
//! ```
//! ```compile_fail,E0616
//! use agora_token::secret::Secret;
//! fn leaked(secret: Secret) { let projects = secret.projects; }
//! ```
//! ```compile_fail,E0616
//! use agora_token::secret::Secret;
//! fn leaked(secret: Secret) { let keys = secret.access; }
//! ```
//!
//! API keys are compared, and never looked up, outside access control:
//!
//! ```
//! use agora_token::access::ApiKeys;
//! fn keep(keys: &mut ApiKeys, key: &str) -> Result<(), String> { keys.push(key, None) }
//! ```
//! ```compile_fail,E0624
//! use agora_token::access::ApiKeys;
//! fn recognised(keys: &ApiKeys, key: &str) -> bool { keys.find(key).is_some() }
//! ```
//!
//! A deployment's rules are made whole:
//!
//! ```
//! use agora_token::access::Access;
//! let closed = Access::default();
//! ```
//! ```compile_fail,E0616
//! use agora_token::access::Access;
//! let mut access = Access::default();
//! access.stated = unreachable!();
//! ```
//!
//! An explanation gets answers, and nobody makes itself a service to get more of them:
//!
//! ```
//! use agora_token::explain::Knowledge;
//! use agora_token::http::InspectContext;
//! fn asked(context: &InspectContext) -> bool { context.is_secret("a guess") }
//! ```
//! ```compile_fail,E0616
//! use agora_token::http::InspectContext;
//! fn leaked(context: InspectContext) { let secret = context.secret; }
//! ```
//! ```compile_fail,E0616
//! use agora_token::http::InspectContext;
//! fn promoted(mut context: InspectContext) { context.asker = unreachable!(); }
//! ```
//!
//! A token that was issued cannot be made up:
//!
//! ```
//! fn text(issued: &agora_token::http::Issued) -> &str { &issued.token }
//! ```
//! ```compile_fail,E0639
//! use agora_token::http::Issued;
//! fn forged(token: String, app_id: agora_token::token::AppId) -> Issued {
//!     Issued {
//!         token, app_id, token_type: "rtc", issued_at: 0, expires_at: 0, renew_at: 0,
//!         description: Vec::new(), derived: Vec::new(), warnings: Vec::new(),
//!     }
//! }
//! ```
