//! Whether a token is good for what an app does with it.

pub(crate) mod app_id;
pub(crate) mod logins;
pub(crate) mod places;
pub(crate) mod rights;
pub(crate) mod samples;
pub(crate) mod sdk_versions;
pub(crate) mod signature;
pub(crate) mod times;
pub(crate) mod users;
pub(crate) mod wildcard;
