//! A token for Full-Path Acceleration.

use super::whole::{Whole, WholeService};
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
    const ADMINISTERS: bool = false;
    const LIFETIME: Lifetime = Lifetime::LONGEST;

    fn service(_expire: u32) -> Service {
        fpa::login()
    }
}
