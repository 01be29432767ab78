//! Whether a certificate signed a token, and what the token opens.
//!
//! ```sh
//! export AGORA_APP_CERTIFICATE=…
//! cargo run --example verify 007eJx…
//! ```

use std::error::Error;
use std::fmt::Write;

use agora_token::token::{AccessToken2, AppCertificate};

/// What the token says, line by line.
///
/// # Errors
/// The text is no 007 token.
pub fn verify(text: &str, certificate: &AppCertificate) -> Result<String, Box<dyn Error>> {
    let token = AccessToken2::parse(text)?;
    let mut told = String::new();
    writeln!(told, "App ID:   {}", token.app_id)?;
    writeln!(told, "Expires:  {}", token.expires_at())?;
    for service in &token.services {
        writeln!(told, "Service:  {:?}", service.kind)?;
    }
    writeln!(told, "Verified: {}", token.verify(certificate))?;
    Ok(told)
}

fn main() -> Result<(), Box<dyn Error>> {
    let text = std::env::args().nth(1).ok_or("say which token")?;
    let certificate = std::env::var("AGORA_APP_CERTIFICATE")?.parse()?;
    print!("{}", verify(&text, &certificate)?);
    Ok(())
}
