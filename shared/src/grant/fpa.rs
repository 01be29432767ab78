//! A token for Full-Path Acceleration.

use super::whole::{Whole, WholeService};
use super::{About, Example};
use crate::params::Lifetime;
use crate::token::Service;
use crate::token::builders::fpa;

/// A token for Full-Path Acceleration.
pub type Fpa = Whole<FpaService>;

/// Service 4. The official builder has no argument for the lifetime: its tokens live for 24 hours.
#[derive(Debug)]
pub enum FpaService {}

impl WholeService for FpaService {
    const TOKEN_TYPE: &'static str = "fpa";
    const ABOUT: &'static About = &About {
        product: "Full-Path Acceleration",
        audience: "Full-Path Acceleration",
        parameters: "none; lasts 24 hours unless you ask for less",
        builder: "`FpaTokenBuilder`",
        example: Example::of("", r#"{"type":4}"#),
        shows: "",
    };
    const ADMINISTERS: bool = false;
    const LIFETIME: Lifetime = Lifetime::LONGEST;

    fn service(_expire: u32) -> Service {
        fpa::login()
    }
}
